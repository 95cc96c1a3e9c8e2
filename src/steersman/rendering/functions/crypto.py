"""Functions of cryptography: password hashes, derived passwords, AES, private keys and X.509 certificates.

Everything heavy (cryptography, bcrypt, hashlib) is imported at the first call. Salts, serial numbers, initialization vectors and the
keys of elliptic curves come from the environment's `random`; RSA and DSA keys come from OpenSSL's own generator, which takes no
other: a render that makes one is not repeatable.

Source: sprig v3.3 crypto.go; Go's crypto/x509 for what a certificate holds.
"""

from __future__ import annotations

from steersman.errors import Error, GoError, GoPanic
from steersman.golang.fmt import format_value
from steersman.golang.values import Struct, to_bytes, to_str
from steersman.rendering.functions.encodings import decode_base64
from steersman.rendering.functions.strval import check_size
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

    from steersman.rendering.env import RenderEnv

BCRYPT_COST = 10
BCRYPT_MAX = 72
RSA_BITS = 2048
RSA_BITS_ALONE = 4096
"""Bits of `genPrivateKey "rsa"`; the keys of certificates have RSA_BITS."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BCRYPT_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Certificate(Struct):
    """sprig's certificate: PEM texts of a certificate and of its private key."""

    GO_TYPE: ClassVar[str] = "sprig.certificate"
    FIELDS: ClassVar[Mapping[str, str]] = {"Cert": "cert", "Key": "key"}
    __slots__ = ("cert", "key")

    def __init__(self, cert: str = "", key: str = "") -> None:
        self.cert = cert
        self.key = key


# derivePassword: the Master Password algorithm

