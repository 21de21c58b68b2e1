"""Opens a finished EPUB: the members of its zip file, the package document, the spine (EPUB 3.3, 4 and 5)."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from lxml import etree

from handbill.contract import ExporterError, diagnostic

__all__ = ["Book", "SpineItem", "open_book", "parse_xml", "resolve", "unreadable"]

_MOST_MEMBERS = 20_000
_MOST_BYTES = 512 * 1024 * 1024
# Deflate compresses by 1032 : 1 at most; the text of a page by about 5 : 1.
_GREATEST_RATIO = 200
_RATIO_APPLIES_FROM = 1024 * 1024

# Overrides for a page of the spine (EPUB 3.3, 8.2) under which its text still flows at the size that the reader chose.
_FLOWING = frozenset(
    "page-spread-left page-spread-right rendition:page-spread-left rendition:page-spread-right rendition:page-spread-center "
    "rendition:layout-reflowable rendition:flow-auto rendition:flow-paginated rendition:flow-scrolled-continuous "
    "rendition:flow-scrolled-doc".split()
)

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"


@dataclass(frozen=True, slots=True)
class SpineItem:
    """A page of the reading order: its path in the container and its media type, and whether its text flows (its layout is not fixed)."""

    path: str
    media_type: str
    flows: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """The members of the container by their path, the media types that the manifest gives them, the spine, and the package document.

    `package_path` is the path of the package document.
    """

    members: Mapping[str, bytes]
    media_types: Mapping[str, str]
    spine: tuple[SpineItem, ...]
    package: etree._Element
    package_path: str

    @property
    def folder(self) -> str:
        """The folder of the package document, from which its references lead."""
        return posixpath.dirname(self.package_path)


def unreadable(reason: str) -> ExporterError:
    """Return the error for bytes that are not an EPUB, or an EPUB whose pages cannot be determined."""
    return ExporterError(diagnostic("unreadable-epub", f"not a readable EPUB: {reason}", hint="build it anew"))


def parse_xml(content: bytes, what: str) -> etree._Element:
    """Return the root element; entities stay unresolved, nothing is fetched. Raises ExporterError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise unreadable(f"{what}: {error.msg}") from error


def resolve(href: str, folder: str) -> str | None:
    """Return the path in the container to which a reference from a folder leads, without its fragment; None for one outside."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
    return None if path.startswith("..") else path


def open_book(handout: bytes) -> Book:
    """Return the book (EPUB 3.3, 4.2 and 5.7). Raises ExporterError where the bytes are no EPUB, or can be read in two ways."""
    members = _members(handout)
    if members.get("mimetype") != b"application/epub+zip":
        raise unreadable("it has no mimetype of an EPUB")
    if "META-INF/encryption.xml" in members:
        raise unreadable("it is encrypted")
    container = parse_xml(_member(members, "META-INF/container.xml"), "META-INF/container.xml")
    roots = [root.get("full-path") or "" for root in container.iter(f"{_CONTAINER}rootfile")]
    if len(roots) != 1:
        raise unreadable(f"it has {len(roots)} package documents")
    package = parse_xml(_member(members, roots[0]), roots[0])
    manifest, spine = _package(members, package, posixpath.dirname(roots[0]))
    return Book(members, {item.path: item.media_type for item in manifest}, spine, package, roots[0])


def _members(handout: bytes) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(handout)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_MEMBERS or sum(entry.file_size for entry in entries) > _MOST_BYTES:
                raise unreadable("it unpacks to more than a book can hold")
            for entry in entries:
                if entry.flag_bits & 0x1:
                    raise unreadable(f"{entry.filename} is encrypted")
                if entry.file_size > _RATIO_APPLIES_FROM and entry.file_size > _GREATEST_RATIO * max(entry.compress_size, 1):
                    raise unreadable(f"{entry.filename} unpacks to {entry.file_size} bytes")
                if entry.filename in members:
                    raise unreadable(f"{entry.filename} is there twice")
                with archive.open(entry) as stream:
                    # The directory's size is only a claim: never unpack more than it says.
                    content = stream.read(entry.file_size + 1)
                if len(content) != entry.file_size:
                    raise unreadable(f"{entry.filename} is not as long as the directory says")
                members[entry.filename] = content
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
    ) as error:
        raise unreadable(str(error) or type(error).__name__) from error
    return members


def _member(members: Mapping[str, bytes], path: str) -> bytes:
    try:
        return members[path]
    except KeyError:
        raise unreadable(f"{path} is missing") from None


def _package(members: Mapping[str, bytes], package: etree._Element, folder: str) -> tuple[list[SpineItem], tuple[SpineItem, ...]]:
    """Return the manifest's items and, of these, the spine's, without those out of the reading order (EPUB 3.3, 5.7.1)."""
    if any((meta.text or "").strip() == "pre-paginated" for meta in package.iter(f"{_OPF}meta")):
        raise unreadable("its layout is fixed, so that its pages may cut text off")
    manifest: dict[str, SpineItem] = {}
    for item in package.iterfind(f"{_OPF}manifest/{_OPF}item"):
        identifier = item.get("id") or ""
        path = resolve(item.get("href") or "", folder)
        if identifier in manifest:
            raise unreadable(f"the manifest has {identifier!r} twice")
        if path is not None:
            manifest[identifier] = SpineItem(path, item.get("media-type") or "")
    spine = []
    for reference in package.iterfind(f"{_OPF}spine/{_OPF}itemref"):
        found = manifest.get(reference.get("idref") or "")
        if found is None or found.path not in members:
            raise unreadable(f"the spine names {reference.get('idref')!r}, which is not there")
        if reference.get("linear", "yes") == "yes":
            spine.append(replace(found, flows=_FLOWING.issuperset((reference.get("properties") or "").split())))
    if not spine:
        raise unreadable("its spine is empty")
    return list(manifest.values()), tuple(spine)
