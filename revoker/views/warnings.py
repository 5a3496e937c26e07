"""What a caller should know from the start of a run, each in a sentence. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from revoker.core.beside import Beside
from revoker.core.directory_user import DirectoryUser
from revoker.core.outcome import Outcome, User
from revoker.core.request import Person, Request, Trigger
from revoker.core.rules import NamedAccounts
from revoker.views.person import named
from revoker.views.plain import moment

# A refresh token ends after 90 days without use (docs/graph-facts.md#residual-access): a cutoff further back is a
# slip of the pen, and would call an intruder's sessions young enough.
_LONG_AGO = timedelta(days=90)
_SHOWN, CLIP = 20, 100

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

UNPROTECTED = (
    "REVOKER_PROTECTED is empty, so a run over all users signs out the emergency accounts too: name them there."
)


def cutoff_warning(request: Request, now: datetime) -> tuple[str, ...]:
    """Say that a cutoff lies far back, at each run of a sweep too."""
    if request.issued_before is None or now - request.issued_before < _LONG_AGO:
        return ()
    days = (now - request.issued_before).days
    return (f"issuedBefore lies {days} days back: sessions begun since then live on, an intruder's as well.",)


def spared_warning(settled: Sequence[User], request: Request) -> tuple[str, ...]:
    """Say by whose revocation users of a Sentinel body were left alone: the account's own is no proof of anything."""
    spared = [user for user in settled if user.outcome is Outcome.ALREADY_REVOKED]
    if request.trigger is not Trigger.SENTINEL or not spared:
        return ()
    runs = sorted({user.revoked_by for user in spared if user.revoked_by})
    others = sum(user.revoked_by is None for user in spared)
    said: list[str] = []
    if runs:
        said.append(
            f"{len(spared) - others} left alone: revoked by {enumerated(runs)}, and verified. "
            "A sign-in since then lives on."
        )
    if others:
        said.append(
            f"{others} left alone, and by no run of ours: the account itself (sign out everywhere), an administrator "
            "or another tool moved the date. If that may be the intruder, post again without issuedBefore."
        )
    return tuple(said)


def fold_warning(folded: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Say which accounts were folded, so that each one given is accounted for."""
    if not folded:
        return ()
    pairs = enumerated([f"{twin[:CLIP]!r} is {first[:CLIP]!r}" for twin, first in folded], "; ")
    return (f"{len(folded)} folded: named a user that is listed already ({pairs}).",)


def added_up_warning(asked: int | None, recent: int, above: int) -> tuple[str, ...]:
    """Say why a run waits for a second person that would not need one by itself."""
    if asked is None or not recent or asked > above:
        return ()
    return (f"More than {above} users, with {recent} that the same caller asked for within ten minutes.",)


def lane_warning() -> str:
    """Say why a run that might be urgent is not."""
    return "The caller's share of the urgent lane is used up for now, so this run takes the bulk lane."


def growth_warning(counted: int, size: int, until: datetime, by: Person | None) -> str:
    """Say that a scope has grown, with both numbers, and that no further user is revoked until it is approved."""
    how = f"approved by {named(by)}" if by else "counted"
    return (
        f"The scope has grown: {counted:,} users were {how}, and it has come to {size:,}. No further user is revoked "
        f"unless a second person approves {size:,} users by {moment(until)}."
    )


def beside_warning(beside: Beside) -> tuple[str, ...]:
    """Say that the same request came a moment ago, and which runs still going this one covers."""
    said: list[str] = []
    if beside.same:
        at = moment(beside.same.created_at)
        said.append(f"The same request started run {beside.same.id} at {at}: send an Idempotency-Key to repeat one.")
    if beside.covered:
        shown = enumerated([f"{run.id} ({run.reason[:CLIP]})" for run in beside.covered])
        said.append(f"This run covers {shown}, still going: users of both are signed out twice. Cancel one if need be.")
    return tuple(said)


def excluded_warning(excluded: NamedAccounts) -> tuple[str, ...]:
    """Say which excluded users of a sweep do not exist any more."""
    if not excluded.unknown:
        return ()
    return (f"Excluded, and no user of this directory: {enumerated(excluded.unknown)}.",)


def unmet_warning(names: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """Say which exclusions spared no user: one with a slip in it spares none, and nothing else would tell."""
    said: list[str] = []
    if names:
        shown = enumerated([name[:CLIP] for name in names])
        said.append(f"{len(names)} excluded users met no user of this run: {shown}. Check these names.")
    if groups:
        said.append(f"{len(groups)} excluded groups spared no user of this run: {enumerated(groups)}.")
    return tuple(said)


def newcomers_warning(names: Sequence[str], plan: str) -> tuple[str, ...]:
    """Say which users are in the scope now and were not planned by the dry run that is applied."""
    if not names:
        return ()
    shown = enumerated([name[:CLIP] for name in names])
    return (f"{len(names)} users of the scope are not in the dry run {plan}, so they were left out: {shown}.",)


def protection_warning(protected: NamedAccounts, *, everybody: bool = False) -> tuple[str, ...]:
    """Say which protected entries match no user, or another than before, and that a run over all users has no list."""
    if everybody and not protected.names:
        return (UNPROTECTED,)
    said: list[str] = []
    if protected.unknown:
        said.append(f"REVOKER_PROTECTED matches no user: {enumerated(protected.unknown)}.")
    for entry, now in protected.renamed:
        said.append(
            f"REVOKER_PROTECTED: {entry} was renamed to {now}, and is left alone. Check who renamed it, and write its "
            "object id there."
        )
    for entry, other in protected.taken:
        said.append(
            f"REVOKER_PROTECTED: {entry} is the name of another account now ({other}); it and the account that had the "
            "name are left alone. Check both, and write object ids there."
        )
    return tuple(said)


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


CONFLICTING = (
    "At least one user has #EXT# in the UPN as external users have, and signs in with credentials of this tenant: such "
    "users are called like any other. Look at each with #EXT# that ends `verified`: an intruder may have chosen it."
)


def conflicting_warning(found: Iterable[object]) -> tuple[str, ...]:
    """Say that a user's signs contradict each other; ``found`` may hold what is no user."""
    return (CONFLICTING,) if any(isinstance(seen, DirectoryUser) and seen.conflicting for seen in found) else ()


def uncounted_warning(paths: Sequence[str]) -> tuple[str, ...]:
    """Say that the directory refuses to count; Azure AD B2C tenants do (docs/graph-facts.md#listing-users)."""
    if not paths:
        return ()
    return (f"The directory refuses to count {enumerated(paths)}: how many users these have shows as they are listed.",)


def unseen_warning(names: int, at_most: int) -> tuple[str, ...]:
    """Say that a dry run's number is of names, not of users: so many names are more than are looked up."""
    if not names:
        return ()
    said = f"{names:,} names are taken as they are: more than {at_most} are not looked up."
    return (f"{said} Names that do not exist, and guests, are counted as users that would be signed out.",)


def enumerated(names: Sequence[str], separator: str = ", ") -> str:
    """Return the first twenty names, and how many more there are: a sentence must fit the ledger's row."""
    said = separator.join(names[:_SHOWN])
    if len(names) > _SHOWN:
        said += f" and {len(names) - _SHOWN} more"
    return said
