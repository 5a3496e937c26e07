"""Right before the call, ask the rules once more which users must not be revoked."""

from collections.abc import Sequence
from datetime import datetime

from revoker.core.directory_user import directory_user, identified
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import User
from revoker.core.rules import NamedAccounts, Rules, decide
from revoker.core.run import Run
from revoker.ports.graph import GraphUsers


async def recheck(
    users: Sequence[User], run: Run, protected: NamedAccounts, graph_users: GraphUsers, now: datetime
) -> tuple[list[User], list[User]]:
    """Return the users that are spared, settled, and the users that are left.

    Hours may lie between planning and this call: an account may have been protected since. Where the run has a cutoff,
    users that planning did not look up (more than 200 names) are read here.
    """
    if run.cutoff:
        answers = await graph_users.read([user.key for user in users if user.id is None], run.priority)
        users = [_known(user, answers.get(user.key)) for user in users]
    rules = Rules(protected=protected, cutoff=run.cutoff)
    spared: list[User] = []
    left: list[User] = []
    for user in users:
        decided = decide(user, rules, now)
        if decided.is_waiting:
            left.append(decided)
        else:
            spared.append(decided)
    return spared, left


def _known(user: User, answer: GraphAnswer | None) -> User:
    seen = directory_user(answer.body) if answer else None
    return identified(user, seen) if seen else user
