"""An embedded Functions host: the app's triggers, served on a laptop without Core Tools.

It loads the app with the Python worker library that Azure itself loads, in this process, and does for it what the
Functions host does: routes HTTP, polls queues by host.json's numbers, fires timers.

    host.json, bindings ─> settings ─┐
    worker: load, call  <────────────┼── http    (routes: which function answers)
    (the real library)               ├── queues  (fate: what becomes of a message; backoff: when to look again)
                                     └── timers  (revoker.schedule: when next)

**It proves** that the app imports and indexes in the real worker, that decorators and parameters fit, that requests,
messages and timer calls are decoded and answers encoded as in Azure, and that the app lives with this delivery:
concurrent, at least once, renewed, retried, then poison.

**It does not prove** the host itself. Everything in this package except `worker` imitates: access keys, Easy Auth,
scale-out, `functionTimeout`, singleton timers, output bindings and durable schedules are left out, and a function
that declares one of the bindings left out is refused at start.
"""
