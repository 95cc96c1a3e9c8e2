"""Functions of numbers, dates, encodings, chance and cryptography, where they surprise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from steersman.errors import TemplateError
from steersman.rendering.names import render_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.rendering.env import RenderEnv

    Run = Callable[..., str]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{{ add 1 2.9 true nil (list) }}", "4"),
        ("{{ add 9223372036854775807 1 }}", "-9223372036854775808"),
        ("{{ div -7 2 }} {{ mod -7 2 }}", "-3 -1"),
        ('{{ int "0x1f" }} {{ int "010" }} {{ int "5.0" }} {{ int "x" }} {{ atoi "99999999999999999999" }}', "31 8 5 0 9223372036854775807"),
        ("{{ addf 0.1 0.2 }} {{ divf 1 3 }} {{ mulf 1.1 1.1 }} {{ add1f 3.4 }}", "0.3 0.3333333333333333 1.21 4.4"),
        ("{{ round 123.5555 3 }} {{ round -2.5 0 }} {{ round 2.4 0 0.3 }} {{ ceil -0.5 }} {{ floor 1.9 }}", "123.556 -3 3 -0 1"),
        ("{{ until 3 }} {{ until -3 }} {{ untilStep 0 10 3 }} {{ untilStep 3 0 1 }}", "[0 1 2] [0 -1 -2] [0 3 6 9] []"),
        ("{{ seq 5 }}|{{ seq 3 1 }}|{{ seq 0 2 10 }}|{{ seq 3 -3 2 }}", "1 2 3 4 5|3 2 1|0 2 4 6 8 10|3"),
        ("{{ toDecimal 755 }} {{ max 1 3.9 2 }} {{ minf 1.5 0.5 }}", "493 3 0.5"),
        ('{{ duration "95" }} {{ duration 60 }} {{ durationRound "2h5s" }} {{ durationRound "26400h" }}', "1m35s 0s 2h 3y"),
        ('{{ durationSeconds "1m30s" }} {{ durationRoundTo 93 60 }} {{ durationHours "x" }}', "90 2m0s 0"),
        ('{{ date "2006-01-02" 0 }} {{ dateInZone "15:04 MST" 0 "Asia/Tokyo" }} {{ htmlDate "anything" }}', "1970-01-01 09:00 JST 2026-11-23"),
        ('{{ now | unixEpoch }} {{ now.Year }} {{ (now | mustDateModify "-1h").Format "15:04" }}', "1795417340 2026 06:02"),
        ('{{ toDate "2006-01-02" "2017-12-31" | date "02/01/2006" }} {{ toDate "x" "y" }}', "31/12/2017 0001-01-01 00:00:00 +0000 UTC"),
        ('{{ b64enc "é" }} {{ b64dec "w6k=" }} {{ b64dec "w6k" }} {{ b64dec "a b=" }}', "w6k= é illegal base64 data at input byte 0 illegal base64 data at input byte 1"),
        ('{{ b32enc "coffee" }} {{ b32dec "MNXWMZTFMU======" }} {{ b32dec "M1" }}', "MNXWMZTFMU====== coffee illegal base32 data at input byte 1"),
        ('{{ sha256sum "abc" | trunc 8 }} {{ sha1sum "abc" | trunc 8 }} {{ sha512sum "abc" | trunc 8 }} {{ adler32sum "abc" }}', "ba7816bf a9993e36 ddaf35a1 38600999"),
        ('{{ fromYaml "a: [" }} {{ fromYaml "- 1" }}', "map[Error:error converting YAML to JSON: yaml: line 1: did not find expected node content] map[Error:error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}]"),
        ('{{ toYaml (dict "b" (list 1 "y") "a" nil) }}', 'a: null\nb:\n- 1\n- "y"'),
        ('{{ toRawJson (dict "a" "<b>") }} {{ toJson (dict "a" "<b>") }}', '{"a":"<b>"} {"a":"\\u003cb\\u003e"}'),
        ('{{ regexFind "[a-z]+" "12ab" }} {{ regexMatch "[bad" "x" }} {{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}', "ab false -W-xxW-"),
        ('{{ (urlParse "https://u@h:80/p?q#f").hostname }} {{ urlJoin (dict "scheme" "http" "host" "h" "path" "/p") }}', "h http://h/p"),
        ('{{ kindOf nil }} {{ typeOf nil }} {{ typeOf 1.0 }} {{ kindOf (dict) }} {{ deepEqual 1 1.0 }}', "invalid <nil> float64 map false"),
        ('{{ default "d" false }} {{ default "d" (list 0) }} {{ coalesce 0 "" "x" }} {{ ternary 1 2 true }} {{ all }} {{ any }}', "d [0] x 1 true false"),
        ('{{ derivePassword 1 "long" "password" "user" "example.com" }}', "ZedaFaxcZaso9*"),
        ('{{ "plain" | encryptAES "key" | decryptAES "key" }}', "plain"),
        ('{{ genPrivateKey "bad" }} {{ htpasswd "a:b" "c" }}', "Unknown type bad invalid username: a:b"),
        ('{{ (semver "1.2.3-beta.1").Prerelease }} {{ semverCompare "^1.2" "1.9.0" }}', "beta.1 true"),
        ('{{ splitList "," "a,b" | toJson }} {{ regexFindAll "x" "a" -1 | toJson }}', '["a","b"] null'),
    ],
)  # fmt: skip
def test_gives(text: str, wanted: str, run: Run) -> None:
    assert run(text) == wanted


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{ div 1 0 }}", "error calling div: runtime error: integer divide by zero"),
        ("{{ divf 1 0 }}", "error calling divf: decimal division by 0"),
        ('{{ regexFind "[a" "" }}', "error calling regexFind: regexp: Compile(`[a`): error parsing regexp: missing closing ]: `[a`"),
        ('{{ mustRegexFind "[a" "" }}', "error calling mustRegexFind: error parsing regexp: missing closing ]: `[a`"),
        ('{{ mustToDuration "x" }}', 'error calling mustToDuration: could not parse duration "x"'),
        ("{{ randInt 3 3 }}", "error calling randInt: invalid argument to Intn"),
        ("{{ until 100000000 }}", "error calling until: the result would have 100000000 elements: more than the limit of 1000000"),
        ('{{ ternary 1 2 "x" }}', "expected bool; found \"x\""),
        ("{{ .x | b64enc }}", "invalid value; expected string"),
        (
            '{{ $s := "12345678" }}{{ range until 40 }}{{ $s = join "" (list $s $s) }}{{ end }}',
            "error calling join: the text would be longer than 33554432 characters",
        ),
        (
            "{{ $l := list 1 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}",
            "error calling concat: the result would have 1048576 elements: more than the limit of 1000000",
        ),
        ('{{ urlJoin (dict "host" 1) }}', "error calling urlJoin: unable to parse host key, must be of type string, but int found"),
        ('{{ genSelfSignedCert "n" (list "x") nil 1 }}', "error calling genSelfSignedCert: error parsing ip: x"),
        ('{{ genCAWithKey "n" 1 "x" }}', "error calling genCAWithKey: parsing private key: no PEM data in input"),
        ('{{ semverCompare "=x=" "1" }}', 'error calling semverCompare: improper constraint: "=x="'),
    ],
)  # fmt: skip
def test_refuses(text: str, error: str, run: Run) -> None:
    with pytest.raises(TemplateError) as caught:
        run(text)
    assert caught.value.message.endswith(error)


def test_chance_is_the_environments(run: Run, env: RenderEnv) -> None:
    text = '{{ randAlphaNum 8 }} {{ randNumeric 3 }} {{ uuidv4 }} {{ shuffle "abcdef" }} {{ randInt 1 100 }} {{ randBytes 3 }} {{ bcrypt "x" }}'
    fixed = env.replace(random=lambda count: bytes(range(7, 7 + count)))
    found = run(text, None, fixed)
    assert found == run(text, None, fixed)
    assert re.fullmatch(
        r"[A-Za-z0-9]{8} [0-9]{3} [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12} \w{6} \d+ .{4} \$2a\$10\$.{53}",
        found,
    )
    assert run("{{ randAlpha 0 }}{{ randAlpha -1 }}") == ""


def test_certificates_verify(run: Run) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = (
        '{{ $ca := genPrivateKey "ecdsa" | genCAWithKey "my ca" 365 }}{{ $cert := genPrivateKey "ed25519" | '
        'genSignedCertWithKey "my.host" (list "10.0.0.1" "::1") (list "a.b") 30 $ca }}{{ $ca.Cert }}|{{ $cert.Cert }}|{{ $cert.Key }}'
        "{{ $again := buildCustomCert ($ca.Cert | b64enc) ($ca.Key | b64enc) }}|{{ eq $again.Cert $ca.Cert }}"
    )
    authority, leaf, key, same = run(text).split("|")
    ca, cert = (x509.load_pem_x509_certificate(pem.encode()) for pem in (authority, leaf))
    cert.verify_directly_issued_by(ca)
    assert same == "true"
    assert load_pem_private_key(key.encode(), None).public_key() == cert.public_key()
    assert (cert.not_valid_after_utc - cert.not_valid_before_utc).days == 30
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["a.b", "10.0.0.1", "::1"]
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_release_names() -> None:
    def name(text: str) -> str:
        return render_name(text, now=lambda: 0, random=lambda count: bytes(count), environ={"WHO": "me"})

    assert name('{{ env "WHO" }}-{{ expandenv "${WHO}$WHO" }}-{{ randAlpha 2 | lower }}') == "me-meme-aa"
    with pytest.raises(TemplateError, match='function "toYaml" not defined'):
        name("{{ toYaml . }}")
    with pytest.raises(TemplateError, match=r"error calling fail: no$"):
        name('{{ fail "no" }}')
