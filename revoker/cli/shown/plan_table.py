"""What a run would do, shown as names and values before it starts. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from revoker.cli.shown import times
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.plan_age import aged, rehearsed
from revoker.cli.shown.share import names, scope
from revoker.cli.shown.table import Table
from revoker.cli.words import Fields, Outcome, counted, enumerated, short

_NAMED = 3
_SOON = 10.0  # seconds; within the burst the quota takes no time at all, and each call still takes some


def plan_table(plan: Plan, now: datetime) -> Table:
    """Return the plan as names and values."""
    return Table(("", " "), list(_rows(plan, now)), whole=frozenset({""}), bare=True)


def _rows(plan: Plan, now: datetime) -> Iterator[tuple[str, str]]:
    status, counts = plan.status, plan.listed["counts"]
    known = status.get("tenant") or plan.found.get("tenant") or {}
    yield "Tenant", f"{known.get('domain') or 'not told by this API'} {known.get('id') or ''}".strip()
    yield "API", plan.api
    users = f"{counted(plan.users, 'user')}: {scope(status)}{names(status)}"
    yield "Sign out", users if plan.is_listed else f"about {users}; the listing decides"
    if plan.dry_run:
        yield "Dry run", f"{short(plan.dry_run['runId'])} counted them: revoker users {short(plan.dry_run['runId'])}"
    yield from rehearsed(plan)
    yield from aged(plan, now)
    yield "Reason", status["reason"]
    yield "Guests", _guests(plan)
    yield "Protected", _protected(plan, counts)
    yield from _excluded(plan, counts)
    for outcome, word in ((Outcome.NOT_FOUND, "Not found"), (Outcome.UNRESOLVED, "Unresolved")):
        if counts.get(outcome):
            yield word, f"{counts[outcome]:,}: revoker users {short(plan.listed['runId'])} --outcome {outcome}"
    if plan.gate:
        yield "Gate", plan.gate
    yield "Finish", _finish(plan, now)
    approval = plan.found.get("approval") or {}
    if approval.get("above") and plan.users > approval["above"] and status["dryRun"]:
        yield "Approval", f"a second person must approve it: more than {approval['above']:,} users"
    yield from _beside_all(status)
    for sentence in status["warnings"]:
        yield "Note", sentence


def _beside_all(status: Fields) -> Iterator[tuple[str, str]]:
    """Say which parts of a scope name no further user: an operator that writes them may mean these users alone."""
    asked = status["scope"]
    given = [f"--{name.removesuffix('s')}" for name in ("users", "groups", "roles", "filter") if asked.get(name)]
    if asked.get("allUsers") and given:
        yield "Note", f"{' and '.join(given)} beside --all-users: every user is signed out, not these alone"


def _guests(plan: Plan) -> str:
    """Return the guests: counted in the listing, or in the tenant where it is not listed yet."""
    guests = plan.listed["counts"].get(Outcome.NOT_EFFECTIVE, 0)
    if guests:
        return f"{guests:,} left alone: only their home tenants can sign them out"
    if plan.is_listed:
        return "none in scope"
    known = (plan.found.get("users") or {}).get("guests")
    if known is None:
        return "not listed yet"
    return f"not listed yet; {known:,} in the tenant by userType, left alone"


def _protected(plan: Plan, counts: Mapping[str, int]) -> str:
    entries = [str(one["userPrincipalName"] or one["entry"]) for one in plan.found.get("protected") or ()]
    if not plan.found:
        return "not told"
    if not entries:
        return "NO ACCOUNT: set REVOKER_PROTECTED, or you may lock yourself out"
    if not plan.is_listed:
        return enumerated(entries, _NAMED)
    return f"{counts.get(Outcome.PROTECTED, 0):,} left alone: {enumerated(entries, _NAMED)}"


def _excluded(plan: Plan, counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Return the exclusions; one that spares no user is probably a typing error, and is said."""
    asked = plan.status["scope"].get("exclude") or {}
    users, groups = asked.get("users") or 0, len(asked.get("groups") or ())
    spared = counts.get(Outcome.EXCLUDED, 0)
    if not users and not groups:
        return
    parts = []
    if users:
        by_name = f" ({enumerated(plan.spared, _NAMED)})" if plan.spared else ""
        parts.append(f"{counted(users, 'user')}{by_name}")
    if groups:
        parts.append(counted(groups, "group"))
    named = f"{' and '.join(parts)} excluded"
    if not plan.is_listed:
        yield "Excluded", f"{named}; not listed yet"
    elif spared:
        yield "Excluded", f"{spared:,} spared: {named}"
    else:
        yield "Excluded", f"NO USER IS SPARED: {named}"


def _finish(plan: Plan, now: datetime) -> str:
    """Return when it would be done: preflight's estimate for the tenant, less the users out of scope.

    600 users take 90 s at 20 a second; for 500 of them, 90 s less 100 / 20 s: 85 s.
    """
    estimate = plan.found.get("estimate")
    if not estimate:
        return "not told"
    fewer = max(0, estimate["users"] - plan.users) / estimate["writesPerSecond"]
    seconds = max(0.0, estimate["seconds"] - fewer)
    at = now + timedelta(seconds=seconds)
    after = "some seconds" if seconds < _SOON else times.length(seconds)
    return f"about {times.clock(at)[:5]} here, {after} after the start"
