"""Links and images: resolves their addresses to a place in the article, a file of the publication or an absolute URI (RFC 3986).

The functions change a tree in place and report what leads nowhere to a callback. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from handbill.document import text_of
from handbill.markdown.tree.annotations import WRITTEN_ADDRESS
from handbill.markdown.tree.elements import EXTERNAL_ADDRESS, detach, prune, put_text_before

__all__ = ["FindFile", "ReportFinding", "resolve_images", "resolve_links"]

ReportFinding = Callable[[str, str, str, str], None]
"""Receives a finding: code, message, excerpt of the source, hint."""

_HOST_NAME = re.compile(r"(?:[\w](?:[\w-]{0,61}[\w])?\.)*[\w](?:[\w-]{0,61}[\w])?\.?|\[[0-9A-Fa-f:.]+\]", re.UNICODE)
_UNENCODED = "!$&'()*+,;=:@/?-._~%"


FindFile = Callable[[str], str]
"""Returns the path in the publication of the file at a POSIX path below its folder; "" where there is none."""


@dataclass(frozen=True, slots=True)
class _FileLookup:
    """Finds files of the publication; `path` is that of the article."""

    find: FindFile
    path: str


def resolve_links(
    body: etree._Element,
    targets: Mapping[str, str],
    find: FindFile,
    path: str,
    found: ReportFinding,
) -> None:
    """Rewrite every `a/@href` to `#id` or an absolute URI. A link that leads nowhere is unwrapped: its text stays.

    `targets` are the ids of the article by the fragments that lead to them, `path` is the article's, `find` looks up files, and `found`
    receives a finding for each link that is unwrapped.
    """
    lookup = _FileLookup(find, path)
    for link in [a for a in body.iter("a") if a.get("href") is not None]:
        # Line breaks and tabs are no part of an address, wherever they stand (WHATWG URL, 4.4).
        href = re.sub(r"[\t\n\r]", "", link.get("href", "").strip())
        resolved = _resolved_address(href, targets, lookup, found)
        link.attrib.pop("href")
        link.attrib.pop("title", "")
        if resolved is None:
            _unlink(link)
        else:
            link.set("href", resolved)


def _unlink(link: etree._Element) -> None:
    """Turn a link into a `span`; unwrap it where the `span` would have no attributes."""
    link.tag = "span"
    link.attrib.pop(WRITTEN_ADDRESS, "")
    if link.attrib:
        return
    put_text_before(link, link.text)
    for child in list(link):
        link.addprevious(child)
    detach(link)


def _resolved_address(href: str, targets: Mapping[str, str], lookup: _FileLookup, found: ReportFinding) -> str | None:
    """Return what a link's address becomes, or None where it leads nowhere, which is reported."""
    if not href:
        found("dead-link", "the link has no address", "]()", "write one, or take the brackets away: the text stays")
        return None
    if href.startswith("//"):
        href = f"https:{href}"
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", href)
    if scheme:
        address = _absolute_uri(href, scheme[1].lower())
        if address is None:
            _report_address(href, found)
        return address
    name, _, fragment = href.partition("#")
    if not name:
        return _target_id(fragment, href, targets, found)
    target = _file_path(name, lookup)
    if target is None:
        found(
            "dead-link",
            f"the link leads nowhere inside the publication: {href}",
            href,
            "write the path as seen from this file; the text stays, the link is left out",
        )
        return None
    if target == lookup.path:
        return _target_id(fragment, href, targets, found) if fragment else "#title"
    found(
        "link-to-file",
        f"a handout stands alone: the text of the link to {target} stays, the link is left out",
        href,
        "name the other handout in words, or link to its address on the web",
    )
    return None


def _report_address(address: str, found: ReportFinding) -> None:
    """Report an address that handouts may not contain."""
    hint = "link to an address with http:, https:, mailto: or tel:; the text stays"
    found("bad-address", f"this is no address that handouts carry: {address[:80]}", address, hint)


