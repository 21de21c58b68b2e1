"""Rewrites links: an id leads to the file that has it, and a URI is escaped so that validators accept it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from lxml import etree

__all__ = ["files_by_id", "rewrite_links"]

# Characters that need no escape in a URI (RFC 3986, 2); "[" and "]" only around an IPv6 address.
_LITERAL = "%/:?#@!$&'()*+,;=~"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[^\s\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]+")


def files_by_id(bodies: Mapping[str, etree._Element]) -> dict[str, str]:
    """Return for each id in the bodies the name of the file that has it."""
    return {str(each.get("id")): name for name, body in bodies.items() for each in body.iter(etree.Element) if each.get("id")}


def rewrite_links(file: str, body: etree._Element, files: Mapping[str, str]) -> list[str]:
    """Rewrite the links of a file's body: `#id` leads to the file that has the id (by `files`), other targets become valid URIs.

    Returns the targets that lead nowhere or cannot be valid; those links keep their text and lose their target.
    """
    lost = []
    for link in body.iter("a"):
        href = link.get("href")
        if href is None:
            continue
        if href.startswith("#"):
            target = files.get(href[1:])
            rewritten = None if target is None else href if target == file else target + href
        else:
            rewritten = _valid_uri(href)
        if rewritten is None:
            lost.append(href)
            del link.attrib["href"]
        else:
            link.set("href", rewritten)
    return lost


def _valid_uri(uri: str) -> str | None:
    """Return the URI with every character escaped that must be (RFC 3986; letters of all scripts are kept, RFC 3987).

    Returns None where its host is not valid.
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
    """Return the text with percent-encoding where a URI needs it; of several "#" the first begins the fragment."""
    fragment_seen = False
    characters = []
    for character in text:
        if character == "#" and fragment_seen:
            characters.append("%23")
            continue
        fragment_seen = fragment_seen or character == "#"
        characters.append(character if ord(character) > 0xA0 else quote(character, safe=_LITERAL))
    return "".join(characters)
