"""Who is revoked and who is not; that nobody is lost and the protected are spared is in test_invariants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from revoker.core.directory_user import DirectoryUser
from revoker.core.names import user_name
from revoker.core.outcome import Outcome
from revoker.core.plan import NO_SUCH_USER, Finding, Plan, make_plan
from revoker.core.request import Person, Priority, Request, Search, Target, Trigger
from revoker.core.rules import NamedAccounts, is_behind
from revoker.views.warnings import fold_warning

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALICE = DirectoryUser(
    "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254", "Alice@contoso.com", external_reason=None, sessions_valid_from=NOW
)
DANA = DirectoryUser(
    "7d1e0b52-93a4-4f6c-8b2d-5e0f9a3c6d17",
    "d_x#EXT#@contoso.com",
    external_reason="external_user",
    sessions_valid_from=None,
)
UPN = "alice@contoso.com"
NOBODY: dict[str, Finding] = {}
KNOWN: dict[str, Finding] = {UPN: ALICE, ALICE.id: ALICE, "d_x#ext#@contoso.com": DANA, DANA.id: DANA}
OPEN = NamedAccounts()


def plan(
    *names: str,
    found: dict[str, Finding] = KNOWN,
    protected: NamedAccounts = OPEN,
    excluded: tuple[str, ...] = (),
    **options: object,
) -> Plan:
    """Plan a run for names as given."""
    targets = tuple(Target(requested_as=name, name=user_name(name)) for name in names)
    request = Request(trigger=Trigger.HTTP, requested_by=Person("1", "R"), reason="r", targets=targets, **options)
    seen = {target: found[target.name] for target in targets if target.name in found}
    return make_plan(request, seen, protected, NamedAccounts(frozenset(excluded)), NOW)


@pytest.mark.parametrize(
    ("name", "options", "outcome", "reason"),
    [
        (UPN, {}, "planned", None),
        (UPN, {"found": NOBODY}, "planned", None),
        (UPN, {"found": {UPN: (Outcome.NOT_FOUND, "no_such_user")}}, "not_found", "no_such_user"),
        (UPN, {"protected": NamedAccounts(frozenset({UPN}))}, "protected", "protected_account"),
        (UPN, {"protected": NamedAccounts(frozenset({ALICE.id}))}, "protected", "protected_account"),
        (UPN, {"found": NOBODY, "protected": NamedAccounts(frozenset({UPN}))}, "protected", "protected_account"),
        (UPN, {"found": NOBODY, "protected": NamedAccounts(frozenset({"x"}))}, "planned", None),
        (UPN, {"found": NOBODY, "protected": NamedAccounts(complete=False)}, "unresolved", "protected_unchecked"),
        (ALICE.id, {"found": NOBODY, "protected": NamedAccounts(complete=False)}, "unresolved", "protected_unchecked"),
        (UPN, {"protected": NamedAccounts(complete=False)}, "planned", None),
        (UPN, {"excluded": (UPN,)}, "excluded", "excluded_by_request"),
        (UPN, {"excluded": (ALICE.id,)}, "excluded", "excluded_by_request"),
        (ALICE.id, {"excluded": (UPN,)}, "excluded", "excluded_by_request"),
        (UPN, {"excluded": (UPN,), "protected": NamedAccounts(frozenset({UPN}))}, "protected", "protected_account"),
        (DANA.id, {}, "planned", None),
        (DANA.id, {"include_guests": True}, "planned", None),
        (DANA.id, {"include_guests": False}, "not_effective", "external_user"),
        (DANA.id, {"include_guests": False, "excluded": (DANA.id,)}, "excluded", "excluded_by_request"),
        ("d_x#EXT#@contoso.com", {"found": NOBODY, "include_guests": False}, "not_effective", "external_user"),
        (UPN, {"issued_before": NOW - HOUR}, "already_revoked", "valid_from_after_cutoff"),
        (UPN, {"issued_before": NOW}, "already_revoked", "valid_from_after_cutoff"),
        (UPN, {"issued_before": NOW + timedelta(microseconds=1)}, "planned", None),
        (UPN, {"issued_before": NOW - HOUR, "excluded": (UPN,)}, "excluded", "excluded_by_request"),
        (UPN, {"issued_before": NOW - HOUR, "found": NOBODY}, "planned", None),
        (DANA.id, {"issued_before": NOW - HOUR}, "planned", None),
    ],
    ids=repr,
)
def test_the_first_rule_that_applies_decides(
    name: str, options: dict[str, object], outcome: str, reason: str | None
) -> None:
    """Not found, protected, unchecked, excluded, guest, already revoked: in this order, and else planned."""
    made = plan(name, **options)
    (user,) = (*made.planned, *made.settled)

    assert (outcome, reason) == (user.outcome, user.reason)
    assert (NOW if reason else None) == user.settled_at


@pytest.mark.parametrize(
    ("names", "found", "kept", "folded"),
    [
        ([UPN, UPN.upper()], NOBODY, [UPN], [(UPN.upper(), UPN)]),
        ([ALICE.id, ALICE.id.upper()], NOBODY, [ALICE.id], [(ALICE.id.upper(), ALICE.id)]),
        ([ALICE.id, UPN], KNOWN, [ALICE.id], [(UPN, ALICE.id)]),
        ([UPN.upper(), ALICE.id], KNOWN, [UPN.upper()], [(ALICE.id, UPN.upper())]),
        ([ALICE.id, UPN], NOBODY, [ALICE.id, UPN], []),
        ([ALICE.id, UPN], {UPN: ALICE}, [ALICE.id], [(UPN, ALICE.id)]),
        ([UPN, ALICE.id], {UPN: ALICE}, [UPN], [(ALICE.id, UPN)]),
        ([UPN, UPN, UPN], NOBODY, [UPN], [(UPN, UPN), (UPN, UPN)]),
        ([UPN, DANA.id], KNOWN, [UPN, DANA.id], []),
        ([UPN, UPN.upper()], {UPN: (Outcome.NOT_FOUND, "no_such_user")}, [UPN], [(UPN.upper(), UPN)]),
    ],
)
def test_one_person_is_one_user(
    names: list[str], found: dict[str, Finding], kept: list[str], folded: list[tuple[str, str]]
) -> None:
    """Id, ID and UPN of a person fold as far as the directory tells, and each folded name is said."""
    made = plan(*names, found=found)

    assert kept == [user.requested_as for user in (*made.planned, *made.settled)]
    assert folded == list(made.folded)


def test_what_is_settled_at_intake_stays() -> None:
    """Skipped and unsearchable accounts are users of the run with their reasons, even when they are named alike."""
    skipped = Target(requested_as="WKS-017$", settled=(Outcome.EXCLUDED, "machine_account"))
    sought = Target(requested_as="x", search=Search("onPremisesSamAccountName", "x", "onprem_name_only", "CONTOSO"))
    lost, many = sought, Target(requested_as="y", search=Search("onPremisesSamAccountName", "y", "sid_only"))
    request = Request(
        trigger=Trigger.SENTINEL,
        requested_by=Person("1", "R"),
        reason="r",
        targets=(skipped, skipped, lost, many),
    )
    made = make_plan(request, {many: (Outcome.UNRESOLVED, "ambiguous")}, OPEN, NamedAccounts(), NOW)

    assert [
        ("#0", Outcome.EXCLUDED, "machine_account"),
        ("#1", Outcome.EXCLUDED, "machine_account"),
        ("#2", Outcome.UNRESOLVED, "onprem_name_only"),
        ("#3", Outcome.UNRESOLVED, "ambiguous"),
    ] == [(user.key, user.outcome, user.reason) for user in made.settled]


def test_a_user_found_is_known_by_both_names() -> None:
    """The directory's id is the key; what was asked for is kept as it was given."""
    (user,) = plan("ALICE@contoso.com").planned

    assert (user.key, user.requested_as) == (ALICE.id, "ALICE@contoso.com")
    assert (ALICE.id, ALICE.user_principal_name, NOW) == (user.id, user.user_principal_name, user.sessions_valid_from)


