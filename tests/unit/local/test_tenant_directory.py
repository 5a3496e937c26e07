import re

import pytest

from local.tenant.directory import Directory
from local.tenant.people import NAMED, TWIN, Person
from local.tenant.population import named
from local.tenant.visitor import NOON

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def everybody(directory: Directory) -> list[Person]:
    """Describe all users in order."""
    return [directory.person(index) for index in directory.positions()]


def test_the_same_seed_gives_the_same_users() -> None:
    """A tenant can be made again, to the last trait."""
    first, again = Directory(500, 7, NOON), Directory(500, 7, NOON)

    assert everybody(first) == everybody(again)


def test_another_seed_gives_other_users() -> None:
    """Seeds matter, and the named users do not depend on them."""
    first, other = everybody(Directory(500, 7, NOON)), everybody(Directory(500, 8, NOON))
    known = len(named("mixed"))

    assert first[:known] == other[:known]
    assert not {person.id for person in first[known:]} & {person.id for person in other[known:]}


def test_a_larger_tenant_begins_with_the_smaller() -> None:
    """Results from a small tenant can be found again in a large one."""
    small, large = Directory(100, 1, NOON), Directory(1000, 1, NOON)

    assert everybody(small) == everybody(large)[:100]


def test_every_id_is_a_version_4_uuid_of_its_own() -> None:
    """Other real clients refuse anything else, see the CLI for Microsoft 365."""
    persons = everybody(Directory(3000, 1, NOON))

    assert len({person.id for person in persons}) == 3000
    assert len({person.upn.lower() for person in persons}) == 3000
    assert [person.id for person in persons if not UUID.fullmatch(person.id)] == []


@pytest.mark.parametrize("person", NAMED, ids=lambda person: person.upn)
def test_named_users_are_found_by_either_name_in_any_casing(person: Person) -> None:
    """Twenty users are enough for everybody with a name."""
    directory = Directory(20, 3, NOON)
    names = (person.id, person.id.upper(), person.upn, person.upn.upper())

    assert [person] * 4 == [directory.person(directory.find(name) or 0) for name in names]


def test_a_tenant_may_be_smaller_than_its_named_users() -> None:
    """Five users are the first five."""
    assert list(NAMED[:5]) == everybody(Directory(5, 1, NOON))


def test_shares_are_about_what_they_should_be() -> None:
    """Of the plain population guests 3 %, disabled 2 %, synced 10 %: close enough to plan tests on."""
    persons = everybody(Directory(20_000, 1, NOON, "plain"))

    assert sum(person.guest for person in persons) / 20_000 == pytest.approx(0.03, abs=0.005)
    assert sum(not person.enabled for person in persons) / 20_000 == pytest.approx(0.02, abs=0.005)
    assert sum(person.on_premises is not None for person in persons) / 20_000 == pytest.approx(0.10, abs=0.01)
    assert {person.external for person in persons if person.guest} == {True}


def test_an_on_premises_name_may_be_shared() -> None:
    """Two local directories, one SAM account name; the security identifier tells them apart."""
    directory = Directory(20, 1, NOON)
    sid = TWIN.on_premises.sid if TWIN.on_premises else ""

    assert len(directory.find_on_premises("TWIN")) == 2
    assert [directory.person(index) for index in directory.find_on_premises(sid)] == [TWIN]


def test_deleted_users_are_gone_until_restored() -> None:
    """Deletion keeps everybody else where they were."""
    directory = Directory(20, 1, NOON)
    before = everybody(directory)

    directory.delete(2)

    assert [person for person in before if person != before[2]] == everybody(directory)
    assert directory.find(before[2].upn) is None
    assert len(directory) == 19

    directory.restore()

    assert before == everybody(directory)


def test_sessions_are_some_days_old_at_the_start() -> None:
    """Everybody has something to revoke."""
    directory = Directory(300, 1, NOON)
    ages = [(NOON - directory.initially_valid_from(index)) / 86_400 for index in directory.positions()]

    assert min(ages) >= 1
    assert max(ages) <= 196
