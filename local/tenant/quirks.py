"""How this tenant differs from the plain one: licences, kinds of tenant, restricted users, slow replicas.

Each is off at the start and after a reset; `controls.quirks` and `controls.groups` turn them on.
"""

from dataclasses import dataclass, field


@dataclass
class Quirks:
    """What is unusual about the tenant.

    `licensed`: it has Entra ID P2, which PIM needs. `group_pim`: how PIM for Groups answers (`answers`, `empty` or
    `unsupported`). `b2c`: it refuses every advanced query (microsoft-graph-docs#9477 and #9856). `restricted`: users in
    restricted management administrative units, by position; `scoped_role`: the caller has an Entra role at that scope.
    `unseen`: how many more look-ups of a user meet a replica that has not heard of it (ansible azure#2258).
    `unindexed`: users, by position, that the index behind advanced queries does not know yet (`aad-advanced-queries`:
    it "might not be up-to-date with recent changes"). `plain_select`: what a plain listing of members does with
    properties that only users have, which no page says: it `shows` them, `omits` them, or answers 400 (`refuses`).
    `retry_after`: how a wait is written (`seconds`, `whole`, `date` or `list`).
    """

    licensed: bool = True
    group_pim: str = "answers"
    b2c: bool = False
    restricted: frozenset[int] = frozenset()
    scoped_role: bool = False
    unseen: dict[int, int] = field(default_factory=dict)
    unindexed: frozenset[int] = frozenset()
    plain_select: str = "shows"
    retry_after: str = "seconds"

    def refuses_writes(self, user: int) -> bool:
        """Whether application permissions do not reach a user (entra-docs `admin-units-restricted-management`)."""
        return user in self.restricted and not self.scoped_role

    def misses(self, user: int) -> bool:
        """Whether this look-up meets a replica that does not know the user yet; counts it."""
        left = self.unseen.get(user, 0)
        if left:
            self.unseen[user] = left - 1
        return left > 0
