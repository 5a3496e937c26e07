"""What to do first about a finding on the federated domains, whatever issues their certificates."""

from collections.abc import Mapping

from revoker.cli.typed.choices import Code

FIRST_STEP: Mapping[str, str] = {
    Code.NOT_ROTATED: "First issue new token-signing certificates twice (CM0073), then repeat the command.",
    Code.ROTATED_ONCE: "Rotate a second time, without -Urgent: until then the old certificate may still be accepted.",
    Code.SAME_KEY: "Make each new certificate with a new key: a renewed one keeps the intruder's.",
    Code.UNTRUSTED: "Look at each domain that you do not know: it may be the intruder's own.",
    Code.UNCHECKED: (
        "Grant Domain.Read.All and Domain-InternalFederation.Read.All where they are missing; repeat the command where "
        "Graph did not answer; else read the certificates in AD FS and Entra by hand."
    ),
}
