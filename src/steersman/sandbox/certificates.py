"""The sandbox's own certificate authority, and what it signs: the server's certificate and those of users.

Needs the package `cryptography` (the extra "sandbox"); imported when the first certificate is made.
"""

from __future__ import annotations

import datetime
import ipaddress

from steersman.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

DAYS = 365
HOSTS = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "127.0.0.1", "::1", "10.96.0.1")


class Authority:
    """A fresh key and its self-signed certificate. `pem` is the certificate. Raises UsageError without `cryptography`."""

    def __init__(self, name: str = "steersman-sandbox") -> None:
        try:
            from cryptography import x509
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.asymmetric import ec
        except ImportError as error:
            raise UsageError(
                "the sandbox needs the package cryptography", code="extra-missing", hint='pip install "steersman[sandbox]"'
            ) from error
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        self._certificate = (
            self._builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = _pem(self._certificate)

    def _builder(self, subject: Any, public_key: Any) -> Any:
        from cryptography import x509

        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=DAYS))
        )

    def _issue(self, subject: Any, usage: Any, hosts: Sequence[str] = ()) -> tuple[bytes, bytes]:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._builder(subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return _pem(builder.sign(self._key, hashes.SHA256())), text

    def server(self, hosts: Sequence[str] = HOSTS) -> tuple[bytes, bytes]:
        """(certificate, key) of a server, both PEM."""
        from cryptography import x509
        from cryptography.x509.oid import ExtendedKeyUsageOID

        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kube-apiserver")])
        return self._issue(subject, ExtendedKeyUsageOID.SERVER_AUTH, hosts)

    def client(self, user: str, groups: Sequence[str] = ()) -> tuple[bytes, bytes]:
        """(certificate, key) of a user, both PEM: the name is the common name, the groups are the organizations."""
        from cryptography import x509
        from cryptography.x509.oid import ExtendedKeyUsageOID

        names = [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, group) for group in groups]
        subject = x509.Name([*names, x509.NameAttribute(x509.NameOID.COMMON_NAME, user)])
        return self._issue(subject, ExtendedKeyUsageOID.CLIENT_AUTH)


def _pem(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    found: bytes = certificate.public_bytes(serialization.Encoding.PEM)
    return found


def _host(host: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
