"""What a caller should know from the start of a run, each in a sentence. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from revoker.core.directory_user import DirectoryUser
from revoker.core.outcome import Outcome, User
from revoker.core.related_runs import RelatedRuns
from revoker.core.request import Person, Request, Trigger
from revoker.views.enumerated import CLIP, enumerated
from revoker.views.person import named
from revoker.views.plain import moment

# A refresh token ends after 90 days without use (docs/graph-facts.md#residual-access). A cutoff further back is likely
# a mistake, and spares the users whose sessions an intruder began since.
_LONG_AGO = timedelta(days=90)


def cutoff_warning(request: Request, now: datetime) -> tuple[str, ...]:
    """Warn of a cutoff that lies far back; each run of a sweep warns of it as well."""
    if request.issued_before is None or now - request.issued_before < _LONG_AGO:
        return ()
    days = (now - request.issued_before).days
    return (f"issuedBefore lies {days} days back: sessions begun since then live on, an intruder's as well.",)


def spared_warning(settled: Sequence[User], request: Request) -> tuple[str, ...]:
    """Warn of users that were left alone, and by whose revocation: an account can move its date by itself."""
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
            f"{others} left alone, and not known to be by a run of ours: the account itself (sign out everywhere), an "
            "administrator, another tool, or a run over more than named users moved the date. If that may be the "
            "intruder, post again without issuedBefore."
        )
    return tuple(said)


def fold_warning(folded: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Say which users were given more than once, so that the report accounts for each text of the request."""
    if not folded:
        return ()
    pairs = enumerated([f"{twin[:CLIP]!r} is {first[:CLIP]!r}" for twin, first in folded], "; ")
    return (f"{len(folded)} folded: named a user that is listed already ({pairs}).",)


def added_up_warning(size: int | None, recent: int, above: int) -> tuple[str, ...]:
    """Say why a run waits for a second person although it is small enough by itself."""
    if size is None or not recent or size > above:
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


def related_runs_warning(related: RelatedRuns) -> tuple[str, ...]:
    """Say that the same request came a moment ago, and which runs still going this one covers."""
    said: list[str] = []
    if related.repeated:
        first, at = related.repeated.id, moment(related.repeated.created_at)
        said.append(f"The same request started run {first} at {at}: send an Idempotency-Key to repeat one.")
    if related.covered:
        shown = enumerated([f"{run.id} ({run.reason[:CLIP]})" for run in related.covered])
        said.append(f"This run covers {shown}, still going: users of both are signed out twice. Cancel one if need be.")
    return tuple(said)


CONFLICTING = (
    "At least one user has a sign of an external user (#EXT# in the UPN, an identity of google.com and the like) and "
    "credentials of this tenant: such users are called like any other. Look at each with #EXT# that ends `verified`, "
    "and at identities that were added lately: an intruder may have done it, to be left alone or to come back."
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
    return (f"{said} {_COUNTED}",)


def look_up_failed_warning(names: Sequence[str], *, dry_run: bool) -> tuple[str, ...]:
    """Say which names the directory did not answer about, so that they were neither confirmed nor denied."""
    if not names:
        return ()
    shown = enumerated([repr(name[:CLIP]) for name in names])
    said = f"{len(names):,} named and not looked up, since the directory did not answer ({shown})."
    return (f"{said} {_COUNTED if dry_run else _TOLD_LATER}",)


_COUNTED = "Names that do not exist, and guests, are counted as users that would be signed out."
_TOLD_LATER = "Whether such a user exists, and is a guest, shows when Graph answers the call."
