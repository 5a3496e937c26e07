"""How the command ends: its exit codes, and what ends it early."""

from enum import IntEnum

from revoker.cli.words import State


class Exit(IntEnum):
    """What the caller's shell is told."""

    DONE = 0
    NOT_ALL_DONE = 1
    WRONG_USE = 2
    HELD = 3
    UNREACHABLE = 4
    RUN_FAILED = 5
    DEFECT = 70  # sysexits.h; Python's own 1 would say that users are not done
    UNWRITABLE = 74  # sysexits.h, EX_IOERR
    TIMEOUT = 124  # as timeout(1) of GNU coreutils
    INTERRUPTED = 130  # what shells expect after Ctrl-C
    UNREAD = 141  # what shells say of a process whose reader has gone (SIGPIPE)


class StopError(Exception):
    """The command cannot go on; its text is for the operator and says what to do."""

    exit = Exit.WRONG_USE


class UsageError(StopError):
    """What was asked for cannot be sent: an argument, a file or a variable is wrong."""


class RefusedError(StopError):
    """The API understood and refused what was asked last. ``status`` is the HTTP status."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class UnreachableError(StopError):
    """The API did not answer within the patience there was, or failed."""

    exit = Exit.UNREACHABLE


class TimeIsOverError(StopError):
    """The time that ``--timeout`` allows is over; the run continues."""

    exit = Exit.TIMEOUT


class UnreadError(StopError):
    """The reader of a watch's output has gone; the run continues."""

    exit = Exit.UNREAD


_EXITS = {
    State.COMPLETED_WITH_FAILURES: Exit.NOT_ALL_DONE,
    State.FAILED: Exit.RUN_FAILED,
    State.CANCELLED: Exit.HELD,
    State.AWAITING_APPROVAL: Exit.HELD,
}


def exit_of(state: str) -> Exit:
    """Return the exit code for a run in a state; a run that is still going is no failure."""
    return _EXITS.get(State(state), Exit.DONE)
