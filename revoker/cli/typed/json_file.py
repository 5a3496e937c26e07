"""A file of JSON that is sent as it stands: the body of a sweep, or what Sentinel or Graph wrote."""

import json
from typing import Any

from revoker.cli.ending import UsageError
from revoker.cli.typed import text_file


def json_file(file: str) -> Any:  # noqa: ANN401 - JSON, whatever it is
    """Return what a file of JSON holds, or standard input for ``-``; raises UsageError, which names the place."""
    try:
        return json.loads(text_file.read(file).text)
    except text_file.NoTextError:
        raise UsageError(f"{file} is not JSON: it is no text.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON: {error}.") from None
