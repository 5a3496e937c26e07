"""One user as every form of the evidence shows it: the columns, in order. Pure."""

from collections.abc import Mapping

type Line = Mapping[str, object]

COLUMNS = (
    *("id", "userPrincipalName", "requestedAs", "outcome", "reason", "status"),
    *("requestId", "attempts", "settledAt", "sessionsValidFrom", "identity"),
)
