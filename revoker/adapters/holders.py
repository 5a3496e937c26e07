"""Who holds directory roles: active holders, eligible ones, and the users in the groups among them."""

import asyncio
from collections.abc import Iterable, Mapping

from revoker.adapters.listing import Members, Row, members
from revoker.adapters.questions import Questions
from revoker.adapters.reader import Reader, each
from revoker.answer import Answer
from revoker.ports import Holders


class HoldersReader:
    """Asks who holds roles; a template id is compared in lower case."""

    def __init__(self, reader: Reader, questions: Questions) -> None:
        self._reader = reader
        self._questions = questions

    async def holders(self, templates: frozenset[str] | None) -> Holders | Answer:
        """Return who holds any of the roles; None asks for all roles."""
        listed = await self._reader.rows(self._questions.roles())
        if isinstance(listed, Answer):
            return listed
        roles = {str(row.get("roleTemplateId")).lower(): str(row.get("id")) for row in listed}
        active, eligible = await asyncio.gather(
            each(self._active(roles[name]) for name in roles if _asked(name, templates)),
            self._reader.rows(self._questions.eligible()),
        )
        if isinstance(active, Answer):
            return active
        if isinstance(eligible, Answer) and eligible.passing:
            return eligible
        rows = () if isinstance(eligible, Answer) else eligible
        found = await self._expanded([*active, _eligible(rows, templates)])
        if isinstance(found, Answer):
            return found
        known = roles.keys() | {_template(row) for row in rows}
        unknown = tuple(sorted(name for name in templates or () if name.lower() not in known))
        return Holders(found, unknown, complete=not isinstance(eligible, Answer))

    async def _active(self, role: str) -> Members | Answer:
        rows = await self._reader.rows(self._questions.role_members(role))
        return rows if isinstance(rows, Answer) else members(rows)

    async def _expanded(self, found: Iterable[Members]) -> frozenset[str] | Answer:
        """Return the users, and the users in the groups."""
        together = Members.union(found)
        inside = await each(self._inside(group) for group in sorted(together.groups))
        return inside if isinstance(inside, Answer) else together.users.union(*inside)

    async def _inside(self, group: str) -> frozenset[str] | Answer:
        """Return the users in a group; one that was deleted since it was listed holds nobody."""
        rows = await self._reader.rows(self._questions.users_in(group, ["id"]))
        if isinstance(rows, Answer):
            return frozenset() if rows.status == 404 else rows
        return members(rows).users


def _eligible(rows: Iterable[Row], templates: frozenset[str] | None) -> Members:
    principals = (row.get("principal") for row in rows if _asked(_template(row), templates))
    return members(principal for principal in principals if isinstance(principal, Mapping))


def _template(row: Row) -> str:
    return str(row.get("roleDefinitionId")).lower()


def _asked(template: str, templates: frozenset[str] | None) -> bool:
    return templates is None or template in {name.lower() for name in templates}
