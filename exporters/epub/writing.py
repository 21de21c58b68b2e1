"""A document becomes the bytes of an EPUB 3.3."""

from __future__ import annotations

from importlib import resources

from lxml import etree

from handbill.contract import Diagnostic, Run, Severity
from handbill.document import Document

from .accessibility import accessibility_metadata
from .disclaimer import DISCLAIMER_FILE, disclaimer_page, notice
from .images import package_images
from .links import places, rewrite_links
from .navigation import Landmark, NavPoint, navigation_document, ncx, section_points
from .notes import mark_calls, place_notes
from .options import EpubOptions
from .sections import Section, detach_notes, heading_text, split
from .tables import let_wide_tables_scroll
from .titlepage import title_page
from .xhtml import content_document, element

__all__ = ["write"]

_TITLE_FILE = "title.xhtml"
_STYLE_FILE = "style.css"
_XHTML = "application/xhtml+xml"


def write(document: Document, options: EpubOptions, run: Run) -> bytes:
    """Return the EPUB's bytes.

    Raises ExporterError for an image that EPUB cannot hold. Reports `lost-link` for a link whose target cannot be kept.
    """
    from .package import ContentFile, package

    metadata, disclaimer, words = document.metadata, document.disclaimer, document.words
    title, sections = _article(document, options)
    bodies = {_TITLE_FILE: title} | {section.file_name: section.body for section in sections}
    accessibility = accessibility_metadata(list(bodies.values()), document.assets)
    points = _contents(document, sections, options)
    _link(document, bodies, run)
    images = package_images(document, list(bodies.values()))
    if disclaimer.notice.strip():
        for body in bodies.values():
            body.append(notice(disclaimer, words.see_disclaimer_section, metadata.language))

    pages = {
        _TITLE_FILE: content_document(metadata.title, metadata.language, title),
        **{section.file_name: content_document(section.heading or metadata.title, metadata.language, section.body) for section in sections},
    }
    own_page = content_document(disclaimer.title, disclaimer.language, _disclaimer(document, run))
    at = 1 if document.disclaimer_position == "front" else len(pages)
    spine = [*pages.items()]
    spine.insert(at, (DISCLAIMER_FILE, own_page))
    files = [ContentFile(name, _XHTML, content, in_spine=True) for name, content in spine]
    files.append(ContentFile(_STYLE_FILE, "text/css", resources.files(__package__).joinpath("epub.css").read_bytes()))
    files += [ContentFile(image.path, image.media_type, image.content) for image in images]

    abstract = document.abstract_tree()
    return package(
        metadata,
        files,
        navigation_document(words.contents, metadata.language, points, _landmarks(document, sections)),
        ncx(metadata.title, metadata.language, metadata.identifier, points),
        modified=run.timestamp,
        description=" ".join(heading_text(block) for block in abstract) if abstract is not None else "",
        languages=[disclaimer.language] if disclaimer.language != metadata.language else [],
        accessibility=accessibility,
    )


def _article(document: Document, options: EpubOptions) -> tuple[etree._Element, list[Section]]:
    """Return the title page's body and the article's files, the notes in their places."""
    tree = document.tree()
    notes = detach_notes(tree)
    sections = split(tree, at_sections=options.split == "sections")
    if notes and not sections:
        sections = [Section("article.xhtml", "", element("body", {"epub:type": "bodymatter"}))]
    title = title_page(document)
    place_notes([title, *(section.body for section in sections)], notes, document.words.notes, document.words.back_to_text)
    for body in (title, *(section.body for section in sections)):
        mark_calls(body)
        let_wide_tables_scroll(body, document.metadata.title)
    return title, sections


def _contents(document: Document, sections: list[Section], options: EpubOptions) -> list[NavPoint]:
    """Return the table of contents in the order of the spine, which readers expect of it (EPUB 3.3, 7.4.2)."""
    title = NavPoint(heading_text(document.heading_tree()) or document.metadata.title, _TITLE_FILE)
    disclaimer = NavPoint(document.disclaimer.title, DISCLAIMER_FILE)
    article = section_points(sections, options.contents_depth)
    return [title, disclaimer, *article] if document.disclaimer_position == "front" else [title, *article, disclaimer]


def _landmarks(document: Document, sections: list[Section]) -> list[Landmark]:
    title = document.metadata.title
    marks = [Landmark("titlepage", title, _TITLE_FILE)]
    if sections:
        marks.append(Landmark("bodymatter", sections[0].heading or title, sections[0].file_name))
    marks.append(Landmark("notice", document.disclaimer.title, DISCLAIMER_FILE))
    return marks


def _link(document: Document, bodies: dict[str, etree._Element], run: Run) -> None:
    where = places(bodies)
    for name, body in bodies.items():
        for target in rewrite_links(name, body, where):
            _report_lost(run, target)


def _disclaimer(document: Document, run: Run) -> etree._Element:
    body = disclaimer_page(document.disclaimer, document.disclaimer_position)
    for target in rewrite_links(DISCLAIMER_FILE, body, places({DISCLAIMER_FILE: body})):
        _report_lost(run, target)
    return body


def _report_lost(run: Run, target: str) -> None:
    message = f"the link to {target!r} cannot stand in an EPUB; its text is kept"
    run.report(Diagnostic(Severity.WARNING, "lost-link", message, excerpt=target))
