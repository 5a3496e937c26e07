"""The users that the page names, by part and outcome, with what each outcome means and what to do. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from revoker.core.meaning import ADVICE, MEANING
from revoker.core.outcome import EXTERNAL_NO_HOME, Outcome, User
from revoker.views.evidence.gathered import name_of
from revoker.views.evidence.moments import utc
from revoker.views.evidence.numbers import Part, parts

_GUESTS = (
    f"Tell the home tenant. Where the reason is {EXTERNAL_NO_HOME} there is none: disable or delete the guest here."
)
# An auditor asks what an intruder still has: a row that stands under "left alone" must not read as taken care of.
_STILL_WORK = "This run ended no session of theirs."


@dataclass(frozen=True, slots=True)
class Row:
    """One user as a row of the page."""

    name: str
    id: str
    asked_as: str
    why: str
    settled: str
    sessions_from: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Group:
    """The users with one outcome: how many there are, and those that the page names."""

    outcome: Outcome
    count: int
    meaning: str
    advice: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the rules that left a user alone name: the requester and the cutoff."""

    requester: str
    cutoff: str
    dry_run: bool


def groups(
    part: Part, counts: Mapping[str, int], named: Mapping[Part, Sequence[User]], words: Words
) -> tuple[Group, ...]:
    """Return the groups of one part of the users, each outcome that occurs."""
    return tuple(_groups(part, counts, named[part], words))


def _groups(part: Part, counts: Mapping[str, int], users: Sequence[User], words: Words) -> Iterator[Group]:
    for outcome in parts(dry_run=words.dry_run)[part]:
        if counts.get(outcome):
            rows = tuple(_row(user) for user in users if user.outcome is outcome)
            advice = _rule(outcome, words) or _advice(outcome)
            yield Group(outcome, counts[outcome], _meaning(outcome, words), advice, rows)


def _meaning(outcome: Outcome, words: Words) -> str:
    if words.dry_run and outcome is Outcome.PLANNED:
        return "a real run with the same request would sign this user out"
    return MEANING[outcome]


def _advice(outcome: Outcome) -> str:
    if outcome is Outcome.NOT_EFFECTIVE:
        return _GUESTS
    found = ADVICE.get(outcome)
    return f"What to do: {found}." if found else ""


def _rule(outcome: Outcome, words: Words) -> str:
    """Name the rule that left a user alone, and the owner of that rule."""
    match outcome:
        case Outcome.PROTECTED:
            listed = "By the app's list REVOKER_PROTECTED, which its administrators keep for emergency accounts."
            return f"{listed} {_STILL_WORK}"
        case Outcome.EXCLUDED:
            planned = "not_in_plan: by the dry run that it applies, which did not list them"
            rule = "the other reasons are fixed rules of this app"
            return f"excluded_by_request: by the request of {words.requester}; {planned}; {rule}. {_STILL_WORK}"
        case Outcome.ALREADY_REVOKED:
            dated = f"the directory dates their sessions {words.cutoff} or later"
            return f"By the cutoff of the request: {dated}. revoked_by_run: another run had just revoked them."
        case _:
            return ""


def _row(user: User) -> Row:
    name = name_of(user)
    return Row(
        name=name,
        id=user.id or "",
        asked_as=_asked_as(user, name),
        why=_why(user),
        settled=utc(user.settled_at) if user.is_final else "",
        sessions_from=utc(user.sessions_valid_from),
        request_id=user.request_id or "",
    )


def _asked_as(user: User, name: str) -> str:
    """Say how a user came into the run, where that is neither the name shown nor the whole tenant.

    A scan writes its source there: a run over every user lists the privileged ones first, by their roles.
    """
    given = user.requested_as
    if given in {name, user.id, "allUsers"}:
        return ""
    if given in {"privileged", "roles/privileged"}:
        return "listed first, among privileged users"
    if given.startswith(("groups/", "roles/")):
        return f"listed in {given}"
    return f"asked for as {given}"


def _why(user: User) -> str:
    """Return the reason, and Graph's status beside it where there is one."""
    facts = [user.reason or ""]
    if user.status:
        facts.append(f"HTTP {user.status}")
    if user.attempts > 1:
        facts.append(f"{user.attempts} attempts")
    return ", ".join(filter(None, facts))
