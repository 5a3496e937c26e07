"""Runs as the evidence page meets them: each kind of end, with users of every outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from support.fakes import START

from revoker.core.federation import Certificate, Compromise, Domain, Judgement, Trust
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Quota
from revoker.core.pool import Pool
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.tally import tally
from revoker.views.evidence.document import Document, document
from revoker.views.evidence.gathered import Gathered
from revoker.views.evidence.moments import Clock
from revoker.views.report import Format, body, head
from revoker.views.status import StatusBasis, status, user

QUOTA = Quota(burst=3000, rate=20, reserve=0.1)
RITA, BO = Person("id-1", "Rita Responder"), Person("id-2", "Bo Approver")
REST = (
    *((outcome, why, None) for outcome, why in [
        (Outcome.PROTECTED, "protected_account"), (Outcome.EXCLUDED, "excluded_by_request"),
        (Outcome.ALREADY_REVOKED, "valid_from_after_cutoff"), (Outcome.NOT_EFFECTIVE, "external_user"),
        (Outcome.NOT_EFFECTIVE, "external_no_home"), (Outcome.REVOKED, "read_back_refused"),
    ]),
)  # fmt: skip
FAILED = (
    (Outcome.REFUSED, "restricted_unit", 403),
    (Outcome.FAILED, "gave_up_http_503", 503),
    (Outcome.UNVERIFIED, "not_seen", 204),
    (Outcome.NOT_FOUND, "no_such_user", 404),
)


def confirmed(number: int) -> User:
    """Return a user who was signed out, 20 a second after 3,000 at once, and confirmed half a minute later."""
    at = START + timedelta(seconds=max(0, (number - 3000) / 20))
    key = f"00000000-0000-4000-8000-{number:012d}"
    return User(
        key=key,
        requested_as=key,
        id=key,
        user_principal_name=f"member.number.{number}@contoso.com",
        outcome=Outcome.VERIFIED,
        status=204,
        attempts=1,
        request_id=f"31ce4f6a-9b5e-4c11-8d2e-{number:012x}",
        called_at=at,
        settled_at=at + timedelta(seconds=30),
        sessions_valid_from=at,
    )


def other(number: int, outcome: Outcome, reason: str | None, http: int | None = None) -> User:
    """Return a user for whom no revocation stands."""
    return replace(
        confirmed(number), outcome=outcome, reason=reason, status=http, called_at=None, sessions_valid_from=None
    )


def users(number: int, *, failed: Iterable[tuple[Outcome, str, int | None]] = FAILED) -> list[User]:
    """Return so many users: some of every outcome, the others confirmed."""
    special = [*failed, *REST]
    rest = [confirmed(place) for place in range(len(special), number)]
    return [*(other(place, *one) for place, one in enumerate(special)), *rest]


def federation() -> Judgement:
    """Return what the gate saw: one domain with two certificates, and a child that follows it."""
    current, following = (
        Certificate(sign * 40, sign * 64, sign * 64, "CN=ADFS Signing - sts.contoso.com", START) for sign in "ab"
    )
    trust = Trust("http://sts.contoso.com/adfs/services/trust", current=current, next=following)
    domains = (Domain("contoso.com", federated=True, trusts=(trust,)), Domain("corp.contoso.com", True, is_root=False))
    return Judgement(domains, (), Compromise(began_at=START - timedelta(days=10)))


def a_run(**other: object) -> Run:
    """Return a run over the whole tenant that has ended."""
    return replace(
        Run(
            id="01a213ea-3ea2-7f00-8000-000000000001",
            trigger=Trigger.SENTINEL,
            requested_by=RITA,
            reason="INC-4711: token theft after phishing of the finance department",
            scope={"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True, "exclude": {"users": 1}},
            priority=Priority.BULK,
            issued_before=START,
            created_at=START,
            incident=Incident("i-1", 4711, "Token theft", "https://portal.azure.com/#asset/incident/4711"),
            federation=federation(),
            approval_until=START + timedelta(hours=4),
            approved_by=BO,
            approved_at=START,
            warnings=("Excluded, and no user of this directory: old.admin@contoso.com.",),
            finished_at=START + timedelta(minutes=5),
            finished_as=State.COMPLETED_WITH_FAILURES,
        ),
        **other,
    )


def evidence_of(run: Run, people: Sequence[User], clock: Clock = Clock(timedelta(hours=1))) -> Document:  # noqa: B008
    """Return the page of a run as its value."""
    shown = status(run, tally(people), StatusBasis(Pool(QUOTA, QUOTA)))
    gathered = Gathered(dry_run=run.dry_run)
    gathered.take((), head(Format.CSV, shown))
    for first in range(0, len(people), 1000):
        page = people[first : first + 1000]
        gathered.take(page, body(Format.CSV, map(user, page), shown, first=False))
    return document(run, shown, gathered, QUOTA, clock, "2026-11-25T21:00:00.000Z")
