"""A document becomes the bytes of an EPUB 3.3."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from lxml import etree

from handbill.contract import Run, diagnostic
from handbill.document import Document, take_boxed_notice

from .options import EpubOptions
from .package.accessibility import accessibility_metadata
from .package.images import package_images, shown_assets
from .pages.boxed_notice import boxed_notice, claim_symbols, explain_symbols
from .pages.disclaimer import DISCLAIMER_FILE, disclaimer_page, notice
from .pages.isolates import isolate_numbers
from .pages.language import in_language
from .pages.links import places, rewrite_links
from .pages.navigation import Landmark, NavPoint, navigation_document, ncx, section_points
from .pages.notes import mark_calls, place_notes
from .pages.roles import mark_roles
from .pages.sections import Section, detach_notes, heading_text, split
from .pages.tables import let_wide_tables_scroll
from .pages.title_page import title_page
from .pages.xhtml import content_document, element
from .styles.theme import packaged_style_sheet, style_sheet_images
from .styles.theme_fonts import theme_typefaces
from .styles.typefaces import Typefaces, typefaces

__all__ = ["write"]

_TITLE_FILE = "title.xhtml"
_STYLE_FILE = "style.css"
_FONTS_FILE = "fonts.css"
_THEME_FILE = "theme.css"
_BOXED_FILE = "boxed.css"
_XHTML = "application/xhtml+xml"
_CSS = "text/css"


def write(document: Document, options: EpubOptions, run: Run) -> bytes:
    """Return the EPUB's bytes.

    Raises ExporterError for an image or a font that EPUB cannot hold. Reports `lost-link` for a link whose target cannot be kept, and
    `unembedded-characters` for what no font at hand can draw.
    """
    from .package.package import ContentFile, Licence, package

    metadata, disclaimer, words = document.metadata, document.disclaimer, document.words
    tree = document.tree()
    box = take_boxed_notice(tree)
    title, sections = _article(document, tree, options)
    bodies = {_TITLE_FILE: title} | {section.file_name: section.body for section in sections}
    own_page = _disclaimer(document, run)
    points = _contents(document, sections, options)
    _link(bodies, "" if box is None else box.get("id", ""), run)
    styled = style_sheet_images(document.theme.css) if document.theme.css else []
    shown = shown_assets(document, list(bodies.values()), styled)
    accessibility = accessibility_metadata(document, [*bodies.values(), own_page], shown)
    images, paths = package_images(document, list(bodies.values()), styled)
    for body in bodies.values():
        _enclose(body)
        explain_symbols(body, words, metadata.language)
        if box is not None and claim_symbols(body):
            body.append(boxed_notice(box))
        if disclaimer.notice.strip():
            body.append(notice(disclaimer, words, metadata.language))
        isolate_numbers(body, metadata.language)
    isolate_numbers(own_page, disclaimer.language)

    fonts = typefaces(document, [*bodies.values(), own_page], run) if options.embed_fonts else Typefaces()
    theme_fonts = theme_typefaces(document.theme.fonts)
    theme = b"\n".join(part for part in (theme_fonts.css.encode(), _theme(document, paths, run)) if part)
    own_styles = [_STYLE_FILE, *([_BOXED_FILE] if box is not None else []), *([_FONTS_FILE] if fonts.css else [])]
    styles = [*own_styles, *([_THEME_FILE] if theme else [])]
    headings = {_TITLE_FILE: metadata.title} | {section.file_name: section.heading or metadata.title for section in sections}
    spine = [(name, content_document(headings[name], metadata.language, body, styles)) for name, body in bodies.items()]
    at = 1 if document.disclaimer_position == "front" else len(spine)
    spine.insert(at, (DISCLAIMER_FILE, content_document(disclaimer.title, disclaimer.language, own_page, own_styles)))
    files = [ContentFile(name, _XHTML, content, in_spine=True) for name, content in spine]
    own = [(_STYLE_FILE, "epub.css"), *([(_BOXED_FILE, "boxed.css")] if box is not None else [])]
    files += [ContentFile(name, _CSS, resources.files(__package__).joinpath("styles", rules).read_bytes()) for name, rules in own]
    files += [ContentFile(name, _CSS, css) for name, css in ((_FONTS_FILE, fonts.css.encode()), (_THEME_FILE, theme)) if css]
    files += [ContentFile(image.path, image.media_type, image.content) for image in images]
    files += [ContentFile(font.path, font.media_type, font.content) for font in (*fonts.files, *theme_fonts.files)]

    abstract = document.abstract_tree()
    return package(
        metadata,
        files,
        navigation_document(words, metadata.language, points, _landmarks(document, sections)),
        ncx(metadata.title, metadata.language, metadata.identifier, points),
        modified=run.timestamp,
        description=" ".join(heading_text(block) for block in abstract) if abstract is not None else "",
        languages=[disclaimer.language] if disclaimer.language != metadata.language else [],
        accessibility=accessibility,
        licences=[Licence(text.path, text.content, text.covers) for text in fonts.licences],
    )


def _theme(document: Document, paths: Mapping[str, str], run: Run) -> bytes:
    content, lost = packaged_style_sheet(document.theme.css, paths)
    for declaration in lost:
        message = f"the theme's “{declaration}” cannot stand in an EPUB; it is left out"
        hint = "what moves a part of the article over others, or sets the direction of text, has no place in a book that reflows"
        run.report(diagnostic("theme-declaration", message, hint=hint, excerpt=declaration))
    return content


def _article(document: Document, tree: etree._Element, options: EpubOptions) -> tuple[etree._Element, list[Section]]:
    """Return the title page's body and the article's files, made of its tree, the notes in their places."""
    notes = detach_notes(tree)
    sections = split(tree, at_sections=options.split == "sections")
    if notes and not sections:
        sections = [Section("article.xhtml", "", element("body", {"epub:type": "bodymatter"}))]
    title = title_page(document)
    place_notes([title, *(section.body for section in sections)], notes, document.words, document.metadata.language)
    for body in (title, *(section.body for section in sections)):
        mark_calls(body)
        mark_roles(body)
        let_wide_tables_scroll(body, document.metadata.title)
    return title, sections


def _enclose(body: etree._Element) -> None:
    """Put all that the body holds into the element that a publication's style sheet reaches; what is added later stands outside."""
    body.append(element("div", {"class": "handbill-article"}, *list(body)))


