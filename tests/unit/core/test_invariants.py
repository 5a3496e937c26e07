"""The invariants numbered in ``revoker/__init__.py``, as properties.

1, 3, 4 and 6 hold of values, and are held here. 2 (every accepted run ends, whatever dies) and 5 (ledger first, queue
second, acknowledge last) hold of stages that die half-way, and are held by the tests of the stages and of the faults.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given, strategies as st
from support.strategies import IDS, JSON, MESSAGES, UPNS, broken, users

from revoker.core.after_call import after_read, after_revoke
from revoker.core.back_off import Patience
from revoker.core.directory_user import DirectoryUser
from revoker.core.errors import PoisonError
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Message, decode, encode
from revoker.core.outcome import Outcome, User, merge
from revoker.core.plan import Finding, Plan, make_plan
from revoker.core.request import Person, Request, Search, Target, Trigger
from revoker.core.rules import NamedAccounts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RANK = list(Outcome)

# A tenant of a few people, so that the same one is often named twice; every name in any casing.
PEOPLE = [
    DirectoryUser(f"00000000-0000-4000-8000-00000000000{n}", f"User{n}@contoso.com", n == 3, NOW) for n in range(5)
]
PERSON = st.sampled_from(PEOPLE)
ANY_CASE = st.sampled_from([str.lower, str.upper, str.title])
FINDINGS = st.sampled_from([None, (Outcome.NOT_FOUND, "no_such_user"), (Outcome.UNRESOLVED, "ambiguous")])


@st.composite
def asked(draw: st.DrawFn) -> tuple[Target, Finding | None]:
    """Draw a target and what the directory says of it: the person, something else, or nothing."""
    person = draw(PERSON)
    name = draw(st.sampled_from([person.id, person.user_principal_name]))
    given_as = draw(ANY_CASE)(name)
    target = draw(
        st.sampled_from(
            [
                Target(requested_as=given_as, name=name.lower()),
                Target(requested_as=given_as, search=Search("onPremisesSamAccountName", name, "onprem_name_only")),
                Target(requested_as=given_as, settled=(Outcome.EXCLUDED, "machine_account")),
            ]
        )
    )
    return target, draw(st.just(person) | FINDINGS) if not target.settled else None


ASKED = st.lists(asked(), max_size=12)


def planned(asked: list[tuple[Target, Finding | None]], protected: NamedAccounts, **options: object) -> Plan:
    """Plan a run for targets and findings."""
    targets = tuple(target for target, _ in asked)
    request = Request(trigger=Trigger.HTTP, requested_by=Person("1", "Rita"), reason="r", targets=targets, **options)
    found = {target: finding for target, finding in asked if finding}
    return make_plan(request, found, protected, NamedAccounts(), NOW)


@given(ASKED)
def test_1_every_target_is_accounted_for_once(asked: list[tuple[Target, Finding | None]]) -> None:
    """Invariant 1: each target is one user of the plan or folded into one, none is both, none is missing."""
    plan = planned(asked, NamedAccounts())
    shown = [user.requested_as for user in (*plan.planned, *plan.settled)] + [twin for twin, _ in plan.folded]

    assert sorted(target.requested_as for target, _ in asked) == sorted(shown)
    assert {first for _, first in plan.folded} <= {user.requested_as for user in (*plan.planned, *plan.settled)}


@given(ASKED)
def test_1_every_user_is_in_one_batch(asked: list[tuple[Target, Finding | None]]) -> None:
    """Invariant 1: batches hold the plan's users, each once, under keys that are each used once."""
    plan = planned(asked, NamedAccounts())
    batched = [user for batch in plan.batches("run", NOW) for user in batch.users]

    assert [*plan.planned, *plan.settled] == batched
    assert len(batched) == len({user.key for user in batched})


@given(users(), users(), users())
def test_3_merging_is_order_independent(one: User, two: User, three: User) -> None:
    """Invariant 3: in whatever order accounts of a user arrive, and however often, the same one remains."""
    same = [replace(user, key="same") for user in (one, two, three)]
    merged = {merge(merge(a, b), merge(c, a)) for a, b, c in permutations(same)}

    assert {merge(same[0], merge(same[1], same[2]))} == merged


@given(users(), users())
def test_3_merging_never_goes_back(ours: User, theirs: User) -> None:
    """Invariant 3: the merged outcome is as far on as the further of the two, and is one of the two."""
    merged = merge(ours, theirs)

    assert max(map(RANK.index, (ours.outcome, theirs.outcome))) == RANK.index(merged.outcome)
    assert merged in (ours, theirs)


