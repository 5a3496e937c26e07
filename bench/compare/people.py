"""The users of a scenario: those of the simulated directory, and guests that are added to it. Pure."""

from local.tenant.directory import Directory

from .judgement import Truth
from .scenario import Scenario

SEED = 1
_NAMED_HEAD = 20  # the users with names and the role holders stand at the head


def people_of(scenario: Scenario, added: list[str]) -> tuple[Truth, tuple[str, ...] | None]:
    """Return what a judge must know of the users, and the ids to be named."""
    directory = Directory(scenario.users, SEED, 0.0)
    members: list[str] = []
    guests = list(added)
    for index in directory.positions():
        if directory.person(index).external:
            guests.append(directory.id_at(index))
        else:
            members.append(directory.id_at(index))
    if scenario.named is not None:
        chosen = tuple(members[_NAMED_HEAD:][: scenario.named] or members[: scenario.named])
        return Truth(members=frozenset(chosen)), chosen
    tail = members[len(members) - scenario.urgent :] if scenario.urgent else []
    protected = members[_NAMED_HEAD : _NAMED_HEAD + scenario.protected]
    return (
        Truth(
            members=frozenset(members) - frozenset(tail) - frozenset(protected),
            guests=frozenset(guests),
            protected=frozenset(protected),
            urgent=frozenset(tail),
        ),
        None,
    )


def guest_row(number: int) -> dict[str, object]:
    """Return a guest as the tenant's back door takes it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "userPrincipalName": f"guest{number}_partner.example#EXT#@contoso.onmicrosoft.com",
        "userType": "Guest",
        "creationType": "Invitation",
        "externalUserState": "Accepted",
    }
