"""A new file for evidence: it appears under its name when it is whole, and takes the place of nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from revoker.cli.ending import UsageError


@contextmanager
def new_file(name: str) -> Iterator[BinaryIO]:
    """Open a file of a random name in the same folder, and give it the name asked for once the block has ended.

    Only its owner may read it: evidence tells who was suspected. Raises UsageError where anything has that name, a
    symbolic link too, and where it cannot be written.
    """
    target = Path(name)
    part = None
    try:
        _must_be_free(target)
        descriptor, part = mkstemp(prefix=".revoker-", suffix=".part", dir=target.parent)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        _publish(part, target)
    except FileExistsError:
        raise _taken(name) from None
    except FileNotFoundError:
        raise UsageError(f"{name} cannot be written: there is no folder {target.parent}.") from None
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {error.strerror}.") from None
    finally:
        if part:
            Path(part).unlink(missing_ok=True)


def _must_be_free(target: Path) -> None:
    """Raise UsageError for a folder, FileExistsError for anything else of that name."""
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a new file in it.")
    if os.path.lexists(target):
        raise FileExistsError


def _publish(part: str, target: Path) -> None:
    """Give the file its name; raises FileExistsError where another file came to it meanwhile.

    A rename would replace what is there: a link does not. A file system without links (FAT, some shares) gets an empty
    file first, which only this process made, and the rename replaces that one.
    """
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        Path(part).replace(target)


def _taken(name: str) -> UsageError:
    return UsageError(f"{name} exists: name another file, evidence is not written over.")
