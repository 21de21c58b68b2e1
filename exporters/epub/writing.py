"""Writes a document as the bytes of an EPUB 3.3.

Steps: the article is split into files; links lead to these files; notices end them; style sheets, fonts and images are chosen; the
package is built of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources

from lxml import etree

from handbill.contract import Run, diagnostic
from handbill.document import Disclaimer, Document, Metadata, take_boxed_notice

from .options import EpubOptions
from .package.accessibility import accessibility_metadata
from .package.images import displayed_assets, package_images
from .package.metadata import PackageMetadata
from .package.resources import Resource
from .pages.boxed_notice import boxed_notice, claim_symbols, explain_symbols
from .pages.disclaimer import DISCLAIMER_FILE, disclaimer_notice, disclaimer_page
from .pages.isolates import isolate_numbers
from .pages.language import language_attribute
from .pages.links import files_by_id, rewrite_links
from .pages.navigation import Landmark, NavPoint, navigation_document, ncx, section_points
from .pages.notes import mark_calls, place_notes
from .pages.roles import set_roles
from .pages.sections import Section, detach_notes, heading_text, split_body
from .pages.tables import make_wide_tables_scroll
from .pages.title_page import title_page
from .pages.xhtml import content_document, element
from .styles.embedded_fonts import ARTICLE, DISCLAIMER, Typefaces, embedded_typefaces, licences
from .styles.theme import packaged_style_sheet, style_sheet_images
from .styles.theme_fonts import theme_typefaces

__all__ = ["seal", "write"]

_TITLE_FILE = "title.xhtml"
_STYLE_FILE = "style.css"
_SEALED_FONTS_FILE = "disclaimer-fonts.css"
_FONTS_FILE = "fonts.css"
_THEME_FILE = "theme.css"
_SEALED_IDENTIFIER = "urn:handbill:sealed-page"
_SEALED_TIME = datetime(1980, 1, 1, tzinfo=UTC)
_XHTML_TYPE = "application/xhtml+xml"
_CSS_TYPE = "text/css"


@dataclass(frozen=True, slots=True)
class _Article:
    """The article's pages: the body of the title page, the files of the body, and the boxed notice, None where no claim is marked."""

    title: etree._Element
    sections: list[Section]
    box: etree._Element | None

    @property
    def bodies(self) -> dict[str, etree._Element]:
        """The bodies by their files' names, in reading order."""
        return {_TITLE_FILE: self.title} | {section.file_name: section.body for section in self.sections}


def write(document: Document, options: EpubOptions, run: Run) -> bytes:
    """Return the EPUB's bytes.

    Raises ExporterError for an image or a font that EPUB cannot hold. Reports `lost-link` for a link whose target cannot be kept,
    `theme-declaration` for what a theme may not do, and `unembedded-characters` for characters that are in none of the fonts at hand.
    """
    from .package.package import PackageContents, build_package

    metadata, disclaimer = document.metadata, document.disclaimer
    article = _article(document, options)
    bodies = article.bodies
    own_page = _disclaimer_page(document, run)
    points = _contents(document, article.sections, options)
    _rewrite_article_links(bodies, "" if article.box is None else article.box.get("id", ""), run)
    theme_images = style_sheet_images(document.theme.css) if document.theme.css else []
    shown = displayed_assets(document, list(bodies.values()), theme_images)
    accessibility = accessibility_metadata(document, [*bodies.values(), own_page], shown)
    images, image_paths = package_images(document, list(bodies.values()), theme_images)
    for body in bodies.values():
        _finish_page(body, document, article.box)
    isolate_numbers(own_page, disclaimer.language)

    sealed_fonts, fonts = _typefaces(document, bodies, own_page, run) if options.embed_fonts else (Typefaces(), Typefaces())
    theme_fonts = theme_typefaces(document.theme.fonts)
    theme = b"\n".join(part for part in (theme_fonts.css.encode(), _theme_style_sheet(document, image_paths, run)) if part)
    style = resources.files(__package__).joinpath("styles", "epub.css").read_bytes()
    sealed_sheets = {_STYLE_FILE: style} | _nonempty({_SEALED_FONTS_FILE: sealed_fonts.css.encode()})
    article_sheets = _nonempty({_FONTS_FILE: fonts.css.encode(), _THEME_FILE: theme})
    content = _content_documents(document, article, own_page, (list(sealed_sheets), list(article_sheets)))
    sheets = [Resource(name, _CSS_TYPE, css) for name, css in (sealed_sheets | article_sheets).items()]

    abstract = document.abstract_tree()
    return build_package(
        PackageMetadata(
            metadata,
            run.timestamp,
            description=" ".join(heading_text(block) for block in abstract) if abstract is not None else "",
            languages=[disclaimer.language] if disclaimer.language != metadata.language else [],
            accessibility=accessibility,
        ),
        PackageContents(
            [*content, *sheets, *images, *sealed_fonts.files, *fonts.files, *theme_fonts.files],
            navigation_document(document.words, metadata.language, points, _landmarks(document, article.sections)),
            ncx(metadata.title, metadata.language, metadata.identifier, points),
            tuple(licences((sealed_fonts, fonts))),
        ),
    )


