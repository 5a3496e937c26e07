"""What a caller tells of the compromise and of the certificates that federated domains trust."""

from collections.abc import Mapping
from datetime import datetime

from revoker.core.federation import Compromise
from revoker.core.request import Request
from revoker.core.told_compromise import with_compromise
from revoker.intake.certificate_key import CertificateError, key_digest
from revoker.intake.fields import Fields, Wrong
from revoker.intake.query import with_plus
from revoker.intake.values import PAST, THUMBPRINT, past_moment, thumbprint

_MOST_COMPROMISED, _MOST_TRUSTED = 100, 500
_CERTIFICATE = "write a certificate, as PEM or as base64 of DER"
_LISTS = ("compromisedThumbprints", "compromisedCertificates", "trustedThumbprints")
TRUST_FIELDS = ("compromisedAt", "rotatedSince", *_LISTS)


def compromise_in(fields: Fields, now: datetime) -> Compromise:
    """Return what the fields of an object tell of the compromise; what is wrong is noted in them."""
    began_at = fields.take("compromisedAt", past_moment(now), PAST)
    rotated_since = fields.take("rotatedSince", past_moment(now), PAST)
    if began_at and rotated_since and rotated_since < began_at:
        why = "lies before compromisedAt: write when the clean rotation began, after the intruder was out"
        fields.wrong(fields.path("rotatedSince"), why)
    bad = fields.take_list("compromisedThumbprints", thumbprint, THUMBPRINT, _MOST_COMPROMISED)
    keys = fields.take_list("compromisedCertificates", _key, _CERTIFICATE, _MOST_COMPROMISED)
    trusted = fields.take_list("trustedThumbprints", thumbprint, THUMBPRINT, _MOST_TRUSTED)
    return Compromise(began_at, rotated_since, frozenset(bad), frozenset(keys), frozenset(trusted))


def with_trust(request: Request, fields: Fields, now: datetime) -> Request:
    """Return a request with what the caller tells of the compromise."""
    return with_compromise(request, compromise_in(fields, now))


def compromise_in_query(query: Mapping[str, str], now: datetime) -> Compromise:
    """Return what query parameters tell, lists with commas between their items; raises InvalidError."""
    given: dict[str, object] = {}
    for name in TRUST_FIELDS:
        if name not in query:
            continue
        if name in _LISTS:
            given[name] = [_unbroken(item) for item in query[name].split(",")]
        else:
            given[name] = with_plus(query[name])
    fields = Fields(given)
    told = compromise_in(fields, now)
    fields.finish()
    return told


def _unbroken(item: str) -> str:
    """Return base64 whole again: a + that was not percent-encoded arrives as a space. PEM has spaces of its own."""
    if item.startswith("MI"):
        return item.replace(" ", "+")
    return item


def _key(value: object) -> str | Wrong | None:
    if not isinstance(value, str):
        return None
    try:
        return key_digest(value)
    except CertificateError as error:
        return Wrong(str(error))
