"""What revoking does not end, and the step that ends it: the list that the README and docs/eviction.md show. Pure.

Each line has its source in docs/graph-facts.md#residual-access.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotEnded:
    """One way to keep access after a revocation, and what to do about it, each a phrase in Markdown."""

    what: str
    remedy: str


NOT_ENDED = (
    NotEnded(
        "access tokens issued before the run",
        "wait until `residualAccessUntil`; disable an account that cannot wait",
    ),
    NotEnded(
        "an external user's sessions in the home tenant",
        "tell the home tenant; without one, disable or delete the guest account here",
    ),
    NotEnded("devices that an intruder registered", "disable each registered device that its user does not know"),
    NotEnded(
        "Windows Hello keys and other sign-in methods that an intruder added",
        "delete each method that its user does not know",
    ),
    NotEnded(
        "AD FS's own single sign-on cookies",
        "reset the password in Active Directory; set `PersistentSsoCutoffTime` in AD FS",
    ),
    NotEnded(
        "the Seamless SSO computer key (`AZUREADSSOACC`)",
        "roll it over once in each forest with `Update-AzureADSSOForest`",
    ),
    NotEnded("app passwords", "delete the user's app passwords"),
    NotEnded(
        "consents, and secrets added to the tenant's own applications",
        "review both; remove what the incident does not explain",
    ),
    NotEnded("session cookies that applications issued themselves", "sign the user out in the application"),
    NotEnded(
        "tokens forged with a stolen signing key",
        "rotate the AD FS certificates twice and remove the old one, before the run",
    ),
    NotEnded(
        "a partner's delegated administrators (GDAP), which have no account here",
        "tell the partner; end or narrow the relationship",
    ),
    NotEnded(
        "agents: the identity behind an agent user signs it in again",
        "disable each agent identity that the incident does not explain",
    ),
    NotEnded(
        "a disabled or deleted account that the run left out and that is enabled or restored later",
        "keep disabled accounts in the scope; let a sweep run for 30 days: so long can a deleted account be restored",
    ),
)


def not_ended() -> list[dict[str, str]]:
    """Return the list in JSON."""
    return [{"what": one.what, "remedy": one.remedy} for one in NOT_ENDED]
