"""Which programs are compared, and what a person writes to have each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "contestants"

_CALL = """curl -X POST "$API/runs" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"allUsers": true, "reason": "INC-1042"}'"""
_PIPE = """Connect-MgGraph -Identity
Get-MgUser -All | ForEach-Object { Revoke-MgUserSignInSession -UserId $_.Id }"""
_LOGIC_APP = """"For_each": {
  "type": "Foreach",
  "foreach": "@body('Entities_-_Get_Accounts')?['Accounts']",
  "actions": {
    "HTTP": {
      "type": "Http",
      "inputs": {
        "authentication": {"audience": "https://graph.microsoft.com", "type": "ManagedServiceIdentity"},
        "method": "POST",
        "uri": "https://graph.microsoft.com/v1.0/users/@{items('For_each')?['AadUserId']}/revokeSignInSessions"
      }
    }
  }
}"""
_SHELL = """m365 login --authType identity
m365 entra user list --output json | jq -r '.[].id' |
  while read -r id; do m365 entra user session revoke --userId "$id" --force; done"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A program; a script runs as a process of its own, this project (`identities`) as a service over HTTP.

    `most` says how many users it gets at most in a scenario: beyond, its time is extrapolated and labelled so. Where a
    scenario is not in `only`, and `only` is not empty, it does not take part.
    """

    name: str
    title: str
    source: str
    written: str = ""
    script: str = ""
    identities: int = 0
    most: Mapping[str, int] = field(default_factory=dict)
    only: frozenset[str] = frozenset()

    def takes_part(self, scenario: str) -> bool:
        """Whether it is played in a scenario."""
        return not self.only or scenario in self.only

    @property
    def lines(self) -> int:
        """How many lines a person must write; empty lines and comments do not count."""
        text = self.written or (SCRIPTS / self.script).read_text(encoding="utf-8")
        return code_lines(text)


def code_lines(text: str) -> int:
    """Count the lines that are neither empty, nor a comment, nor part of a docstring that opens a line."""
    count, quoted = 0, False
    for line in map(str.strip, text.splitlines()):
        marks = line.count('"""')
        opens = line.startswith('"""')
        if not quoted and not opens and line and not line.startswith("#"):
            count += 1
        if opens or quoted:
            quoted = quoted ^ (marks % 2 == 1)
    return count


_MS = "github.com/microsoftgraph"
_SCRIPTED = frozenset({"one", "twenty", "crowd", "tenant", "day", "faults", "mixed", "kill"})
_DAY = {"day": 300}  # at the quota's own speed: 13 seconds instead of a quarter of an hour
CONTESTANTS = (
    Contestant(
        name="revoker",
        title="Revoker",
        source="this repository, its built package",
        written=_CALL,
        identities=1,
        most={"day": 500},
    ),
    Contestant(
        name="revoker3",
        title="Revoker, three identities",
        source="the same, with a quota for each of three managed identities",
        written=_CALL,
        identities=3,
        only=frozenset({"crowd", "tenant"}),
    ),
    Contestant(
        name="guidance",
        title="`Get-MgUser -All`, one by one",
        source=f"CM0077's guidance; {_MS}/msgraph-sdk-powershell `ListCmdlet.cs`, `SetMgRequestContext.cs`",
        written=_PIPE,
        script="sdk_one_by_one.py",
        most=_DAY | {"crowd": 100, "tenant": 1_000},
        only=_SCRIPTED | {"urgent"},
    ),
    Contestant(
        name="sdk32",
        title="Graph SDK, 32 calls at once",
        source=f"{_MS}/msgraph-sdk-python; microsoft/kiota-python `retry_handler.py`",
        script="sdk_at_once.py",
        most=_DAY | {"tenant": 2_000},
        only=_SCRIPTED | {"urgent"},
    ),
    Contestant(
        name="batches",
        title="batches of 20, 16 at once, unpaced",
        source="learn.microsoft.com/graph `json-batching`, `throttling`",
        script="batches.py",
        most=_DAY | {"tenant": 2_000},
        only=_SCRIPTED | {"urgent"},
    ),
    Contestant(
        name="playbook",
        title="Sentinel playbook, For each of 20",
        source="learn.microsoft.com/azure/logic-apps `logic-apps-limits-and-config`, `logic-apps-exception-handling`",
        written=_LOGIC_APP,
        script="playbook.py",
        most=_DAY | {"tenant": 2_000},
        only=_SCRIPTED,
    ),
    Contestant(
        name="m365",
        title="CLI for Microsoft 365, a process a user",
        source="npm `@pnp/cli-microsoft365` 11.11.0, the real one",
        written=_SHELL,
        script="m365.py",
        most={"crowd": 5},
        only=frozenset({"one", "crowd"}),
    ),
)


def taking_part(scenario: str) -> list[str]:
    """Return the names of those that are played in a scenario."""
    return [each.name for each in CONTESTANTS if each.takes_part(scenario)]
