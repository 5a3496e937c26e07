"""One request to the API, and the two ways it can go: an answer, or trouble."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from revoker.cli.remote.retry_after import http_date, seconds_to_wait

_LONGEST_ANSWER = 240.0  # seconds: Azure's front end drops a request after 230 (Functions, HTTP trigger limits)
_CONNECT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """What is asked; ``again`` says that asking twice does no more than asking once, ``seconds`` bound an answer."""

    method: str
    path: str
    query: Mapping[str, str | int] | None = None
    body: object = None
    key: str | None = None
    again: bool = True
    seconds: float = _LONGEST_ANSWER

    def build(self, client: httpx.Client) -> httpx.Request:
        """Return it as a request of the client."""
        headers = {"Idempotency-Key": self.key} if self.key else {}
        timeout = httpx.Timeout(self.seconds, connect=_CONNECT)
        return client.build_request(
            self.method, self.path, params=self.query or None, json=self.body, headers=headers, timeout=timeout
        )

    @property
    def left_open(self) -> str:
        """What the operator cannot know without an answer, and how not to do it twice; nothing where no harm is."""
        if self.method == "GET":
            return ""
        if self.key:
            return f"It may have been started: repeat the command with --idempotency-key {self.key}."
        if isinstance(self.body, dict) and self.body.get("dryRun"):  # a plan's own, which is asked for without a key
            return ""
        listed = "revoker sweeps list" if self.path.startswith("sweeps") else "revoker runs"
        return f"It may have been done all the same: look with {listed} before you repeat it."


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the API said; ``retry_after`` in seconds, where it did; ``at`` is the API's own clock, where it tells."""

    status: int
    body: dict[str, Any]
    retry_after: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """No answer: why, what to do, how many seconds to wait at least, and whether the request may be repeated."""

    why: str
    then: str
    again: bool
    lasting: bool = False
    wait: float = 0.0


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that an answer asks to wait, None where it says none."""
    return seconds_to_wait(response.headers.get("Retry-After", ""), date(response) or datetime.now(UTC))


def date(response: httpx.Response) -> datetime | None:
    """Return the server's clock: a laptop with a wrong clock would count down to the wrong minute."""
    return http_date(response.headers.get("Date", ""))
