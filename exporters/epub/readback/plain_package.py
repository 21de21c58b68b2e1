"""Holds a finished EPUB to the plain form in which handbill writes one: the zip file, the package document, the tables of contents.

Reading systems differ in what they make of everything else: settings of the package, files that only some know, zip files that can be read
in two ways. A book is therefore accepted by what it may have, not by what it must not have.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

from lxml import etree

from handbill.contract import ExporterError, diagnostic

from .container import Book, parse_xml, resolve
from .vocabulary import EPUB_TYPE

__all__ = ["attributes", "foreign", "parse_canonical", "require_plain_package", "require_plain_zip"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_OCF = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTAINER, _PACKAGE = "META-INF/container.xml", "EPUB/content.opf"
_DISCLAIMER_FILE = "disclaimer.xhtml"

_HEADS = (b"<?xml version='1.0' encoding='utf-8'?>\n", b'<?xml version="1.0" encoding="utf-8"?>\n')
_HTML_HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
_VOID = frozenset({"br", "hr", "img", "link", "meta", "wbr"})

# APPNOTE.TXT 6.3.10, 4.3.7: a local file header. Its fields behind the signature and the version are those of the directory's entry.
_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_DIRECTORY_ENTRY_LENGTH, _END_LENGTH = 46, 22
_UTF_8_NAMES = 0x800
_FILE_TYPES = frozenset({0, 0o100000})

_HREF = re.compile(r"(?:(?:fonts|images)/)?[A-Za-z0-9_-]+\.([a-z0-9]+)")
_LICENCE = re.compile(r"fonts/licence-[0-9]+\.txt")
_MEDIA_TYPES = {
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "ncx": "application/x-dtbncx+xml",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_DUBLIN_CORE = frozenset("identifier title creator language publisher date rights subject description".split())
_META_PROPERTIES = frozenset({"dcterms:modified", "title-type", "role", "schema:version", "dcterms:conformsTo", "a11y:certifiedBy"})
_META_PREFIX = "schema:access"
_META_ATTRIBUTES = frozenset({"property", "id", "refines", "scheme", _XML_LANG})
_NAVIGATION_ELEMENTS = frozenset("html head meta title link body nav h1 span ol li a".split())
_LANDMARKS = frozenset({"titlepage", "bodymatter", "notice"})


def foreign(message: str) -> ExporterError:
    """Return the error for a book with something by which a reading system could show the disclaimer otherwise."""
    return ExporterError(diagnostic("foreign-content", f"the book cannot be proven: {message}", hint="build it anew"))


def attributes(element: etree._Element) -> dict[str, str]:
    """Return the attributes of an element as a plain dictionary; lxml's names of namespaces stay in braces."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def parse_canonical(content: bytes, path: str) -> etree._Element:
    """Return the root of a document that is written in the one form in which handbill writes it.

    A document in this form has the same tree for every parser, of XML or of HTML: it is in UTF-8 and has no entities, no CDATA sections,
    no document type but that of HTML, and no empty element that a parser of HTML takes for an open one. Raises ExporterError.
    """
    root = parse_xml(content, path)
    for each in root.iter():
        if not isinstance(each.tag, str):
            raise foreign(f"{path} has a comment, an entity or a processing instruction")
        if each.tag.startswith(_XHTML) and not each.text and not len(each) and each.tag.removeprefix(_XHTML) not in _VOID:
            each.text = ""
    written = etree.tostring(root, encoding="utf-8") + b"\n"
    heads = (_HTML_HEAD,) if root.tag == f"{_XHTML}html" else _HEADS
    if not any(content == head + written for head in heads):
        raise foreign(f"{path} is not written as handbill writes it")
    return root


