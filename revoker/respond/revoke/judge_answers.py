"""Judge the answers to a batch's calls: what became of each user, and which users another identity tries. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from revoker.core.after_call import after_revoke
from revoker.core.back_off import Patience
from revoker.core.batch import Batch
from revoker.core.graph_answer import GraphAnswer
from revoker.core.identity_refusal import identity_refusal
from revoker.core.outcome import Outcome, User


def judge_answers(
    users: Sequence[User],
    answers: Mapping[str, GraphAnswer],
    batch: Batch,
    identity: str,
    refused: str | None,
    patience: Patience,
    now: datetime,
) -> list[User]:
    """Return the users with what the answers to their calls mean; ``answers`` are by the users' keys.

    ``refused`` says why Graph refused the identity for all of them, if it did: then another identity is to try them.
    """
    give_up_at = batch.planned_for + patience.age
    tried: list[User] = []
    for user in users:
        called, answer = replace(user, identity=identity or None), answers[user.key]
        if refused and identity_refusal([answer]) == refused:
            tried.append(_refused(called, answer, refused, now))
        else:
            tried.append(after_revoke(called, answer, now=now, give_up_at=give_up_at, patience=patience))
    return tried


def _refused(user: User, answer: GraphAnswer, reason: str, now: datetime) -> User:
    """Return a user that another identity is to try, since Graph refused this identity."""
    tried = replace(user, status=answer.status, request_id=answer.request_id, attempts=user.attempts + 1)
    return tried.settle(Outcome.RETRYING, f"identity_{reason}", now)
