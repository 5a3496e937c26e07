"""A headless browser: a process of its own that takes steps as lines of JSON."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NODE_OF_ENVIRONMENT = HERE.parents[1] / ".venv" / "bin" / "node"


class Browser:
    """One browser with one page."""

    def __init__(self) -> None:
        node = shutil.which("node") or str(NODE_OF_ENVIRONMENT)
        self._process = subprocess.Popen(
            [node, "browser.mjs"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ},
        )

    def step(self, step: str, **given: object) -> Any:  # noqa: ANN401 - whatever the step returns
        """Take a step; raises RuntimeError with the browser's own words."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"step": step, **given}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{step}: {answer['error']}")
        return answer.get("value")

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)
