"""Everything raised on purpose, a sentence each; what is not here was not foreseen."""

from collections.abc import Mapping, Sequence


class RevokerError(Exception):
    """The root: catch it to catch all that this package raises on purpose."""


class SettingError(RevokerError):
    """An environment variable is missing or wrong; the text names it and says what it should be."""


class PoisonError(RevokerError):
    """A queue body cannot be understood; it carries the bytes, so that they can be kept."""

    def __init__(self, body: bytes, why: str) -> None:
        super().__init__(why)
        self.body = body


class LostBatchError(RevokerError):
    """A message names a batch that the ledger does not hold; redelivery may find it, and poison reports it."""


class ProblemError(RevokerError):
    """A request that gets an RFC 9457 problem instead of an answer; subclasses fix the status."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})

    def fields(self) -> dict[str, object]:
        """Return what the problem document says besides type, title, status and detail."""
        return {}


class InvalidError(ProblemError):
    """The request cannot be understood; every error names its path and what to write instead."""

    status, title = 400, "Invalid request"

    def __init__(self, detail: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)

    def fields(self) -> dict[str, object]:
        """Return the errors, one a path."""
        return {"errors": [{"path": path, "message": message} for path, message in self.errors]}


class UnauthenticatedError(ProblemError):
    """Nobody is signed in: App Service Authentication passed no principal."""

    status, title = 401, "Sign-in required"


class ForbiddenError(ProblemError):
    """The caller lacks the role that the route asks for."""

    status, title = 403, "Role required"


class UnknownError(ProblemError):
    """There is no such run or route."""

    status, title = 404, "Not found"


class MethodError(ProblemError):
    """The route exists, the method does not."""

    status, title = 405, "Method not allowed"


class ConflictError(ProblemError):
    """The request contradicts one made before."""

    status, title = 409, "Conflict"


class GateError(ConflictError):
    """A tenant-wide run that would be in vain: certificates of the compromise are trusted still, or cannot be read."""

    title = "Federation certificates first"

    def __init__(
        self,
        detail: str,
        acknowledge: Sequence[str],
        certificates: Sequence[Mapping[str, object]],
        errors: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(detail)
        self.acknowledge, self.certificates, self.errors = tuple(acknowledge), tuple(certificates), tuple(errors)

    def fields(self) -> dict[str, object]:
        """Return the certificates in the way, and what would have to be acknowledged."""
        return {
            "acknowledge": list(self.acknowledge),
            "certificates": [dict(certificate) for certificate in self.certificates],
            "errors": [{"path": path, "message": message} for path, message in self.errors],
        }


class TooLargeError(ProblemError):
    """The body is larger than a request may be."""

    status, title = 413, "Body too large"


class MediaTypeError(ProblemError):
    """The body is not declared as JSON."""

    status, title = 415, "Unsupported media type"


class UnreadableError(ProblemError):
    """What is stored cannot be read again; the text says what to do about it."""

    title = "Unreadable"


class UnavailableError(ProblemError):
    """Something needed does not answer, so nothing was started; asking again later is right."""

    status, title = 503, "Temporarily unavailable"

    def __init__(self, detail: str, *, retry_after: int = 10) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
