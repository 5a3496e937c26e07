"""Which run an operator means: by its id, by the beginning of it, or the newest."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from revoker.cli.ending import RefusedError, UsageError
from revoker.cli.remote.client import Api, path
from revoker.cli.typed.names import clean
from revoker.cli.words import Fields, cutoff

_WHOLE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_PAGE, _PAGES = 100, 10
_LEAST = 4
_REHEARSED = timedelta(minutes=15)  # from a dry run to the question answered, and the run started


def which(typed: str | None, api: Api, *, last: bool) -> str:
    """Return the id of the run that is meant; raises UsageError, with the runs to choose from."""
    if last and typed:
        raise UsageError(f"{typed} and --last may be two runs: leave one of them out.")
    if last or (typed or "").lower() in {"last", "latest"}:
        return str(newest(api)["runId"])
    if not typed:
        raise UsageError("Which run? Give its id, its beginning, or --last; revoker runs lists them.")
    name = clean(typed).lower()
    if _WHOLE.fullmatch(name):
        return name
    digits = name.replace("-", "")
    if len(digits) < _LEAST or not re.fullmatch("[0-9a-f]+", digits):
        raise UsageError(f"{typed} is no run id: revoker runs lists them, --last takes the newest.")
    return _by_beginning(typed, digits, api)


def newest(api: Api) -> Fields:
    """Return the status of the newest run that no sweep started; raises UsageError where there is none."""
    for found in _runs(api, 20):
        if found["trigger"] != "schedule":
            return found
    raise UsageError("There is no run yet: revoker run starts one.")


def status(run: str, api: Api) -> Fields:
    """Return where a run stands."""
    return api.get(path("runs", run)).body


def dry_run_of(status: Fields, api: Api) -> Fields | None:
    """Return the dry run that a run applies, while the run itself has listed no user; None where there is none.

    None as well with ``--include-new``: newcomers come on top, so the dry run's number would be too low to approve.
    """
    if not status.get("plan") or status.get("includeNew") or status["counts"]:
        return None
    try:
        return api.get(path("runs", status["plan"])).body
    except RefusedError:
        return None


def rehearsal_of(status: Fields, api: Api) -> Fields | None:
    """Return the dry run that the requester looked at before a run that applies none; None where none is found.

    The command makes one before each large run, and the API does not link the two: it is known by requester, reason and
    scope, and by its time. A scope gives users by name as a number: where it has any, they may be other users than the
    dry run's, so that its number says nothing of this run.
    """
    if status.get("plan") or status["counts"] or _names_users(status["scope"]):
        return None
    begun = datetime.fromisoformat(status["createdAt"])
    try:
        for one in _runs(api):
            ahead = begun - datetime.fromisoformat(one["createdAt"])
            if ahead > _REHEARSED:
                return None
            if ahead >= timedelta() and _rehearses(one, status):
                return one
    except RefusedError:
        return None
    return None


def _rehearses(one: Fields, run: Fields) -> bool:
    ended = one["dryRun"] and str(one["state"]).startswith("completed")
    alike = all(one[name] == run[name] for name in ("requestedBy", "reason", "scope", "compromisedAt"))
    return bool(ended and alike and cutoff(one) == cutoff(run))


def _names_users(scope: Fields) -> bool:
    return bool(scope.get("users") or (scope.get("exclude") or {}).get("users"))


def _by_beginning(typed: str, digits: str, api: Api) -> str:
    found = [one for one in _runs(api) if one["runId"].replace("-", "").startswith(digits)]
    if len(found) == 1:
        return str(found[0]["runId"])
    if not found:
        raise UsageError(f"No run begins with {typed} (of the latest {_PAGE * _PAGES:,}): revoker runs lists them.")
    lines = [f"  {one['runId']}  {one['createdAt']}  {one['state']}  {one['reason']}" for one in found[:5]]
    raise UsageError("\n".join([f"{len(found)} runs begin with {typed}: type more of it.", *lines]))


def _runs(api: Api, page: int = _PAGE) -> Iterator[Fields]:
    """Yield the latest runs, a page at a time."""
    cursor: str | None = None
    for _ in range(_PAGES):
        found = api.get("runs", limit=page, cursor=cursor).body
        yield from found["runs"]
        cursor = found["cursor"]
        if cursor is None:
            return
