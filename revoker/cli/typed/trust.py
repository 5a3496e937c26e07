"""What is typed about the compromise and its certificates: the same five fields for a run, a sweep and preflight."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from revoker.cli.ending import UsageError
from revoker.cli.typed import text_file
from revoker.cli.typed.asked import Preflight
from revoker.cli.typed.moments import past_moment
from revoker.cli.typed.starting import Whom
from revoker.cli.typed.thumbprints import thumbprint

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
# A web server in front of the API may refuse a longer address: Kestrel's MaxRequestLineSize is 8,192 bytes by default.
_LONGEST_QUERY = 6_000


def trust_fields(asked: Whom | Preflight, now: datetime, *, local: bool) -> dict[str, object]:
    """Return the fields of the API; raises UsageError."""
    return {
        "compromisedAt": past_moment("--compromised-at", asked.compromised_at, now, local=local),
        "rotatedSince": past_moment("--rotated-since", asked.rotated_since, now, local=local),
        "compromisedThumbprints": [thumbprint("--thumbprint", value) for value in asked.thumbprint or ()],
        "compromisedCertificates": [certificate(file) for file in asked.compromised_certificate or ()],
        "trustedThumbprints": [thumbprint("--trusted-thumbprint", one) for one in asked.trusted_thumbprint or ()],
    }


def trust_query(fields: Mapping[str, object]) -> dict[str, str] | None:
    """Return the fields as query parameters, None where they are too many for an address."""
    query: dict[str, str] = {}
    for name in ("compromisedAt", "rotatedSince"):
        if fields.get(name):
            query[name] = str(fields[name])
    for name in ("compromisedThumbprints", "compromisedCertificates", "trustedThumbprints"):
        items = fields.get(name)
        if isinstance(items, Sequence) and items:
            query[name] = ",".join(items)
    if sum(map(len, query.values())) > _LONGEST_QUERY:
        return None
    return query


def certificate(file: str) -> str:
    """Return the certificate in a PEM file as base64 of DER; raises UsageError. No private key leaves this computer."""
    text = text_file.read(file).text
    if "PRIVATE KEY" in text:
        raise UsageError(f"{file} holds a private key: name a file with the certificate alone; nothing was sent.")
    blocks = _BLOCK.findall(text)
    if len(blocks) != 1:
        raise UsageError(f"{file} holds {len(blocks)} certificates in PEM: name one file for each certificate.")
    return "".join(blocks[0].split())
