"""Revoker ends Microsoft 365 sign-in sessions and proves what happened to each user (CISA CM0077).

The flow, each stage a folder of its own::

    HTTP body ─────┐  intake/   respond/start                    respond/revoke
    Sentinel body ─┼─> Request ─> look up, measure, gate, plan ─> batches ─> revoke-urgent ┐
    sweep tick ────┘            └> respond/scan: page by page ──┘ (≤ 20)  └> revoke-bulk ──┼─> Graph $batch ─> ledger
                                                                               ^ again     └─> verify ─────────┘
    respond/deliver hands each message to its stage, or to respond/recover where it was delivered before;
    respond/recover sends again what was lost, every minute.

Rooms, from the one that knows nothing to the one that knows all. ``core/`` holds pure values and rules. ``views/`` says
how they look from outside. ``ports/`` says what the use cases ask of the outside. ``intake/`` reads bodies into a
``Request``. ``respond/`` holds the use cases by stage: ``start``, ``scan``, ``revoke``, ``recover``, ``deliver``,
``sweeps``, ``show``. ``adapters/graph`` and ``adapters/tables`` keep the ports' promises. ``page/`` writes the evidence
page. ``settings`` is the environment as one frozen value (with ``environment`` and ``clouds``), ``composition`` puts
the real parts together, ``wiring`` keeps the process's one ``app``. ``web/`` is the HTTP edge, ``cli/`` the operator's
command. ``function_app.py`` beside this package only translates. ``docs/architecture.md`` tells more;
``tests/unit/project/test_arrows.py`` holds the rule of each room.

Invariants, held as properties in ``tests/unit/core/test_invariants.py``, the first two and the last in
``tests/simulation`` and ``tests/faults`` too, the fifth in ``tests/unit/respond/test_stages.py``:

1. Every user asked for is accounted for exactly once in the report.
2. Every accepted run ends, whatever dies.
3. Outcomes only move forward; merging them is order-independent.
4. ``decode(encode(message)) == message``; anything else becomes a kept, reported poison message.
5. Ledger first, queue second, acknowledge last.
6. A protected user is never revoked, under any name (object id, UPN, any casing).

Glossary: *run*, one accepted request. *Scope*, the users it asks for. *Batch*, at most 20 users: one message, one
call of Graph, one ledger row. *Lane*, ``urgent`` or ``bulk``. *Outcome*, what happened to one user. *Cutoff*
(``issuedBefore``), the moment from before which no session may live. *Tally*, a run's outcomes counted. *Directory
user*, a user as Graph shows it. *Scan*, a run's reading of the directory, one page a step: first to plan, then to
verify. *Gate*, a check that can refuse a run. *Slot*, a batch's moment in the write quota. *Fingerprint*, a name in
sixteen bytes. *Sweep*, a request made again at every *tick* of its schedule, until it ends.
"""
