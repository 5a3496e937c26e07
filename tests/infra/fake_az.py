"""The fake Azure as a command named `az`: it writes down what it is asked, and keeps its state in a file."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from fake_azure import Azure, RefusedError

HOME = Path(os.environ["FAKE_AZ"])


def main(arguments: list[str]) -> int:
    """Answer one command."""
    with (HOME / "asked.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(arguments) + "\n")
    file = HOME / "azure.json"
    azure = Azure(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else Azure()
    azure.cloud = os.environ.get("FAKE_CLOUD", azure.cloud)
    azure.token_refused = os.environ.get("FAKE_TOKEN_REFUSED", "")
    try:
        sys.stdout.write(azure.ask(arguments))
    except RefusedError as error:
        sys.stderr.write(str(error))
        return 1
    file.write_text(json.dumps(asdict(azure)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
