"""What an operator should do about the gate's findings, by the identity provider that issued the certificates."""

from collections.abc import Iterable

from revoker.core.federation import UNCHECKED, UNTRUSTED, Finding

# Microsoft's page "Emergency rotation of the AD FS certificates" (docs/graph-facts.md#federation).
_AD_FS = (
    "On AD FS, issue a new token-signing certificate twice (CM0073): `Update-AdfsCertificate -CertificateType "
    "Token-Signing -Urgent`, then once more without `-Urgent`. Where AutoCertificateRollover is off, make both by "
    "hand, each with a new key. Push both to Entra, then remove the old one with `Remove-AdfsCertificate`."
)
_OTHER = "At another identity provider, rotate the signing key there, give Entra the new certificate, remove the old."
_UNTRUSTED = "A domain that your organisation does not know may be the intruder's own: convert it to managed in Entra."
_UNCHECKED = (
    "Grant Domain.Read.All and Domain-InternalFederation.Read.All, or read the certificates in AD FS and Entra by hand."
)


def advice(findings: Iterable[Finding]) -> str:
    """Return what to do about the findings, each sentence once."""
    said: dict[str, None] = {}
    for finding in findings:
        if finding.code == UNCHECKED:
            said[_UNCHECKED] = None
        elif finding.code == UNTRUSTED:
            said[_UNTRUSTED] = None
        else:
            said[_AD_FS if finding.ad_fs else _OTHER] = None
    return " ".join(said)
