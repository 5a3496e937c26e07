"""A Sentinel, Defender or Graph body from a file, as a playbook would post it."""

from revoker.cli.commands.set_going import followed
from revoker.cli.commands.watching import conclude, watch_of
from revoker.cli.ending import Exit, RefusedError, UsageError, exit_of
from revoker.cli.remote.api_request import ApiRequest
from revoker.cli.remote.client import Api
from revoker.cli.shown.screen import Screen
from revoker.cli.typed.body import sentinel_query
from revoker.cli.typed.json_file import json_file
from revoker.cli.typed.starting import Sentinel

_WANTED = (
    "sentinel takes the JSON body that a playbook's trigger sent (Logic App run history, trigger, Outputs). "
    "A list of users goes to revoker run --users-file FILE."
)


def sentinel(asked: Sentinel, api: Api, screen: Screen) -> Exit:
    """Start a run for the accounts in a Sentinel or Defender body, and watch it."""
    if not asked.file:
        raise UsageError("Which body? Give a FILE of JSON, or - for standard input.")
    try:
        body = json_file(asked.file)
    except UsageError as error:
        raise UsageError(f"{error} {_WANTED}") from None
    how = watch_of(asked)
    query = sentinel_query(asked, screen.now(), local=screen.local)
    # Without a key of ours the API takes the event's own id: sent twice, it is one run.
    try:
        status = api.ask(ApiRequest(method="POST", path="sentinel", body=body, query=query)).body
    except RefusedError as error:
        if error.status != 400:
            raise
        raise UsageError(f"{error}\n{_WANTED}") from None
    if not status["total"]:
        screen.say("This body names no account: no user is signed out.", style="bold")
    if not status["total"] and not how.no_wait:  # it has ended: there is nothing to watch
        conclude(status, how.output, api, screen)
        return exit_of(status["state"])
    return followed(status, how, api, screen)
