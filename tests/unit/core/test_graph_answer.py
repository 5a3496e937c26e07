"""Every answer Graph can give, and what it makes of a user."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from revoker.core.after_call import after_read, after_revoke
from revoker.core.back_off import Patience, pause
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.outcome import READ_BACK_REFUSED, Outcome, User

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SKEW = timedelta(seconds=60)
DAY = timedelta(hours=24)
PATIENCE = Patience(attempts=3, age=DAY)
ALICE = User(key="alice@contoso.com", requested_as="Alice@contoso.com")
CALLED = User(
    key="alice@contoso.com", requested_as="Alice@contoso.com", outcome=Outcome.REVOKED, called_at=NOW, attempts=1
)
ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"


def tried(answer: GraphAnswer, user: User = ALICE, *, now: datetime = NOW) -> User:
    """Return a user after an answer, a day from giving up."""
    return after_revoke(user, answer, now=now, give_up_at=NOW + DAY, patience=PATIENCE)


def read(valid_from: object = None, *, user: User = CALLED, last: bool = False, **signs: object) -> User:
    """Return an accepted user after a read-back."""
    body = {"id": ID.upper(), "userPrincipalName": "Alice@contoso.com", "signInSessionsValidFromDateTime": valid_from}
    return after_read(user, GraphAnswer(status=200, body=body | signs), now=NOW, skew=SKEW, last=last)


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (GraphAnswer(status=200, body={"value": True}), "revoked", None),
        (GraphAnswer(status=200, body={"@odata.context": "…", "value": True}), "revoked", None),
        (GraphAnswer(status=200), "revoked", None),
        (GraphAnswer(status=202), "revoked", None),
        (GraphAnswer(status=204), "revoked", None),
        (GraphAnswer(status=299, body={"value": None}), "revoked", None),
        (GraphAnswer(status=200, body={"value": False}), "failed", "value_false"),
        (GraphAnswer(status=302), "failed", "http_302"),
        (GraphAnswer(status=400), "failed", "bad_request"),
        (GraphAnswer(status=401), "retrying", "http_401"),
        (GraphAnswer(status=403), "refused", "forbidden"),
        (GraphAnswer(status=404), "not_found", "no_such_user"),
        (GraphAnswer(status=405), "failed", "http_405"),
        (GraphAnswer(status=408), "retrying", "http_408"),
        (GraphAnswer(status=409), "retrying", "http_409"),
        (GraphAnswer(status=410), "failed", "http_410"),
        (GraphAnswer(status=423), "retrying", "http_423"),
        (GraphAnswer(status=425), "retrying", "http_425"),
        (GraphAnswer(status=429), "retrying", "throttled"),
        (GraphAnswer(status=429, retry_after=7.5), "retrying", "throttled"),
        (GraphAnswer(status=500), "retrying", "http_500"),
        (GraphAnswer(status=502), "retrying", "http_502"),
        (GraphAnswer(status=503, retry_after=30), "retrying", "http_503"),
        (GraphAnswer(status=504), "retrying", "http_504"),
        (GraphAnswer(fault="timeout"), "retrying", "timeout"),
        (GraphAnswer(fault="connection"), "retrying", "connection"),
        (GraphAnswer(fault="no_token"), "retrying", "no_token"),
        (GraphAnswer(fault="missing"), "retrying", "missing"),
        (GraphAnswer(fault="unreadable"), "retrying", "unreadable"),
        (GraphAnswer(fault="protection_unknown"), "retrying", "protection_unknown"),
        (GraphAnswer(), "retrying", "no_answer"),
        (GraphAnswer(status=400, outer=True), "failed", "batch_http_400"),
        (GraphAnswer(status=401, outer=True), "retrying", "batch_http_401"),
        (GraphAnswer(status=403, outer=True), "refused", "forbidden"),
        (GraphAnswer(status=404, outer=True), "failed", "batch_http_404"),
        (GraphAnswer(status=413, outer=True), "failed", "batch_http_413"),
        (GraphAnswer(status=429, outer=True), "retrying", "throttled"),
        (GraphAnswer(status=503, outer=True), "retrying", "batch_http_503"),
        (GraphAnswer(fault="timeout", outer=True), "retrying", "timeout"),
    ],
    ids=repr,
)
def test_each_answer_has_one_meaning(answer: GraphAnswer, outcome: str, reason: str | None) -> None:
    """Whatever Graph says, the user has one outcome, one reason and one more attempt, and the evidence beside it."""
    after = tried(answer)

    assert (outcome, reason, 1) == (after.outcome, after.reason, after.attempts)
    assert (answer.status, answer.request_id, NOW) == (after.status, after.request_id, after.settled_at)
    assert (NOW if outcome == "revoked" else None) == after.called_at


@pytest.mark.parametrize(
    ("answer", "attempts", "age", "outcome", "reason"),
    [
        (GraphAnswer(status=503), 1, timedelta(0), "retrying", "http_503"),
        (GraphAnswer(status=503), 2, timedelta(0), "failed", "gave_up_http_503"),
        (GraphAnswer(fault="timeout"), 2, timedelta(0), "failed", "gave_up_timeout"),
        (GraphAnswer(status=401), 2, timedelta(0), "failed", "gave_up_http_401"),
        (GraphAnswer(status=429), 2, timedelta(0), "retrying", "throttled"),
        (GraphAnswer(status=429), 5000, DAY - timedelta(seconds=1), "retrying", "throttled"),
        (GraphAnswer(status=429), 0, DAY, "failed", "gave_up_throttled"),
        (GraphAnswer(status=429, retry_after=59), 0, DAY - timedelta(minutes=1), "retrying", "throttled"),
        (GraphAnswer(status=429, retry_after=60), 0, DAY - timedelta(minutes=1), "failed", "gave_up_throttled"),
        (GraphAnswer(status=503), 0, DAY, "failed", "gave_up_http_503"),
        (GraphAnswer(status=200), 5000, 2 * DAY, "revoked", None),
        (GraphAnswer(status=404), 5000, 2 * DAY, "not_found", "no_such_user"),
    ],
)
def test_patience_ends(answer: GraphAnswer, attempts: int, age: timedelta, outcome: str, reason: str | None) -> None:
    """Faults are tried so often, throttling only so long; a plain answer counts whenever it comes."""
    user = User(key="ben@contoso.com", requested_as="ben", outcome=Outcome.RETRYING, attempts=attempts)
    after = tried(answer, user, now=NOW + age)

    assert (outcome, reason, attempts + 1) == (after.outcome, after.reason, after.attempts)


@pytest.mark.parametrize(
    ("answer", "attempts", "jitter", "seconds"),
    [
        (GraphAnswer(status=429, retry_after=10), 1, 0.0, 10.0),
        (GraphAnswer(status=429, retry_after=10), 9, 0.5, 10.5),
        (GraphAnswer(status=503, retry_after=100), 1, 0.5, 105.0),
        (GraphAnswer(status=429, retry_after=0), 1, 0.25, 0.25),
        (GraphAnswer(status=429), 1, 0.5, 2.0),
        (GraphAnswer(status=429), 8, 0.5, 256.0),
        (GraphAnswer(status=429), 9, 0.5, 300.0),
        (GraphAnswer(status=429), 10_000, 0.5, 300.0),
        (GraphAnswer(status=404), 1, 0.5, 2.0),
        (GraphAnswer(fault="no_token"), 2, 0.5, 4.0),
        (GraphAnswer(fault="not_replicated"), 1, 0.5, 2.0),
        (GraphAnswer(status=500), 1, 0.0, 0.25),
        (GraphAnswer(status=503), 1, 0.5, 0.5),
        (GraphAnswer(status=503, outer=True), 2, 0.5, 2.0),
        (GraphAnswer(fault="missing"), 3, 0.5, 8.0),
        (GraphAnswer(fault="connection"), 5, 0.5, 128.0),
        (GraphAnswer(fault="timeout"), 6, 0.5, 300.0),
        (GraphAnswer(fault="timeout"), 10_000, 0.5, 300.0),
    ],
)
def test_pause(answer: GraphAnswer, attempts: int, jitter: float, seconds: float) -> None:
    """The server's spec is kept and only lengthened; without one the pause grows with every attempt, and is spread."""
    assert seconds == pause(answer, attempts, jitter)


