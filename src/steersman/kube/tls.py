"""TLS for the connection to the API server: the context, and what a failed handshake means in words that help.

Verification is OpenSSL's. When it fails, the words are Go's, because people search for them; the certificate's names and dates,
which Python's error does not carry, are read by looking at the server's certificate once more without trusting it.
Sources: client-go transport/transport.go (TLSConfigFor); Go crypto/x509/verify.go for the texts.
"""

from __future__ import annotations

import os
import ssl

from steersman.errors import ClusterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.kube.config import ClusterConfig

LOOK_SECONDS = 3.0
"""How long the second look at a refused certificate may take."""

X509_EXPIRED = {9, 10}
X509_NAMES = {62, 64}
X509_AUTHORITY = {2, 18, 19, 20, 21, 27, 28}
"""OpenSSL's verification codes (x509_vfy.h) by what a user can do about them."""

REMOTE_ALERTS = {
    "BAD_CERTIFICATE": "bad certificate",
    "CERTIFICATE_EXPIRED": "expired certificate",
    "CERTIFICATE_REQUIRED": "certificate required",
    "CERTIFICATE_REVOKED": "revoked certificate",
    "CERTIFICATE_UNKNOWN": "unknown certificate",
    "UNKNOWN_CA": "unknown certificate authority",
    "HANDSHAKE_FAILURE": "handshake failure",
    "PROTOCOL_VERSION": "protocol version not supported",
    "UNRECOGNIZED_NAME": "unrecognized name",
    "INTERNAL_ERROR": "internal error",
    "ACCESS_DENIED": "access denied",
}
"""What OpenSSL calls an alert that the server sent → what Go calls it (crypto/tls/alert.go)."""


def context_of(config: ClusterConfig, issued: tuple[bytes, bytes] | None = None) -> ssl.SSLContext:
    """The context to connect with; `issued` is a client certificate and key from an exec plugin.

    Raises ClusterError when a certificate or key cannot be read or used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if config.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _trust(context, config)
    if config.certificate_file or config.certificate_data:
        certificate = config.certificate_data or _bytes_of(config.certificate_file)
        _present(context, certificate, config.key_data or _bytes_of(config.key_file), config.context)
    elif issued is not None:
        _present(context, *issued, config.context)
    return context


def _trust(context: ssl.SSLContext, config: ClusterConfig) -> None:
    if not (config.ca_data or config.ca_file):
        context.load_default_certs()
        return
    data = config.ca_data or _bytes_of(config.ca_file)
    try:
        context.load_verify_locations(cadata=data.decode("ascii", "strict"))
    except (ssl.SSLError, ValueError, UnicodeDecodeError) as error:
        raise ClusterError(
            "unable to load root certificates: unable to parse bytes as PEM block",
            code="kubeconfig-invalid",
            hint=f"look at {config.ca_file}" if config.ca_file else "look at certificate-authority-data in your kubeconfig",
        ) from error


def _present(context: ssl.SSLContext, certificate: bytes, key: bytes, name: str) -> None:
    """Loads a client certificate. OpenSSL takes only files, so the key goes through memory that has a name but no disk."""
    data = certificate.rstrip() + b"\n" + key
    try:
        if hasattr(os, "memfd_create"):
            descriptor = os.memfd_create("client-key", os.MFD_CLOEXEC)
            try:
                os.write(descriptor, data)
                context.load_cert_chain(f"/proc/self/fd/{descriptor}", password=_no_password)
            finally:
                os.close(descriptor)
        else:
            import tempfile

            with tempfile.NamedTemporaryFile() as file:  # mode 0600
                file.write(data)
                file.flush()
                context.load_cert_chain(file.name, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", "") or ""
        if reason == "KEY_VALUES_MISMATCH":
            text = "tls: private key does not match public key"
        elif b"-----BEGIN CERTIFICATE" not in certificate:
            text = "tls: failed to find any PEM data in certificate input"
        elif b"PRIVATE KEY-----" not in key:
            text = "tls: failed to find any PEM data in key input"
        else:
            text = "tls: failed to parse private key"
        raise ClusterError(
            text, code="kubeconfig-invalid", hint=f"look at the client certificate and key of the context {name}" if name else ""
        ) from error


def _no_password() -> str:
    raise ValueError("the key is encrypted")


def _bytes_of(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError as error:
        raise ClusterError(f"open {path}: {(error.strerror or '').lower()}", code="kubeconfig-invalid") from error


def explain(error: ssl.SSLError, config: ClusterConfig, host: str, port: int) -> tuple[str, str]:
    """(Go's text, what to try) for a handshake that failed."""
    name = config.tls_server_name or host
    if isinstance(error, ssl.SSLCertVerificationError):
        text, hint = _explain_verification(error, config, host, port, name)
        return f"tls: failed to verify certificate: x509: {text}", hint
    reason = error.reason or ""
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"):
        return (
            "http: server gave HTTP response to HTTPS client",
            "the address does not speak TLS: try http://, or another port",
        )
    if "ALERT" in reason:
        for word, text in REMOTE_ALERTS.items():
            if reason.endswith(word):
                hint = "the server did not accept the client certificate" if "certificate" in text else ""
                return f"remote error: tls: {text}", hint
    if "EOF" in reason or isinstance(error, ssl.SSLEOFError):
        return "EOF", "the server closed the connection during the TLS handshake"
    return f"tls: {reason.replace('_', ' ').lower() or error}", ""


def _explain_verification(
    error: ssl.SSLCertVerificationError, config: ClusterConfig, host: str, port: int, name: str
) -> tuple[str, str]:
    code = error.verify_code
    if code in X509_EXPIRED:
        begins, ends = validity(_look(config, host, port))
        now = _now()
        when = f": current time {now} is after {ends}" if ends and now > ends else ""
        when = when or (f": current time {now} is before {begins}" if begins and now < begins else "")
        hint = (
            "the server's certificate must be renewed" if not begins or now >= begins else "is the clock of this machine right?"
        )
        return f"certificate has expired or is not yet valid{when}", hint
    if code in X509_NAMES:
        names, addresses = alternative_names(_look(config, host, port))
        is_address = _is_address(name)
        known = addresses if is_address else names
        if known:
            text = f"certificate is valid for {', '.join(known)}, not {name}"
        elif is_address:
            text = f"cannot validate certificate for {name} because it doesn't contain any IP SANs"
        else:
            text = f"certificate is not valid for any names, but wanted to match {name}"
        every = [*names, *addresses]
        return text, f"--kube-tls-server-name {every[0]} checks for a name that the certificate has" if every else ""
    if code in X509_AUTHORITY:
        return (
            "certificate signed by unknown authority",
            "the certificate authority in your kubeconfig, or in --kube-ca-file, is not the one that signed the server's certificate",
        )
    return str(error.verify_message), ""


def _look(config: ClusterConfig, host: str, port: int) -> bytes:
    """The server's certificate (DER), trusted for nothing but this message; empty when it cannot be had."""
    import socket

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), LOOK_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=config.tls_server_name or host) as secure,
        ):
            return secure.getpeercert(binary_form=True) or b""
    except (OSError, ValueError):
        return b""


