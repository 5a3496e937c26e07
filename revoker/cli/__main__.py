"""``revoker``, or ``python -m revoker.cli``: arguments in, an exit code out."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper

import httpx

from revoker.cli.access import access
from revoker.cli.arguments import parser
from revoker.cli.client import Api
from revoker.cli.ending import Exit, StopError
from revoker.cli.screen import Screen


def perform(
    argv: Sequence[str],
    env: Mapping[str, str],
    screen: Screen,
    transport: httpx.BaseTransport | None = None,
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Exit:
    """Do what is asked and return how it ended; ``transport`` stands in for the network."""
    args = parser().parse_args(argv)
    try:
        asked = access(args.api, args.audience, env)
        # A proxy from the environment would carry what must stay on this machine.
        with httpx.Client(
            base_url=asked.api, auth=asked.auth, transport=transport, trust_env=not asked.local
        ) as client:
            command: Callable[..., Exit] = args.command
            return command(args, Api(client, screen.say, pause, clock), screen)
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
        # Whoever read us has seen enough (as in `| head`); Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception:  # noqa: BLE001 - the one broad except: shown whole, and told apart from a run's end
        traceback.print_exc()
        return Exit.DEFECT


if __name__ == "__main__":
    sys.exit(main())