@pytest.mark.parametrize(
    ("answer", "throttled", "unknown"),
    [
        (GraphAnswer(status=404), False, True),
        (GraphAnswer(status=404, outer=True), False, False),
        (GraphAnswer(status=429), True, False),
        (GraphAnswer(fault="timeout"), False, False),
    ],
)
def test_what_an_answer_says(answer: GraphAnswer, throttled: bool, unknown: bool) -> None:  # noqa: FBT001 - a table
    """A batch's 404 is not its users', and only 429 is the quota."""
    assert (throttled, unknown) == (answer.throttled, answer.says_no_such_user)


@pytest.mark.parametrize(
    ("seen", "last", "outcome", "reason"),
    [
        ({"valid_from": "2026-03-02T09:00:01Z"}, False, "verified", None),
        ({"valid_from": "2026-03-02T08:59:00Z"}, False, "verified", None),
        ({"valid_from": "2026-03-02T09:59:00+01:00"}, False, "verified", None),
        ({"valid_from": "2026-03-02T08:59:00.0000000Z"}, True, "verified", None),
        ({"valid_from": "2026-03-02T08:58:59.999Z"}, False, "revoked", None),
        ({"valid_from": "2026-03-02T08:58:59.999Z"}, True, "unverified", "not_seen"),
        ({"valid_from": None}, False, "revoked", None),
        ({"valid_from": None}, True, "unverified", "not_seen"),
        ({"valid_from": "2026-03-02T09:00:01"}, True, "unverified", "not_seen"),
        ({"valid_from": "soon"}, True, "unverified", "not_seen"),
        ({"valid_from": 5}, False, "revoked", None),
        ({"creationType": "Invitation", "valid_from": "2026-03-02T09:00:01Z"}, False, "not_effective", "external_user"),
        ({"creationType": "Invitation"}, False, "not_effective", "external_user"),
        ({"externalUserState": "PendingAcceptance"}, False, "not_effective", "external_user"),
        ({"userType": "guest"}, False, "revoked", None),
        ({"userPrincipalName": "d_fabrikam.com#EXT#@contoso.com"}, True, "not_effective", "external_user"),
        ({"userType": "Member", "externalUserState": None, "creationType": None}, False, "revoked", None),
        ({"id": None}, False, "revoked", None),
        ({"id": ""}, False, "revoked", None),
    ],
    ids=repr,
)
def test_each_sight_has_one_meaning(seen: dict[str, object], last: bool, outcome: str, reason: str | None) -> None:  # noqa: FBT001 - a table
    """What shows is verified, to the edge of the skew; a guest is not effective; after the last look nobody waits."""
    after = read(**seen, last=last)

    assert (outcome, reason) == (after.outcome, after.reason)


