"""The fields of one account entity, by the names that the rules use; null, empty and missing are the same."""

from collections.abc import Iterator, Set as AbstractSet

from revoker.core.names import LONGEST_NAME, object_id, upn
from revoker.intake.entities import Entity

_AUTHORITY = "nt authority"


class Account:
    """One account entity, keys in lower case; ``workspaces`` are ids that are no tenant's."""

    def __init__(self, entity: Entity, number: int, workspaces: AbstractSet[str] = frozenset()) -> None:
        self._entity = entity
        self.tenant = self._tenant(workspaces)
        self.user_id = self._text("aaduserid") or self._text("azureaduserid")
        self.upn = self._text("userprincipalname")
        self.suffix = self._text("upnsuffix").removeprefix("@")
        self.sid = (self._text("sid") or self._text("usersid")).upper()
        prefix, self.name = self._name()
        domain = self._text("ntdomain") or self._text("domainname")
        self.is_authority = _AUTHORITY in {prefix.lower(), domain.lower()}
        self.domain = prefix or domain
        self.joined = f"{self.name}@{self.suffix}" if self.name and self.suffix else ""
        self.friendly_name = self._text("friendlyname")
        self.label = self._label(number)

    @property
    def is_weak(self) -> bool:
        """Whether only display texts are filled."""
        return not (self.name or self._text("objectguid") or self._text("dnsdomain"))

    def _text(self, name: str) -> str:
        value = self._entity.get(name)
        return value.strip() if isinstance(value, str) else ""

    def _tenant(self, workspaces: AbstractSet[str]) -> str | None:
        """Return the tenant's id, where there is one.

        Seen were also the zero id, ``N/A``, a domain name, an id in braces, and the id of the workspace, by a rule that
        maps the column TenantId (Azure-Sentinel#8531, #10516): none of them makes an account foreign.
        """
        told = object_id(self._text("aadtenantid").strip("{} "))
        return None if told in workspaces else told

    def _name(self) -> tuple[str, str]:
        """Return domain and name; a full UPN in either slot goes before anything else."""
        slots = [_split(self._text(slot)) for slot in ("accountname", "name")]
        filled = [slot for slot in slots if slot[1]]
        for domain, name in filled:
            if upn(name):
                return domain, name
        return filled[0] if filled else ("", "")

    def _label(self, number: int) -> str:
        """Return the text by which a report shows the account: the first of ``_labels`` that is not empty."""
        label = next(filter(None, self._labels()), f"account entity {number + 1}")
        # A control character would take six bytes in the ledger's row, and an intruder may choose the text.
        plain = label.encode("ascii", "backslashreplace").decode()
        return "".join(character if character.isprintable() else "?" for character in plain)[:LONGEST_NAME]

    def _labels(self) -> Iterator[str]:
        """Yield the texts of the account in the order in which the rules go by them; some are empty."""
        if object_id(self.user_id) or upn(self.user_id):
            yield self.user_id
        yield self.upn
        if "@" in self.name:
            yield self.name
        else:
            yield self.joined
        if self.domain and self.name:
            yield f"{self.domain}\\{self.name}"
        yield self.sid
        yield self.name
        yield self.friendly_name
        yield self._text("displayname")
        yield self.user_id
        yield self._text("objectguid")


def _split(name: str) -> tuple[str, str]:
    domain, separator, rest = name.rpartition("\\")
    return (domain, rest) if separator else ("", name)
