"""A simulated Microsoft 365 tenant: Graph and the managed identity endpoint, on loopback.

A pure core answers requests, and a thin server puts it on a socket. From the outside in::

    __main__  the command             server     sockets, latency, broken connections; no decisions
    tenant    one request in, one delivery out; the clock is handed in
    control   /_journal, /_faults, /_script, /_control: for tests and demonstrations
    graph     what happens to one call: misfortune, permission, throttle, route
    batch     twenty calls in one      routes     path -> answer, permission, cost
    users  groups  domains             the answers
    filters  paging  properties        OData, the parts in use
    directory  people  memberships  sessions  federation      who and what is there
    throttle  faults  tokens  journal  the tenant's manners and its memory
    exchange  address                  the values that travel

The facts come from the Graph documentation (`user-revokesigninsessions`, `throttling-limits`, `json-batching`,
`query-parameters`, `aad-advanced-queries`, `domain-list-federationconfiguration`); each module names its own.
"""
