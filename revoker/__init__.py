"""Revoker ends Microsoft 365 sign-in sessions and proves what happened to each user (CISA CM0077).

The flow, each stage a room of its own::

    HTTP body ─────┐          ┌ named users: plan.py ─────────┐            ┌ revoke-urgent ┐
    Sentinel body ─┼─> Request┤                               ├─> batches ─┤               ├─> Graph $batch ─> ledger
    sweep's tick ──┘  intake/ └ plan queue: page by page ─────┘   (≤ 20)   └ revoke-bulk   ┘       │             │
                      gates     walk.py, respond/turn          ledger first, queue second          │         read
                                                                   ^ again later ──────────────────┴─> verify
                                                                   ^ lost ones again <─ heal, every minute

Reading order: ``request`` (what is asked), ``intake/`` (from outside to a request), ``plan``, ``rules`` and ``pacing``
(who, who not, when), ``source``, ``walk`` and ``page_plan`` (whom nobody named), ``federation`` (the gate), ``message``
(what rides a queue), ``outcome`` (what an answer means), ``run`` (where a run stands), ``respond/`` (one use case a
file), ``ports`` (what those ask for), ``adapters/`` (Graph, tables, queues), ``settings`` and ``wiring`` (one frozen
value, one composition). Then ``sweep`` (what is asked for again and again), ``schedule`` (when) and ``respond/tick``
(what is due). ``function_app.py`` beside this package only translates.

Invariants, held as properties in ``tests/unit/test_invariants.py``, the first two and the last in ``tests/simulation``
and ``tests/faults`` too, the fifth in ``test_stages.py``:

1. Every user asked for is accounted for exactly once in the report.
2. Every accepted run ends, whatever dies.
3. Outcomes only move forward; merging them is order-independent.
4. ``decode(encode(message)) == message``; anything else becomes a kept, reported poison message.
5. Ledger first, queue second, acknowledge last.
6. A protected user is never revoked, under any name (object id, UPN, any casing).

Glossary: *run*, one accepted request. *Scope*, whom it asks for. *Batch*, at most 20 users: one message, one Graph
call, one ledger row. *Lane*, ``urgent`` or ``bulk``. *Outcome*, what happened to one user. *Cutoff* (``issuedBefore``),
the moment whose older sessions must not live. *Tally*, a run's outcomes counted. *Sighting*, a user as the directory
shows it. *Walk*, a run's way through the directory, one page a step: first to plan, then to *look* what shows. *Gate*,
a check that can refuse a run. *Place*, a batch's moment in the write quota. *Sweep*, a request made again at every
*tick* of its schedule, until it ends.
"""
