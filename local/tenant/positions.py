"""Users by their positions in the directory, for the groups and roles that they are in."""

from collections.abc import Iterator

from local.tenant import people
from local.tenant.directory import Directory


def ordinary(directory: Directory) -> Iterator[int]:
    """Go through the generated users that are internal members and enabled; agents get no roles (`agentuser`)."""
    for index in range(len(directory.named), directory.end):
        person = directory.person(index)
        if person.enabled and person.user_type == "Member" and not person.external and not person.agent:
            yield index


def positions(directory: Directory, *persons: people.Person) -> tuple[int, ...]:
    """Find users with names; a tenant smaller than its named users lacks some of them."""
    found = []
    for person in persons:
        index = directory.find(person.id)
        if index is not None:
            found.append(index)
    return tuple(found)


def within(directory: Directory, wanted: range, *persons: people.Person) -> tuple[int, ...]:
    """List some users with names, and the positions of a range that there are."""
    return positions(directory, *persons) + tuple(range(wanted.start, min(wanted.stop, directory.end)))
