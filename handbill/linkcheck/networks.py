"""The networks that links may lead into: public ones, and those that the user allows.

A publication may come from a stranger, and its links must not reach services of the machine or of its private network.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Address", "Network", "Networks", "RefusedError"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_IPV4_PREFIXES = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Networks of IPv6 in which the last four bytes of an address are an IPv4 address (RFC 6052; RFC 4291, 2.5.5.1)."""

_NOT_PUBLIC = (ipaddress.IPv4Network("168.63.129.16/32"), ipaddress.IPv6Network("64:ff9b:1::/48"))
"""Networks that `ipaddress` takes for public and are not: the address of Azure's services for its machines, and RFC 8215's."""

_WEB, _SYSTEM_PORTS = (80, 443), 1024


class RefusedError(Exception):
    """An address that must not be requested; the text says why, a predicate."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that may be reached beside the public ones. `resolve` returns a host's IP addresses, or raises OSError."""

    allowed: tuple[Network, ...] = ()
    resolve: Callable[[str, int], list[str]] = lambda host, port: _resolve(host, port)

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host. Raises RefusedError where one of them may not be reached; OSError where there is no host."""
        found = self.resolve(host, port)
        permitted = [any(address in network for network in self.allowed) for address in map(ipaddress.ip_address, found)]
        if not all(allowed or _is_public(ipaddress.ip_address(one)) for one, allowed in zip(found, permitted, strict=True)):
            raise RefusedError("leads into a network that is not public")
        if port < _SYSTEM_PORTS and port not in _WEB and not all(permitted):
            raise RefusedError(f"leads to the port {port}, which is no web server's")
        return found


def _resolve(host: str, port: int) -> list[str]:
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def _is_public(address: Address) -> bool:
    """Return whether an address, and an IPv4 address that it embeds, is on the public Internet (IANA's special-purpose registries)."""
    every = (address, *_ipv4_addresses(address))
    return all(one.is_global and not one.is_multicast and not any(one in network for network in _NOT_PUBLIC) for one in every)


def _ipv4_addresses(address: Address) -> Iterator[Address]:
    """Yield the IPv4 addresses that an IPv6 address embeds, to which its packets may be sent on."""
    if isinstance(address, ipaddress.IPv6Address):
        yield from (one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one is not None)
        if any(address in network for network in _IPV4_PREFIXES):
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
