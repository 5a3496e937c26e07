"""What a body without accounts holds instead, in words: kinds with their numbers, and the mailboxes' owners."""

from collections import Counter
from collections.abc import Sequence

from revoker.core.name_faults import visible
from revoker.intake.entities import Entity, kinds
from revoker.intake.evidence import evidence_kind

_MOST_SHOWN = 10


def others_sentence(others: Sequence[Entity]) -> str:
    """Return a sentence about entities that are no accounts, or an empty text where there are none."""
    if not others:
        return ""
    counted = Counter(_kind(other) for other in others)
    shown = [f"{count} {kind}" + "s" * (count > 1) for kind, count in counted.most_common(_MOST_SHOWN)]
    if len(counted) > _MOST_SHOWN:
        shown.append(f"{len(counted) - _MOST_SHOWN} more kinds")
    return f"It holds {', '.join(shown)}. {_mailboxes(others)}".strip()


def _kind(other: Entity) -> str:
    """Return the kind by which an entity or an item of evidence calls itself."""
    named = evidence_kind(other).removesuffix("evidence")
    return visible(named or next(iter(sorted(kinds(other))), "") or "unknown item")[:40]


def _mailboxes(others: Sequence[Entity]) -> str:
    """Return the owners of mailboxes: an owner is a person but no account, so nothing is revoked by itself."""
    owners: dict[str, None] = {}
    for other in others:
        owner = other.get("mailboxprimaryaddress") or other.get("primaryaddress") or other.get("upn")
        if _kind(other) == "mailbox" and isinstance(owner, str) and owner.strip():
            owners[visible(owner.strip())] = None
    if not owners:
        return ""
    shown = ", ".join(list(owners)[:_MOST_SHOWN])
    return f"A mailbox is no account; to revoke its user, name it in a run: {shown}."