def _contents(document: Document, sections: list[Section], options: EpubOptions) -> list[NavPoint]:
    """Return the table of contents in the order of the spine, which readers expect of it (EPUB 3.3, 7.4.2)."""
    title = NavPoint(heading_text(document.heading_tree()) or document.metadata.title, _TITLE_FILE)
    disclaimer = NavPoint(document.disclaimer.title, DISCLAIMER_FILE, language=_other_language(document))
    article = section_points(sections, options.contents_depth)
    return [title, disclaimer, *article] if document.disclaimer_position == "front" else [title, *article, disclaimer]


def _landmarks(document: Document, sections: list[Section]) -> list[Landmark]:
    words, language = document.words, document.metadata.language
    marks = [Landmark("titlepage", words.title_page, _TITLE_FILE, in_language(words.language, language).get("lang", ""))]
    if sections:
        marks.append(Landmark("bodymatter", sections[0].heading or document.metadata.title, sections[0].file_name))
    marks.append(Landmark("notice", document.disclaimer.title, DISCLAIMER_FILE, _other_language(document)))
    return marks


def _other_language(document: Document) -> str:
    """Return the disclaimer's language where it is not the article's."""
    language = document.disclaimer.language
    return language if language != document.metadata.language else ""


def _link(bodies: dict[str, etree._Element], box: str, run: Run) -> None:
    """Make links lead to their targets; `box` is the id of the boxed notice, which each page has that has a link to it."""
    where = places(bodies)
    for name, body in bodies.items():
        for target in rewrite_links(name, body, where | ({box: name} if box else {})):
            _report_lost(run, target)


def _disclaimer(document: Document, run: Run) -> etree._Element:
    body = disclaimer_page(document.disclaimer, document.disclaimer_position)
    for target in rewrite_links(DISCLAIMER_FILE, body, places({DISCLAIMER_FILE: body})):
        _report_lost(run, target)
    return body


def _report_lost(run: Run, target: str) -> None:
    message = f"the link to {target!r} cannot stand in an EPUB; its text is kept"
    hint = "link to an address on the web, or to an id of the article"
    run.report(diagnostic("lost-link", message, hint=hint, excerpt=target))
