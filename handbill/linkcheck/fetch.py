"""One address asked: HEAD, then GET where that is refused; redirects followed, each host looked at before it is connected to."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from handbill import __version__
from handbill.linkcheck.networks import Networks, RefusedError

__all__ = ["AGENT", "Answer", "Limits", "Turns", "Verdict", "ask"]

AGENT = f"handbill/{__version__} (checks that links of a publication are there)"

Verdict = Literal["there", "moved", "broken", "unreachable", "refused", "unasked"]

_GONE = (404, 410)
_REDIRECTS, _PERMANENT = (301, 302, 303, 307, 308), (301, 308)
_LATER = (429, 503)
_OF_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an address: `detail` says why in words, or where it has moved to."""

    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked: hosts at once, redirects, and in seconds: a pause for each host, a connection, a reply, a wish to wait, all."""

    hosts: int = 4
    redirects: int = 5
    pause: float = 1.0
    connecting: float = 10.0
    replying: float = 10.0
    patience: float = 30.0
    total: float = 300.0


@dataclass(slots=True)
class Turns:
    """One request to a host at a time, whatever asks, with a pause after each."""

    pause: float
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _hosts: dict[str, threading.Lock] = field(default_factory=dict)
    _free: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def at(self, host: str) -> Iterator[None]:
        """Wait for a host's turn and keep it."""
        with self._guard:
            lock = self._hosts.setdefault(host, threading.Lock())
        with lock:
            time.sleep(max(self._free.get(host, 0.0) - time.monotonic(), 0.0))
            try:
                yield
            finally:
                self._free[host] = time.monotonic() + self.pause

    def put_off(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        with self._guard:
            self._free[host] = max(self._free.get(host, 0.0), time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str]

    def __str__(self) -> str:
        """Return the status with the words that it has by the standard: a server's own may be anything."""
        return f"{self.status} {http.client.responses.get(self.status, '')}".strip()


class _FailedError(Exception):
    """No reply, its text says why."""


def ask(address: str, networks: Networks, limits: Limits, turns: Turns, until: float) -> Answer:
    """Return what came of an address (http or https); `until` is when it must be done, by the monotonic clock."""
    current, moved, permanent = urldefrag(address)[0], "", True
    try:
        for _ in range(limits.redirects + 1):
            reply = _asked(current, networks, limits, turns, until)
            target = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not target:
                return _judged(reply, moved)
            current = _joined(current, target)
            permanent &= reply.status in _PERMANENT
            moved = current if permanent else moved
    except RefusedError as error:
        return Answer("refused", str(error))
    except _FailedError as error:
        return Answer("unreachable", str(error))
    return Answer("unreachable", f"it is redirected more than {limits.redirects} times")


def _joined(address: str, target: str) -> str:
    """Return where a redirect leads (RFC 9110, 10.2.2). Raises _FailedError."""
    # What a server says is shown to people: signs that no address has are written as such.
    target = quote(target, safe=_OF_ADDRESSES)
    try:
        return urldefrag(urljoin(address, target))[0]
    except ValueError:
        raise _FailedError(f"it is redirected to what is no address: {target[:80]}") from None


def _judged(reply: _Reply, moved: str) -> Answer:
    if reply.status in _GONE:
        return Answer("broken", str(reply))
    if not 200 <= reply.status < 300:
        return Answer("unreachable", str(reply))
    return Answer("moved", moved) if moved else Answer("there")


def _asked(address: str, networks: Networks, limits: Limits, turns: Turns, until: float) -> _Reply:
    """Return the reply to HEAD, or to GET where HEAD was refused; once more after a wait that the server asks for."""
    reply = _request("HEAD", address, networks, limits, turns, until)
    if reply.status in _LATER:
        wish = _wish(reply.headers.get("Retry-After", ""))
        if wish is None or wish > min(limits.patience, until - time.monotonic()):
            return reply
        turns.put_off(urlsplit(address).hostname or "", wish)
        reply = _request("HEAD", address, networks, limits, turns, until)
    if reply.status >= 400 and reply.status not in _LATER:
        # Some servers know no HEAD, and say so in many ways.
        reply = _request("GET", address, networks, limits, turns, until)
    return reply


def _wish(text: str) -> float | None:
    """Return how many seconds a server wants to be left alone (RFC 9110, 10.2.3), None where it does not say."""
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _request(method: str, address: str, networks: Networks, limits: Limits, turns: Turns, until: float) -> _Reply:
    """Return the reply's head; its body is not read. Raises RefusedError, _FailedError."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        host = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        raise _FailedError(f"it is redirected to what is no address: {address[:80]}") from None
    if scheme not in ("http", "https") or not host:
        raise RefusedError(f"is redirected to {scheme or 'no address'}:")
    with turns.at(host):
        if time.monotonic() >= until:
            raise _FailedError("the time for all links was over")
        try:
            found = networks.of(host, port)
        except (OSError, UnicodeError) as error:
            raise _FailedError(f"there is no host {host}: {getattr(error, 'strerror', None) or error}") from None
        return _first([_connection(scheme, host, ip, port, limits, until) for ip in found], method, address, host)


def _first(tries: list[Callable[[str, str, Mapping[str, str]], _Reply]], method: str, address: str, host: str) -> _Reply:
    """Return the reply of the first of a host's addresses that can be connected to."""
    import urllib3

    parts = urlsplit(address)
    name = f"[{host}]" if ":" in host else host
    headers = {
        "Host": name if parts.port is None else f"{name}:{parts.port}",
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    last: Exception = OSError("it has no address")
    for connect in tries:
        try:
            return connect(method, target, headers)
        except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError) as error:
            last = error
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise _FailedError(_in_words(error)) from None
    raise _FailedError(_in_words(last))


def _connection(
    scheme: str, host: str, ip: str, port: int, limits: Limits, until: float
) -> Callable[[str, str, Mapping[str, str]], _Reply]:
    """Return what asks a host at one of its IP addresses: the one that was looked at, not what its name resolves to by then."""
    import urllib3

    def request(method: str, target: str, headers: Mapping[str, str]) -> _Reply:
        left = max(until - time.monotonic(), 0.1)
        timeout = urllib3.Timeout(connect=min(limits.connecting, left), read=min(limits.replying, left))
        secure: dict[str, Any] = {} if scheme == "http" else {"assert_hostname": host} | ({} if _is_ip(host) else {"server_hostname": host})
        kind: type[urllib3.HTTPConnectionPool] = urllib3.HTTPSConnectionPool if scheme == "https" else urllib3.HTTPConnectionPool
        with kind(ip, port, timeout=timeout, retries=False, **secure) as pool:
            response = pool.urlopen(
                method, target, headers=dict(headers), redirect=False, retries=False, preload_content=False, assert_same_host=False
            )
            response.close()
        return _Reply(response.status, response.headers)

    return request


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _in_words(error: Exception) -> str:
    """Return why there was no reply, without the objects that urllib3 names."""
    import urllib3

    if isinstance(error, urllib3.exceptions.SSLError):
        return f"its certificate is not good: {error}"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "it takes no connection"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it did not answer in time"
    return f"the connection broke ({type(error).__name__})"
