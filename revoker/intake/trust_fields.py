"""The fields about the compromise and the certificates that federated domains trust: what the gate judges by."""

from dataclasses import replace
from datetime import datetime

from revoker.core.request import Request
from revoker.intake.certificate_key import CertificateError, key_digest
from revoker.intake.fields import Fields, Wrong
from revoker.intake.values import PAST, THUMBPRINT, past_moment, thumbprint

_MOST_COMPROMISED, _MOST_TRUSTED = 100, 500
_CERTIFICATE = "write a certificate, as PEM or as base64 of DER"


def with_trust(request: Request, fields: Fields, now: datetime) -> Request:
    """Return a request with what the caller tells of the compromise."""
    began_at = fields.take("compromisedAt", past_moment(now), PAST)
    rotated_since = fields.take("rotatedSince", past_moment(now), PAST)
    if began_at and rotated_since and rotated_since < began_at:
        why = "lies before compromisedAt: write when the clean rotation began, after the intruder was out"
        fields.wrong(fields.path("rotatedSince"), why)
    return replace(
        request,
        compromised_at=began_at,
        rotated_since=rotated_since,
        compromised_thumbprints=fields.take_list("compromisedThumbprints", thumbprint, THUMBPRINT, _MOST_COMPROMISED),
        compromised_keys=fields.take_list("compromisedCertificates", _key, _CERTIFICATE, _MOST_COMPROMISED),
        trusted_thumbprints=fields.take_list("trustedThumbprints", thumbprint, THUMBPRINT, _MOST_TRUSTED),
    )


def _key(value: object) -> str | Wrong | None:
    if not isinstance(value, str):
        return None
    try:
        return key_digest(value)
    except CertificateError as error:
        return Wrong(str(error))
