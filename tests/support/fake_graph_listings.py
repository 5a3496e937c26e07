"""A stand-in for the tenant as a whole: it lists the users that the stand-in of the directory knows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from support.fakes import FakeGraphUsers

from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.source import Kind, Source
from revoker.core.tenant import Tenant
from revoker.ports.graph import NOT_COUNTED, Group, Role, RoleHolders
from revoker.ports.page import Page

GRANTED = frozenset({"User.RevokeSessions.All", "User.Read.All", "GroupMember.Read.All"})


class FakeGraphListings:
    """A tenant that follows a script: ``scripts`` holds, by method, what it answers before the truth.

    ``groups``, ``filters`` and ``roles`` name users by id; a group or filter that is not there is refused.
    """

    def __init__(self, directory: FakeGraphUsers, page_size: int = 999) -> None:
        self._directory = directory
        self._page_size = page_size
        self.groups: dict[str, list[str]] = {}
        self.filters: dict[str, list[str]] = {}
        self.roles: dict[str, list[str]] = {}
        self.eligible: dict[str, list[str]] = {}
        self.eligible_readable = True
        self.refuses_counts = False
        self.joiners_readable = True
        self.known_groups: dict[str, Group] = {}
        self.known_roles: tuple[Role, ...] = ()
        self.home = Tenant("3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "contoso.com")
        self.verified: tuple[Domain, ...] = (Domain("contoso.com"),)
        self.granted = GRANTED
        self.scripts: dict[str, list[object]] = defaultdict(list)
        self.asked: list[tuple[object, ...]] = []

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Answer by script, else list as users are now."""
        scripted = self._take("page", source, cursor)
        listed = scripted or self._listed(source)
        if not isinstance(listed, tuple):
            return listed  # type: ignore[return-value]
        start = int(cursor or 0)
        stop = start + self._page_size
        rows = tuple(seen for name in listed[start:stop] if (seen := self._show(name)))
        return Page(rows, str(stop) if stop < len(listed) else None)

    async def count(self, source: Source) -> int | GraphAnswer:
        """Answer by script, else count."""
        counted = self._take("count", source) or (NOT_COUNTED if self.refuses_counts else self._listed(source))
        return len(counted) if isinstance(counted, tuple) else counted  # type: ignore[return-value]

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Answer by script, else return the holders of a role, and the eligible ones if these can be read."""
        if scripted := self._take("holders", templates):
            return scripted  # type: ignore[return-value]
        known = [self.roles, self.eligible] if self.eligible_readable else [self.roles]
        held = [(name, users) for roles in known for name, users in roles.items()]
        ids = {user for name, users in held if templates is None or name in templates for user in users}
        return RoleHolders(frozenset(ids), complete=self.eligible_readable, joiners_known=self.joiners_readable)

    async def read_groups(self, ids: Sequence[str]) -> Mapping[str, Group | GraphAnswer]:
        """Answer by script, else each group that has members or is known."""
        if scripted := self._take("read_groups", tuple(ids)):
            return scripted  # type: ignore[return-value]
        return {name: self._group(name) for name in ids}

    async def find_groups(self, name: str, most: int = 6) -> tuple[Group, ...] | GraphAnswer:
        """Answer by script, else the groups of that name."""
        if scripted := self._take("find_groups", name):
            return scripted  # type: ignore[return-value]
        found = [group for group in self.known_groups.values() if group.name.lower() == name.lower()]
        return tuple(found[:most])

    async def defined_roles(self) -> tuple[Role, ...] | GraphAnswer:
        """Answer by script, else the roles that are known or held."""
        if scripted := self._take("defined_roles"):
            return scripted  # type: ignore[return-value]
        named = {role.id for role in self.known_roles}
        others = dict.fromkeys([*self.roles, *self.eligible])
        return (*self.known_roles, *(Role(name, name) for name in others if name not in named))

    async def tenant(self) -> Tenant:
        """Answer by script, else the tenant."""
        return self._take("tenant") or self.home  # type: ignore[return-value]

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Answer by script, else the domains."""
        return self._take("domains") or self.verified  # type: ignore[return-value]

    async def permissions(self) -> frozenset[str]:
        """Return what was granted."""
        return self._take("permissions") or self.granted  # type: ignore[return-value]

    def _take(self, method: str, *arguments: object) -> object | None:
        self.asked.append((method, *arguments))
        return self.scripts[method].pop(0) if self.scripts[method] else None

    def _listed(self, source: Source) -> tuple[str, ...] | GraphAnswer:
        if not source.is_paged:
            raise ValueError(source.kind)
        if source.kind is Kind.ALL:
            return self._directory.ids
        known, status = (self.groups, 404) if source.kind is Kind.GROUP else (self.filters, 400)
        return tuple(known[source.value]) if source.value in known else _refused(status, source)

    def _group(self, name: str) -> Group | GraphAnswer:
        if name in self.known_groups:
            return self.known_groups[name]
        return Group(name, name) if name in self.groups else _refused(404, Source(Kind.GROUP, name))

    def _show(self, name: str) -> DirectoryUser | None:
        return directory_user(self._directory.show(name).body)


def _refused(status: int, source: Source) -> GraphAnswer:
    return GraphAnswer(status=status, body={"error": {"code": "Refused", "message": f"No such {source.kind}."}})
