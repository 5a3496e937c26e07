"""A run's scan through the directory, one page a step: first to plan users, then to check what the directory shows.

A step is committed in one transaction with the batches of its page. A worker that dies before that leaves nothing of
the page behind; after it, a repeated message finds the step taken.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from revoker.core.back_off import pause
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.landmark import Landmark
from revoker.core.request import Priority
from revoker.core.source import Kind, Source
from revoker.core.tally import Tally

MOST_RESTARTS = 3
# How Graph answers a link to the next page that has expired (Directory_ExpiredPageToken; graph-facts#listing-users).
_LINK_GONE = frozenset({400, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Where a scan stands.

    ``step`` counts committed steps. ``check`` is 0 while the scan plans, then the number of the check. ``at`` is the
    number of the source that is being listed, ``cursor`` its next page, None for the first. ``pages`` counts the pages
    read while planning, ``tally`` the users as they were planned, ``expected`` how many the directory counted before.
    ``due_at`` is when the next step is due, ``since`` when it was first tried, ``last_due`` when the last batch planned
    so far is due. ``caller_deferred``: the caller's own account was listed and waits for the last step.
    ``healed`` counts how often the step's message was sent again, and ``begun`` says that a worker has begun with the
    step since the last return was counted. ``restarts`` counts how often a source was begun anew.
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
    landmark: Landmark = field(default_factory=Landmark)
    check: int = 0
    pages: int = 0
    attempts: int = 0
    restarts: int = 0
    healed: int = 0
    begun: bool = False
    caller_deferred: bool = False
    done: bool = False
    last_due: datetime | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def is_planning(self) -> bool:
        """Whether the scan may still add users to the run."""
        return self.check == 0 and not self.done

    @property
    def source(self) -> Source | None:
        """The source being listed, or None past the last one."""
        if self.at >= len(self.sources):
            return None
        return self.sources[self.at]

    @property
    def plans_all(self) -> bool:
        """Whether every user of the directory will be listed."""
        return any(source.kind is Kind.ALL for source in self.sources)

    @property
    def at_start(self) -> bool:
        """Whether no page of this check was read yet."""
        return self.at == 0 and self.cursor is None

    def after_page(self, cursor: str | None, now: datetime) -> "Scan":
        """Return the scan after a page: at the next page, or at the next source where ``cursor`` is None."""
        pages = self.pages
        if self.is_planning and self.source is not None and self.source.is_paged:
            pages += 1
        moved = replace(self._moved(now), cursor=cursor, pages=pages)
        if cursor is None:
            return replace(moved, at=self.at + 1, landmark=Landmark())
        return replace(moved, landmark=self.landmark.passed(cursor))

    def repeats(self, cursor: str | None) -> bool:
        """Whether a page's link leads back to this page, or to an earlier one of its source."""
        return cursor is not None and (cursor == self.cursor or self.landmark.is_at(cursor))

    def next_check(self, due_at: datetime, now: datetime) -> "Scan":
        """Return the scan at the start of its next check, over the sources that come in pages."""
        listed = tuple(source for source in self.sources if source.is_paged)
        return replace(
            self._moved(now),
            sources=listed,
            at=0,
            cursor=None,
            landmark=Landmark(),
            check=self.check + 1,
            restarts=0,
            due_at=due_at,
        )

    def expedited(self, due_at: datetime, now: datetime) -> "Scan":
        """Return the scan of a cancelled run: planning ends, and the next check waits for no slot."""
        if self.is_planning:
            return self.next_check(due_at, now)
        return replace(self, due_at=min(self.due_at, due_at))

    def aborted(self, now: datetime) -> "Scan":
        """Return the scan given up: a planning scan goes over to checking, a checking one ends."""
        if self.is_planning:
            return self.next_check(now, now)
        return self.ended(now)

    def ended(self, now: datetime) -> "Scan":
        """Return the scan with no page left to read."""
        return replace(self._moved(now), done=True)

    def deferred(self, delay: timedelta, now: datetime) -> "Scan":
        """Return the scan with the same step due later."""
        return replace(self, due_at=now + delay, healed=0, begun=False)

    def restarted(self, now: datetime) -> "Scan":
        """Return the scan at the first page of its source; users listed before are left out by their fingerprints."""
        return replace(self._moved(now), cursor=None, landmark=Landmark(), restarts=self.restarts + 1)

    def after_failure(self, answer: GraphAnswer, now: datetime, age: timedelta, jitter: float) -> "Scan | str":
        """Return the scan after a page that Graph did not give, or in words why its source cannot be listed to the end.

        ``age`` is for how long a step is tried, counted from the first attempt. ``jitter`` is in [0, 1).
        """
        if self.cursor and answer.status in _LINK_GONE and self.restarts < MOST_RESTARTS:
            return self.restarted(now)
        wait = timedelta(seconds=pause(answer, self.attempts + 1, jitter))
        if not answer.passing or now + wait - self.since > age:
            return f"{reason_of(answer)} {answer.message}".strip()
        return replace(self, due_at=now + wait, attempts=self.attempts + 1, healed=0, begun=False)

    def _moved(self, now: datetime) -> "Scan":
        return replace(self, step=self.step + 1, due_at=now, since=now, attempts=0, healed=0, begun=False)


def cheaper_to_list(pages: int, batches: int) -> bool:
    """Whether reading the pages again takes fewer calls than reading each open batch, which is one call."""
    return pages < batches
