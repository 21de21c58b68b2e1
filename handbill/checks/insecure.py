"""Links that anybody on the way can read and change: `http:` where `https:` is meant."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.markdown.tree.annotations import WRITTEN
from handbill.publication.check_settings import Links

__all__ = ["insecure"]

_LOCAL = (".localhost", ".local", ".onion")
"""Names that no certificate is given for, or that need none (RFC 6761, RFC 6762, RFC 7686)."""


def insecure(parts: Sequence[etree._Element], settings: Links) -> Iterator[Finding]:
    """Yield each link that begins with `http:`, but for hosts of one's own machine or network, and those that have no https."""
    for link in (link for part in parts for link in part.iter("a")):
        address = link.get("href", "")
        if address.startswith("http:") and not _may_be_insecure(urlsplit(address).hostname or "", settings):
            message = f"the link {address} is not secure: what it leads to can be read and changed on the way"
            hint = "write https: where the site has it; a host that has not is named in [links] insecure-hosts of publication.toml"
            yield Finding("insecure-link", message, hint, False, link, "link", text_of(link), link.get(WRITTEN, address))


def _may_be_insecure(host: str, settings: Links) -> bool:
    name = f".{host.rstrip('.').lower()}"
    if name.endswith((*_LOCAL, *(f".{one.strip('. ').lower()}" for one in settings.insecure_hosts))):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
