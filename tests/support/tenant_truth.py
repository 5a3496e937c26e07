"""What the simulated tenant of the contract tests holds, read from its core without a socket, and a stand-in of it."""

from collections import defaultdict
from dataclasses import dataclass, field

from support.fake_graph_listings import FakeGraphListings
from support.fakes import FakeClock, FakeGraphUsers
from support.live import POPULATION, USERS

from local.tenant import memberships, people
from local.tenant.tokens import DEFAULT_ROLES
from local.tenant.visitor import ADVANCED, Visitor
from local.tenant.world import World
from revoker.core.directory_user import SELECT, DirectoryUser, directory_user
from revoker.core.federation import Domain
from revoker.core.source import Kind, Source
from revoker.core.tenant import Tenant
from revoker.ports.graph import Group, Role

GRANTED = DEFAULT_ROLES
EVERYBODY = Source(Kind.ALL)
GROUPS = (memberships.FIELD, memberships.MIXED, memberships.EMPTY, memberships.HIDDEN)
FINANCE = "department eq 'Finance'"
NOT_OURS = "not(endswith(userPrincipalName,'@contoso.com'))"  # an advanced query
LISTED = (
    EVERYBODY,
    *(Source(Kind.GROUP, group) for group in GROUPS),
    *(Source(Kind.FILTER, text) for text in (FINANCE, NOT_OURS, "startswith(displayName,'Orla O''B')")),
)
MANAGED = (
    Domain(people.DOMAIN, is_default=True),
    Domain(people.INITIAL_DOMAIN),
    Domain(people.SUBDOMAIN, is_root=False),
)


@dataclass
class Truth:
    """The users of each source, and the holders of each role: active and eligible."""

    listed: dict[Source, tuple[DirectoryUser, ...]] = field(default_factory=dict)
    active: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    eligible: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    joining: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    roles: tuple[Role, ...] = ()
    groups: dict[str, Group] = field(default_factory=dict)

    def holders(self, *kinds: dict[str, set[str]], role: str | None = None) -> frozenset[str]:
        """Return the holders of a role, or of any, of some kinds."""
        found: set[str] = set()
        for kind in kinds or (self.active, self.eligible, self.joining):
            for name, users in kind.items():
                if role in (None, name):
                    found |= users
        return frozenset(found)


def read_truth() -> Truth:
    """Return what the tenant holds."""
    visitor = Visitor(users=USERS, population=POPULATION, roles=GRANTED)
    truth = Truth()
    for source in LISTED:
        rows = [row for page in visitor.pages(path_of(source), ADVANCED) for row in page]
        truth.listed[source] = tuple(seen for row in rows if (seen := directory_user(row)))
    world = visitor.tenant.graph.world
    for assignment in world.memberships.assignments:
        _hold(truth, world, truth.active, assignment.role, assignment.principal)
    for eligibility in world.memberships.eligible:
        principal = eligibility.group if eligibility.user is None else eligibility.user
        _hold(truth, world, truth.eligible, eligibility.template, principal)
    truth.roles = tuple(Role(role.id, role.name) for role in world.memberships.definitions)
    truth.groups = {name: Group(name, group.name, group.hidden) for name, group in world.memberships.groups.items()}
    return truth


def stand_in(truth: Truth) -> FakeGraphListings:
    """Return a stand-in that holds the same."""
    made = FakeGraphListings(FakeGraphUsers(FakeClock(), *truth.listed[EVERYBODY]))
    for source, found in truth.listed.items():
        known = {Kind.GROUP: made.groups, Kind.FILTER: made.filters}.get(source.kind, {})
        known[source.value] = [seen.id for seen in found]
    made.roles = {role: sorted(truth.holders(truth.active, truth.joining, role=role)) for role in truth.active}
    made.eligible = {role: sorted(users) for role, users in truth.eligible.items()}
    made.known_roles, made.known_groups = truth.roles, truth.groups
    made.verified, made.granted = MANAGED, frozenset(GRANTED)
    made.home = Tenant(people.TENANT_ID, people.DOMAIN)
    return made


def path_of(source: Source) -> str:
    """Return where Graph lists a source."""
    options = f"$count=true&$select={','.join(SELECT)}"
    if source.kind is Kind.GROUP:
        return f"/groups/{source.value}/transitiveMembers/microsoft.graph.user?{options}"
    if source.kind is Kind.FILTER:
        return f"/users?$filter={source.value}&{options}"
    return f"/users?{options}"


def _hold(truth: Truth, world: World, kind: dict[str, set[str]], role: str, principal: object) -> None:
    """Note the users of a principal as holders, and the users that may join it, if it is a group."""
    name_of = world.directory.id_at
    kind[role] |= set()
    if isinstance(principal, int):
        kind[role].add(name_of(principal))
    elif isinstance(principal, str):
        group = world.memberships.groups[principal]
        kind[role] |= set(map(name_of, world.memberships.transitive(group)[0]))
        joining = [one.user for one in world.memberships.group_eligible if one.group == principal]
        truth.joining[role] |= set(map(name_of, joining))
