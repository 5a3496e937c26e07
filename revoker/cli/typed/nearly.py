"""Near misses: words of other tools that people type, and what to type here."""

from collections.abc import Iterable
from difflib import get_close_matches

_EVERYBODY = "--all-users signs out the whole tenant, --user NAME one user"
_DRY = "--dry-run lists the users and signs out no one"
_BEARER = "a token on the command line stays in the shell's history: set REVOKE_TOKEN"
# Without dashes and in lower case, as PowerShell's -WhatIf becomes "whatif".
_OPTIONS = {
    "all": _EVERYBODY,
    "everyone": _EVERYBODY,
    "everybody": _EVERYBODY,
    "tenant": _EVERYBODY,
    "upn": "--user NAME takes UPNs and object ids",
    "userid": "--user NAME takes UPNs and object ids",
    "userprincipalname": "--user NAME takes UPNs and object ids",
    "file": "--users-file FILE",
    "csv": "--users-file FILE",
    "whatif": _DRY,
    "plan": _DRY,
    "simulate": _DRY,
    "confirm": "--yes answers the question before a large run",
    "force": "--yes answers the question before a large run; --acknowledge goes past the gate",
    "token": _BEARER,
    "accesstoken": _BEARER,
    "password": _BEARER,
    "message": "--reason TEXT",
    "url": "--api URL",
    "json": "-o json",
    "v": "revoker --version tells the version; -o json shows all that is known",
    "verbose": "-o json shows all that is known",
    "debug": "-o json shows all that is known",
    "ojson": "write -o json",
    "ojsonl": "write -o jsonl",
    "o": "-o table or -o json; the evidence: report --format json, --output FILE",
    "wait": "a run is watched unless --no-wait is given",
    "watch": "a run is watched unless --no-wait is given; in a browser: revoker watch RUN --browser",
    "nowait": "--no-wait",
    "detach": "--no-wait",
    "cutoff": "--issued-before TIME",
    "since": "--issued-before TIME ends older sessions; --compromised-at TIME dates the intrusion",
    "except": "--exclude-user NAME, --exclude-group ID",
    "exclude": "--exclude-user NAME, --exclude-group ID",
    "ticket": "--incident-number N, or --reason TEXT",
    "incident": "--incident-number N, --incident-id ID, or --reason TEXT",
    "last": "write the run's id or its beginning, which revoker runs lists",
    "limit": "-o json writes all of them",
}
_COMMANDS = {
    "revoke": "revoker run --user NAME",
    "start": "revoker run",
    "apply": "revoker run --plan RUN",
    "plan": "revoker run --dry-run",
    "list": "revoker runs",
    "ls": "revoker runs",
    "get": "revoker status RUN",
    "show": "revoker status RUN",
    "describe": "revoker status RUN",
    "logs": "revoker users RUN",
    "failed": "revoker not-done RUN",
    "failures": "revoker not-done RUN",
    "stop": "revoker cancel RUN",
    "abort": "revoker cancel RUN",
    "kill": "revoker cancel RUN",
    "rerun": "revoker retry RUN",
    "export": "revoker report RUN --format html",
    "evidence": "revoker report RUN --format html",
    "check": "revoker preflight",
    "doctor": "revoker preflight",
    "sweep": "revoker sweeps",
    "schedule": "revoker sweeps create",
    "login": "az login, and REVOKE_AUDIENCE for what the token is for",
    "help": "revoker --help",
    "version": "revoker --version",
}


def option(typed: str, known: Iterable[str]) -> str:
    """Say what to write instead of an option that the command does not have."""
    bare = typed.lstrip("-").lower().replace("-", "")
    known = list(known)
    for name in known:
        if name.startswith("--") and name.replace("-", "") == bare:
            return f"There is no {typed}: write {name}."
    if bare in _OPTIONS:
        return f"There is no {typed}: {_OPTIONS[bare]}."
    close = get_close_matches(typed.lower(), known, n=2, cutoff=0.6)
    return f"There is no {typed}{_or(close)}"


def command(typed: str, known: Iterable[str], path: str) -> str:
    """Say what to type instead of a command that there is not."""
    if path == "revoker" and typed.lower() in _COMMANDS:
        return f"There is no command {typed!r}: {_COMMANDS[typed.lower()]}."
    return f"There is no command {typed!r}{_or(get_close_matches(typed.lower(), known, n=2, cutoff=0.5))}"


def value(typed: str, known: Iterable[str]) -> str:
    """Say which values there are, the close ones first."""
    known = list(known)
    close = get_close_matches(typed.lower(), known, n=1, cutoff=0.6)
    if close:
        return f": did you mean {close[0]}?"
    return f": write {', '.join(known)}."


def _or(close: list[str]) -> str:
    if close:
        return f": did you mean {' or '.join(close)}?"
    return "."