ANSWERS = st.builds(
    GraphAnswer,
    status=st.none() | st.integers(100, 599),
    retry_after=st.none() | st.floats(0, 10**6),
    body=st.sampled_from(
        [
            {},
            {"value": True},
            {"value": False},
            {"id": "i", "userPrincipalName": "u@c", "signInSessionsValidFromDateTime": "2026-03-02T09:00:00Z"},
            {"id": "i", "userPrincipalName": "u@c", "userType": "Guest"},
        ]
    ),
    outer=st.booleans(),
)


@given(ANSWERS, ANSWERS, st.booleans())
def test_3_answers_only_move_a_user_forward(first: GraphAnswer, second: GraphAnswer, last: bool) -> None:  # noqa: FBT001 - drawn
    """Invariant 3: whatever Graph says to a call and to a look, merging what was learnt loses none of it."""
    patience = Patience(attempts=3, age=NOW - NOW.replace(day=1))
    before = User(key="u@c", requested_as="u@c")
    called = after_revoke(before, first, now=NOW, give_up_at=NOW + patience.age, patience=patience)
    seen = after_read(called, second, now=NOW, skew=patience.age, last=last) if called.is_unseen else called

    assert [seen.outcome] * 2 == [merge(before, merge(called, seen)).outcome, merge(seen, called).outcome]


@given(MESSAGES)
def test_4_messages_survive_the_queue(message: Message) -> None:
    """Invariant 4: what was encoded is decoded, equal."""
    assert message == decode(encode(message).encode())


FIELDS = {"v": JSON | st.just(1), "run": JSON | IDS, "batch": JSON | IDS, "attempt": JSON | st.integers()}
NEARLY = st.fixed_dictionaries({}, optional={**FIELDS, "more": JSON})


@given(
    st.binary()
    | MESSAGES.flatmap(lambda message: broken(encode(message)))
    | (JSON | NEARLY).map(json.dumps).map(str.encode)
)
def test_4_anything_else_is_poison(body: bytes) -> None:
    """Invariant 4: bytes are a message, which encodes to itself again, or poison that keeps them."""
    try:
        message = decode(body)
    except PoisonError as poison:
        kept = poison.body
    else:
        kept = body
        assert message == decode(encode(message).encode())

    assert body == kept


@given(ASKED, PERSON, st.data())
def test_6_a_protected_user_is_never_planned(
    asked: list[tuple[Target, Finding | None]], person: DirectoryUser, data: st.DataObject
) -> None:
    """Invariant 6: under any name, in any casing, resolved or not, with the list complete or known by one name only."""
    both = {person.id, person.user_principal_name.lower()}
    listed = data.draw(st.sampled_from([both, {person.id}, {person.user_principal_name.lower()}]))
    plan = planned(asked, NamedAccounts(frozenset(listed), complete=listed == both))

    assert both.isdisjoint(name for user in plan.planned for name in user.names)


@given(UPNS, IDS)
def test_6_a_list_of_one_name_judges_only_whom_it_knows(upn: str, user_id: str) -> None:
    """Invariant 6: while a protected account is known by one name, a user known by the other may be it."""
    protected = NamedAccounts(frozenset({upn}), complete=False)
    by_id, by_both = (
        User(key=user_id, requested_as="", id=user_id),
        User(key=user_id, requested_as="", id=user_id, user_principal_name=upn.upper()),
    )

    assert not protected.can_judge(by_id)
    assert protected.can_judge(by_both)
    assert protected.covers(by_both)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"v":' * 10_000,
        b'{"v":1}',
        b'{"v":NaN,"run":"x","batch":"y","attempt":0}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","attempt":NaN}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","attempt":1.0}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","attempt":true}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","attempt":-1}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","attempt":'
        + b"9" * 5000
        + b"}",
        b'{"v":2,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","attempt":0}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef","users":[]}',
        b'{"v":1,"run":"../../0123456789abcdef01234567","batch":"0123456789abcdef0123456789abcdef","attempt":0}',
        b'{"v":1,"run":"0123456789ABCDEF0123456789ABCDEF","batch":"0123456789abcdef0123456789abcdef","attempt":0}',
        b'{"v":1,"run":"0123456789abcdef0123456789abcdef\\n","batch":"0123456789abcdef0123456789abcdef","attempt":0}',
        b'{"v":1,"v":2,"run":"0123456789abcdef0123456789abcdef","batch":"0123456789abcdef0123456789abcdef"}',
    ],
    ids=lambda body: repr(body[:60]),
)
def test_4_known_poisons(body: bytes) -> None:
    """Invariant 4: each way a body was ever wrong is poison, with its bytes."""
    with pytest.raises(PoisonError) as poison:
        decode(body)

    assert body == poison.value.body
