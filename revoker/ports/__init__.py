"""What the use cases ask of the world outside, as Protocols, a module a part of it.

``graph``: Microsoft Graph, asked about users by name (``GraphUsers``) or about the whole tenant (``GraphListings``).
``ledger``: runs, batches, users, idempotency keys, the write quota. ``scans``: where runs stand in the directory.
``sweeps``: the schedules. ``outbox``: the queues. ``clock``: time and chance. ``page``: what listings come in.

``adapters/`` keeps these promises on real parts, ``tests/support`` on stand-ins; ``tests/contract`` holds both to them.
"""
