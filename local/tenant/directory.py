"""The users there are, found by id, UPN or on-premises name; described only when a read asks."""

from collections.abc import Iterator
from functools import cached_property
from random import Random

from local.tenant.people import Person
from local.tenant.population import make_id, make_person, named, upn_of

_DAY = 86_400


class Directory:
    """Two strings and two dictionary entries a user; 200,000 of them take about 80 MB.

    The same seed gives the same users, and a larger tenant begins with the smaller one's. `started` is in seconds since
    the epoch.
    """

    def __init__(self, users: int, seed: int, started: float, population: str = "mixed") -> None:
        random = Random(seed)
        self._population, self._started = population, started
        self._ids = [make_id(random) for _ in range(users)]
        self._upns = [upn_of(index, user_id, population) for index, user_id in enumerate(self._ids)]
        self.named = named(population)[:users]
        # The users with names take the first positions; the ids drawn for those are thrown away, so that everything
        # behind them is the same in both populations.
        for index, person in enumerate(self.named):
            self._ids[index], self._upns[index] = person.id, person.upn
        self._by_id = {user_id: index for index, user_id in enumerate(self._ids)}
        self._by_upn = {upn.lower(): index for index, upn in enumerate(self._upns)}
        self._first_added = users
        self._added: list[Person] = []
        self._deleted: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids) - len(self._deleted)

    @property
    def end(self) -> int:
        """One past the last position; positions of deleted users stay empty."""
        return len(self._ids)

    def positions(self, start: int = 0) -> Iterator[int]:
        """Go through the users in directory order, from a position on."""
        return filter(self.exists, range(start, self.end))

    def person(self, index: int) -> Person:
        """Describe the user at a position."""
        if index < len(self.named):
            return self.named[index]
        if index >= self._first_added:
            return self._added[index - self._first_added]
        return make_person(index, self._ids[index], self._upns[index], self._population)

    def id_at(self, index: int) -> str:
        """Return the id at a position without describing the user."""
        return self._ids[index]

    def find(self, name: str) -> int | None:
        """Find a user by object id or UPN, whatever the casing."""
        key = name.lower()
        index = self._by_id.get(key)
        if index is None:
            index = self._by_upn.get(key)
        if index in self._deleted:
            return None
        return index

    def find_on_premises(self, value: str) -> list[int]:
        """Find users by security identifier or SAM account name; several may share the latter."""
        return list(filter(self.exists, self._on_premises.get(value.lower(), ())))

    def exists(self, index: int) -> bool:
        """Say whether the user at a position has not been deleted."""
        return index not in self._deleted

    def delete(self, index: int) -> None:
        """Remove a user."""
        self._deleted.add(index)

    def add(self, person: Person) -> int:
        """Append a user and return its position; an id or UPN that is taken is refused with ValueError."""
        if person.id in self._by_id or person.upn.lower() in self._by_upn:
            message = f"another user is {person.upn} or {person.id}"
            raise ValueError(message)
        index = self.end
        self._added.append(person)
        self._ids.append(person.id)
        self._upns.append(person.upn)
        self._by_id[person.id] = self._by_upn[person.upn.lower()] = index
        self._forget_on_premises()
        return index

    def restore(self) -> None:
        """Bring every deleted user back and remove those that were added."""
        self._deleted.clear()
        for person in self._added:
            del self._by_id[person.id], self._by_upn[person.upn.lower()]
        del self._ids[self._first_added :], self._upns[self._first_added :]
        self._added.clear()
        self._forget_on_premises()

    def initially_valid_from(self, index: int) -> float:
        """Return since when a user's sessions were valid before any revocation: 1 to 195 days before the start."""
        # Six hex digits of the id are 0 to 16.7 million seconds, 194 days: the same for the same user in every run.
        return self._started - _DAY - int(self._ids[index][-6:], 16)

    def _forget_on_premises(self) -> None:
        self.__dict__.pop("_on_premises", None)

    @cached_property
    def _on_premises(self) -> dict[str, list[int]]:
        # Every user has to be described for this: 3 s for 200,000, so only when a caller asks.
        found: dict[str, list[int]] = {}
        for index in range(self.end):
            source = self.person(index).on_premises
            if source:
                found.setdefault(source.sid.lower(), []).append(index)
                found.setdefault(source.sam_account.lower(), []).append(index)
        return found