def seal(disclaimer: Disclaimer, options: EpubOptions) -> bytes:
    """Return the bytes of the sealed page: an EPUB whose article is empty. Raises ExporterError as `write` does."""
    heading = element("h1", None, disclaimer.title)
    document = Document(
        name="sealed",
        metadata=Metadata(disclaimer.title, disclaimer.language, _SEALED_IDENTIFIER),
        heading=etree.tostring(heading),
        body=b"<body/>",
        disclaimer=disclaimer,
    )
    return write(document, options, Run(_SEALED_TIME, lambda found: None))


def _nonempty(sheets: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: css for name, css in sheets.items() if css}


def _typefaces(document: Document, bodies: Mapping[str, etree._Element], own_page: etree._Element, run: Run) -> tuple[Typefaces, Typefaces]:
    """Return the fonts of the disclaimer and its notices, which depend on nothing of the article, and those of the article."""
    disclaimer = document.disclaimer
    sealed = [own_page, disclaimer_notice(disclaimer)]
    return (
        embedded_typefaces(disclaimer.language, sealed, DISCLAIMER, run),
        embedded_typefaces(document.metadata.language, list(bodies.values()), ARTICLE, run),
    )


def _article(document: Document, options: EpubOptions) -> _Article:
    """Return the article's pages with their notes, before links are rewritten and notices are added."""
    tree = document.tree()
    box = take_boxed_notice(tree)
    notes = detach_notes(tree)
    sections = split_body(tree, at_sections=options.split == "sections")
    if notes and not sections:
        sections = [Section("article.xhtml", "", element("body", {"epub:type": "bodymatter"}))]
    article = _Article(title_page(document), sections, box)
    bodies = list(article.bodies.values())
    place_notes(bodies, notes, document.words, document.metadata.language)
    for body in bodies:
        mark_calls(body)
        set_roles(body)
        make_wide_tables_scroll(body, document.metadata.title)
    return article


def _finish_page(body: etree._Element, document: Document, box: etree._Element | None) -> None:
    """Add the notices to a page of the article.

    What the page held before goes into the element that a publication's style sheet reaches; the notices stand outside of it.
    """
    words, language = document.words, document.metadata.language
    body.append(element("div", {"class": "handbill-article"}, *list(body)))
    explain_symbols(body, words, language)
    if box is not None and claim_symbols(body):
        body.append(boxed_notice(box))
    if document.disclaimer.notice.strip():
        body.append(disclaimer_notice(document.disclaimer))
    isolate_numbers(body, language)


