"""One attempt at a batch: call Graph, judge its answers, read the accepted users back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from revoker import log
from revoker.core.back_off import pause
from revoker.core.batch import Batch
from revoker.core.ended import ended_at
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import User
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.core.tally import tally
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.policy import Policy
from revoker.respond.protect import Protection
from revoker.respond.push_back import of_quota, push_back
from revoker.respond.revoke.call_graph import call_graph
from revoker.respond.revoke.judge_answers import judge_answers
from revoker.respond.revoke.read_back import read_back
from revoker.respond.revoke.refused_identity import refused_here
from revoker.respond.revoke.restricted import mark_restricted


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was learnt about a batch's users, and how long those that are to be tried again must ``wait``.

    ``refused`` says why Graph refused the identity for all of them, where another identity is left to try. ``again`` is
    how many writes take from the quota a second time (``GraphAnswer.needs_new_room``). ``throttled``: Graph told the
    identity to wait; ``of_tenant``: it told all of the tenant's applications so.
    """

    learnt: tuple[User, ...]
    wait: timedelta
    again: int = 0
    refused: str | None = None
    throttled: bool = False
    of_tenant: bool = False

    @property
    def accepted(self) -> bool:
        """Whether Graph accepted any of the users."""
        return any(user.called_at for user in self.learnt)


async def attempt(
    batch: Batch,
    run: Run,
    protection: Protection,
    graph_users: GraphUsers,
    graph_listings: GraphListings,
    ledger: Ledger,
    policy: Policy,
    clock: Clock,
) -> Attempt:
    """Try every waiting user of a batch once. Only the quota's state and the run's warnings are written here."""
    now = clock.now()
    identity = policy.pool.name(batch.identity)
    called = await call_graph(batch, identity, run, protection, graph_users, now)
    answers = tuple(called.quota.values())
    # Graph says how long to wait from its answer on, and the call may have taken half a minute.
    told = of_quota(called.quota, called.left)
    await push_back(told, identity, ledger, policy.pool, clock.now())
    refused = refused_here(answers, batch, policy.pool)
    judged = judge_answers(called.left, called.answers, batch, identity, refused, policy.patience, now)
    tried = await mark_restricted(judged, run, graph_users, graph_listings, ledger)
    accepted = [user for user in tried if user.is_unseen]
    learnt = [*called.spared, *(user for user in tried if not user.is_unseen)]
    if checked_by_scan(run, batch):
        learnt += accepted
    else:
        learnt += await read_back(accepted, batch, graph_users, ledger, policy, clock, last=False)
    _log_attempt(batch, identity, learnt)
    wait = _wait(tried, called.answers, clock.jitter())
    throttled = any(answer.throttled and not answer.tenant_limited for answer in told)
    of_tenant = any(answer.tenant_limited for answer in told)
    return Attempt(tuple(learnt), wait, _again(tried, called.quota, batch.lane), refused, throttled, of_tenant)


def checked_by_scan(run: Run, batch: Batch) -> bool:
    """Whether the run's scan checks this batch, a page of the directory at a time (``scan.verify_by_listing``)."""
    return run.scans and batch.lane is Priority.BULK


def _log_attempt(batch: Batch, identity: str, learnt: Sequence[User]) -> None:
    reasons = Counter(user.reason for user in learnt if user.reason)
    log.event(
        "batch_tried",
        run=batch.run,
        batch=batch.id,
        identity=identity or None,
        outcomes=tally(learnt).counts,
        reasons=reasons,
        ended=ended_at(learnt),
    )


def _wait(tried: Sequence[User], answers: Mapping[str, GraphAnswer], jitter: float) -> timedelta:
    """Return the longest of the users' waits: they are tried again together, in one call."""
    waits = [pause(answers[user.key], user.attempts, jitter) for user in tried if user.is_waiting]
    return timedelta(seconds=max(waits, default=0.0))


def _again(tried: Sequence[User], quota: Mapping[str, GraphAnswer], lane: Priority) -> int:
    """Return for how many waiting users the next call takes from the quota again."""
    # An urgent write waits for no slot: its first charge has made the room that a 429 tells it to wait for.
    charged = lane is Priority.URGENT
    answers = [quota[user.key] for user in tried if user.is_waiting and user.key in quota]
    return sum(answer.needs_new_room and not (charged and answer.throttled) for answer in answers)