def test_a_clock_that_is_as_wrong_as_it_may_be() -> None:
    """The directory writes whole seconds: they are compared with the second of the call, not with its fraction."""
    called = replace(CALLED, called_at=NOW + SKEW + timedelta(milliseconds=900))

    assert Outcome.VERIFIED is read("2026-03-02T09:00:00Z", user=called).outcome
    assert Outcome.REVOKED is read("2026-03-02T08:59:59Z", user=called).outcome


def test_a_sight_is_kept() -> None:
    """Both names and the moment from which sessions are valid come from the directory."""
    after = read("2026-03-02T09:00:01Z")

    assert (ID, "Alice@contoso.com") == (after.id, after.user_principal_name)
    assert NOW + timedelta(seconds=1) == after.sessions_valid_from
    assert (CALLED.key, CALLED.attempts, NOW) == (after.key, after.attempts, after.called_at)


@pytest.mark.parametrize(
    ("answer", "external", "last", "outcome", "reason"),
    [
        (GraphAnswer(status=403), False, False, "revoked", READ_BACK_REFUSED),
        (GraphAnswer(status=403), False, True, "revoked", READ_BACK_REFUSED),
        (GraphAnswer(status=403, outer=True), False, False, "revoked", READ_BACK_REFUSED),
        (GraphAnswer(status=403), True, False, "not_effective", READ_BACK_REFUSED),
        (GraphAnswer(status=404), False, False, "revoked", None),
        (GraphAnswer(status=404), False, True, "unverified", "http_404"),
        (GraphAnswer(status=429, retry_after=5), False, False, "revoked", None),
        (GraphAnswer(status=429), False, True, "unverified", "throttled"),
        (GraphAnswer(status=503, outer=True), False, True, "unverified", "batch_http_503"),
        (GraphAnswer(fault="timeout"), False, False, "revoked", None),
        (GraphAnswer(fault="timeout"), False, True, "unverified", "timeout"),
        (GraphAnswer(status=400), False, True, "unverified", "http_400"),
    ],
)
def test_a_failed_look(answer: GraphAnswer, external: bool, last: bool, outcome: str, reason: str | None) -> None:  # noqa: FBT001 - a table
    """Without the permission to read the user stays revoked for good; any other failure is looked at again."""
    reason_given = "external_user" if external else None
    user = replace(CALLED, external_reason=reason_given)
    after = after_read(user, answer, now=NOW, skew=SKEW, last=last)

    assert (outcome, reason) == (after.outcome, after.reason)
    assert (reason is not None) == after.is_final


def test_an_external_user_stays_external() -> None:
    """Known as external at planning, never verified, whatever the read-back omits."""
    user = replace(CALLED, external_reason="external_no_home")

    assert read("2026-03-02T09:00:01Z", user=user).outcome is Outcome.NOT_EFFECTIVE


def test_every_failing_answer_has_a_word() -> None:
    """A reason is a machine word for every status and for none."""
    answers = [GraphAnswer(status=status, outer=outer) for status in range(300, 600) for outer in (False, True)]

    assert all(
        reason_of(answer).replace("_", "").isalnum() for answer in (*answers, GraphAnswer(), GraphAnswer(fault="x"))
    )
