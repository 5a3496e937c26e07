"""What a caller should know of the users that a run leaves alone: excluded, not in its plan, protected. Pure."""

from collections.abc import Sequence

from revoker.core.rules import NamedAccounts
from revoker.views.enumerated import CLIP, enumerated

UNPROTECTED = (
    "REVOKER_PROTECTED is empty, so a run over all users signs out the emergency accounts too: name them there."
)


def excluded_warning(excluded: NamedAccounts) -> tuple[str, ...]:
    """Say which excluded users of a sweep do not exist any more."""
    if not excluded.unknown:
        return ()
    return (f"Excluded, and no user of this directory: {enumerated(excluded.unknown)}.",)


def unused_exclusions_warning(names: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """Warn of exclusions that spared no user: they may be misspelt, and nothing else would show it."""
    said: list[str] = []
    if names:
        shown = enumerated([name[:CLIP] for name in names])
        said.append(f"{len(names)} excluded names spared no user of this run: {shown}. Check these names.")
    if groups:
        said.append(f"{len(groups)} excluded groups spared no user of this run: {enumerated(groups)}.")
    return tuple(said)


def gone_warning(ids: Sequence[str]) -> str:
    """Warn of accounts that were listed and are no users of the directory any more."""
    if not ids:
        return ""
    return f"{len(ids)} were listed, answer 404 as no user does, and were left out: {enumerated(sorted(ids))}."


def newcomers_warning(names: Sequence[str], plan: str) -> tuple[str, ...]:
    """Say which users are in the scope now and were not planned by the dry run that is applied."""
    if not names:
        return ()
    shown = enumerated([name[:CLIP] for name in names])
    return (f"{len(names)} users of the scope are not in the dry run {plan}, so they were left out: {shown}.",)


def protection_warning(protected: NamedAccounts, *, all_users: bool = False) -> tuple[str, ...]:
    """Warn of protected entries that match no user or another than before, and of a run over all users without any."""
    if all_users and not protected.names:
        return (UNPROTECTED,)
    said: list[str] = []
    if protected.unknown:
        said.append(f"REVOKER_PROTECTED matches no user: {enumerated(protected.unknown)}.")
    for entry, now in protected.renamed:
        said.append(
            f"REVOKER_PROTECTED: {entry} was renamed to {now}, and is left alone. Check who renamed it, and write its "
            "object id there."
        )
    for entry, other in protected.taken:
        said.append(
            f"REVOKER_PROTECTED: {entry} is the name of another account now ({other}); it and the account that had the "
            "name are left alone. Check both, and write object ids there."
        )
    return tuple(said)
