"""The options of ``run`` become the body of ``POST /api/runs``; what they mean is checked by the API, not twice."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from revoker.cli.ending import UsageError
from revoker.core.federation import NOT_ROTATED, UNCHECKED
from revoker.core.request import Priority

if TYPE_CHECKING:
    from argparse import _ArgumentGroup
type Group = _ArgumentGroup


def add_run_options(parser: ArgumentParser) -> None:
    """Add what says whom, which sessions, how and why."""
    whom = parser.add_argument_group("whom (these add up)")
    _many(whom, "--user", "ID", "object ids or UPNs")
    whom.add_argument("--users-file", metavar="FILE", help="one a line, # begins a comment; - reads standard input")
    _many(whom, "--group", "ID", "object ids; members of members too")
    _many(whom, "--role", "ID", "role template ids, or privileged")
    whom.add_argument("--filter", metavar="ODATA", help="OData on users, as Graph takes it")
    whom.add_argument("--all-users", action="store_true", help="the whole tenant")
    _many(whom, "--exclude-user", "ID", "leave these alone")
    _many(whom, "--exclude-group", "ID", "leave their members alone")
    whom.add_argument("--guests", choices=("skip", "include"), help="directory scopes skip them unless told")
    which = parser.add_argument_group("which sessions")
    which.add_argument("--issued-before", metavar="TIME", help="only older sessions (RFC 3339); default: all")
    which.add_argument("--compromised-at", metavar="TIME", help="since when the intruder was in (RFC 3339)")
    _many(which, "--thumbprint", "SHA1", "certificates that must not be trusted any more")
    _many(which, "--acknowledge", "CODE", "go on past the gate", choices=(NOT_ROTATED, UNCHECKED))
    how = parser.add_argument_group("how and why")
    how.add_argument("--reason", required=True, help="why, kept in the report")
    how.add_argument("--priority", choices=tuple(Priority), help="default: urgent up to 200 users")
    how.add_argument("--dry-run", action="store_true", help="list everybody, touch nobody")
    how.add_argument("--incident-id", metavar="ID")
    how.add_argument("--incident-number", metavar="N", type=int)
    how.add_argument("--incident-title", metavar="TEXT")
    how.add_argument("--incident-url", metavar="URL")
    how.add_argument("--idempotency-key", metavar="KEY", help="the same key and options are the same run")
    how.add_argument("--yes", action="store_true", help="do not ask before --all-users or --filter")


def _many(group: Group, option: str, metavar: str, text: str, choices: tuple[str, ...] | None = None) -> None:
    """Add an option that takes several values and may be repeated."""
    group.add_argument(option, nargs="+", action="extend", default=[], metavar=metavar, help=text, choices=choices)


def run_body(args: Namespace) -> dict[str, object]:
    """Return the body, without what was not said; raises UsageError for a file that cannot be read."""
    exclude = _said({"users": args.exclude_user, "groups": args.exclude_group})
    incident = {name: getattr(args, f"incident_{name}") for name in ("id", "number", "title", "url")}
    return _said(
        {
            "users": [*args.user, *(_listed(args.users_file) if args.users_file else ())],
            "groups": args.group,
            "roles": args.role,
            "filter": args.filter,
            "allUsers": args.all_users,
            "exclude": exclude,
            "guests": args.guests,
            "issuedBefore": args.issued_before,
            "compromisedAt": args.compromised_at,
            "compromisedThumbprints": args.thumbprint,
            "acknowledge": args.acknowledge,
            "priority": args.priority,
            "dryRun": args.dry_run,
            "incident": _said(incident),
            "reason": args.reason,
        }
    )


def may_mean_everybody(body: dict[str, object]) -> bool:
    """Tell whether a run would touch the whole tenant, or might: the same rule as the gate's."""
    return bool(body.get("allUsers") or "filter" in body) and not body.get("dryRun")


def _said(fields: dict[str, object]) -> dict[str, object]:
    """Drop what was not given; text that was given empty goes out, so that the API can refuse it."""
    return {name: value for name, value in fields.items() if not (value is None or value is False or value in ([], {}))}


def read_text(file: str) -> str:
    """Return a file's text, or standard input's for ``-``; raises UsageError."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text: save it as UTF-8.") from None


def _listed(file: str) -> list[str]:
    lines = (line.strip() for line in read_text(file).splitlines())
    users = [line for line in lines if line and not line.startswith("#")]
    if not users:
        raise UsageError(f"{file} names nobody: write one object id or UPN a line.")
    return users