@pytest.mark.parametrize(
    ("count", "asked", "lane"),
    [
        (1, None, Priority.URGENT),
        (200, None, Priority.URGENT),
        (201, None, Priority.BULK),
        (1, Priority.BULK, Priority.BULK),
        (201, Priority.URGENT, Priority.BULK),
    ],
)
def test_lanes(count: int, asked: Priority | None, lane: Priority) -> None:
    """Up to 200 users are urgent, unless the request says otherwise."""
    made = plan(*(f"user{number}@contoso.com" for number in range(count)), priority=asked)

    assert lane is made.priority
    assert {lane} == {batch.lane for batch in made.batches("run", NOW)}


def test_the_plan_sends_no_settled_user_with_a_planned_one() -> None:
    """Settled users have batches of their own, which are closed from the start."""
    made = plan(UPN, "gone@contoso.com", found={"gone@contoso.com": (Outcome.NOT_FOUND, "no_such_user")})

    assert [True, False] == [batch.is_open for batch in made.batches("run", NOW)]


@pytest.mark.parametrize(
    ("folds", "says"),
    [
        (0, ()),
        (1, ("1 folded: named a user that is listed already ('U0@c' is 'u0@c').",)),
    ],
)
def test_the_warning_about_folds(folds: int, says: tuple[str, ...]) -> None:
    """Each folded account is named beside its twin."""
    names = ["u0@c", *["U0@c"] * folds]

    assert says == fold_warning(plan(*names).folded)


