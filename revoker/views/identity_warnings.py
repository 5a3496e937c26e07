"""What an operator should know of identities that do not revoke, and what helps. Pure."""

from collections.abc import Mapping, Sequence

# Why an identity was refused, and what to do about it: a permission helps against a 403 alone. The platform keeps a
# token for up to 24 hours, whoever asks for a new one (docs/graph-facts.md#identity-and-clouds).
_REFUSED = {
    "forbidden": ("Graph answers 403", "Grant it User.RevokeSessions.All, which may take up to 24 hours to work"),
    "token_refused": (
        "Graph refuses its token (401)",
        "Check in Entra that its service principal is there and enabled: a new token may take up to 24 hours",
    ),
    "no_token": ("no token can be had for it", "Check that the identity is there and is attached to the app"),
}

_IDLE = {
    "set_aside": "it is set aside and is asked again later",
    "no_token": "no token can be had for it, check that it is attached to the app",
    "no_permission": "its token lacks User.RevokeSessions.All, grant it",
}


def identity_warning(identity: str, reason: str) -> str:
    """Say that an identity of the pool is set aside, and what to do about it; ``reason`` as in ``identity_refusal``."""
    # A ledger row may hold a reason of another version, and a warning must not stop the batch.
    why, remedy = _REFUSED.get(reason, (reason, "Look at it in Entra"))
    return (
        f"Identity {identity} is set aside: {why}, where another identity succeeds. Its batches go to the other "
        f"identities, and it is asked again after 15 minutes. {remedy}. Or take it out of REVOKER_IDENTITIES."
    )


def idle_warning(identities: Sequence[Mapping[str, object]]) -> list[str]:
    """Say which identities of a pool would get no batches, or would be refused, if a run began now."""
    idle = [one for one in identities if one["state"] != "ready"]
    return [f"Identity {one['clientId']} does not revoke now: {_IDLE[str(one['state'])]}." for one in idle]
