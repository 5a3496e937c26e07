"""`python -m local COMMAND`: `serve` runs the whole of it until told to stop, `demo` shows it at work."""

import sys
from importlib import import_module

# Each command and the module whose `main` it is.
COMMANDS = {"serve": "local.serve", "demo": "local.demo.play"}


def main(arguments: list[str]) -> int:
    """Hand over to a command's own `main`."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m local {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return 2
    status: int = import_module(COMMANDS[arguments[0]]).main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
