"""One account entity becomes one target, or says why it cannot: thirteen rules, the first that applies decides.

The rules and their order: reference sentinel, 5 (kept in docs/sentinel.md). Keys arrive lower case from ``shapes``.
"""

import json
import re
import struct
import uuid
from collections.abc import Mapping
from typing import Any

from revoker.core.directory_user import is_external_upn
from revoker.core.names import LONGEST_NAME, object_id, upn
from revoker.core.outcome import Outcome
from revoker.core.request import Search, Target
from revoker.intake.entities import lowered

_SKIPPED = Outcome.EXCLUDED
_SERVICE_SIDS = {"S-1-5-18", "S-1-5-19", "S-1-5-20"}
_ENTRA_SID = re.compile(r"S-1-12-1-(\d{1,10})-(\d{1,10})-(\d{1,10})-(\d{1,10})")
_DOMAIN_SID = re.compile(r"S-1-5-21(-\d{1,10}){1,14}")
_SAM_NAME = re.compile(r"[^@\"/\\\[\]:;|=,+*?<>\x00-\x1f\ud800-\udfff]{1,256}")
_AUTHORITY = "nt authority"


class Account:
    """The fields of one account entity, by the names the rules use; null, empty and missing are the same."""

    def __init__(self, entity: Mapping[str, Any], number: int) -> None:
        self._entity = entity
        self.tenant = self._text("aadtenantid")
        self.user_id = self._text("aaduserid") or self._text("azureaduserid")
        self.upn = self._text("userprincipalname")
        self.suffix = self._text("upnsuffix").removeprefix("@")
        self.sid = (self._text("sid") or self._text("usersid")).upper()
        slots = [_split(self._text(slot)) for slot in ("accountname", "name")]
        filled = [(domain, name) for domain, name in slots if name]
        prefix, self.name = next((slot for slot in filled if upn(slot[1])), filled[0] if filled else ("", ""))
        domain = self._text("ntdomain") or self._text("domainname")
        self.is_authority = _AUTHORITY in {prefix.lower(), domain.lower()}
        self.domain = prefix or domain
        self.friendly_name = self._text("friendlyname")
        self.label = self._label(number)

    @property
    def is_weak(self) -> bool:
        """Whether nothing but display texts are left."""
        return not (self.name or self._text("objectguid") or self._text("dnsdomain"))

    @property
    def is_guest(self) -> bool:
        """Whether the entity itself says that this is a guest."""
        more = self._entity.get("additionaldata")
        if isinstance(more, str):
            more = _json(more)
        told = lowered(more).get("usertype") if isinstance(more, dict) else None
        marked = str(told or self._text("usertype")).lower() == "guest"
        return marked or is_external_upn(self.upn) or is_external_upn(self.name)

    def _text(self, name: str) -> str:
        value = self._entity.get(name)
        return value.strip() if isinstance(value, str) else ""

    def _label(self, number: int) -> str:
        joined = f"{self.name}@{self.suffix}" if self.name and self.suffix and "@" not in self.name else self.name
        at_home = f"{self.domain}\\{self.name}" if self.domain and self.name else ""
        known = self.user_id if object_id(self.user_id) else ""
        misplaced = self.user_id if upn(self.user_id) else ""
        named = (known, misplaced, self.upn, joined if "@" in joined else "", at_home, self.sid, joined)
        shown = (self.friendly_name, self._text("displayname"), self.user_id, self._text("objectguid"))
        label = next((option for option in (*named, *shown) if option), f"account entity {number + 1}")
        plain = label.encode("ascii", "backslashreplace").decode()
        # A control sign would take six in the ledger's row, and the text is an intruder's to choose.
        return "".join(sign if sign.isprintable() else "?" for sign in plain)[:LONGEST_NAME]


def target(entity: Mapping[str, Any], number: int, home_tenant: str | None) -> Target:
    """Return the target of an account entity; ``home_tenant`` None means that no tenant can be called foreign."""
    account = Account(entity, number)
    found = _skipped(account, home_tenant) or _named(account) or _searched(account)
    reason = "friendly_name_only" if upn(account.friendly_name) and account.is_weak else "no_usable_identifier"
    return found or Target(requested_as=account.label, settled=(Outcome.UNRESOLVED, reason))


def _skipped(account: Account, home_tenant: str | None) -> Target | None:
    """Rules 1, 3 and 4; rule 2, an object id, overrides the latter two."""
    reason = None
    if account.tenant and home_tenant and account.tenant.lower() != home_tenant.lower():
        reason = "foreign_tenant"
    elif object_id(account.user_id):
        return None
    elif account.name.partition("@")[0].endswith("$"):
        reason = "machine_account"
    elif account.sid in _SERVICE_SIDS or account.is_authority:
        reason = "builtin_account"
    return Target(requested_as=account.label, settled=(_SKIPPED, reason)) if reason else None


def _named(account: Account) -> Target | None:
    """Rules 2 and 5 to 9."""
    options = (
        object_id(account.user_id),
        upn(account.user_id),
        upn(account.upn),
        upn(account.name),
        upn(f"{account.name}@{account.suffix}") if account.name and account.suffix else None,
        entra_id(account.sid),
    )
    name = next((option for option in options if option), None)
    if name is None:
        return None
    return Target(requested_as=account.label, name=name, external=account.is_guest or is_external_upn(name))


def _searched(account: Account) -> Target | None:
    """Rules 10 and 11."""
    search, settled = None, None
    if _DOMAIN_SID.fullmatch(account.sid):
        search = Search("onPremisesSecurityIdentifier", account.sid, "sid_only")
    elif account.domain and _SAM_NAME.fullmatch(account.name):
        search = Search("onPremisesSamAccountName", account.name, "onprem_name_only", account.domain)
    elif account.domain and account.name:
        settled = (Outcome.UNRESOLVED, "onprem_name_only")  # a name no login can have
    return Target(requested_as=account.label, search=search, settled=settled) if search or settled else None


def entra_id(sid: str) -> str | None:
    """Return the object id inside an S-1-12-1 SID: four little-endian 32-bit numbers, a GUID in Windows byte order."""
    match = _ENTRA_SID.fullmatch(sid)
    numbers = [int(part) for part in match.groups()] if match else []
    if not numbers or max(numbers) >= 1 << 32:
        return None
    return object_id(str(uuid.UUID(bytes_le=struct.pack("<4I", *numbers))))


def _split(name: str) -> tuple[str, str]:
    domain, separator, rest = name.rpartition("\\")
    return (domain, rest) if separator else ("", name)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
