"""What may be fetched: every spelling of an address, names, ports, and what the admin allows."""

import json
from ipaddress import ip_address
from pathlib import Path

import pytest

from briefing.errors import FetchError, RefusedAddressError
from briefing.sources import addresses
from briefing.sources.http import Guard

PUBLIC = "203.0.113.7"


def resolve(host: str) -> list[str]:
    return {"mixed.example.org": [PUBLIC, "10.0.0.1"], "nat64.example.org": ["64:ff9b::808:808"], "lost.example.org": []}.get(
        host, [PUBLIC]
    )


REFUSED = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[5f00::1]/",
    "http://[3fff::1]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1%25eth0]/",
    "http://0.0.0.0/",
    "http://10.255.255.255/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://172.16.0.1/",
    "http://192.0.0.8/",
    "http://192.88.99.1/",
    "http://192.168.0.1/",
    "http://198.19.255.255/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost/",
    "http://intranet/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://mixed.example.org/",
    "http://example.org:22/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://user@example.org/",
    "http://user:pass@example.org/",
    "http://1.2.3.4.5/",
    "http://256.1.1.1/",
    "http://example.0x7f/",
    "http://exa mple.org/",
    "http://example.org\\@127.0.0.1/",
    "http://example.org/\r\nX: y",
    "http://-/",
    "http://%31%32%37.0.0.1/",
    "http:///path",
    "https://",
    "",
    "//example.org/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "data:text/xml,<rss/>",
    "HTTP+UNIX://socket/",
]
ALLOWED = [
    "http://example.org/",
    "HTTPS://EXAMPLE.ORG/feed",
    "https://example.org.:8443/",
    "http://example.org:8080/",
    "https://bücher.example/feed",
    "http://93.184.216.34/",
    "http://1572395042/",
    "https://[2606:2800:220:1::1]/",
    "http://[::ffff:93.184.216.34]/",
    "http://nat64.example.org/",
    "http://172.32.0.1/",
    "http://100.128.0.1/",
    "https://a_b.example.org/?q=a@b#c",
]


@pytest.mark.parametrize("url", REFUSED)
def test_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        Guard((), resolve).check(url)


@pytest.mark.parametrize("url", ALLOWED)
def test_allowed(url: str) -> None:
    assert Guard((), resolve).check(url)


ALLOWANCES = [
    ("127.0.0.0/8", "http://127.0.0.1:8765/feed", True),
    ("127.0.0.0/8", "http://127.1:8765/feed", True),
    ("127.0.0.0/8", "http://[::ffff:127.0.0.1]:8765/feed", True),
    ("127.0.0.0/8", "http://10.0.0.1/", False),
    ("10.1.2.3", "http://10.1.2.3:5000/", True),
    ("10.1.2.3:8080", "http://10.1.2.3:8080/", True),
    ("10.1.2.3:8080", "http://10.1.2.3:8081/", False),
    ("10.1.2.3:8080", "http://10.1.2.4:8080/", False),
    ("[fd00::1]:8080", "http://[fd00::1]:8080/", True),
    ("fd00::/8", "http://[fd12::1]/", True),
    ("wiki.internal:80", "http://wiki.internal/", True),
    ("wiki.internal:80", "http://wiki.internal:8080/", False),
    ("wiki.internal:80", "http://other.internal/", False),
    ("example.org:9000", "http://example.org:9000/", True),
]


@pytest.mark.parametrize(("allow", "url", "fits"), ALLOWANCES)
def test_what_the_admin_allows(allow: str, url: str, fits: bool) -> None:
    guard = Guard([allow], lambda host: ["10.0.0.9"] if host.endswith(".internal") else [PUBLIC])
    if fits:
        assert guard.check(url)
    else:
        with pytest.raises(RefusedAddressError):
            guard.check(url)


def test_a_local_name_leads_to_the_allowed_of_its_addresses_only() -> None:
    guard = Guard(["127.0.0.0/8"], lambda host: ["::1", "127.0.0.1"])
    assert guard.check("http://localhost:8765/") == ["127.0.0.1"]


def test_ports_of_configured_feeds_are_open_on_public_addresses_only() -> None:
    guard = Guard((), resolve, ports=[9000])
    assert guard.check("http://example.org:9000/")
    with pytest.raises(RefusedAddressError):
        guard.check("http://127.0.0.1:9000/")


def test_an_allowed_place_opens_its_port_to_no_other_address() -> None:
    guard = Guard(["10.0.0.1:9999"], lambda host: ["10.0.0.1", PUBLIC])
    with pytest.raises(RefusedAddressError, match="port"):
        guard.check("http://two.example:9999/")


def test_what_an_allowed_name_leads_to_is_open_at_its_port_alone() -> None:
    guard, inner = Guard(["intern.example:8080"], lambda host: ["10.0.0.5"]), ip_address("10.0.0.5")
    assert guard.check("http://intern.example:8080/") == [str(inner)]
    assert guard.permits(inner, 8080) and not guard.permits(inner, 80)


def test_a_name_without_an_address_can_be_tried_again() -> None:
    with pytest.raises(FetchError, match="host name was not found") as caught:
        Guard((), resolve).check("http://lost.example.org/")
    assert not caught.value.permanent


def test_an_allowance_that_is_neither_range_nor_place_is_told() -> None:
    with pytest.raises(ValueError, match='"host:port"'):
        Guard(["intranet"])


def test_no_password_is_ever_shown() -> None:
    with pytest.raises(RefusedAddressError) as caught:
        Guard((), resolve).check("ftp://bob:s3cret@example.org/x")
    assert "s3cret" not in str(caught.value)
    assert addresses.without_password("https://bob:s3cret@example.org/a@b") == "https://***@example.org/a@b"


def test_hostile_addresses(shared_data: Path) -> None:
    cases = json.loads((shared_data / "hostile" / "urls" / "fetch.json").read_text("utf-8"))["urls"]
    wrong = [case["url"] for case in cases if _fetchable(case["url"]) != case["allowed"]]
    assert not wrong


def _fetchable(url: str) -> bool:
    try:
        return bool(Guard((), lambda host: [PUBLIC]).check(url))
    except RefusedAddressError:
        return False
