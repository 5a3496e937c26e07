"""Microsoft Graph: token, transport, requests, and answers read natively (docs/decisions/0003)."""
