"""Whether Graph refused an identity of the app, and not single users. Pure."""

from collections.abc import Collection

from revoker.core.graph_answer import GraphAnswer

_REASONS = {401: "token_refused", 403: "forbidden"}
NO_TOKEN = "no_token"  # noqa: S105 - the word for a fault


def identity_refusal(answers: Collection[GraphAnswer]) -> str | None:
    """Return why Graph refused an identity in a call, or None where it served one of the users, or gave two reasons.

    A 403 for every user does not prove it: all of them may be in a restricted unit. A call of another identity tells.
    """
    # 19 answers of 403 and one of 503, 429 or 404: the one says nothing of the identity, and the 19 must not end
    # `refused` for it while another identity is left to try.
    reasons = {_reason(answer) for answer in answers if _reason(answer) or answer.served}
    return reasons.pop() if len(reasons) == 1 else None


def _reason(answer: GraphAnswer) -> str | None:
    if answer.fault == NO_TOKEN:
        return NO_TOKEN
    return _REASONS.get(answer.status or 0)
