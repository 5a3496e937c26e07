"""What an operator should know of identities that do not revoke. Pure."""

from collections.abc import Mapping, Sequence

_REFUSED = {
    "forbidden": "Graph answers 403",
    "token_refused": "Graph refuses its token (401)",
    "no_token": "no token can be had for it",
}

_IDLE = {
    "set_aside": "it is set aside and is asked again later",
    "no_token": "no token can be had for it, check that it is attached to the app",
    "no_permission": "its token lacks User.RevokeSessions.All, grant it",
}


def identity_warning(identity: str, reason: str) -> str:
    """Say that an identity of the pool is set aside, and what to do about it."""
    return (
        f"Identity {identity} is set aside: {_REFUSED.get(reason, reason)}, where another identity succeeds. Its "
        "batches go to the other identities, and it is asked again after 15 minutes. Grant it "
        "User.RevokeSessions.All, or take it out of REVOKER_IDENTITIES."
    )


def idle_warning(identities: Sequence[Mapping[str, object]]) -> list[str]:
    """Say which identities of a pool would get no batches, or would be refused, if a run began now."""
    idle = [one for one in identities if one["state"] != "ready"]
    return [f"Identity {one['clientId']} does not revoke now: {_IDLE[str(one['state'])]}." for one in idle]
