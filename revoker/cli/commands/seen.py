"""What a watch has seen of a run: its last status, the pace, and the API's clock against this computer's. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from revoker.cli.remote.api_request import ApiAnswer
from revoker.cli.shown.progress import Watched
from revoker.cli.shown.share import share

_SAME_CLOCK = timedelta(seconds=5)


@dataclass(slots=True)
class Seen:
    """The last status; ``counted`` is when it came, in seconds, and how many users were signed out then."""

    watched: Watched
    ahead: timedelta = timedelta()
    counted: tuple[float, int] = (0.0, 0)

    def learn(self, answer: ApiAnswer, at: float, now: datetime) -> None:
        """Take in an answer that came ``at`` so many seconds, ``now`` by this computer's clock."""
        signed_out = share(answer.body).out
        before, counted = self.counted
        pace = self.watched.pace
        if before and at > before:
            pace = (signed_out - counted) / (at - before)
        self.counted = (at or 1e-9, signed_out)
        self.ahead = ahead_of(answer, now)
        self.watched = Watched(answer.body, pace)


def ahead_of(answer: ApiAnswer, now: datetime) -> timedelta:
    """Return how far the API's clock is ahead of ours; HTTP dates have whole seconds, and answers take some."""
    if answer.at and abs(answer.at - now) > _SAME_CLOCK:
        return answer.at - now
    return timedelta()
