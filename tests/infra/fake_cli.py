"""The fake Azure behind every command of a deployment, in this process: it may break off at any call."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fake_azure import Azure, RefusedError

from infra import azure_cli

LOOKS = (["show"], ["list"])


@dataclass
class Cli:
    """The Azure CLI in this process: an Azure, what was asked of it, and which call is to break off."""

    azure: Azure = field(default_factory=Azure)
    asked: list[list[str]] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)
    breaks_before: int = -1
    breaks_after: int = -1

    def run(self, command: Sequence[str], seconds: int = azure_cli.QUESTION_SECONDS) -> str:
        """Stand in for the command; a number counts calls from 0."""
        call = len(self.asked)
        self.asked.append(list(command[1:]))
        self.seconds.append(seconds)
        if call == self.breaks_before:
            raise KeyboardInterrupt
        try:
            answer = self.azure.ask(command[1:])
        except RefusedError as error:
            raise azure_cli.StepError(str(error)) from error
        if call == self.breaks_after:
            raise KeyboardInterrupt
        return answer

    def changing(self) -> list[str]:
        """Return the commands that changed something, shortened to what tells them apart."""
        asked = [line for line in self.asked if line[1] not in {"show", "exists"} and line[2:3] not in LOOKS]
        return [" ".join(part for part in line if not part.startswith("--"))[:80] for line in asked]
