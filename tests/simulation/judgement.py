"""What must be true of every simulated world once everything has ended."""

from collections import Counter
from collections.abc import Iterator

from deployment import Deployment
from simulation import Ask
from support.company import BREAKGLASS

from revoker.core.outcome import FAILURES, Outcome, User
from revoker.core.run import Run, State

_DONE = {Outcome.VERIFIED, Outcome.ALREADY_REVOKED}


async def judge(made: Deployment, asks: list[Ask]) -> list[str]:
    """Return everything that is wrong."""
    world, wrong = made.world, []
    if not made.is_over:
        wrong.append(f"not everything has ended by {made.time.now()}")
    runs = (await world.ledger.runs(None, 100, None)).rows
    if len(runs) != len(asks):
        wrong.append(f"{len(asks)} keys stand for {len(runs)} runs")
    if world.ledger.poison:
        wrong.append(f"a message of ours was not understood: {world.ledger.poison}")
    for number, ask in enumerate(asks):
        run = await world.ledger.run(ask.run.id) if isinstance(ask.run, Run) else None
        said = [f"no run: {ask.run}"] if run is None else [*_of_run(made, ask, run, await world.users(run))]
        wrong += [f"ask {number}: {line}" for line in said]
    return [*wrong, *_untouched(made, asks, runs)]


def _of_run(made: Deployment, ask: Ask, run: Run, users: list[User]) -> Iterator[str]:
    yield from _accounted(ask, run, users)
    if run.finished_as is State.FAILED and not run.warnings:
        yield "failed without a word"
    if pending := [user.key for user in users if not user.is_final and not run.dry_run]:
        yield f"pending in a run that is {run.finished_as}: {pending}"
    if _is_complete(run) and (run.finished_as is State.COMPLETED) == any(user.outcome in FAILURES for user in users):
        yield f"{run.finished_as} with {Counter(user.outcome for user in users)}"
    called = sum(user.called_at is not None for user in users)
    if run.covers is not None and called > run.covers:
        yield f"{called} called, where {run.covers} are covered"
    for user in users:
        yield from (f"{user.key} is {user.outcome}: {line}" for line in _of_user(made, ask, run, user))


def _accounted(ask: Ask, run: Run, users: list[User]) -> Iterator[str]:
    met = Counter(user.id or user.key for user in users)
    if twice := [name for name, times in met.items() if times > 1]:
        yield f"reported twice: {twice}"
    if strangers := met.keys() - ask.names:
        yield f"not asked for: {strangers}"
    if _is_complete(run) and (lost := ask.names - ask.late - met.keys()):
        yield f"lost: {lost}"


def _is_complete(run: Run) -> bool:
    """Whether every user must be in the report: a cancelled or broken listing says what is missing instead."""
    return run.finished_as in {State.COMPLETED, State.COMPLETED_WITH_FAILURES}


def _of_user(made: Deployment, ask: Ask, run: Run, user: User) -> Iterator[str]:
    since = made.world.graph_users._valid_from.get(user.id or user.key)
    # Both moments may be those of hosts whose clocks are wrong, one ahead and one behind.
    if user.outcome in _DONE and (since is None or since < run.issued_before - 2 * made.clock_is_wrong_by):
        yield f"its sessions are valid since {since}"
    if run.dry_run and user.called_at:
        yield "called by a dry run"
    if run.approval_until and not run.started_at and user.called_at:
        yield "called without approval"
    if user.id in ask.request.exclude_users and user.outcome not in {Outcome.EXCLUDED, Outcome.PROTECTED}:
        yield "was to be left alone"
    if user.id == BREAKGLASS.id and user.outcome is not Outcome.PROTECTED:
        yield "is protected"


def _untouched(made: Deployment, asks: list[Ask], runs: tuple[Run, ...]) -> Iterator[str]:
    revoked = set(made.world.graph_users.revoked)
    if BREAKGLASS.id in revoked:
        yield "the protected account was revoked"
    acting = [run for run in runs if not run.dry_run and run.started_at]
    asked = {name for ask in asks for name in ask.names - ask.request.exclude_users}
    if strangers := revoked - (asked if acting else set()):
        yield f"revoked, though not asked for: {strangers}"
