"""``revoker``, or ``python -m revoker.cli``: words in, an exit code out."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING

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
        import httpx  # noqa: PLC0415 - slow to import: --help needs none of it

        from revoker.cli.remote.access import access  # noqa: PLC0415 - as above
        from revoker.cli.remote.client import Api  # noqa: PLC0415 - as above

        asked = found.asked
        place = access(asked.api, asked.audience, asked.as_, env)
        screen.local = asked.at_local
        # A proxy from the environment would carry what must stay on this machine.
        with httpx.Client(
            base_url=place.api, auth=place.auth, transport=transport, trust_env=not place.local
        ) as client:
            return function(found.command)(asked, Api(client, screen.say, pause, clock), screen)
    except StopError as stop:
        screen.say(str(stop))
        return stop.exit
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def main() -> int:
    """Run the command on this terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show must not end the watch
    try:
        return perform(sys.argv[1:], os.environ, Screen(sys.stdin, sys.stdout, sys.stderr))
    except BrokenPipeError:
        # Our reader has seen enough (as in `| head`); Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception:  # noqa: BLE001 - the one broad except: shown whole, and told apart from a run's end
        traceback.print_exc()
        return Exit.DEFECT


if __name__ == "__main__":
    sys.exit(main())
