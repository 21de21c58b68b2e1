"""Links between the files of the package, and URIs that validators accept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from lxml import etree

__all__ = ["places", "rewrite_links", "valid_uri"]

# What may stand in a URI as it is (RFC 3986, 2); "[" and "]" only around an IPv6 address.
_LITERAL = "%/:?#@!$&'()*+,;=~"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[^\s\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]+")


def places(bodies: Mapping[str, etree._Element]) -> dict[str, str]:
    """Return for each id the name of the file that has it."""
    return {str(each.get("id")): name for name, body in bodies.items() for each in body.iter(etree.Element) if each.get("id")}


def rewrite_links(name: str, body: etree._Element, where: Mapping[str, str]) -> list[str]:
    """Make `#id` lead to the file that has the id, and URIs valid.

    Returns the targets that lead nowhere or cannot be valid; those links keep their text and lose their target.
    """
    lost = []
    for link in body.iter("a"):
        href = link.get("href")
        if href is None:
            continue
        if href.startswith("#"):
            target = where.get(href[1:])
            rewritten = None if target is None else href if target == name else target + href
        else:
            rewritten = valid_uri(href)
        if rewritten is None:
            lost.append(href)
            del link.attrib["href"]
        else:
            link.set("href", rewritten)
    return lost


def valid_uri(uri: str) -> str | None:
    """Return the URI with every character escaped that may not stand there (RFC 3986; letters of all scripts stay, RFC 3987).

    Returns None where its host cannot be one.
    """
    text = _BAD_PERCENT.sub("%25", uri.strip())
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        if not host or not _is_host(host):
            return None
        start = text.index(parts.netloc) + len(parts.netloc)
        return text[:start] + _escaped(text[start:])
    return _escaped(text) if parts.path else None


def _is_host(host: str) -> bool:
    """Return whether a host name is well-formed (WHATWG URL, 3.2 to 3.5): no empty label, no broken Punycode."""
    if ":" in host:
        return True
    labels = host.removesuffix(".").split(".")
    try:
        for label in labels:
            if label.startswith("xn--") and label.encode().decode("idna").encode("idna") != label.encode():
                return False
    except UnicodeError:
        return False
    return all(_LABEL.fullmatch(label) for label in labels)


def _escaped(text: str) -> str:
    fragment_seen = False
    out = []
    for character in text:
        if character == "#" and fragment_seen:
            out.append("%23")
            continue
        fragment_seen = fragment_seen or character == "#"
        out.append(character if ord(character) > 0xA0 else quote(character, safe=_LITERAL))
    return "".join(out)
