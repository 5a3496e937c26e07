"""A simulated Microsoft 365 tenant: Graph and the managed identity endpoint, on loopback.

A pure core answers requests, and a thin server puts it on a socket. From the outside in::

    __main__  the command              server    sockets, waiting, broken connections; decides nothing
    tenant    a request and the time in, a delivery out; settings: what kind of tenant it is
    control   the back door for tests; truth: what the journal knows; controls/: what can change at run time
    gateway   what every request to Graph goes through; batch: twenty operations in one
    graph     what happens to one operation: fault, permission, limit, answer, journal
    answers/  the answers to each operation, and routes: path -> answer, permission, cost
    odata/    addresses, filters, options, pages
    limits/   quotas of each application under the tenant's own
    directory people unusual population identities            the users
    memberships grants catalogue                              groups, role holders, roles
    federation domain_states certificates                     domains and what they trust
    sessions returns quirks                                   what changes and what is unusual
    faults script tokens applications journal                 faults, callers, and what happened
    exchange world                                            the values that travel

The facts come from the Graph documentation and from public reports; each module names its pages.
"""