def test_many_folds_are_counted() -> None:
    """The warning stays readable: twenty pairs, then a number."""
    (says,) = fold_warning(plan(*["u0@c"] * 62).folded)

    assert says.startswith("61 folded")
    assert says.endswith(" and 41 more).")


@pytest.mark.parametrize(
    ("cutoff", "behind"),
    [(None, True), (NOW - HOUR, False), (NOW, False), (NOW + HOUR, True)],
)
def test_is_behind(cutoff: datetime | None, behind: bool) -> None:  # noqa: FBT001 - a table
    """A user is behind the cutoff when sessions from before it may live."""
    (user,) = plan(UPN).planned

    assert behind is is_behind(user, cutoff)


JOINED = Target(requested_as=UPN, name=UPN, confirm=True)


@pytest.mark.parametrize(
    ("finding", "outcome", "reason"),
    [
        (ALICE, "planned", None),
        (replace(ALICE, user_principal_name="alice.miller@contoso.com"), "unresolved", "name_unconfirmed"),
        (None, "unresolved", "name_unconfirmed"),
        (NO_SUCH_USER, "not_found", "no_such_user"),
    ],
)
def test_a_joined_name_is_called_only_if_the_directory_has_it(
    finding: Finding | None, outcome: str, reason: str | None
) -> None:
    """A display name with a suffix may be the name of another person, so that nothing is called on a guess."""
    found = {JOINED: finding} if finding else {}
    request = Request(trigger=Trigger.SENTINEL, requested_by=Person("o-1", "Rita"), reason="r", targets=(JOINED,))
    plan = make_plan(request, found, NamedAccounts(), NamedAccounts(), NOW)
    [user] = [*plan.planned, *plan.settled]

    assert (outcome, reason) == (user.outcome, user.reason)


@pytest.mark.parametrize(
    ("domain", "dns_name", "fits"),
    [
        ("CONTOSO", "contoso.com", True),
        ("contoso.com", "contoso.com", True),
        ("Contoso.COM", "contoso.com", True),
        ("corp.contoso.com", "contoso.com", False),
        ("corp.contoso.com", "corp.contoso.com", True),
        ("WKS-017", "contoso.com", False),
        ("com", "contoso.com", False),
        (None, "contoso.com", True),
        ("CONTOSO", None, True),
    ],
)
def test_a_domain_fits_by_either_of_its_names(domain: str | None, dns_name: str | None, fits: bool) -> None:  # noqa: FBT001 - a table
    """NtDomain holds the NetBIOS name or the DNS name; an account of one machine fits no domain."""
    assert fits is Search("onPremisesSamAccountName", "frank", "onprem_name_only", domain).fits(dns_name)