_SEED = b"com.lyndir.masterpassword"
_LONG = (
    "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv "
    "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv "
    "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno"
)
_SHAPES = {
    "maximum": ("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
    "long": tuple(_LONG.split()),
    "medium": ("CvcnoCvc", "CvcCvcno"),
    "short": ("Cvcn",),
    "basic": ("aaanaaan", "aannaaan", "aaannaaa"),
    "pin": ("nnnn",),
}
_CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZ"
_ALL = "AEIOUaeiou" + _CONSONANTS + _CONSONANTS.lower()
_LETTERS = {
    "V": "AEIOU",
    "C": _CONSONANTS,
    "v": "aeiou",
    "c": _CONSONANTS.lower(),
    "A": "AEIOU" + _CONSONANTS,
    "a": _ALL,
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": _ALL + "0123456789!@#$%^&*()",
}


def derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    shapes = _SHAPES.get(kind)
    if shapes is None:
        return f"cannot find password template {kind}"
    import hashlib
    import hmac

    name, place = to_bytes(user), to_bytes(site)
    salt = _SEED + len(name).to_bytes(4, "big") + name
    key = hashlib.scrypt(to_bytes(password), salt=salt, n=32768, r=8, p=2, maxmem=128 << 20, dklen=64)
    message = _SEED + len(place).to_bytes(4, "big") + place + int(counter).to_bytes(4, "big")
    drawn = hmac.new(key, message, hashlib.sha256).digest()
    shape = shapes[drawn[0] % len(shapes)]
    return "".join(_LETTERS[letter][byte % len(_LETTERS[letter])] for letter, byte in zip(shape, drawn[1:]))


# AES


def _aes_key(password: str) -> bytes:
    return to_bytes(password)[:32].ljust(32, b"\0")


def decrypt_aes(password: str, text: str) -> str:
    if not text:
        return ""
    data = decode_base64(text)
    if len(data) < 16:
        raise GoPanic(f"runtime error: slice bounds out of range [:16] with capacity {len(text) // 4 * 3}")
    if len(data) % 16:
        raise GoPanic("crypto/cipher: input not full blocks")
    if len(data) == 16:
        raise GoPanic("runtime error: index out of range [-1]")
    ciphers = _library("cryptography.hazmat.primitives.ciphers")
    reader = ciphers.Cipher(ciphers.algorithms.AES(_aes_key(password)), ciphers.modes.CBC(data[:16])).decryptor()
    plain: bytes = reader.update(data[16:]) + reader.finalize()
    end = len(plain) - plain[-1]
    if end < 0:
        raise GoPanic(f"runtime error: slice bounds out of range [:{end}]")
    return to_str(plain[:end])


# keys and certificates


def _library(name: str) -> Any:
    try:
        import importlib

        return importlib.import_module(name)
    except ImportError:
        raise Error(
            f"this template needs the Python package {name.partition('.')[0]!r}",
            code="template",
            hint="pip install 'steersman[crypto]'",
        ) from None


def _serialization() -> Any:
    return _library("cryptography.hazmat.primitives.serialization")


def _pem_of(key: Any) -> str:
    """The PEM that Go's sprig writes for a key of this kind."""
    serialization = _serialization()
    dsa = _library("cryptography.hazmat.primitives.asymmetric.dsa")
    ed25519 = _library("cryptography.hazmat.primitives.asymmetric.ed25519")
    modern = isinstance(key, ed25519.Ed25519PrivateKey)
    form = serialization.PrivateFormat.PKCS8 if modern else serialization.PrivateFormat.TraditionalOpenSSL
    data: bytes = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    if isinstance(key, dsa.DSAPrivateKey):
        return data.decode().replace("-----BEGIN PRIVATE KEY", "-----BEGIN DSA PRIVATE KEY")
    return data.decode()


def _pem_block(text: str) -> tuple[str, bytes] | None:
    """The first PEM block: (type, content); None where Go's pem.Decode finds none."""
    import re

    match = re.search(r"(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n(.*?)\n?-----END \1-----", text, re.DOTALL)
    if match is None:
        return None
    body = match[2]
    if ":" in body.partition("\n")[0]:
        body = body.partition("\n\n")[2]
    try:
        return match[1], decode_base64("".join(body.split()))
    except GoError:
        return None


def _parse_key(text: str) -> Any:
    """The private key in a PEM text. Raises GoError with sprig's text."""
    block = _pem_block(text)
    if block is None:
        raise GoError("no PEM data in input")
    kind, data = block
    names = {"PRIVATE KEY": "", "RSA PRIVATE KEY": "RSA", "EC PRIVATE KEY": "EC", "DSA PRIVATE KEY": "DSA"}
    if kind not in names:
        if not kind.endswith(" PRIVATE KEY"):
            raise GoError(f"no private key data in PEM block of type {kind}")
        raise GoError(f"invalid private key type {kind[:-12]}")
    try:
        return _serialization().load_der_private_key(data, None)
    except Exception as problem:
        doing = f"parsing {names[kind]} private key from PEM" if names[kind] else "decoding PEM as PKCS#8"
        raise GoError(f"{doing}: {problem}") from None


def _parse_certificate(text: str, what: str) -> Any:
    block = _pem_block(text)
    if block is None:
        raise GoError("unable to decode certificate")
    try:
        return _library("cryptography.x509").load_der_x509_certificate(block[1])
    except ValueError as problem:
        raise GoError(f"error parsing certificate: {what}.Bytes: {problem}") from None


def build_custom_cert(certificate: str, key: str) -> Certificate:
    try:
        cert_text = to_str(decode_base64(certificate))
    except GoError:
        raise GoError("unable to decode base64 certificate") from None
    try:
        key_text = to_str(decode_base64(key))
    except GoError:
        raise GoError("unable to decode base64 private key") from None
    _parse_certificate(cert_text, "decodedCert")
    try:
        _parse_key(key_text)
    except GoError as problem:
        raise GoError(f"error parsing private key: {problem.message}") from None
    return Certificate(cert_text, key_text)


class _Makers:
    """The functions that draw from the environment."""

    def __init__(self, env: RenderEnv) -> None:
        self._env = env

    def bcrypt(self, password: str) -> str:
        data = to_bytes(password)
        if len(data) > BCRYPT_MAX:
            return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
        library = _library("bcrypt")
        from binascii import b2a_base64

        salt = b2a_base64(self._env.random(16), newline=False).decode().rstrip("=")
        salt = salt.translate(str.maketrans(_BASE64_ALPHABET, _BCRYPT_ALPHABET))
        hashed: bytes = library.hashpw(data, f"$2a${BCRYPT_COST:02d}${salt}".encode())
        return hashed.decode()

    def htpasswd(self, user: str, password: str) -> str:
        return f"invalid username: {user}" if ":" in user else f"{user}:{self.bcrypt(password)}"

    def encrypt_aes(self, password: str, text: str) -> str:
        if not text:
            return ""
        from binascii import b2a_base64

        check_size(len(text) * 4 // 3)
        data = to_bytes(text)
        padding = 16 - len(data) % 16
        vector = self._env.random(16)
        ciphers = _library("cryptography.hazmat.primitives.ciphers")
        writer = ciphers.Cipher(ciphers.algorithms.AES(_aes_key(password)), ciphers.modes.CBC(vector)).encryptor()
        sealed: bytes = writer.update(data + bytes([padding]) * padding) + writer.finalize()
        return b2a_base64(vector + sealed, newline=False).decode()

    def private_key(self, kind: str) -> str:
        if kind in ("", "rsa"):
            return _pem_of(self._rsa(RSA_BITS_ALONE))
        if kind == "dsa":
            return _pem_of(_library("cryptography.hazmat.primitives.asymmetric.dsa").generate_private_key(2048))
        if kind == "ecdsa":
            from steersman.rendering.functions.chance import below

            ec = _library("cryptography.hazmat.primitives.asymmetric.ec")
            return _pem_of(ec.derive_private_key(1 + below(self._env.random, _P256_ORDER - 1), ec.SECP256R1()))
        if kind == "ed25519":
            ed25519 = _library("cryptography.hazmat.primitives.asymmetric.ed25519")
            return _pem_of(ed25519.Ed25519PrivateKey.from_private_bytes(self._env.random(32)))
        return f"Unknown type {kind}"

    @staticmethod
    def _rsa(bits: int) -> Any:
        return _library("cryptography.hazmat.primitives.asymmetric.rsa").generate_private_key(65537, bits)

    @staticmethod
    def _given_key(pem: str) -> Any:
        try:
            return _parse_key(pem)
        except GoError as problem:
            raise GoError(f"parsing private key: {problem.message}") from None

    def ca(self, name: str, days: int) -> Certificate:
        return self._certificate(name, None, None, days, self._rsa(RSA_BITS), authority=True)

    def ca_with_key(self, name: str, days: int, pem: str) -> Certificate:
        return self._certificate(name, None, None, days, self._given_key(pem), authority=True)

    def self_signed(self, name: str, ips: Any, names: Any, days: int) -> Certificate:
        return self._certificate(name, ips, names, days, self._rsa(RSA_BITS))

    def self_signed_with_key(self, name: str, ips: Any, names: Any, days: int, pem: str) -> Certificate:
        return self._certificate(name, ips, names, days, self._given_key(pem))

    def signed(self, name: str, ips: Any, names: Any, days: int, ca: Certificate) -> Certificate:
        return self._signed(name, ips, names, days, ca, self._rsa(RSA_BITS))

    def signed_with_key(self, name: str, ips: Any, names: Any, days: int, ca: Certificate, pem: str) -> Certificate:
        return self._signed(name, ips, names, days, ca, self._given_key(pem))

    def _signed(self, name: str, ips: Any, names: Any, days: int, ca: Certificate, key: Any) -> Certificate:
        parent = _parse_certificate(ca.cert, "decodedSignerCert")
        try:
            signing_key = _parse_key(ca.key)
        except GoError as problem:
            raise GoError(f"error parsing private key: {problem.message}") from None
        return self._certificate(name, ips, names, days, key, parent=parent, signing_key=signing_key)

    def _certificate(
        self,
        name: str,
        ips: list[object] | None,
        names: list[object] | None,
        days: int,
        key: Any,
        *,
        authority: bool = False,
        parent: Any = None,
        signing_key: Any = None,
    ) -> Certificate:
        """An X.509 certificate with the extensions that Go's x509.CreateCertificate writes for sprig's template."""
        addresses = _addresses(ips)
        for host in names or ():
            if not isinstance(host, str):
                raise GoError(f"error processing alternate dns name: {format_value(host)} is not a string")
        from datetime import UTC, datetime, timedelta

        x509 = _library("cryptography.x509")
        subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)] if name else [])
        begin = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=self._env.now() // 1_000_000_000)
        try:
            builder = (
                x509.CertificateBuilder()
                .subject_name(subject)
                .issuer_name(subject if parent is None else parent.subject)
                .public_key(key.public_key())
                .serial_number(int.from_bytes(self._env.random(16), "big") or 1)
                .not_valid_before(begin)
                .not_valid_after(begin + timedelta(days=days))
            )
            usage = dict.fromkeys(
                ("content_commitment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False
            )
            builder = builder.add_extension(
                x509.KeyUsage(digital_signature=True, key_encipherment=True, key_cert_sign=authority, **usage), critical=True
            )
            purposes = x509.oid.ExtendedKeyUsageOID
            builder = builder.add_extension(x509.ExtendedKeyUsage([purposes.SERVER_AUTH, purposes.CLIENT_AUTH]), critical=False)
            builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            if authority:
                builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            identifier = None if parent is None else _key_identifier(parent)
            if identifier is not None:
                builder = builder.add_extension(x509.AuthorityKeyIdentifier(identifier, None, None), critical=False)
            alternatives = [x509.DNSName(host) for host in names or ()] + [x509.IPAddress(address) for address in addresses]
            if alternatives:
                builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            made = builder.sign(key if signing_key is None else signing_key, _digest(key if signing_key is None else signing_key))
        except (ValueError, TypeError, OverflowError) as problem:
            raise GoError(f"error creating certificate: {problem}") from None
        pem: bytes = made.public_bytes(_serialization().Encoding.PEM)
        return Certificate(pem.decode(), _pem_of(key))


def _addresses(ips: list[object] | None) -> list[Any]:
    from ipaddress import ip_address

    found = []
    for ip in ips or ():
        if not isinstance(ip, str):
            raise GoError(f"error parsing ip: {format_value(ip)} is not a string")
        try:
            found.append(ip_address(ip))
        except ValueError:
            raise GoError(f"error parsing ip: {ip}") from None
    return found


def _key_identifier(certificate: Any) -> bytes | None:
    x509 = _library("cryptography.x509")
    try:
        digest: bytes = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None
    return digest


def _digest(key: Any) -> Any:
    """SHA-256, as Go chooses for RSA, DSA and P-256; ed25519 takes none."""
    ed25519 = _library("cryptography.hazmat.primitives.asymmetric.ed25519")
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else _library("cryptography.hazmat.primitives.hashes").SHA256()


TABLE = {
    "buildCustomCert": Function(build_custom_cert, ("string", "string")),
    "decryptAES": Function(decrypt_aes, ("string", "string"), result="string"),
    "derivePassword": Function(derive_password, ("uint32", "string", "string", "string", "string"), result="string"),
}


def bound(env: RenderEnv) -> dict[str, Function]:
    """The functions that draw from the environment's random bytes or ask its clock."""
    make = _Makers(env)
    leaf = ("string", "[]interface {}", "[]interface {}", "int")
    return {
        "bcrypt": Function(make.bcrypt, ("string",), result="string"),
        "encryptAES": Function(make.encrypt_aes, ("string", "string"), result="string"),
        "genCA": Function(make.ca, ("string", "int")),
        "genCAWithKey": Function(make.ca_with_key, ("string", "int", "string")),
        "genPrivateKey": Function(make.private_key, ("string",), result="string"),
        "genSelfSignedCert": Function(make.self_signed, leaf),
        "genSelfSignedCertWithKey": Function(make.self_signed_with_key, (*leaf, "string")),
        "genSignedCert": Function(make.signed, (*leaf, "sprig.certificate")),
        "genSignedCertWithKey": Function(make.signed_with_key, (*leaf, "sprig.certificate", "string")),
        "htpasswd": Function(make.htpasswd, ("string", "string"), result="string"),
    }
