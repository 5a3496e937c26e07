"""Once more, right before the call: who must not be revoked after all."""

from collections.abc import Sequence
from datetime import datetime

from revoker.core.directory_user import directory_user, identified
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import User
from revoker.core.rules import NamedAccounts, Rules, decide
from revoker.core.run import Run
from revoker.respond.policy import Tools


async def recheck(
    users: Sequence[User], run: Run, protected: NamedAccounts, tools: Tools, now: datetime
) -> tuple[list[User], list[User]]:
    """Split off who must not be revoked: the protected again, the cutoff where planning could not read it."""
    if run.cutoff:
        answers = await tools.graph_users.read([user.key for user in users if user.id is None], run.priority)
        users = [_known(user, answers.get(user.key)) for user in users]
    rules = Rules(protected=protected, cutoff=run.cutoff)
    spared: list[User] = []
    left: list[User] = []
    for user in users:
        decided = decide(user, rules, now)
        (left if decided.is_waiting else spared).append(decided)
    return spared, left


def _known(user: User, answer: GraphAnswer | None) -> User:
    seen = directory_user(answer.body) if answer else None
    return identified(user, seen) if seen else user