def _target_id(fragment: str, href: str, targets: Mapping[str, str], found: ReportFinding) -> str | None:
    """Return the `#id` that a fragment leads to, or None where it leads nowhere, which is reported."""
    wanted = unquote(fragment)
    for name in (wanted, wanted.casefold(), wanted.casefold().strip("-")):
        if name in targets:
            return f"#{targets[name]}"
    if wanted.casefold() in ("", "top"):
        return "#title"
    found(
        "dead-link",
        f"nothing in the article has the id of the link {href}",
        href,
        "give what it leads to the id, as in ## Words {#id}; the text stays, the link is left out",
    )
    return None


def _file_path(name: str, lookup: _FileLookup) -> str | None:
    """Return the path in the publication of the file that a relative link names, or None where there is none."""
    plain = unquote(name.partition("?")[0])
    inside = plain.lstrip("/") if plain.startswith("/") else (PurePosixPath(lookup.path).parent / plain).as_posix()
    return lookup.find(inside) or None


def _absolute_uri(href: str, scheme: str) -> str | None:
    """Return an address as an absolute URI (RFC 3986), or None where it is none that handouts may contain."""
    if scheme not in ("http", "https", "mailto", "tel"):
        return None
    rest = href.partition(":")[2]
    if scheme in ("mailto", "tel"):
        return f"{scheme}:{_percent_encoded(rest.strip())}" if rest.strip() else None
    try:
        parts = urlsplit(f"{scheme}:{rest.strip()}")
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if not _HOST_NAME.fullmatch(host if ":" not in host else f"[{host}]") or parts.username is not None:
        return None
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return None
    network = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    address = f"{scheme}://{network}{_percent_encoded(parts.path)}"
    if parts.query:
        address += f"?{_percent_encoded(parts.query)}"
    if parts.fragment:
        address += f"#{_percent_encoded(parts.fragment)}"
    return address


def _percent_encoded(text: str) -> str:
    """Return the text with the characters that a URI may not contain percent-encoded, and per cent signs that encode nothing."""
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text), safe=_UNENCODED)


def resolve_images(body: etree._Element, find: FindFile, path: str, found: ReportFinding) -> list[str]:
    """Rewrite every `img/@src` to a path in the publication, and return these paths, each once.

    An image on the web is replaced by a link to it, with its alternative text. `path` is the article's, `find` looks up files, and
    `found` receives a finding for each image that is replaced or missing.
    """
    lookup = _FileLookup(find, path)
    names: dict[str, None] = {}
    for image in list(body.iter("img")):
        source = image.get("src", "")
        if re.match(r"(?:https?:)?//", source, re.IGNORECASE):
            found(
                "remote-image",
                f"images are not fetched from the web: {source}",
                source,
                "put a copy of the image into the publication; a link to it stands in its place",
            )
            _replace_by_text(image, source)
            continue
        if EXTERNAL_ADDRESS.match(source):
            _report_address(source, found)
            _replace_by_text(image, None)
            continue
        name = _file_path(source, lookup)
        if name is None:
            found(
                "missing-image",
                f"there is no such image in the publication: {source}",
                source,
                "the path is relative to the article",
            )
            continue
        image.set("src", name)
        names[name] = None
    return list(names)


def _replace_by_text(image: etree._Element, source: str | None) -> None:
    """Replace an image by its alternative text, as a link to `source` where it is given and no link surrounds the image."""
    alt = image.get("alt", "")
    linked = any(parent.tag == "a" for parent in image.iterancestors())
    tail = image.tail
    image.attrib.clear()
    image.tail = tail
    text = alt or ("" if source is None else unquote(re.split(r"[?#]", source)[0].rstrip("/").rpartition("/")[2]) or source)
    if source is not None and not linked:
        image.tag = "a"
        image.set("href", source)
        image.text = text
        return
    image.tag = "span"
    image.text = text or None
    if not text_of(image):
        prune(image)
