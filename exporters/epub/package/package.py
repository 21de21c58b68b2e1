"""The package document and the container, by EbookLib's model with our own bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ebooklib import epub
from lxml import etree

from handbill.document import Metadata, direction

from .accessibility import Statement
from .zip import zip_members

__all__ = ["ContentFile", "Licence", "package"]

_DCTERMS_MODIFIED = "%Y-%m-%dT%H:%M:%SZ"
_LICENCE = "dcterms:license"
_OPF = "{http://www.idpf.org/2007/opf}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file of the package. `in_spine` says that it is a page of the reading order."""

    path: str
    media_type: str
    content: bytes
    in_spine: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """A text that goes with some of the files, named by their paths. The package document links to it; no page shows it."""

    path: str
    content: bytes
    covers: tuple[str, ...]


class _Page(epub.EpubHtml):  # type: ignore[misc]
    """A content document whose bytes are final; EbookLib's own would be parsed and printed anew."""

    def get_content(self, default: bytes | None = None) -> bytes:
        return bytes(self.content)


class _Members:
    """What EbookLib takes for the open zip file: it keeps the members."""

    def __init__(self) -> None:
        self.members: dict[str, bytes] = {}

    def writestr(self, name: str, content: str | bytes) -> None:
        self.members[name] = content.encode() if isinstance(content, str) else content


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer with final bytes for the navigation and a zip file without clock."""

    def __init__(self, book: epub.EpubBook, modified: datetime, navigation: bytes, ncx: bytes, licences: Sequence[Licence]) -> None:
        super().__init__("", book, {"mtime": modified, "epub2_guide": False, "epub3_pages": False, "raise_exceptions": True})
        self._navigation = navigation
        self._ncx = ncx
        self._licences = licences

    def _get_nav(self, item: epub.EpubNav) -> bytes:
        return self._navigation

    def _get_ncx(self) -> bytes:
        return self._ncx

    def _write_opf_file(self, root: etree._Element) -> None:
        del root.attrib["prefix"]
        root.set(_XML_LANG, self.book.language)
        if self.book.direction:
            root.set("dir", self.book.direction)
        items = {item.get("href"): item.get("id") for item in root.iter("item")}
        for licence in self._licences:
            for path in licence.covers:
                # EPUB 3.3, 5.5.7: a linked resource is no publication resource, and stands outside of the manifest.
                link = {"refines": f"#{items[path]}", "rel": _LICENCE, "href": licence.path, "media-type": "text/plain"}
                etree.SubElement(root[0], f"{_OPF}link", link)
        super()._write_opf_file(root)

    def container(self) -> bytes:
        """Return the finished container."""
        self.out = _Members()
        self._write_container()
        self._write_opf()
        self._write_items()
        for licence in self._licences:
            self.out.writestr(f"{self.book.FOLDER_NAME}/{licence.path}", licence.content)
        return zip_members(self.out.members)


def package(
    metadata: Metadata,
    files: Sequence[ContentFile],
    navigation: bytes,
    ncx: bytes,
    *,
    modified: datetime,
    description: str,
    languages: Sequence[str],
    accessibility: Sequence[Statement],
    licences: Sequence[Licence],
) -> bytes:
    """Return the bytes of the EPUB. The files of the spine stand in its order; `languages` names those beside the article's."""
    book = epub.EpubBook()
    book.metadata.clear()
    book.set_identifier(metadata.identifier)
    _describe(book, metadata, description, languages)
    for statement in accessibility:
        book.add_metadata("OPF", "meta", statement.value, _attributes(statement))
    if direction(metadata.language) == "rtl":
        book.set_direction("rtl")
    for number, file in enumerate(files, start=1):
        kind = _Page if file.in_spine else epub.EpubItem
        item = kind(uid=f"item-{number}", file_name=file.path, media_type=file.media_type, content=file.content)
        book.add_item(item)
        if file.in_spine:
            book.spine.append(item)
    book.add_item(epub.EpubNav(uid="nav", file_name="nav.xhtml"))
    book.add_item(epub.EpubNcx(uid="ncx", file_name="toc.ncx"))
    return _Writer(book, modified, navigation, ncx, licences).container()


def _attributes(statement: Statement) -> dict[str, str]:
    attributes = {"property": statement.name}
    if statement.identifier:
        attributes["id"] = statement.identifier
    if statement.refines:
        attributes["refines"] = f"#{statement.refines}"
    if statement.language:
        attributes[_XML_LANG] = statement.language
    return attributes


def _describe(book: epub.EpubBook, metadata: Metadata, description: str, languages: Sequence[str]) -> None:
    """Add the Dublin Core elements (EPUB 3.3, 5.5) and what refines them."""
    book.title = metadata.title
    book.language = metadata.language
    _refined(book, "title", metadata.title, "title", {"title-type": "main"} if metadata.subtitle else {})
    if metadata.subtitle:
        _refined(book, "title", metadata.subtitle, "subtitle", {"title-type": "subtitle"})
    for number, author in enumerate(metadata.authors, start=1):
        _refined(book, "creator", author, f"creator-{number}", {"role": "aut"})
    plain: Mapping[str, Sequence[str]] = {
        "language": [metadata.language, *languages],
        "publisher": [metadata.publisher],
        "date": [metadata.date.isoformat() if metadata.date else ""],
        "rights": [metadata.rights],
        "subject": metadata.keywords,
        "description": [description],
    }
    for name, values in plain.items():
        for value in values:
            if value.strip():
                book.add_metadata("DC", name, value)
    if metadata.version:
        book.add_metadata("OPF", "meta", metadata.version, {"property": "schema:version"})


def _refined(book: epub.EpubBook, name: str, value: str, identifier: str, refinements: Mapping[str, str]) -> None:
    book.add_metadata("DC", name, value, {"id": identifier})
    for refining, term in refinements.items():
        attributes = {"refines": f"#{identifier}", "property": refining}
        if refining == "role":
            attributes["scheme"] = "marc:relators"
        book.add_metadata("OPF", "meta", term, attributes)
