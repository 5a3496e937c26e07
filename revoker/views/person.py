"""How sentences name a person. Pure."""

from revoker.core.request import Person


def named(person: Person) -> str:
    """Return a person's name with the object id, which no other person has."""
    return f"{person.name} ({person.id})"
