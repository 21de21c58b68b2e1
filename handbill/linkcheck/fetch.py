"""The request of one address: HEAD, then GET where HEAD is refused (RFC 9110, 9.3).

Redirects are followed. Every host is resolved first, and connected to only where all of its IP addresses may be reached (`networks`).
"""

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

__all__ = ["AGENT", "Answer", "HostThrottle", "RequestLimits", "Verdict", "check_address"]

AGENT = f"handbill/{__version__} (checks that links of a publication are there)"

Verdict = Literal["there", "moved", "broken", "unreachable", "refused", "unasked"]

_GONE = (404, 410)
_REDIRECTS, _PERMANENT = (301, 302, 303, 307, 308), (301, 308)
_RETRY_LATER = (429, 503)
_ADDRESS_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of requesting an address: `detail` is the reason in words, or the new address of one that has moved."""

    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The limits of a check: `hosts` requested at the same time, and `redirects` followed for an address. All others are in seconds.

    `pause` is kept after each request to a host. `connecting` and `replying` limit a connection and a reply, `patience` the wait that a
    server may ask for by Retry-After, and `total` the whole check.
    """

    hosts: int = 4
    redirects: int = 5
    pause: float = 1.0
    connecting: float = 10.0
    replying: float = 10.0
    patience: float = 30.0
    total: float = 300.0


@dataclass(slots=True)
class HostThrottle:
    """Requests to each host, one at a time over all threads, with a pause of so many seconds after each."""

    pause: float
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _hosts: dict[str, threading.Lock] = field(default_factory=dict)
    _free: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until the host may be requested, and let no other thread request it inside the block."""
        with self._guard:
            lock = self._hosts.setdefault(host, threading.Lock())
        with lock:
            time.sleep(max(self._free.get(host, 0.0) - time.monotonic(), 0.0))
            try:
                yield
            finally:
                self._free[host] = time.monotonic() + self.pause

    def postpone(self, host: str, seconds: float) -> None:
        """Start no request to the host for so many seconds."""
        with self._guard:
            self._free[host] = max(self._free.get(host, 0.0), time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str]

    def __str__(self) -> str:
        """Return the status with its standard reason phrase, not with the server's own, which may be any text."""
        return f"{self.status} {http.client.responses.get(self.status, '')}".strip()


class _NoReplyError(Exception):
    """There was no reply; the text says why."""


def check_address(address: str, networks: Networks, limits: RequestLimits, throttle: HostThrottle, until: float) -> Answer:
    """Return the answer of an address (http or https). `until` is the time of the monotonic clock by which it must be there."""
    current, moved, permanent = urldefrag(address)[0], "", True
    try:
        for _ in range(limits.redirects + 1):
            reply = _head_or_get(current, networks, limits, throttle, until)
            target = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not target:
                return _answer(reply, moved)
            current = _redirect_target(current, target)
            permanent &= reply.status in _PERMANENT
            moved = current if permanent else moved
    except RefusedError as error:
        return Answer("refused", str(error))
    except _NoReplyError as error:
        return Answer("unreachable", str(error))
    return Answer("unreachable", f"it is redirected more than {limits.redirects} times")


def _redirect_target(address: str, target: str) -> str:
    """Return the address that a redirect leads to (RFC 9110, 10.2.2). Raises _NoReplyError where it is none."""
    # The text comes from the server and is shown to people: characters that no address has are percent-encoded.
    target = quote(target, safe=_ADDRESS_CHARACTERS)
    try:
        return urldefrag(urljoin(address, target))[0]
    except ValueError:
        raise _NoReplyError(f"it is redirected to what is no address: {target[:80]}") from None


def _answer(reply: _Reply, moved: str) -> Answer:
    if reply.status in _GONE:
        return Answer("broken", str(reply))
    if not 200 <= reply.status < 300:
        return Answer("unreachable", str(reply))
    return Answer("moved", moved) if moved else Answer("there")


def _head_or_get(address: str, networks: Networks, limits: RequestLimits, throttle: HostThrottle, until: float) -> _Reply:
    """Return the reply to HEAD, or to GET where HEAD is refused. HEAD is sent again after a wait that the server asks for."""
    reply = _request("HEAD", address, networks, limits, throttle, until)
    if reply.status in _RETRY_LATER:
        seconds = _retry_after(reply.headers.get("Retry-After", ""))
        if seconds is None or seconds > min(limits.patience, until - time.monotonic()):
            return reply
        throttle.postpone(urlsplit(address).hostname or "", seconds)
        reply = _request("HEAD", address, networks, limits, throttle, until)
    if reply.status >= 400 and reply.status not in _RETRY_LATER:
        # Servers that do not support HEAD answer it with various errors.
        reply = _request("GET", address, networks, limits, throttle, until)
    return reply


def _retry_after(text: str) -> float | None:
    """Return the seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3), None where it says nothing."""
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _request(method: str, address: str, networks: Networks, limits: RequestLimits, throttle: HostThrottle, until: float) -> _Reply:
    """Return the status and the headers of the reply; its body is not read. Raises RefusedError, _NoReplyError."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        host = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        raise _NoReplyError(f"it is redirected to what is no address: {address[:80]}") from None
    if scheme not in ("http", "https") or not host:
        raise RefusedError(f"is redirected to {scheme or 'no address'}:")
    with throttle.turn(host):
        if time.monotonic() >= until:
            raise _NoReplyError("the time for all links was over")
        try:
            found = networks.addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise _NoReplyError(f"there is no host {host}: {getattr(error, 'strerror', None) or error}") from None
        return _first_reply([_connection(scheme, host, ip, port, limits, until) for ip in found], method, address, host)


def _first_reply(tries: list[Callable[[str, str, Mapping[str, str]], _Reply]], method: str, address: str, host: str) -> _Reply:
    """Return the reply of the first of a host's IP addresses that can be connected to. Raises _NoReplyError."""
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
            raise _NoReplyError(_failure_reason(error)) from None
    raise _NoReplyError(_failure_reason(last))


def _connection(
    scheme: str, host: str, ip: str, port: int, limits: RequestLimits, until: float
) -> Callable[[str, str, Mapping[str, str]], _Reply]:
    """Return a function that sends a request to a host at this IP address.

    The address is the one that was checked: a name may resolve to another by the time of the request (DNS rebinding).
    """
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


def _failure_reason(error: Exception) -> str:
    """Return why there was no reply, without the names of urllib3's objects."""
    import urllib3

    if isinstance(error, urllib3.exceptions.SSLError):
        return f"its certificate is not good: {error}"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "it takes no connection"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it did not answer in time"
    return f"the connection broke ({type(error).__name__})"
