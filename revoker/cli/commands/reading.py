"""The commands that only look: users, runs, and what stands ready."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import batched

from revoker.cli.ending import Exit, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown import lists, readiness
from revoker.cli.shown.listing import Line
from revoker.cli.shown.obstacles import obstacles
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import is_missing_users, share
from revoker.cli.typed import asked as typed
from revoker.cli.typed.choices import Show
from revoker.cli.typed.trust import trust_fields, trust_query
from revoker.cli.words import NOT_DONE, Fields, State, short

_PAGE = 1000  # users written at a time: as many as the API's page has


def users(asked: typed.Users, api: Api, screen: Screen) -> Exit:
    """List what happened to a run's users."""
    run = which(asked.run, api, last=asked.last)
    found = (line for outcome in dict.fromkeys(asked.outcome or (None,)) for line in api.users(run, outcome))
    if asked.output is Show.JSON:
        screen.pages(_array(found))
        return Exit.DONE
    if not screen.listing(lists.USERS, lists.users(found)):
        screen.say(_no_user(run, asked))
    return Exit.DONE


def _no_user(run: str, asked: typed.Users) -> str:
    if asked.outcome:
        return f"No user of run {short(run)} is {' or '.join(asked.outcome)}."
    return f"Run {short(run)} lists no user yet."


def _array(found: Iterable[Fields]) -> Iterator[list[Line]]:
    """Yield a JSON array a page at a time, one user a line: a tenant's users are not held in memory."""
    between = "["
    for page in batched(found, _PAGE):
        lines: list[Line] = []
        for user in page:
            lines.append(Line(f"{between}{json.dumps(user)}"))
            between = ","
        yield lines
    yield [Line("]" if between == "," else "[]")]


def not_done(asked: typed.Status, api: Api, screen: Screen) -> Exit:
    """List the users not done, why, and what to do; exits 0 if there are none."""
    run = which(asked.run, api, last=asked.last)
    status = status_of(run, api)
    left = [outcome for outcome in NOT_DONE if outcome in status["counts"]]
    found = (line for outcome in left for line in api.users(run, outcome))
    if asked.output is Show.JSON:
        screen.pages(_array(found))
    elif not screen.listing(lists.LEFT, lists.not_done(found)):
        screen.say(_none_left(status))
    # A script that asks what is left must not hear "nothing" of users that were never listed.
    return Exit.NOT_ALL_DONE if left or is_missing_users(status) else Exit.DONE


def _none_left(status: Fields) -> str:
    run = short(status["runId"])
    if is_missing_users(status):
        missing = "its scope was not listed to the end: start it anew with its own scope"
        return f"No user that run {run} listed is left, but {missing}."
    if status["dryRun"] and status["finishedAt"]:
        return f"Run {run} was a dry run, and no user of it would be left."
    alone = status["total"] - share(status).due
    if status["finishedAt"] and alone:
        return f"Every user of run {run} is done, but for {alone:,} left alone: revoker users {run} tells which."
    if status["finishedAt"]:
        return f"Every user of run {run} is done."
    going = share(status).going
    if status["state"] == State.AWAITING_APPROVAL:
        return f"None so far; {going:,} of run {run} wait for a second person:\n  revoker approve {run}"
    return f"None so far; {going:,} of run {run} go on."


def runs(asked: typed.Runs, api: Api, screen: Screen) -> Exit:
    """List the latest runs."""
    if not re.fullmatch(r"[1-9]\d?|100", asked.limit):
        raise UsageError(f"--limit {asked.limit}: write 1 to 100.")
    body = api.get("runs", state=asked.state, limit=asked.limit).body
    if asked.output is Show.JSON:
        screen.data(json.dumps(body["runs"], indent=2))
    elif not body["runs"]:
        screen.say("There is no run yet: revoker run starts one.")
    elif screen.is_narrow:
        for line in lists.runs_folded(body["runs"], screen.columns, local=screen.local):
            screen.show(line)
    else:
        screen.table(lists.runs(body["runs"], local=screen.local))
    return Exit.DONE


def preflight(asked: typed.Preflight, api: Api, screen: Screen) -> Exit:
    """Show what stands ready before an emergency; exits 1 where something is missing: a drill can be scheduled."""
    query = trust_query(trust_fields(asked, screen.now(), local=screen.local))
    if query is None:
        dry = "a dry run judges by any number: revoker run --all-users --dry-run, with the same options"
        raise UsageError(f"These are too many certificates for preflight: {dry}.")
    found = api.get("preflight", **query).body
    to_mend = list(obstacles(found))
    if asked.output is Show.JSON:
        screen.data(json.dumps({"ready": not to_mend, "missing": to_mend, **found}, indent=2))
        return Exit.NOT_ALL_DONE if to_mend else Exit.DONE
    for table in readiness.tables(found, narrow=screen.is_narrow):
        screen.table(table)
        screen.show("")
    lost = readiness.missing(found) if screen.is_narrow else ()
    for line in (*lost, *readiness.remarks(found)):
        screen.show(line)
    if not to_mend:
        screen.show("READY.", style="bold green")
        return Exit.DONE
    screen.show(f"NOT READY: {len(to_mend)} to mend.", style="bold red")
    for line in to_mend:
        screen.show(f"- {line}")
    return Exit.NOT_ALL_DONE
