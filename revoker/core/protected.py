"""The protected list as the directory shows it, and what the ledger remembers of entries that are names.

A name can pass from one account to another. An intruder renames a break-glass account: an entry by UPN then matches no
user, or an account of the intruder's. So the ledger remembers the object id that a UPN stood for first
(docs/decisions/0019).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.core.names import object_id
from revoker.core.rules import NamedAccounts


@dataclass(frozen=True, slots=True)
class ProtectedEntry:
    """One entry of the list: Graph's answer about it, and about each object id remembered for it, oldest first."""

    entry: str
    answer: GraphAnswer
    remembered: Mapping[str, GraphAnswer]

    @property
    def found(self) -> DirectoryUser | None:
        """The account that has the entry as a name now."""
        return _user(self.answer)

    @property
    def kept(self) -> tuple[DirectoryUser, ...]:
        """The remembered accounts that are in the directory still."""
        return tuple(filter(None, map(_user, self.remembered.values())))

    @property
    def names(self) -> frozenset[str]:
        """Every name under which the entry protects an account."""
        known = frozenset({self.entry, *self.remembered})
        for user in (*self.kept, *filter(None, [self.found])):
            known |= user.names
        return known

    @property
    def is_passing(self) -> bool:
        """Whether the directory may say more later."""
        return any(answer.passing for answer in self._answers)

    @property
    def is_complete(self) -> bool:
        """Whether the directory showed or denied each account; one that it refused to show may have another name."""
        return all(_user(answer) or answer.says_no_such_user for answer in self._answers)

    @property
    def has_id(self) -> bool:
        """Whether an object id is known, by which no rename hides the account."""
        return bool(object_id(self.entry) or self.found or self.remembered)

    @property
    def matches_nothing(self) -> bool:
        """Whether the directory denies the entry, and no remembered account is left."""
        return self.answer.says_no_such_user and not self.kept

    @property
    def renamed(self) -> DirectoryUser | None:
        """The remembered account under its new name, where none has the old one."""
        return self.kept[0] if self.kept and self.answer.says_no_such_user else None

    @property
    def taken_by(self) -> DirectoryUser | None:
        """Another account that has the entry's name now, while the remembered one lives under a new name."""
        if self.kept and self.found and self.found.id not in self.remembered:
            return self.found
        return None

    @property
    def learnt(self) -> str | None:
        """The object id to remember: the first that the name stands for, and a later one once those before are deleted.

        While a remembered account exists, no other account that takes its name is remembered. Else an intruder could
        lend the name to one account after the other, and each would be protected for good.
        """
        gone = all(answer.says_no_such_user for answer in self.remembered.values())
        if object_id(self.entry) or not self.found or self.found.id in self.remembered or not gone:
            return None
        return self.found.id

    @property
    def _answers(self) -> tuple[GraphAnswer, ...]:
        return self.answer, *self.remembered.values()


def protected_entries(
    entries: Sequence[str], remembered: Mapping[str, Sequence[str]], answers: Mapping[str, GraphAnswer]
) -> tuple[ProtectedEntry, ...]:
    """Return the list with Graph's ``answers``, by entry and by remembered id."""
    made: list[ProtectedEntry] = []
    for entry in entries:
        kept = {name: answers[name] for name in remembered.get(entry, ())}
        made.append(ProtectedEntry(entry, answers[entry], kept))
    return tuple(made)


def protected_accounts(entries: Sequence[ProtectedEntry]) -> NamedAccounts:
    """Return the accounts that the entries protect, under every name."""
    names = frozenset[str]()
    unknown: list[str] = []
    renamed: list[tuple[str, str]] = []
    taken: list[tuple[str, str]] = []
    for one in entries:
        names |= one.names
        if one.matches_nothing:
            unknown.append(one.entry)
        if one.renamed:
            renamed.append((one.entry, one.renamed.user_principal_name))
        if one.taken_by:
            taken.append((one.entry, one.taken_by.id))
    return NamedAccounts(
        names=names,
        complete=all(one.is_complete for one in entries),
        unknown=tuple(unknown),
        has_ids=all(one.has_id for one in entries),
        renamed=tuple(renamed),
        taken=tuple(taken),
    )


def _user(answer: GraphAnswer) -> DirectoryUser | None:
    return directory_user(answer.body) if answer.accepted else None