def _now() -> str:
    import datetime

    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_address(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


# --- just enough X.509 to say what is wrong with a certificate ----------------------------------------------------------


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """(tag, content) of the DER elements side by side in `data`; what cannot be read ends the list."""
    found = []
    place = 0
    while place + 2 <= len(data):
        tag, length = data[place], data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[place : place + size])
            place += size
        if place + length > len(data):
            break
        found.append((tag, data[place : place + length]))
        place += length
    return found


def _fields(der: bytes) -> list[tuple[int, bytes]]:
    """The fields of the certificate proper, from the serial number on."""
    outer = _elements(der)
    signed = _elements(outer[0][1]) if outer else []
    fields = _elements(signed[0][1]) if signed else []
    return fields[1:] if fields and fields[0][0] == 0xA0 else fields


def validity(der: bytes) -> tuple[str, str]:
    """From when and until when a certificate is valid, as RFC 3339 in UTC; empty when it cannot be read."""
    fields = _fields(der)
    if len(fields) < 4:
        return "", ""
    times = [_time(tag, content.decode("ascii", "replace")) for tag, content in _elements(fields[3][1])]
    return (times[0], times[1]) if len(times) == 2 else ("", "")


def _time(tag: int, text: str) -> str:
    if tag == 0x17 and len(text) == 13:  # UTCTime: years 50 to 99 are of the last century
        text = ("19" if text >= "5" else "20") + text
    if len(text) != 15:
        return ""
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}Z"


def alternative_names(der: bytes) -> tuple[list[str], list[str]]:
    """(DNS names, IP addresses) that a certificate is for."""
    import ipaddress

    names: list[str] = []
    addresses: list[str] = []
    for tag, content in _fields(der):
        if tag != 0xA3:
            continue
        for _, extensions in _elements(content):
            for _, extension in _elements(extensions):
                parts = _elements(extension)
                if not parts or parts[0][1] != b"\x55\x1d\x11":  # 2.5.29.17 subjectAltName
                    continue
                for _, values in _elements(parts[-1][1]):
                    for kind, value in _elements(values):
                        if kind == 0x82:
                            names.append(value.decode("ascii", "replace"))
                        elif kind == 0x87 and len(value) in (4, 16):
                            addresses.append(str(ipaddress.ip_address(value)))
    return names, addresses


def der_of(pem: bytes) -> bytes:
    """The first certificate in a PEM text; empty when there is none."""
    import base64
    import re

    found = re.search(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", pem, re.DOTALL)
    try:
        return base64.b64decode(found[1]) if found else b""
    except ValueError:
        return b""


def client_certificate_problem(config: ClusterConfig) -> str:
    """Why the server may have refused our certificate, when it shows: it is over, or not yet valid."""
    if not (config.certificate_data or config.certificate_file):
        return ""
    begins, ends = validity(der_of(config.certificate_data or _bytes_of(config.certificate_file)))
    if ends and _now() > ends:
        return f"the client certificate of your kubeconfig expired at {ends}"
    if begins and _now() < begins:
        return f"the client certificate of your kubeconfig is valid from {begins} only"
    return ""
