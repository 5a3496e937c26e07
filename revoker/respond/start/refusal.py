"""Why a source cannot be listed, as the error that the caller reads."""

from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.problems import ConflictError, InvalidError, ProblemError, UnavailableError
from revoker.core.source import Source


def refusal(path: str, source: Source, answer: GraphAnswer) -> ProblemError:
    """Return the error that tells the caller why a source cannot be listed, and what to do."""
    if answer.passing:
        return UnavailableError("The directory cannot be asked now, so nothing was started.")
    if answer.status == 403:
        return ConflictError(f"The identity may not list {path}: grant {source.permission}, then come back.")
    if answer.status == 404:
        return InvalidError("The scope names nothing.", [(path, f"there is no {source.kind} {source.value}")])
    return InvalidError("Graph refuses the scope.", [(path, answer.message or reason_of(answer))])
