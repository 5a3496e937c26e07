"""Where a run stands on its way through the directory, one page a step: first to plan, then to look what shows. Pure.

A step is committed with its page's batches in one transaction, so a message for a step that was taken is a repeated
one, and a worker that dies leaves either the whole page or nothing of it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from revoker.core.back_off import pause
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.request import Priority
from revoker.core.source import Kind, Source
from revoker.core.tally import Tally

MOST_RESTARTS = 3
# A link to the next page that Graph does not know any more (Directory_ExpiredPageToken) is a 400 or a 410.
_LINK_GONE = frozenset({400, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """``step`` counts what was committed; ``look`` is 0 while planning and then the number of the look.

    ``pages`` counts those read while planning, ``tally`` the users as they were planned; ``due_at`` is when the next
    step is to be taken, ``since`` when it was first tried; ``caller_deferred`` says that the
    caller's own account was listed and waits for the end.
    """

    run: str
    sources: tuple[Source, ...]
    due_at: datetime
    since: datetime
    lane: Priority = Priority.BULK
    skip_guests: bool = True
    expected: int = 0
    step: int = 0
    at: int = 0
    cursor: str | None = None
    check: int = 0
    pages: int = 0
    attempts: int = 0
    restarts: int = 0
    healed: int = 0
    caller_deferred: bool = False
    done: bool = False
    last_due: datetime | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def is_planning(self) -> bool:
        """Whether more users may come."""
        return self.check == 0 and not self.done

    @property
    def source(self) -> Source | None:
        """What is being listed, or None past the last source."""
        return self.sources[self.at] if self.at < len(self.sources) else None

    @property
    def plans_all(self) -> bool:
        """Whether every user of the directory will be listed."""
        return any(source.kind is Kind.ALL for source in self.sources)

    @property
    def at_start(self) -> bool:
        """Whether nothing of this look was listed yet."""
        return self.at == 0 and self.cursor is None

    def after_page(self, cursor: str | None, now: datetime) -> "Scan":
        """Return the scan after a page: at the next one, or at the next source."""
        at = self.at if cursor else self.at + 1
        listed = self.check == 0 and self.source is not None and self.source.is_paged
        return replace(self._moved(now), at=at, cursor=cursor, pages=self.pages + listed)

    def next_check(self, due_at: datetime, now: datetime) -> "Scan":
        """Return the scan at the beginning of its next look, over the sources that are listed in pages."""
        listed = tuple(source for source in self.sources if source.is_paged)
        return replace(
            self._moved(now), sources=listed, at=0, cursor=None, check=self.check + 1, restarts=0, due_at=due_at
        )

    def expedited(self, due_at: datetime, now: datetime) -> "Scan":
        """Return the scan of a cancelled run: nobody more is planned, and the next look need not wait for anybody."""
        return self.next_check(due_at, now) if self.is_planning else replace(self, due_at=min(self.due_at, due_at))

    def aborted(self, now: datetime) -> "Scan":
        """Return the scan given up: planning goes over to looking, looking ends."""
        return self.next_check(now, now) if self.is_planning else self.ended(now)

    def ended(self, now: datetime) -> "Scan":
        """Return the scan with nothing left to list."""
        return replace(self._moved(now), done=True)

    def postponed(self, delay: timedelta, now: datetime) -> "Scan":
        """Return the scan with its step put off."""
        return replace(self, due_at=now + delay, healed=0)

    def restarted(self, now: datetime) -> "Scan":
        """Return the scan at the first page of its source: who was met before is known."""
        return replace(self._moved(now), cursor=None, restarts=self.restarts + 1)

    def after_failure(self, answer: GraphAnswer, now: datetime, age: timedelta, jitter: float) -> "Scan | str":
        """Return the scan after a page that could not be had, or why its source cannot be listed to the end."""
        if self.cursor and answer.status in _LINK_GONE and self.restarts < MOST_RESTARTS:
            return self.restarted(now)
        wait = timedelta(seconds=pause(answer, self.attempts + 1, jitter))
        if not answer.passing or now + wait - self.since > age:
            return f"{reason_of(answer)} {answer.message}".strip()
        return replace(self, due_at=now + wait, attempts=self.attempts + 1, healed=0)

    def _moved(self, now: datetime) -> "Scan":
        return replace(self, step=self.step + 1, due_at=now, since=now, attempts=0, healed=0)


def cheaper_to_list(pages: int, batches: int) -> bool:
    """Whether reading the pages once more takes fewer calls than reading the open batches, twenty users a call."""
    return pages < batches
