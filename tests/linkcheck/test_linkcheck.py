"""`check --online`: links asked politely, within bounds, and never inside a private network. All servers here are on loopback."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import ipaddress
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from commandline import Handbill, publication
from handbill.diagnostics.errors import MachineError
from handbill.linkcheck.check import link_requester
from handbill.linkcheck.fetch import AGENT, Answer, RequestLimits
from handbill.linkcheck.networks import Networks, RefusedError
from polling import HANG_LIMIT

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
LOCAL = Networks((LOOPBACK,))
QUICK = RequestLimits(pause=0.0, connecting=HANG_LIMIT, replying=HANG_LIMIT, total=HANG_LIMIT, patience=2.0)
IMPATIENT = dataclasses.replace(QUICK, replying=0.1)
"""For what never answers: of what answers, this may be too little."""

PAGES: dict[str, tuple[int, dict[str, str]]] = {
    "/": (200, {}),
    "/gone": (404, {}),
    "/withdrawn": (410, {}),
    "/broken": (500, {}),
    "/moved": (301, {"Location": "/"}),
    "/moved-twice": (308, {"Location": "/moved"}),
    "/found": (302, {"Location": "/"}),
    "/found-then-moved": (302, {"Location": "/moved"}),
    "/moved-away": (301, {"Location": "/gone"}),
    "/round": (301, {"Location": "/round"}),
    "/to-file": (302, {"Location": "file:///etc/passwd"}),
    "/to-metadata": (302, {"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/to-nothing": (302, {"Location": "http://[::1/"}),
    "/to-colours": (301, {"Location": "/gone?\x1b[31m"}),
    "/gone?%1B[31m": (200, {}),
}


class Site(ThreadingHTTPServer):
    """What was asked of a site: method, path and agent of each request, and how many were there at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str]] = []
        self.busy = self.most = 0
        self.guard = threading.Lock()
        self.times: list[float] = []
        self.closing = threading.Event()
        self.meeting = threading.Barrier(3)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def methods(self, path: str) -> list[str]:
        return [method for method, asked, _ in self.asked if asked == path]


