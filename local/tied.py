"""Run a command that cannot outlive the process that asked for it.

`python tied.py PARENT COMMAND…` becomes COMMAND (same process id), after asking Linux to kill it when its parent
dies, however that dies: a test run that is killed leaves no emulator behind. Other systems lack the request; there an
orphan stays until it is ended by hand. A separate step rather than `preexec_fn`, which is unsafe beside threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Tie this process to its parent, then become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked, so the signal would never come
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  # the caller's own command, no shell wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