def _content_documents(
    document: Document, article: _Article, own_page: etree._Element, style_sheets: tuple[Sequence[str], Sequence[str]]
) -> list[Resource]:
    """Return the pages in reading order.

    `own_page` is the disclaimer's body; `style_sheets` are the names of those that all pages use, and of those for the article alone.
    In front, the disclaimer comes before the title page.
    """
    metadata, disclaimer = document.metadata, document.disclaimer
    own, theme = style_sheets
    titles = {_TITLE_FILE: metadata.title} | {section.file_name: section.heading or metadata.title for section in article.sections}
    pages = [(name, content_document(titles[name], metadata.language, body, [*own, *theme])) for name, body in article.bodies.items()]
    index = 0 if document.disclaimer_position == "front" else len(pages)
    pages.insert(index, (DISCLAIMER_FILE, content_document(disclaimer.title, disclaimer.language, own_page, own)))
    return [Resource(name, _XHTML_TYPE, content, in_spine=True) for name, content in pages]


def _theme_style_sheet(document: Document, paths: Mapping[str, str], run: Run) -> bytes:
    """Return the theme's style sheet for the package; `paths` are those of the images by the assets' names."""
    content, dropped = packaged_style_sheet(document.theme.css, paths)
    for declaration in dropped:
        message = f"the theme's “{declaration}” cannot stand in an EPUB; it is left out"
        hint = "what moves a part of the article over others, or sets the direction of text, has no place in a book that reflows"
        run.report(diagnostic("theme-declaration", message, hint=hint, excerpt=declaration))
    return content


def _contents(document: Document, sections: Sequence[Section], options: EpubOptions) -> list[NavPoint]:
    """Return the table of contents in the order of the spine, as EPUB 3.3, 7.4.2 asks."""
    title = NavPoint(heading_text(document.heading_tree()) or document.metadata.title, _TITLE_FILE)
    disclaimer = NavPoint(document.disclaimer.title, DISCLAIMER_FILE, language=_disclaimer_language(document))
    points = section_points(sections, options.contents_depth)
    return [disclaimer, title, *points] if document.disclaimer_position == "front" else [title, *points, disclaimer]


def _landmarks(document: Document, sections: Sequence[Section]) -> list[Landmark]:
    words, language = document.words, document.metadata.language
    landmarks = [Landmark("titlepage", words.title_page, _TITLE_FILE, language_attribute(words.language, language).get("lang", ""))]
    if sections:
        landmarks.append(Landmark("bodymatter", sections[0].heading or document.metadata.title, sections[0].file_name))
    landmarks.append(Landmark("notice", document.disclaimer.title, DISCLAIMER_FILE, _disclaimer_language(document)))
    return landmarks


def _disclaimer_language(document: Document) -> str:
    """Return the disclaimer's language where it is not the article's, else ""."""
    language = document.disclaimer.language
    return language if language != document.metadata.language else ""


def _rewrite_article_links(bodies: Mapping[str, etree._Element], box_id: str, run: Run) -> None:
    """Make the article's links lead to their targets. `box_id` is the boxed notice's id: each page with a link to it gets a copy."""
    files = files_by_id(bodies)
    for name, body in bodies.items():
        for target in rewrite_links(name, body, files | ({box_id: name} if box_id else {})):
            _report_lost_link(run, target)


def _disclaimer_page(document: Document, run: Run) -> etree._Element:
    """Return the body of the disclaimer's page, its links rewritten."""
    body = disclaimer_page(document.disclaimer)
    for target in rewrite_links(DISCLAIMER_FILE, body, files_by_id({DISCLAIMER_FILE: body})):
        _report_lost_link(run, target)
    return body


def _report_lost_link(run: Run, target: str) -> None:
    message = f"the link to {target!r} cannot stand in an EPUB; its text is kept"
    hint = "link to an address on the web, or to an id of the article"
    run.report(diagnostic("lost-link", message, hint=hint, excerpt=target))
