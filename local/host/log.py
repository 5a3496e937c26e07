"""What host and app log, on the error output: one JSON object a line."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

# The worker library logs every call: not the app's. The app's own libraries are for the app to silence.
WORKER_QUIET = {"azure.functions": logging.CRITICAL}
# The host polls storage ten times a second, and the storage clients log every request.
HOST_QUIET = {"azure": logging.WARNING}


class JsonLines(logging.Formatter):
    """Writes a record with the fields its author added."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def begin(quiet: Mapping[str, int]) -> None:
    """Send the log of this process, from information upwards, to the error output; some loggers are quieter."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name, level in quiet.items():
        logging.getLogger(name).setLevel(level)
