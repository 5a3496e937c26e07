"""Token-signing certificates: real X.509, self-signed as AD FS makes them, created when first read.

Facts: `internaldomainfederation` (base64 of DER); entra-docs `how-to-connect-emergency-ad-fs-certificate-rotation`
(certificates made by hand; one that is renewed over the same key has a new thumbprint and a new date).
"""

import base64
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

_LIFE = timedelta(days=1095)


@cache
def certificate(domain: str, issued: datetime, key: str = "", name: str = "") -> str:
    """Issue a certificate; two with the same `key` share a key pair, without one each has its own.

    `name` is its common name, else the one that AD FS gives (support page `troubleshoot-adfs-sso-issue`).
    """
    private = _key(key or f"{domain} {issued}")
    holder = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name or f"ADFS Signing - sts.{domain}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(holder)
        .issuer_name(holder)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issued)
        .not_valid_after(issued + _LIFE)
    )
    return base64.b64encode(builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


@cache
def _key(label: str) -> ec.EllipticCurvePrivateKey:
    del label  # one key pair for each label, which the cache sees to
    return ec.generate_private_key(ec.SECP256R1())
