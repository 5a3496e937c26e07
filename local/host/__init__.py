"""An embedded Functions host: the app's triggers, served on a laptop without Core Tools.

Two processes, as in Azure. The host routes HTTP, polls queues by host.json's numbers and fires timers. The worker holds
the app, in the library that Azure itself loads, and calls its functions. When the worker dies, every call in it fails.

    host process                                                      worker process
    settings   host.json, and what it refuses              ┌ frames ─> worker_process
    http       routes: which function answers              │           library: the real one; load, call
    queues     delivery: one message to its fate           ├─> worker: call, time out, start again (restarts)
               fate, metadata, storage_errors, backoff     │
    timers     timer_status: when; host_table: which host ─┘
    lifetime   stop when told to, or when it cannot go on

**It proves** that the app imports and indexes in the real worker, that decorators and parameters fit, that requests,
messages and timer calls are decoded and answers encoded as in Azure, and that the app lives with this delivery:
concurrent, at least once, renewed, retried, then poison, and cut short by workers that die and hosts that stop.

**It does not prove** the host itself. Everything in this package except `library` imitates, from the sources of
azure-functions-host, webjobs-sdk-extensions and azure-sdk-for-net that its modules name. Access keys, Easy Auth,
scale-out, output bindings, durable schedules and the ten seconds between two starts of a worker are left out; a
function that declares a binding left out is refused at start.
"""
