"""One account entity becomes one target, or says why it cannot: thirteen rules, the first that applies decides.

The rules, their order and what they rest on: docs/sentinel.md. Keys arrive in lower case.
"""

import re
import struct
import uuid
from collections.abc import Set as AbstractSet

from revoker.core.external import is_external_upn
from revoker.core.name_faults import has_odd_character
from revoker.core.names import object_id, upn
from revoker.core.outcome import Outcome
from revoker.core.request import Search, Target
from revoker.intake.account import Account
from revoker.intake.entities import Entity

_SERVICE_SIDS = {"S-1-5-18", "S-1-5-19", "S-1-5-20"}
_ENTRA_SID = re.compile(r"S-1-12-1-(\d{1,10})-(\d{1,10})-(\d{1,10})-(\d{1,10})")
_DOMAIN_SID = re.compile(r"S-1-5-21(-\d{1,10}){1,14}")
_SAM_NAME = re.compile(r"[^@\"/\\\[\]:;|=,+*?<>\x00-\x1f\ud800-\udfff]{1,256}")


def target(entity: Entity, number: int, home_tenant: str | None, workspaces: AbstractSet[str] = frozenset()) -> Target:
    """Return the target of an account entity.

    Without ``home_tenant`` no tenant can be called foreign; ``workspaces`` are ids that are no tenant's.
    """
    account = Account(entity, number, workspaces)
    found = _skipped(account, home_tenant) or _named(account) or _searched(account)
    return found or Target(requested_as=account.label, settled=(Outcome.UNRESOLVED, _reason(account)))


def _skipped(account: Account, home_tenant: str | None) -> Target | None:
    """Apply rules 1, 3 and 4. An object id (rule 2) and a full UPN (rules 5 to 7) go before rules 3 and 4."""
    reason = None
    if account.tenant and home_tenant and account.tenant != home_tenant.lower():
        reason = "foreign_tenant"
    elif object_id(account.user_id) or _has_full_upn(account):
        return None
    elif account.name.partition("@")[0].endswith("$"):
        reason = "machine_account"
    elif account.sid in _SERVICE_SIDS or account.is_authority:
        reason = "builtin_account"
    return Target(requested_as=account.label, settled=(Outcome.EXCLUDED, reason)) if reason else None


def _has_full_upn(account: Account) -> bool:
    """Whether a user is named in full: then a name beside it, such as ``alice$`` from another log, rules nothing out.

    ``wks-017$@contoso.com`` is a machine's own name: no UPN of the directory has a dollar sign (Graph, ``user``
    resource: allowed are letters, digits and ' . - _ ! # ^ ~).
    """
    names = filter(None, map(upn, (account.user_id, account.upn, account.name)))
    return any("$" not in name.partition("@")[0] for name in names)


def _named(account: Account) -> Target | None:
    """Apply rules 2 and 5 to 9, which give a name."""
    given = object_id(account.user_id) or upn(account.user_id) or upn(account.upn) or upn(account.name)
    joined = None if given else upn(account.joined)
    name = given or joined or entra_id(account.sid)
    if name is None:
        return None
    # Since July 2026 Sentinel's Name may be a display name (MC1183015), so a joined name is a guess: the plan calls the
    # user only after the directory has shown exactly this UPN.
    external = any(map(is_external_upn, (name, account.upn, account.name)))
    return Target(requested_as=account.label, name=name, external=external, confirm=joined is not None)


def _searched(account: Account) -> Target | None:
    """Apply rules 10 and 11, which give something to search for."""
    search, settled = None, None
    if _DOMAIN_SID.fullmatch(account.sid):
        search = Search("onPremisesSecurityIdentifier", account.sid, "sid_only")
    elif account.domain and _SAM_NAME.fullmatch(account.name):
        search = Search("onPremisesSamAccountName", account.name, "onprem_name_only", account.domain)
    elif account.domain and account.name:
        settled = (Outcome.UNRESOLVED, "onprem_name_only")  # a name that no login can have
    return Target(requested_as=account.label, search=search, settled=settled) if search or settled else None


def _reason(account: Account) -> str:
    """Apply rules 12 and 13, which say why the account cannot be tied to a user."""
    # A rule that maps a JSON array gives ["cara as the name and contoso.com"] as the suffix (Azure-Sentinel#5098).
    if any(map(has_odd_character, (account.user_id, account.upn, account.suffix, account.name))):
        return "odd_characters"
    if upn(account.friendly_name) and account.is_weak:
        return "friendly_name_only"
    return "no_usable_identifier"


def entra_id(sid: str) -> str | None:
    """Return the object id inside an S-1-12-1 SID: four little-endian 32-bit numbers, a GUID in Windows byte order.

    S-1-12-1-715090993-1299209800-519489971-1423050634 is 2a9f6c31-5e48-4d70-b3c9-f61e8a07d254.
    """
    match = _ENTRA_SID.fullmatch(sid)
    numbers = [int(part) for part in match.groups()] if match else []
    if not numbers or max(numbers) >= 1 << 32:
        return None
    return object_id(str(uuid.UUID(bytes_le=struct.pack("<4I", *numbers))))
