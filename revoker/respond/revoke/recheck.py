"""Right before the call, ask the rules once more which users must not be revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from revoker.core.directory_user import directory_user, identified
from revoker.core.graph_answer import PROTECTION_UNKNOWN, GraphAnswer
from revoker.core.outcome import Outcome, User
from revoker.core.rules import NamedAccounts, Rules, decide
from revoker.core.run import Run
from revoker.ports.graph import GraphUsers


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Users right before the call: ``spared`` and settled, ``left`` to be called, and ``unread``.

    ``unread`` are users that may be protected and could not be read, each with the answer that takes the call's place.
    """

    spared: tuple[User, ...]
    left: tuple[User, ...]
    unread: tuple[tuple[User, GraphAnswer], ...] = ()


async def recheck(
    users: Sequence[User], run: Run, protected: NamedAccounts, graph_users: GraphUsers, now: datetime
) -> Rechecked:
    """Return which users are spared and which are left.

    Hours may lie between planning and this call: an account may have been protected since, or have got the name by
    which a user is asked for. Users that planning did not look up (more than 200 names) are read here, where the run
    has a cutoff or protection could depend on it: one call more for a batch, and none where nothing is protected.
    """
    answers = await _read_unsure(users, run, protected, graph_users)
    rules = Rules(protected=protected, cutoff=run.cutoff)
    spared: list[User] = []
    left: list[User] = []
    unread: list[tuple[User, GraphAnswer]] = []
    for user in users:
        # Each user goes one of four ways. A rule spares it. Or it cannot be a protected account, and is called. Or it
        # may be one, and reading it again is of no use. Or it may be one, and is read again with the next try.
        decided = decide(_known(user, answers.get(user.key)), rules, now)
        if not decided.is_waiting:
            spared.append(decided)
        elif not protected.may_hide(decided):
            left.append(decided)
        elif _is_refused(answers[user.key]):
            spared.append(decided.settle(Outcome.UNRESOLVED, "protected_unchecked", now))
        else:
            unread.append((decided, _instead_of_call(answers[user.key])))
    return Rechecked(tuple(spared), tuple(left), tuple(unread))


async def _read_unsure(
    users: Sequence[User], run: Run, protected: NamedAccounts, graph_users: GraphUsers
) -> Mapping[str, GraphAnswer]:
    """Read the users that may be protected under another name, and where the run has a cutoff those without a date."""
    unsure = [user.key for user in users if protected.may_hide(user) or (run.cutoff and user.id is None)]
    if not unsure:
        return {}
    return await graph_users.read(unsure, run.priority)


def _known(user: User, answer: GraphAnswer | None) -> User:
    seen = directory_user(answer.body) if answer and answer.accepted else None
    return identified(user, seen) if seen else user


def _is_refused(answer: GraphAnswer) -> bool:
    """Whether asking again is of no use: the user may not be read, or is shown without a name."""
    return not answer.passing and not answer.says_no_such_user


def _instead_of_call(answer: GraphAnswer) -> GraphAnswer:
    """Return the answer by which a user that was not called is judged: no such user, a 429, or not known yet."""
    if answer.says_no_such_user:
        return answer
    if answer.throttled:
        return replace(answer, write_limited=False)
    return PROTECTION_UNKNOWN
