"""Applying a dry run that was looked at: its users, in its order."""

from dataclasses import replace

from revoker.cli.commands.gate import judged_before, look_ahead
from revoker.cli.commands.planning import ask
from revoker.cli.commands.set_going import followed, started
from revoker.cli.commands.watching import Watch
from revoker.cli.ending import Exit, RefusedError, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.plan_age import aged
from revoker.cli.shown.screen import Screen
from revoker.cli.typed.body import plan_body
from revoker.cli.typed.starting import Run
from revoker.cli.words import Fields, short


def apply(asked: Run, how: Watch, api: Api, screen: Screen) -> Exit:
    """Show a dry run as a plan, have it confirmed, apply it, and watch the run."""
    body = plan_body(asked)
    found = status_of(which(asked.plan, api, last=False), api)
    why = _why_no_plan(found)
    if why:
        raise UsageError(f"--plan {short(found['runId'])} {why}")
    _agreed(asked, Plan(api.address, found, {}), api, screen)
    body = {"reason": found["reason"], **body, "plan": found["runId"]}
    try:
        return followed(started(body, asked.idempotency_key, api, screen), how, api, screen)
    except RefusedError as error:
        if "unknown field" in str(error):
            raise UsageError("This API is older than the command and cannot apply a dry run: run it anew.") from None
        raise


def _agreed(asked: Run, plan: Plan, api: Api, screen: Screen) -> None:
    """Have the plan confirmed, or say how old it is where a script applies it."""
    if asked.yes:
        for name, said in aged(plan, screen.now()):
            screen.say(f"{name}: {said}.")
        return
    if not screen.is_attended:
        raise UsageError("This applies a dry run: without a terminal to ask on, say --yes.")
    gate = judged_before(plan.status, asked.acknowledge or ())
    ask(replace(plan, found=look_ahead(api), gate=gate), screen)


def _why_no_plan(found: Fields) -> str:
    """Return why a run cannot be applied, before anything is asked; nothing for one that can."""
    if not found["dryRun"]:
        return "is no dry run: start one with --dry-run."
    if not found["finishedAt"]:
        return f"goes on still: wait for it, with\n  revoker wait {short(found['runId'])}"
    if not str(found["state"]).startswith("completed"):
        return f"ended {found['state']}, so its list is not whole: start a new dry run."
    return ""
