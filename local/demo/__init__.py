"""`python -m local demo`: an incident, a large run, a whole tenant, a sweep; proved by the tenant's own journal."""
