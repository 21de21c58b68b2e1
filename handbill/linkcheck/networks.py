"""Which networks may be asked: public ones, for a publication may come from anybody."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Address", "Network", "Networks", "RefusedError"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Where the last four bytes of an address are one of IPv4 (RFC 6052, RFC 4291, 2.5.5.1)."""

_NOT_PUBLIC = (ipaddress.IPv4Network("168.63.129.16/32"), ipaddress.IPv6Network("64:ff9b:1::/48"))
"""What counts as public where Python does not know better: by the first, Azure tells machines of itself; the second is RFC 8215's."""

_WEB, _SYSTEM_PORTS = (80, 443), 1024


class RefusedError(Exception):
    """An address that is not asked, its text a predicate."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that are asked beside the public ones; `resolve` returns the IP addresses of a host, raising OSError."""

    allowed: tuple[Network, ...] = ()
    resolve: Callable[[str, int], list[str]] = lambda host, port: _resolved(host, port)

    def of(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host, each of which may be asked. Raises RefusedError where one may not, OSError."""
        found = self.resolve(host, port)
        permitted = [any(address in network for network in self.allowed) for address in map(ipaddress.ip_address, found)]
        if not all(allowed or _is_public(ipaddress.ip_address(one)) for one, allowed in zip(found, permitted, strict=True)):
            raise RefusedError("leads into a network that is not public")
        if port < _SYSTEM_PORTS and port not in _WEB and not all(permitted):
            raise RefusedError(f"leads to the port {port}, which is no web server's")
        return found


def _resolved(host: str, port: int) -> list[str]:
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def _is_public(address: Address) -> bool:
    """Tell whether an address, and one of IPv4 that it stands for, is on the public Internet (IANA's special-purpose registries)."""
    every = (address, *_inside(address))
    return all(one.is_global and not one.is_multicast and not any(one in network for network in _NOT_PUBLIC) for one in every)


def _inside(address: Address) -> Iterator[Address]:
    """Yield the addresses of IPv4 to which packets to one of IPv6 may be sent on."""
    if isinstance(address, ipaddress.IPv6Address):
        yield from (one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one is not None)
        if any(address in network for network in _TRANSLATED):
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
