"""What Hypothesis draws from: the values that cross boundaries, and JSON of every kind."""

import json
from datetime import UTC, datetime

from hypothesis import strategies as st

from revoker.core.batch import Batch
from revoker.core.federation import CODES, Certificate, Compromise, Domain, Finding, Judgement, Trust
from revoker.core.message import Message
from revoker.core.outcome import Outcome, User
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.run_id import new_id
from revoker.core.tally import Tally

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
MAYBE_MOMENTS = st.none() | MOMENTS
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MAYBE_TEXTS = st.none() | TEXTS
IDS = st.uuids(version=4).map(str)
UPNS = st.builds("{}@contoso.com".format, st.text("abcdefgh._-'#$", min_size=1, max_size=12))
NAMES = IDS | UPNS
RUN_IDS = MOMENTS.map(new_id)
DIGESTS = st.text("0123456789abcdef", min_size=32, max_size=32)
OUTCOMES = st.sampled_from(Outcome)
PRIORITIES = st.sampled_from(Priority)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


def users(key: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[User]:
    """Return users in any state."""
    return st.builds(
        User,
        key=key,
        requested_as=TEXTS,
        outcome=OUTCOMES,
        id=st.none() | IDS,
        user_principal_name=st.none() | UPNS,
        external_reason=st.none() | st.sampled_from(["external_user", "external_no_home"]),
        reason=MAYBE_TEXTS,
        status=st.none() | st.integers(100, 599),
        request_id=MAYBE_TEXTS,
        attempts=st.integers(0, 5),
        called_at=MAYBE_MOMENTS,
        settled_at=MAYBE_MOMENTS,
        sessions_valid_from=MAYBE_MOMENTS,
    )


MESSAGES = st.builds(Message, run=IDS, batch=DIGESTS, attempt=st.integers(0, 10**6))

BATCHES = st.builds(
    Batch,
    run=RUN_IDS,
    id=DIGESTS,
    lane=PRIORITIES,
    users=st.lists(users(), max_size=20, unique_by=lambda user: user.key).map(tuple),
    planned_for=MOMENTS,
    due_at=MOMENTS,
    shifted=st.floats(0, 10**6),
    healed=st.integers(0, 3),
    returned=st.integers(0, 5),
)

TALLIES = st.builds(
    Tally,
    counts=st.dictionaries(OUTCOMES, st.integers(1, 10_000)),
    pending=st.integers(0, 10_000),
    last_called_at=MAYBE_MOMENTS,
    last_looked_at=MAYBE_MOMENTS,
)

INCIDENTS = st.builds(
    Incident, id=MAYBE_TEXTS, number=st.none() | st.integers(0, 10**9), title=MAYBE_TEXTS, url=MAYBE_TEXTS
)

CERTIFICATES = st.builds(Certificate, TEXTS, TEXTS, TEXTS, TEXTS, MOMENTS)
TRUSTS = st.builds(
    Trust,
    issuer=MAYBE_TEXTS,
    mfa_behavior=MAYBE_TEXTS,
    current=st.none() | CERTIFICATES,
    next=st.none() | CERTIFICATES,
    damaged=st.lists(TEXTS, max_size=2).map(tuple),
)
JUDGEMENTS = st.builds(
    Judgement,
    domains=st.lists(
        st.builds(Domain, TEXTS, federated=st.just(value=True), trusts=st.lists(TRUSTS, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    findings=st.lists(
        st.builds(
            Finding, st.sampled_from(list(CODES)), TEXTS, MAYBE_TEXTS, MAYBE_TEXTS, MAYBE_TEXTS, MAYBE_MOMENTS, TEXTS
        ),
        max_size=2,
    ).map(tuple),
    compromise=st.builds(Compromise, began_at=MAYBE_MOMENTS, thumbprints=st.frozensets(TEXTS, max_size=2)),
)
RUNS = st.builds(
    Run,
    id=RUN_IDS,
    trigger=st.sampled_from(Trigger),
    requested_by=st.builds(Person, TEXTS, TEXTS),
    reason=TEXTS,
    scope=st.fixed_dictionaries({"users": st.integers(0, 10_000)}),
    priority=PRIORITIES,
    issued_before=MOMENTS,
    created_at=MOMENTS,
    dry_run=st.booleans(),
    incident=st.none() | INCIDENTS,
    finish_estimate=MAYBE_MOMENTS,
    finished_at=MAYBE_MOMENTS,
    finished_as=st.none() | st.sampled_from([state for state in State if state.is_final]),
    cancelled_at=MAYBE_MOMENTS,
    cancelled_by=st.none() | st.builds(Person, TEXTS, TEXTS),
    retry_of=st.none() | IDS,
    retried_by=st.none() | IDS,
    warnings=st.lists(TEXTS, max_size=3).map(tuple),
    federation=JUDGEMENTS,
)


@st.composite
def broken(draw: st.DrawFn, text: str) -> bytes:
    """Draw a JSON text with a piece cut out, doubled or replaced."""
    body = text.encode()
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, len(body)))
    return body[:start] + draw(st.binary(max_size=4) | st.just(body[start:end] * 2)) + body[end:]


def plain(value: object) -> object:
    """Return what a reader of our JSON gets."""
    return json.loads(json.dumps(value))