def require_plain_zip(handout: bytes) -> None:
    """Raise ExporterError for a zip file that programs could read in two ways.

    Its entries stand one behind the other, from the first byte on; what an entry says of itself is what the directory says of it; and no
    two names are the same on a file system that does not tell upper from lower case.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(handout)) as archive:
            entries, directory, comment = (
                sorted(archive.infolist(), key=lambda each: each.header_offset),
                archive.start_dir,
                archive.comment,
            )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise foreign(f"its zip file is damaged: {error}") from error
    position, length = 0, 0
    for entry in entries:
        name = entry.orig_filename.encode()
        fields = (entry.flag_bits, entry.compress_type, entry.CRC, entry.compress_size, entry.file_size, len(name), 0)
        if position + _LOCAL_HEADER.size > len(handout):
            raise foreign(f"its zip file is damaged at {entry.filename}")
        signature, _, flags, method, _, _, *sizes = _LOCAL_HEADER.unpack_from(handout, position)
        same = entry.header_offset == position and (flags, method, *sizes) == fields and signature == b"PK\3\4"
        position += _LOCAL_HEADER.size
        if not same or handout[position : position + len(name)] != name:
            raise foreign(f"its zip file has two accounts of {entry.filename}")
        if entry.flag_bits & ~_UTF_8_NAMES or entry.extra or entry.comment or entry.external_attr >> 16 & 0o170000 not in _FILE_TYPES:
            raise foreign(f"its zip file has more than a plain file at {entry.filename}")
        position += len(name) + entry.compress_size
        length += _DIRECTORY_ENTRY_LENGTH + len(name)
    if position != directory or comment or directory + length + _END_LENGTH != len(handout):
        raise foreign("its zip file has more than its files")
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise foreign("two of its files have names that differ in case alone")


def require_plain_package(book: Book) -> None:
    """Raise ExporterError for a book whose package document, or what it names, has another form than handbill gives it."""
    _require_plain_container(book)
    package = parse_canonical(book.members[book.package_path], book.package_path)
    if [str(child.tag) for child in package] != [f"{_OPF}metadata", f"{_OPF}manifest", f"{_OPF}spine"]:
        raise foreign("its package document has other parts than metadata, manifest and spine")
    metadata, manifest, spine = package
    _require_attributes(package, {"unique-identifier", "version", _XML_LANG, "dir"}, version="3.0")
    _require_attributes(metadata, set())
    _require_attributes(manifest, set())
    _require_attributes(spine, {"toc", "page-progression-direction"})
    licences = {path for child in metadata if (path := _licence(child))}
    items = {_item(item, book): item for item in manifest}
    if len(items) != len(manifest):
        raise foreign("its manifest names a file twice")
    if set(book.members) != {"mimetype", _CONTAINER, _PACKAGE, *items, *licences}:
        other = min(set(book.members) ^ {"mimetype", _CONTAINER, _PACKAGE, *items, *licences})
        raise foreign(f"{other} is not both a file of it and named in its package document")
    for reference in spine:
        _require_attributes(reference, {"idref"})
        if reference.tag != f"{_OPF}itemref" or len(reference):
            raise foreign("its spine has more than references")
    _require_plain_contents(book, items, spine)


def _require_plain_container(book: Book) -> None:
    root = parse_canonical(book.members[_CONTAINER], _CONTAINER)
    elements = [(str(each.tag), attributes(each)) for each in root.iter()]
    rootfile = {"media-type": "application/oebps-package+xml", "full-path": _PACKAGE}
    if elements != [(f"{_OCF}container", {"version": "1.0"}), (f"{_OCF}rootfiles", {}), (f"{_OCF}rootfile", rootfile)]:
        raise foreign(f"{_CONTAINER} has more than one package document, or another than {_PACKAGE}")


def _licence(child: etree._Element) -> str:
    """Return the path of the licence that an element of the metadata links to, "" for any other. Raises ExporterError for a foreign one."""
    name, found = str(child.tag), attributes(child)
    if name == f"{_OPF}link":
        href = found.get("href", "")
        expected = {"refines": found.get("refines", ""), "rel": "dcterms:license", "href": href, "media-type": "text/plain"}
        if found == expected and _LICENCE.fullmatch(href) and not len(child):
            return f"EPUB/{href}"
    elif name == f"{_OPF}meta":
        known = found.get("property", "") in _META_PROPERTIES or found.get("property", "").startswith(_META_PREFIX)
        if known and found.keys() <= _META_ATTRIBUTES and not len(child):
            return ""
    elif name.startswith(_DC) and name.removeprefix(_DC) in _DUBLIN_CORE and found.keys() <= {"id"} and not len(child):
        return ""
    raise foreign(f"its metadata has {name.rpartition('}')[2]} {found.get('property') or found.get('name') or ''}".rstrip())


def _item(item: etree._Element, book: Book) -> str:
    """Return the path of an item of the manifest. Raises ExporterError for an unusual one."""
    found = attributes(item)
    href = found.get("href", "")
    match = _HREF.fullmatch(href)
    usual = item.tag == f"{_OPF}item" and not len(item) and found.keys() <= {"id", "href", "media-type", "properties"}
    if not usual or match is None or _MEDIA_TYPES.get(match[1]) != found.get("media-type"):
        raise foreign(f"its manifest has an unusual item, {href!r}")
    if (found.get("properties") is not None) and (href, found["properties"]) != ("nav.xhtml", "nav"):
        raise foreign(f"its manifest has an item with unusual properties, {href!r}")
    return resolve(href, book.folder) or ""


def _require_plain_contents(book: Book, items: Mapping[str, Any], spine: Any) -> None:
    """Raise ExporterError where a page is not once in the spine, or a table of contents says more than where pages are."""
    pages = [item.path for item in book.spine]
    if sorted(pages) != sorted(path for path in items if path.endswith(".xhtml") and path != "EPUB/nav.xhtml"):
        raise foreign("its spine has not each page once")
    tables = [path for path in items if path.endswith(".ncx")]
    if tables != ["EPUB/toc.ncx"] or "EPUB/nav.xhtml" not in items or spine.get("toc") != items["EPUB/toc.ncx"].get("id"):
        raise foreign("it has not one table of contents of each kind")
    ncx = parse_canonical(book.members["EPUB/toc.ncx"], "EPUB/toc.ncx")
    if ncx.tag != f"{_NCX}ncx" or [str(child.tag) for child in ncx] != [f"{_NCX}head", f"{_NCX}docTitle", f"{_NCX}navMap"]:
        raise foreign("EPUB/toc.ncx has more than a table of contents")
    _require_plain_navigation(parse_canonical(book.members["EPUB/nav.xhtml"], "EPUB/nav.xhtml"))


def _require_plain_navigation(root: etree._Element) -> None:
    """Raise ExporterError for other lists in the navigation document, as of page numbers, and for a disclaimer marked as a cover."""
    if any(str(each.tag).removeprefix(_XHTML) not in _NAVIGATION_ELEMENTS for each in root.iter()):
        raise foreign("EPUB/nav.xhtml has more than lists of links")
    lists = [each.get(EPUB_TYPE) for each in root.iter(f"{_XHTML}nav")]
    if lists != ["toc", "landmarks"]:
        raise foreign("EPUB/nav.xhtml has other lists than the table of contents and the landmarks")
    for link in root.iter(f"{_XHTML}a"):
        kind = link.get(EPUB_TYPE)
        if kind is not None and (kind not in _LANDMARKS or (kind == "notice") != (link.get("href") == _DISCLAIMER_FILE)):
            raise foreign(f"EPUB/nav.xhtml has the landmark {kind}")


def _require_attributes(element: etree._Element, allowed: set[str], **values: str) -> None:
    found = attributes(element)
    if not found.keys() <= allowed or any(found.get(name) != value for name, value in values.items()):
        raise foreign(f"its package document has an unusual {str(element.tag).rpartition('}')[2]}")
