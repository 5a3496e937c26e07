"""Log lines: one constant event name, then fields as JSON, which is what the Functions worker ships whole.

Object ids, counts and reasons only: never a token, a body, or a name that tells a person.
"""

import json
import logging
import sys

_LOGGER = logging.getLogger("revoker")
# Their lines at INFO hold the addresses and headers of every request, with names and filters, and the Functions worker
# ships every line that reaches the root logger at INFO.
_TALKATIVE = ("azure", "httpx", "httpcore", "kiota_http", "msgraph_core")


def silence_libraries() -> None:
    """Let the libraries that talk to Graph and storage log what is wrong, and no request."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def event(name: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one event; alerts look for the name."""
    _LOGGER.log(level, "%s %s", name, json.dumps(fields, default=str))


def failure(name: str, **fields: object) -> None:
    """Write an event that an operator must look at, with the exception being handled, if any."""
    _LOGGER.error("%s %s", name, json.dumps(fields, default=str), exc_info=sys.exception())
