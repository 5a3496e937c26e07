"""``revoker``, or ``python -m revoker.cli``: words in, an exit code out."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from revoker.cli.ending import Exit, StopError
from revoker.cli.shown.screen import Screen
from revoker.cli.table import chosen, function

if TYPE_CHECKING:
    import httpx


def perform(
    argv: Sequence[str],
    env: Mapping[str, str],
    screen: Screen,
    transport: "httpx.BaseTransport | None" = None,
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Do what is asked and return how it ended; ``transport`` stands in for the network."""
    try:
        found = chosen(argv)
        if isinstance(found, int):
            return found
        from revoker.cli.remote.access import access  # noqa: PLC0415 - slow to import: --help needs none of it
        from revoker.cli.remote.client import Api  # noqa: PLC0415 - as above
        from revoker.cli.remote.opened import opened  # noqa: PLC0415 - as above

        asked = found.asked
        place = access(asked.api, asked.audience, asked.as_, env)
        screen.local = asked.at_local
        with opened(place, transport) as client:
            return function(found.command)(asked, Api(client, screen.say, pause, clock), screen)
    except StopError as stop:
        with suppress(OSError):  # as in `2>&1 | head`: no stream is left to say it on, and the code still tells
            screen.say(str(stop))
        return stop.exit
    except UnicodeEncodeError:
        screen.say("What was typed holds a character that is no UTF-8 text: paste it anew, or type it.")
        return Exit.WRONG_USE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def main() -> int:
    """Run the command on this terminal."""
    out, err = _stream(sys.stdout), _stream(sys.stderr)
    code = int(Exit.DONE)
    try:
        code = perform(sys.argv[1:], os.environ, Screen(_stream(sys.stdin), out, err))
        out.flush()
    except BrokenPipeError:
        pass  # our reader has seen enough, as in `| head`; what had ended before keeps its code
    except KeyboardInterrupt:  # a second Ctrl-C, while the first was answered
        return Exit.INTERRUPTED
    except OSError as error:
        code = _unwritable(error, err)
    except Exception:  # noqa: BLE001 - the one broad except: shown whole, and told apart from a run's end
        traceback.print_exc()
        return Exit.DEFECT
    _let_go(out)
    _let_go(err)
    return code


def _stream(given: TextIO | None) -> TextIO:
    """Return a standard stream, or one that takes and gives nothing where the caller has closed it (`>&-`)."""
    if given is None:
        return open(os.devnull, "r+", encoding="utf-8")  # noqa: PTH123 - it lasts as long as the process
    if isinstance(given, TextIOWrapper):
        given.reconfigure(errors="replace")  # a name that the terminal cannot show must not end the watch
    return given


def _let_go(stream: TextIO) -> None:
    """Send what cannot be written to nowhere: Python would try once more at its end, complain, and exit 120."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _unwritable(error: OSError, err: TextIO) -> int:
    """Say that the output has no room; runs are the API's, and go on."""
    if error.filename is not None:  # not of a stream: files of the operator are explained where they are opened
        traceback.print_exc()
        return Exit.DEFECT
    with suppress(OSError):  # where both streams go to one full disk
        err.write(f"The output cannot be written: {error.strerror}. What was asked of the API stands: revoker runs.\n")
    return Exit.UNWRITABLE


if __name__ == "__main__":
    sys.exit(main())
