"""Whether Graph refused an identity of the app, and not single users. Pure."""

from collections.abc import Collection

from revoker.core.graph_answer import GraphAnswer

_REASONS = {401: "token_refused", 403: "forbidden"}
NO_TOKEN = "no_token"  # noqa: S105 - the word for a fault


def identity_refusal(answers: Collection[GraphAnswer]) -> str | None:
    """Return why Graph refused an identity for every user of a call, or None where the answers differ.

    A 403 for every user does not prove it: all of them may be in a restricted unit. A call of another identity tells.
    """
    reasons = {_reason(answer) for answer in answers}
    if len(reasons) != 1:
        return None
    return reasons.pop()


def _reason(answer: GraphAnswer) -> str | None:
    if answer.fault == NO_TOKEN:
        return NO_TOKEN
    return _REASONS.get(answer.status or 0)
