"""Builds an EPUB container: the package document by EbookLib's model, every file's bytes as they are given.

EbookLib would parse and print the content documents anew and stamp the clock into the zip file; its writer is overridden where it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ebooklib import epub
from lxml import etree

from handbill.document import direction

from ..namespaces import OPF, XML_LANG
from .metadata import MetaElement, PackageMetadata
from .resources import Licence, Resource
from .zip import zip_members

__all__ = ["PackageContents", "build_package"]


@dataclass(frozen=True, slots=True)
class PackageContents:
    """The files of a package. The resources of the spine stand in its order; `navigation` and `ncx` are finished documents."""

    resources: Sequence[Resource]
    navigation: bytes
    ncx: bytes
    licences: Sequence[Licence] = ()


class _ContentDocument(epub.EpubHtml):  # type: ignore[misc]
    """A content document whose bytes are final."""

    def get_content(self, default: bytes | None = None) -> bytes:
        return bytes(self.content)


class _MemberRecorder:
    """Stands in for EbookLib's open zip file: it keeps the members that are written."""

    def __init__(self) -> None:
        self.members: dict[str, bytes] = {}

    def writestr(self, name: str, content: str | bytes) -> None:
        self.members[name] = content.encode() if isinstance(content, str) else content


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer with final bytes for the navigation, links to licences, and a zip file that does not depend on the clock."""

    def __init__(self, book: epub.EpubBook, modified: datetime, contents: PackageContents) -> None:
        super().__init__("", book, {"mtime": modified, "epub2_guide": False, "epub3_pages": False, "raise_exceptions": True})
        self._contents = contents

    def _get_nav(self, item: epub.EpubNav) -> bytes:
        return self._contents.navigation

    def _get_ncx(self) -> bytes:
        return self._contents.ncx

    def _write_opf_file(self, root: etree._Element) -> None:
        del root.attrib["prefix"]
        root.set(XML_LANG, self.book.language)
        if self.book.direction:
            root.set("dir", self.book.direction)
        items = {item.get("href"): item.get("id") for item in root.iter("item")}
        for licence in self._contents.licences:
            for path in licence.covers:
                # EPUB 3.3, 5.5.7: a linked resource is no publication resource, and stands outside of the manifest.
                link = {"refines": f"#{items[path]}", "rel": "dcterms:license", "href": licence.path, "media-type": "text/plain"}
                etree.SubElement(root[0], f"{{{OPF}}}link", link)
        super()._write_opf_file(root)

    def container(self) -> bytes:
        """Return the bytes of the container."""
        self.out = _MemberRecorder()
        self._write_container()
        self._write_opf()
        self._write_items()
        for licence in self._contents.licences:
            self.out.writestr(f"{self.book.FOLDER_NAME}/{licence.path}", licence.content)
        return zip_members(self.out.members)


def build_package(metadata: PackageMetadata, contents: PackageContents) -> bytes:
    """Return the bytes of the EPUB: the same for the same arguments."""
    book = epub.EpubBook()
    book.metadata.clear()
    book.set_identifier(metadata.article.identifier)
    _add_dublin_core(book, metadata)
    for meta in metadata.accessibility:
        book.add_metadata("OPF", "meta", meta.value, _attributes(meta))
    if direction(metadata.article.language) == "rtl":
        book.set_direction("rtl")
    for number, resource in enumerate(contents.resources, start=1):
        kind = _ContentDocument if resource.in_spine else epub.EpubItem
        item = kind(uid=f"item-{number}", file_name=resource.path, media_type=resource.media_type, content=resource.content)
        book.add_item(item)
        if resource.in_spine:
            book.spine.append(item)
    book.add_item(epub.EpubNav(uid="nav", file_name="nav.xhtml"))
    book.add_item(epub.EpubNcx(uid="ncx", file_name="toc.ncx"))
    return _Writer(book, metadata.modified, contents).container()


def _attributes(meta: MetaElement) -> dict[str, str]:
    attributes = {"property": meta.name}
    if meta.identifier:
        attributes["id"] = meta.identifier
    if meta.refines:
        attributes["refines"] = f"#{meta.refines}"
    if meta.language:
        attributes[XML_LANG] = meta.language
    return attributes


def _add_dublin_core(book: epub.EpubBook, metadata: PackageMetadata) -> None:
    """Add the Dublin Core elements, the `meta` elements that refine them (EPUB 3.3, 5.5), and the article's version."""
    article = metadata.article
    book.title = article.title
    book.language = article.language
    _add_refined_element(book, "title", article.title, "title", {"title-type": "main"} if article.subtitle else {})
    if article.subtitle:
        _add_refined_element(book, "title", article.subtitle, "subtitle", {"title-type": "subtitle"})
    for number, author in enumerate(article.authors, start=1):
        _add_refined_element(book, "creator", author, f"creator-{number}", {"role": "aut"})
    unrefined: Mapping[str, Sequence[str]] = {
        "language": [article.language, *metadata.languages],
        "publisher": [article.publisher],
        "date": [article.date.isoformat() if article.date else ""],
        "rights": [article.rights],
        "subject": article.keywords,
        "description": [metadata.description],
    }
    for name, values in unrefined.items():
        for value in values:
            if value.strip():
                book.add_metadata("DC", name, value)
    if article.version:
        book.add_metadata("OPF", "meta", article.version, {"property": "schema:version"})


def _add_refined_element(book: epub.EpubBook, name: str, value: str, identifier: str, refinements: Mapping[str, str]) -> None:
    """Add a Dublin Core element with its id, and a `meta` element for each property that refines it."""
    book.add_metadata("DC", name, value, {"id": identifier})
    for refining, term in refinements.items():
        attributes = {"refines": f"#{identifier}", "property": refining}
        if refining == "role":
            attributes["scheme"] = "marc:relators"
        book.add_metadata("OPF", "meta", term, attributes)
