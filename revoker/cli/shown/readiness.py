"""What preflight found, as tables and sentences. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from revoker.cli.shown.table import Table
from revoker.cli.words import Fields

# Counted by userType, since Graph counts by nothing else that tells guests; a run goes by how users sign in.
_NAMES = {
    "members": "userType Member",
    "guests": "userType Guest",
    "untyped": "without userType",
    "conflicting": "members with #EXT#, called",
}
_TWO_RULES = (
    "Users are counted here by userType. A run calls external users guests by how they sign in, so its number may "
    "differ: revoker run --all-users --dry-run tells it."
)


def tables(found: Fields, *, narrow: bool = False) -> Iterator[Table]:
    """Return what stands ready, and what does not; ``narrow`` leaves out what permissions are for: see ``missing``."""
    permissions = [_permission(one, narrow=narrow) for one in found["permissions"]]
    titles = ("PERMISSION", "", "FOR" if any(purpose for _, _, purpose in permissions) else " ")
    yield Table(titles, permissions, whole=frozenset({"PERMISSION", ""}))
    if len(found.get("identities") or ()) > 1:
        yield Table(("IDENTITY", ""), list(_identities(found["identities"])), whole=frozenset({"IDENTITY"}))
    yield Table(("DOMAIN", "CERTIFICATES", "ISSUED, OR CODE"), list(_domains(found["federation"])))
    yield Table(("PROTECTED", "IN THE DIRECTORY"), list(_protected(found["protected"])))
    yield Table(("USERS", ""), list(_numbers(found)), right=frozenset({""}))


def _permission(one: Fields, *, narrow: bool) -> tuple[str, str, str]:
    word = "granted" if one["granted"] else "MISSING"
    if narrow:
        return one["name"], word, ""
    return one["name"], word, one["purpose"] if one["granted"] else _loss(one)


def missing(found: Fields) -> Iterator[str]:
    """Return a sentence for each missing permission: on a narrow terminal no column is left for it."""
    for one in found["permissions"]:
        if not one["granted"]:
            yield f"{one['name']} is missing: {_loss(one)}."


def _loss(permission: Fields) -> str:
    return f"{permission['purpose']}. Without it: {permission['without']}"


def _identities(pool: list[Fields]) -> Iterator[tuple[str, str]]:
    """Return each identity of a pool, and whether it revokes now."""
    for one in pool:
        yield str(one["clientId"]), f"{one['state']}{because(one['reason'])}"


def _domains(federation: Fields) -> Iterator[tuple[str, str, str]]:
    """Return each domain with its verdict, and under it who signs for it, its certificates and what is found."""
    if not federation["domains"]:
        yield "all", f"{federation['verdict']}{because(federation['reason'])}", ""
    for domain in federation["domains"]:
        verdict = str(domain["verdict"])
        if domain.get("follows"):
            verdict += f" (as {domain['follows']})"
        yield domain["domain"], verdict, ""
        for one in domain.get("configurations") or ():
            provider = ", unknown provider" if one.get("provider") == "unknown" else ""
            yield "", f"issuer {one['issuer'] or 'not named'}{provider}", one["mfaBehavior"]
        for one in domain["certificates"]:
            yield "", one["thumbprint"], one["notBefore"]
        # Without a date each certificate is a finding: that is no news about any of them.
        if domain["verdict"] not in {"undated", "managed"}:
            for one in domain.get("findings") or ():
                yield "", one["text"], one["code"]


def _protected(found: list[Fields]) -> Iterator[tuple[str, str]]:
    if not found:
        yield "no account", ""
    for one in found:
        missing = "NOT FOUND" if one["reason"] == "no_such_user" else "not checked"
        yield one["entry"], f"{one['userPrincipalName'] or missing}{because(one['reason'])}"


def _numbers(found: Fields) -> Iterator[tuple[str, str]]:
    for name, count in found["users"].items():
        yield _NAMES.get(name, name), _number(count)
    estimate = found["estimate"]
    if estimate:
        yield "all of them take", _lasting(estimate["seconds"])
        if estimate.get("identities", 1) > 1:
            alone = timedelta(seconds=estimate["oneIdentity"]["seconds"])
            yield "with one identity", f"{alone} (h:mm:ss), with {estimate['identities']} as above"
    yield "approval above", _approval(found)


def _lasting(seconds: int) -> str:
    """Return a length of time; what the quota's burst covers takes as long as the calls themselves."""
    return f"{timedelta(seconds=seconds)} (h:mm:ss)" if seconds else "some seconds"


def _number(count: int | None) -> str:
    if count is None:
        return "not told"
    return f"{count:,}"


def _approval(found: Fields) -> str:
    approval = found.get("approval")
    if approval is None:
        return "not told"
    if not approval["above"]:
        return "off"
    return f"{approval['above']:,}"


def remarks(found: Fields) -> Iterator[str]:
    """Return what is no obstacle, and worth knowing."""
    if found["users"].get("guests") is not None:
        yield _TWO_RULES
    if found["federation"]["verdict"] == "undated":
        yield "Certificates are listed, not judged: add --compromised-at TIME."
    federated = [one["domain"] for one in found["federation"]["domains"] if one["verdict"] != "managed"]
    if federated:
        yield "Read each issuer and certificate above: no date shows a federated domain of the intruder's own."
    # The obstacles say that no account is protected, so that one warning is left out.
    yield from (said for said in found.get("warnings") or () if not said.startswith("REVOKER_PROTECTED is empty"))


def because(reason: str | None) -> str:
    """Return a reason in brackets, if there is one."""
    if not reason:
        return ""
    return f" ({reason})"
