"""The accounts in an alert of Microsoft Graph or Defender: its evidence, and the entities of older alerts."""

from typing import Any

from revoker.intake.entities import Entities, Entity, as_list, entities_in, fields_of, flat, is_account, together, word
from revoker.intake.references import resolved

# Evidence whose userAccount is the person concerned. That of a process or a device only ran there, as SYSTEM may.
_WITH_A_USER = frozenset({"userevidence", "mailboxevidence"})
_SESSION = "cloudlogonsessionevidence"
# Without a type, these keys tell a process, which has a userAccount as well.
_PROCESS_MARKS = frozenset(
    {"processid", "imagefile", "processcommandline", "processcreationdatetime", "parentprocessid", "filename"}
)
_AUTHORITY_PREFIX = "nt authority\\"


def entities_of_alert(alert: Entity, body: object) -> Entities:
    """Return the accounts of an alert, and what else it names."""
    evidence = resolved(as_list(alert.get("evidence"), "evidence"), body)
    found = together(_entities_of(item) for item in evidence)
    return found + entities_in(as_list(alert.get("entities"), "entities"), body)


def evidence_kind(fields: Entity) -> str:
    """Return the last word of an item's ``@odata.type``, such as ``userevidence``, or an empty text."""
    return word(fields.get("@odata.type")).rpartition(".")[2]


def _entities_of(item: Any) -> Entities:  # noqa: ANN401 - whatever stands in the list
    if isinstance(item, str):
        return Entities((flat(item),))
    fields = _spread(item)
    account = _account(fields)
    if account is not None:
        return Entities((account,))
    return Entities(others=(fields,)) if fields else Entities()


def _account(fields: Entity) -> Entity | None:
    """Return the account of one item of evidence, or None."""
    kind, user = evidence_kind(fields), _spread(fields.get("useraccount"))
    if kind == _SESSION or (not kind and isinstance(fields.get("account"), dict)):
        session = _spread(fields.get("account"))
        return _displayed(_spread(session.get("useraccount")) or session) if session else None
    if kind:
        return _displayed(user) if kind == "userevidence" or (kind in _WITH_A_USER and user) else None
    # Alerts of the Defender for Endpoint API say entityType, and give login names beside it.
    if fields.get("entitytype"):
        return flat(fields) if is_account(fields) else None
    if not _PROCESS_MARKS.isdisjoint(fields):
        return None
    if user:
        return _displayed(user)
    return flat(fields) if fields and is_account(fields) else None


def _spread(item: object) -> dict[str, Any]:
    """Return an item's fields, with those that PowerShell's SDK keeps under ``AdditionalProperties``."""
    fields = fields_of(item)
    more = fields_of(fields.pop("additionalproperties", None))
    return {**more, **{key: value for key, value in fields.items() if value not in (None, "", {}, [])}} or fields


def _displayed(account: Entity) -> Entity:
    """Return a Graph account. Its ``accountName`` is a displayed name: it may rule a target out, but names none."""
    name = word(account.get("accountname"))
    rules_out = name.partition("@")[0].endswith("$") or name.startswith(_AUTHORITY_PREFIX)
    kept = "accountname" if rules_out else "friendlyname"
    shown = account.get("accountname") if rules_out else account.get("displayname") or account.get("accountname")
    named = {key: value for key, value in account.items() if key != "accountname"}
    return {**named, "aadtenantid": account.get("tenantid") or account.get("aadtenantid"), kept: shown}