class Handler(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        with self.server.guard:
            self.server.busy += 1
            self.server.most = max(self.server.most, self.server.busy)
            self.server.times.append(time.monotonic())
            times = sum(1 for _, path, _ in self.server.asked if path == self.path)
            self.server.asked.append((method, self.path, self.headers["User-Agent"]))
        status, headers = PAGES.get(self.path, (200, {}))
        if self.path == "/get-only" and method == "HEAD":
            status = 405
        if self.path == "/later":
            status, headers = (503, {"Retry-After": "1"}) if times == 0 else (200, {})
        if self.path == "/much-later":
            status, headers = 429, {"Retry-After": "3600"}
        if self.path == "/silent":
            self.server.closing.wait()
        if self.path == "/meeting":
            self.server.meeting.wait(HANG_LIMIT)
        time.sleep(0.02)
        with self.server.guard:
            self.server.busy -= 1
        with contextlib.suppress(OSError):
            if self.path == "/garbage":
                self.wfile.write(b"\x1b[31m\r\n\r\n")
                return
            self.send_response(status, "\x1b[31m" if self.path == "/gone" else None)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


def request_all(*addresses: str, limits: RequestLimits = QUICK, networks: Networks = LOCAL) -> list[Answer]:
    """Return the answers of addresses, in their order."""
    found = link_requester(networks, limits)(addresses)
    return [found[address] for address in addresses]


@pytest.mark.parametrize(
    ("path", "verdict", "detail"),
    [
        ("/", "there", ""),
        ("/gone", "broken", "404 Not Found"),
        ("/withdrawn", "broken", "410 Gone"),
        ("/broken", "unreachable", "500 Internal Server Error"),
        ("/found", "there", ""),
        ("/found-then-moved", "there", ""),
        ("/moved-away", "broken", "404 Not Found"),
        ("/round", "unreachable", "it is redirected more than 5 times"),
        ("/to-file", "refused", "is redirected to file:"),
        ("/to-metadata", "refused", "leads into a network that is not public"),
        ("/to-nothing", "unreachable", "it is redirected to what is no address: http://[::1/"),
        ("/garbage", "unreachable", "the connection broke (ProtocolError)"),
        ("/silent", "unreachable", "it did not answer in time"),
    ],
)
def test_an_address_is_there_or_not(path: str, verdict: str, detail: str, site: Site) -> None:
    (answer,) = request_all(site.url(path), limits=IMPATIENT if path == "/silent" else QUICK)
    assert (answer.verdict, answer.detail) == (verdict, detail)


def test_where_an_address_has_moved_for_good_is_told(site: Site) -> None:
    assert request_all(site.url("/moved"), site.url("/moved-twice")) == [Answer("moved", site.url("/"))] * 2


def test_what_a_server_says_reaches_no_terminal(site: Site) -> None:
    (moved,) = request_all(site.url("/to-colours"))
    assert moved == Answer("moved", site.url("/gone?%1B[31m"))


def test_get_is_asked_only_where_head_is_refused_and_nothing_is_asked_twice(site: Site) -> None:
    assert [one.verdict for one in request_all(site.url("/get-only"), site.url("/"), site.url("/#top"))] == ["there"] * 3
    assert site.methods("/get-only") == ["HEAD", "GET"]
    assert site.methods("/") == ["HEAD"]
    assert {agent for *_, agent in site.asked} == {AGENT}
    assert AGENT.startswith("handbill/")


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause(site: Site) -> None:
    request_all(*(site.url(f"/{number}") for number in range(4)), site.url("/moved"), limits=dataclasses.replace(QUICK, pause=0.05))
    assert site.most == 1
    gaps = [later - before for before, later in zip(site.times, site.times[1:], strict=False)]
    assert min(gaps) >= 0.05


def test_hosts_are_asked_side_by_side(site: Site) -> None:
    names = {f"{name}.example": "127.0.0.1" for name in "abc"}
    networks = Networks((LOOPBACK,), lambda host, port: [names[host]])
    # None is answered before all three are asked.
    found = request_all(*(site.url("/meeting", name) for name in names), networks=networks)
    assert [answer.verdict for answer in found] == ["there"] * 3
    assert site.most == 3


def test_a_server_that_wants_to_be_asked_later_is_and_one_that_wants_hours_is_not(site: Site) -> None:
    before = time.monotonic()
    assert request_all(site.url("/later"))[0].verdict == "there"
    assert time.monotonic() - before >= 1.0
    assert request_all(site.url("/much-later")) == [Answer("unreachable", "429 Too Many Requests")]
    assert site.methods("/much-later") == ["HEAD"]


def test_what_is_not_asked_in_time_is_told(site: Site) -> None:
    # The first one is not answered as long as this test goes on.
    answers = request_all(site.url("/silent"), site.url("/then"), limits=dataclasses.replace(QUICK, total=0.3))
    assert answers[1] == Answer("unasked", "the 0.3 seconds for all links were over")
    assert site.methods("/then") == []


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "224.0.0.1", "168.63.129.16",
        "::1", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "ff02::1", "::",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused_before_a_connection(ip: str) -> None:
    with pytest.raises(RefusedError, match="not public"):
        Networks(resolve=lambda host, port: ["93.184.215.14", ip]).addresses("x.example", 443)


@pytest.mark.parametrize("ip", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::93.184.215.14"])
def test_what_is_public_is_asked_but_for_other_services(ip: str) -> None:
    networks = Networks(resolve=lambda host, port: [ip])
    assert networks.addresses("x.example", 443) == networks.addresses("x.example", 8443) == [ip]
    with pytest.raises(RefusedError, match="the port 25"):
        networks.addresses("x.example", 25)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_loopback_is_refused_however_it_is_written(host: str, site: Site) -> None:
    assert request_all(site.url("/", host), networks=Networks())[0].verdict == "refused"
    assert site.asked == []


def test_a_name_that_resolves_otherwise_the_second_time_is_not_followed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int) -> list[str]:
        assert not seen, "the name was looked up twice"
        seen.append(host)
        return ["127.0.0.1"]

    seen: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", _ips_alone(socket.getaddrinfo))
    assert request_all(site.url("/", "rebound.example"), networks=Networks((LOOPBACK,), resolve))[0].verdict == "there"
    assert seen == ["rebound.example"]


def _ips_alone(found: Callable[..., list[object]]) -> Callable[..., list[object]]:
    def getaddrinfo(host: str, *others: object, **more: object) -> list[object]:
        ipaddress.ip_address(host)
        return found(host, *others, **more)

    return getaddrinfo


def test_what_is_redirected_is_looked_at_anew(site: Site) -> None:
    networks = Networks(resolve=lambda host, port: ["127.0.0.1"])
    PAGES["/inside"] = (302, {"Location": "http://inside.example/"})
    allowed = Networks((LOOPBACK,), lambda host, port: ["127.0.0.1"] if host == "127.0.0.1" else ["10.0.0.7"])
    assert request_all(site.url("/inside"), networks=allowed)[0].verdict == "refused"
    assert request_all(site.url("/inside"), networks=networks)[0].verdict == "refused"
    assert site.methods("/inside") == ["HEAD"]


def test_a_host_that_nobody_knows_or_that_is_not_there_is_unreachable() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert request_all("https://none.example/", networks=Networks(resolve=unknown)) == [
        Answer("unreachable", "there is no host none.example: Name or service not known")
    ]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert request_all(f"http://127.0.0.1:{taken.getsockname()[1]}/") == [Answer("unreachable", "it takes no connection")]


@pytest.fixture
def secure(site: Site, tmp_path: Path) -> Path:
    """Give the site a certificate for good.example, and return it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "good.example")])
    day = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), day, day + datetime.timedelta(days=1))
    made = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("good.example")]), critical=False).sign(key, hashes.SHA256())
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    return file


def test_a_certificate_is_held_to_the_name_and_not_to_the_address(site: Site, secure: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    networks = Networks((LOOPBACK,), lambda host, port: ["127.0.0.1"])
    good, other = (f"https://{name}.example:{site.server_port}/" for name in ("good", "other"))
    assert "its certificate is not good" in request_all(good, networks=networks)[0].detail
    monkeypatch.setenv("SSL_CERT_FILE", str(secure))
    assert request_all(good, networks=networks)[0].verdict == "there"
    assert "its certificate is not good" in request_all(other, networks=networks)[0].detail


def test_links_are_told_of_where_they_stand(handbill: Handbill, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handbill.linkcheck.fetch.RequestLimits", functools.partial(dataclasses.replace, QUICK))
    text = f"""---
title: T
abstract: See [gone]({site.url("/gone")}).
---

One [gone]({site.url("/gone")}) and <{site.url("/moved")}>, [here it is]({site.url("/")}).

<!-- handbill: allow broken-link: it comes back in May -->
Two [gone]({site.url("/gone")}), and mail@example.org.

::: only pdf
Three [gone]({site.url("/gone")}).
:::
"""
    disclaimer = f"---\ntitle: D\n---\n\nAsk a doctor. See [gone]({site.url('/gone')}).\n"
    publication(tmp_path, articles={"a.md": text, "bad.md": f"[^1] [x]({site.url('/gone')})"}, disclaimer=disclaimer)
    said = handbill.inside("check", "--online", "--allow-network", "127.0.0.0/8", "-v", code=3).err
    gone = f"the link {site.url('/gone')} leads to nothing: 404 Not Found"
    for place in ("a.md:6:5", "a.md:12:7", "disclaimers/general.md:5:19"):
        assert f"source/{place}: warning[broken-link]: {gone}\n" in said
    for place in ("a.md:3:1", "a.md:9:5"):
        assert f"source/{place}: note[allowed]: {gone} (broken-link, allowed: it comes back in May)\n" in said
    column = len(f"One [gone]({site.url('/gone')}) and <") + 1
    assert f"source/a.md:6:{column}: note[moved-link]: the link {site.url('/moved')} has moved for good, to {site.url('/')}" in said
    assert "unused-allowance" not in said
    assert site.methods("/gone") == ["HEAD", "GET"]


def test_nothing_is_asked_without_online_and_nothing_private_with_it(handbill: Handbill, tmp_path: Path, site: Site) -> None:
    publication(tmp_path, articles={"a.md": f"---\ntitle: T\n---\n\nSee [the site]({site.url('/')}).\n"})
    handbill.inside("check")
    handbill.inside("build", "-t", "text")
    said = handbill.inside("check", "--online").err
    assert f"a.md:5:5: warning[refused-link]: the link {site.url('/')} leads into a network that is not public; it was not asked" in said
    assert site.asked == []


def test_a_network_is_written_as_one(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    assert "a network is written as 10.0.0.0/8" in handbill.inside("check", "--online", "--allow-network", "10.0.0.0/40", code=2).err


def test_without_urllib3_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(MachineError, match="urllib3 is not installed") as error:
        link_requester(Networks(), RequestLimits())
    assert "handbill[online]" in str(error.value)


def test_a_defect_is_not_swallowed() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        request_all("http://x.example/", networks=Networks(resolve=resolve))
