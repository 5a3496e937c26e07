"""Call Graph for a batch: check again which users may be revoked, and revoke those."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from revoker.core.batch import Batch
from revoker.core.graph_answer import PROTECTION_UNKNOWN, GraphAnswer
from revoker.core.outcome import User
from revoker.core.run import Run
from revoker.ports.graph import GraphUsers
from revoker.respond.protect import Protection
from revoker.respond.revoke.addresses import addresses
from revoker.respond.revoke.recheck import recheck


@dataclass(frozen=True, slots=True)
class Called:
    """A call of Graph: ``spared`` are users that a rule spared right before it, ``left`` the others.

    ``answers`` has an answer for each user in ``left``, by key: Graph's, or the one that stands in where the user was
    not called, since it may be protected. ``quota`` has Graph's own answers to the call only.
    """

    spared: tuple[User, ...]
    left: tuple[User, ...]
    answers: Mapping[str, GraphAnswer]
    quota: Mapping[str, GraphAnswer] = field(default_factory=dict)


async def call_graph(
    batch: Batch, identity: str, run: Run, protection: Protection, graph_users: GraphUsers, now: datetime
) -> Called:
    """Revoke the waiting users that may be revoked; while the protected list is not known, no user is."""
    protected = await protection.known()
    if protected is None:
        return Called((), batch.waiting, dict.fromkeys((user.key for user in batch.waiting), PROTECTION_UNKNOWN))
    checked = await recheck(batch.waiting, run, protected, graph_users, now)
    called: Mapping[str, GraphAnswer] = {}
    if checked.left:
        # By object id where it is known: a UPN may pass to another account between the reading and this call.
        called = await graph_users.revoke(addresses(checked.left), batch.lane, identity)
    answers = {user.key: called[user.address] for user in checked.left}
    quota = dict(answers)
    left = [*checked.left]
    for user, answer in checked.unread:
        left.append(user)
        answers[user.key] = answer
    return Called(checked.spared, tuple(left), answers, quota)
