"""Every option of the command, as a type that the parser reads: its name, its values, its help."""

from typing import Annotated

import typer

from revoker.cli.typed.choices import Code, Evidence, Guests, Show, Stream, Until
from revoker.cli.words import Outcome, Priority, State

_API, _SHOW, _WHO, _WHICH, _HOW, _WATCH = (
    *("Which API", "What is shown", "Whom to sign out (these add up)"),
    *("Which sessions", "How and why", "Watching"),
)


def _option(metavar: str, text: str, panel: str, *names: str) -> object:
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=panel, show_default=False)


def _flag(text: str, panel: str, *names: str) -> object:
    return typer.Option(*names, help=text, rich_help_panel=panel, show_default=False)


_RUN = "The run's id, or its beginning."
_LAST = "The newest run that no sweep started."
_TIME = "YEAR-MONTH-DAYThh:mm:ssZ"

Api = Annotated[str | None, _option("URL", "The API's address (REVOKE_API).", _API, "--api")]
Audience = Annotated[
    str | None, _option("URI", "Sign in for it, as in api://... (REVOKE_AUDIENCE).", _API, "--audience")
]
As = Annotated[str | None, _option("NAME", "Play a second person: make serve only.", _API, "--as")]
AtLocal = Annotated[bool, _flag("Read and show times in this computer's zone.", _SHOW, "--at-local")]
ShowAs = Annotated[Show, _option("table|json", "For people, or for programs.", _SHOW, "--output", "-o")]
StreamAs = Annotated[
    Stream, _option("table|json|jsonl", "jsonl: one event a line while it runs.", _SHOW, "--output", "-o")
]

Run = Annotated[str | None, typer.Argument(metavar="RUN", help=_RUN, show_default=False)]
Last = Annotated[bool, _flag(_LAST, "Which run", "--last")]
Sweep = Annotated[str | None, typer.Argument(metavar="SWEEP", help="The sweep's id.", show_default=False)]
File = Annotated[str | None, typer.Argument(metavar="FILE", help="- reads standard input.", show_default=False)]
Outcomes = Annotated[list[Outcome] | None, _option("OUTCOME...", "Only these.", _SHOW, "--outcome")]
Format = Annotated[Evidence, _option("json|csv|html", "Default: json.", _SHOW, "--format")]
OutputFile = Annotated[str | None, _option("FILE", "A new file; default: standard output.", _SHOW, "--output")]
InState = Annotated[State | None, _option("STATE", "Only runs in this state.", _SHOW, "--state")]
Limit = Annotated[str, _option("N", "1 to 100; default: 20.", _SHOW, "--limit")]

User = Annotated[list[str] | None, _option("NAME...", "UPNs or object ids.", _WHO, "--user")]
UsersFile = Annotated[
    str | None, _option("FILE", "A CSV file or a list; - reads standard input.", _WHO, "--users-file")
]
Column = Annotated[str | None, _option("NAME|N", "The column of --users-file that holds them.", _WHO, "--column")]
Group = Annotated[list[str] | None, _option("NAME...", "Names or object ids; members of members too.", _WHO, "--group")]
Role = Annotated[list[str] | None, _option("ROLE...", "Names, template ids, or privileged.", _WHO, "--role")]
Filter = Annotated[str | None, _option("ODATA", "OData on users, as Graph takes it.", _WHO, "--filter")]
AllUsers = Annotated[bool, _flag("The whole tenant.", _WHO, "--all-users")]
ExcludeUser = Annotated[list[str] | None, _option("NAME...", "Leave these alone.", _WHO, "--exclude-user")]
ExcludeGroup = Annotated[list[str] | None, _option("NAME...", "Leave their members alone.", _WHO, "--exclude-group")]
GuestsAre = Annotated[
    Guests | None, _option("skip|include", "Groups, roles, filters and --all-users skip them.", _WHO, "--guests")
]
Plan = Annotated[str | None, _option("RUN", "Apply this dry run: its users, in its order.", _WHO, "--plan")]
IncludeNew = Annotated[bool, _flag("With --plan: also users who came since.", _WHO, "--include-new")]

IssuedBefore = Annotated[
    str | None, _option("TIME", f"Only older sessions: {_TIME}; default: all.", _WHICH, "--issued-before")
]
CompromisedAt = Annotated[
    str | None, _option("TIME", "Since when the intruder was in: for the gate.", _WHICH, "--compromised-at")
]
Thumbprint = Annotated[
    list[str] | None, _option("SHA1...", "Certificates that must not be trusted any more.", _WHICH, "--thumbprint")
]
RotatedSince = Annotated[
    str | None, _option("TIME", "When the clean rotation of certificates began.", _WHICH, "--rotated-since")
]
CompromisedCertificate = Annotated[
    list[str] | None, _option("FILE...", "Certificates (PEM) with a stolen key.", _WHICH, "--compromised-certificate")
]
TrustedThumbprint = Annotated[
    list[str] | None, _option("SHA...", "Every certificate that belongs here.", _WHICH, "--trusted-thumbprint")
]
Acknowledge = Annotated[
    list[Code] | None, _option("CODE...", "Go on past the gate, on record.", _WHICH, "--acknowledge")
]

Reason = Annotated[str | None, _option("TEXT", "Why: kept in the evidence. Required.", _HOW, "--reason")]
Lane = Annotated[Priority | None, _option("urgent|bulk", "Default: urgent up to 200 users.", _HOW, "--priority")]
DryRun = Annotated[bool, _flag("List the users, sign out no one.", _HOW, "--dry-run")]
IncidentId = Annotated[str | None, _option("ID", "The incident's ARM or Defender id.", _HOW, "--incident-id")]
IncidentNumber = Annotated[str | None, _option("N", "The incident's number.", _HOW, "--incident-number")]
IncidentTitle = Annotated[str | None, _option("TEXT", "The incident's title.", _HOW, "--incident-title")]
IncidentUrl = Annotated[str | None, _option("URL", "The incident's page.", _HOW, "--incident-url")]
Key = Annotated[str | None, _option("KEY", "The same key and options are the same run.", _HOW, "--idempotency-key")]
Yes = Annotated[bool, _flag("Do not ask.", _HOW, "--yes")]
Cooldown = Annotated[str | None, _option("MINUTES", "Spare users a run revoked since.", _WHICH, "--cooldown-minutes")]

Browser = Annotated[
    bool, _flag("Show the evidence page too, live in a browser on this machine; saved at the end.", _WATCH, "--browser")
]
NoWait = Annotated[bool, _flag("Print the run's id and end.", _WATCH, "--no-wait")]
Timeout = Annotated[str | None, _option("TIME", "Stop watching after, as in 90s or 15m.", _WATCH, "--timeout")]
UntilState = Annotated[Until, _option("revoked|verified", "How far to watch; default: verified.", _WATCH, "--until")]

Name = Annotated[str | None, _option("TEXT", "What the sweep is called.", _HOW, "--name")]
Every = Annotated[str | None, _option("TIME", "How often, as in 1h or 30m.", _HOW, "--every")]
For = Annotated[str | None, _option("TIME", "For how long, as in 14d; at most 90d.", _HOW, "--for")]
MaxAge = Annotated[
    str | None, _option("TIME", "End sessions older than this at each tick, as in 24h.", _WHICH, "--max-age")
]
