"""A simulated Microsoft 365 tenant: Graph and the managed identity endpoint, on loopback.

A pure core answers requests, and a thin server puts it on a socket. From the outside in::

    __main__  the command                    server    sockets, waiting, broken connections; decides nothing
    tenant    a request and the time in, a delivery out
    control   the back door for tests: journal, faults, script; controls: what can change at run time
    graph     what befalls one operation: misfortune, permission, throttle, answer, journal
    batch     twenty operations in one       routes    path -> answer, permission, cost
    users  groups  roles  members  domains   the answers
    filters  conditions  options  paging  properties  address    OData, the parts in use
    directory  people  memberships  sessions  returns  federation      who and what is there
    throttle  faults  tokens  journal        the tenant's manners and its memory
    exchange  world                          the values that travel

The facts come from the Graph documentation; each module names its pages.
"""
