"""The exceptions that answer a request: each is a situation with its HTTP status, as an RFC 9457 problem."""

from collections.abc import Mapping, Sequence

from revoker.core.errors import RevokerError


class ProblemError(RevokerError):
    """A request that is answered with an RFC 9457 problem; each subclass has its status."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})

    def fields(self) -> dict[str, object]:
        """Return the members of the problem document besides type, title, status and detail."""
        return {}


class InvalidError(ProblemError):
    """The request is wrong; every error names its path and what to write instead."""

    status, title = 400, "Invalid request"

    def __init__(
        self,
        detail: str,
        errors: Sequence[tuple[str, str]] = (),
        candidates: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)
        self.candidates = dict(candidates or {})

    def fields(self) -> dict[str, object]:
        """Return the errors: a path and a message each, and what may be meant where the directory knows."""
        errors: list[dict[str, object]] = []
        for path, message in self.errors:
            error: dict[str, object] = {"path": path, "message": message}
            if path in self.candidates:
                error["candidates"] = [dict(one) for one in self.candidates[path]]
            errors.append(error)
        return {"errors": errors}


class UnauthenticatedError(ProblemError):
    """App Service Authentication passed no principal."""

    status, title = 401, "Sign-in required"


class ForbiddenError(ProblemError):
    """The caller lacks the role that the route asks for."""

    status, title = 403, "Role required"


class OwnApprovalError(ForbiddenError):
    """The caller asked for the run or sweep that is to be approved: no role helps, another person does."""

    title = "A second person must approve"


class UnknownError(ProblemError):
    """There is no such run or route."""

    status, title = 404, "Not found"


class MethodError(ProblemError):
    """The route exists, but not with this method."""

    status, title = 405, "Method not allowed"


class ConflictError(ProblemError):
    """The request contradicts an earlier one, or the state of what it names."""

    status, title = 409, "Conflict"


class GateError(ConflictError):
    """The gate refuses a tenant-wide run: a certificate of the compromise may still be trusted."""

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
        """Return the certificates, and the codes that the caller would have to acknowledge."""
        return {
            "acknowledge": list(self.acknowledge),
            "certificates": [dict(certificate) for certificate in self.certificates],
            "errors": [{"path": path, "message": message} for path, message in self.errors],
        }


class TooLargeError(ProblemError):
    """The body has more bytes than a request may have."""

    status, title = 413, "Body too large"


class MediaTypeError(ProblemError):
    """The body is not declared as JSON."""

    status, title = 415, "Unsupported media type"


class UnreadableError(ProblemError):
    """A stored row cannot be read; the text says what to do about it."""

    title = "Unreadable"


class TooManyError(ProblemError):
    """The caller has too many users waiting already; it should ask again later."""

    status, title = 429, "Too many users at once"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class UnavailableError(ProblemError):
    """A service that is needed does not answer, so nothing was started; the caller should ask again later."""

    status, title = 503, "Temporarily unavailable"

    def __init__(self, detail: str, *, retry_after: int = 10) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
