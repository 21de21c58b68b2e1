"""Document to page markup: one HTML tree with title, contents, article, notes, colophon, and the disclaimer on pages of its own.

`markup` runs the other modules of this package in their order. It takes a document and the edition's geometry, and returns the tree
that WeasyPrint lays out with the style sheet of `style/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from handbill.document import Document, direction, has_class, is_note_call, note_calls, take_boxed_notice, text_of

from ..style.fetcher import asset_url
from .bidi import set_directions
from .boxed_notice import boxed_footers, keep_claim_blocks_whole, link_claims_to_boxes, number_claims
from .contents import table_of_contents
from .elements import WHOLE_BLOCK, add_class, element, guard_notes, guard_spaces, inherited_direction
from .margin_boxes import running_elements
from .notes import arrange_notes, float_note_numbers
from .tables import prepare_tables
from .title import colophon, title_block

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from ..options import PdfOptions
    from ..style.geometry import Geometry

__all__ = ["DISCLAIMER", "Markup", "markup"]

DISCLAIMER = "handbill-disclaimer"

_ADDRESS = re.compile(r"\S*[/.:@]\S+")
# Ems of the note's font: the width of the column for numbers of one or two digits, and of each further digit (in Source Serif,
# semibold, lining figures, a digit takes 0.55).
_NOTE_COLUMN = 1.5
_NOTE_DIGIT = 0.58


@dataclass(frozen=True, slots=True)
class Markup:
    """The tree, and the ids of the notes that float to the foot of a page, in the order of their calls."""

    root: etree._Element
    footnotes: tuple[str, ...]


def _head(document: Document, timestamp: datetime) -> etree._Element:
    metadata = document.metadata
    stamp = timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    named = [
        *(("author", author) for author in metadata.authors),
        ("description", metadata.subtitle),
        ("keywords", ", ".join(keyword.replace(",", " ") for keyword in metadata.keywords)),
        ("generator", "handbill"),
        ("dcterms.created", stamp),
        ("dcterms.modified", stamp),
    ]
    head = element("head", children=[element("title", metadata.title)])
    head.extend([element("meta", attributes={"name": name, "content": content}) for name, content in named if content])
    return head


def _disclaimer(document: Document) -> etree._Element:
    disclaimer = document.disclaimer
    page = element(
        "section",
        attributes={"class": "handbill-disclaimer", "lang": disclaimer.language, "dir": direction(disclaimer.language)},
        children=[element("h1", disclaimer.title, {"id": DISCLAIMER})],
    )
    # The article may have the same ids as the disclaimer.
    body = disclaimer.tree()
    for inner in body.iter():
        if inner.get("id"):
            inner.set("id", f"{DISCLAIMER}-{inner.get('id')}")
        if inner.tag == "a" and inner.get("href", "").startswith("#"):
            inner.set("href", f"#{DISCLAIMER}-{inner.get('href', '')[1:]}")
    _mark_addresses(body)
    page.extend(list(body))
    return page


def _label(heading: etree._Element) -> str:
    """Return the heading's text for a bookmark, without note numbers."""
    text = []
    walker = etree.iterwalk(heading, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            text.append(node.tail if node is not heading else None)
        elif node.tag == "a" and is_note_call(node):
            walker.skip_subtree()
        else:
            text.append(node.text)
    return " ".join("".join(piece or "" for piece in text).split())


def _mark_addresses(tree: etree._Element) -> None:
    """Give links whose text is an address a class, so that the style sheet turns off their hyphenation."""
    for link in tree.iter("a"):
        words = text_of(link).strip()
        if _ADDRESS.fullmatch(words) and not is_note_call(link):
            add_class(link, "handbill-address")


def _bracket_readings(body: etree._Element) -> None:
    """Put brackets around the readings of each ruby that has none: WeasyPrint has no ruby layout and sets readings on the line."""
    for reading in [reading for ruby in body.iter("ruby") if ruby.find("rp") is None for reading in ruby.findall("rt")]:
        if not text_of(reading).strip():
            continue
        opening, closing = element("rp", "("), element("rp", ")")
        closing.tail, reading.tail = reading.tail, None
        reading.addprevious(opening)
        reading.addnext(closing)


def _size_drawings(root: etree._Element, document: Document) -> None:
    """Set the width of SVG images without one, in right-to-left lines, to the available width. Needs `dir` on the elements.

    CSS 2.2 (10.3.2) gives them this width anyway; without the explicit rule WeasyPrint 70 raises an AttributeError.
    """
    wide = {asset_url(asset.name) for asset in document.assets if asset.media_type == "image/svg+xml" and _has_no_width(asset.content)}
    for image in [image for image in root.iter("img") if wide and image.get("src") in wide]:
        if inherited_direction(image) == "rtl" and next(image.iterancestors("figure"), None) is None:
            image.set("style", "width: 100%; object-fit: contain; object-position: right")


def _has_no_width(drawing: bytes) -> bool:
    width = etree.fromstring(drawing).get("width", "")
    return not width or width.endswith("%") or width == "auto"


def _prepare(body: etree._Element, geometry: Geometry) -> None:
    """Adapt a tree to WeasyPrint and the style sheet: image URLs, addresses, ruby readings, bookmarks, code, callouts, tables."""
    _mark_addresses(body)
    _bracket_readings(body)
    for image in body.iter("img"):
        image.set("src", asset_url(image.get("src", "")))
    for heading in body.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        heading.set("data-label", _label(heading))
    for code in body.iterfind(".//pre/code"):
        # A newline after the last line of code would be laid out as an empty line.
        if not len(code):
            code.text = (code.text or "").rstrip("\n")
    for callout in body.iter("aside"):
        height = sum(geometry.paragraph_height(len(text_of(block)), geometry.measure, geometry.font) for block in callout)
        if has_class(callout, "admonition") and height <= WHOLE_BLOCK * geometry.column:
            add_class(callout, "handbill-whole")
    prepare_tables(body, geometry)


def _note_column(trees: Collection[etree._Element]) -> str:
    """Return the CSS width of the column of note numbers, in ems of the notes' font: wide enough for the longest number."""
    numbers = [text_of(link) for tree in trees for link in note_calls(tree)]
    digits = max((len(number) for number in numbers), default=0)
    return f"{_NOTE_COLUMN + _NOTE_DIGIT * max(0, digits - 2):.2f}em"


def markup(
    document: Document,
    options: PdfOptions,
    geometry: Geometry,
    timestamp: datetime,
    endnotes: Collection[str] = (),
    page_claims: Mapping[int, Sequence[int]] | None = None,
) -> Markup:
    """Return the whole document as HTML. Notes whose ids are in `endnotes` are set at the article's end.

    `page_claims` has the numbers of the marked claims by page, as found in a first layout: these pages get the boxed notice.
    """
    metadata, words = document.metadata, document.words
    heading, body = document.heading_tree(), document.tree()
    box = take_boxed_notice(body)
    if box is not None:
        number_claims(body)
        keep_claim_blocks_whole(body, geometry)
        link_claims_to_boxes(body, page_claims or {})
    abstract = document.abstract_tree()
    trees = [tree for tree in (heading, abstract, body) if tree is not None]
    for tree in trees:
        _prepare(tree, geometry)
    note_column = _note_column(trees)
    footnotes = arrange_notes(trees, words.notes, at_end=options.notes == "end", endnotes=endnotes)

    disclaimer = _disclaimer(document)
    article_margins, disclaimer_margins = running_elements(document, geometry)
    if box is not None:
        article_margins += boxed_footers(box, article_margins[-1], page_claims or {})
    # The running elements are siblings of the article, so that a publication's theme does not apply to them.
    article = element("article", attributes={"class": "handbill-article"}, children=[title_block(document, heading)])
    if abstract is not None and text_of(abstract).strip():
        article.append(element("section", attributes={"class": "handbill-abstract"}, children=list(abstract)))
    listed = table_of_contents(body, words.contents, disclaimer[0], options.contents)
    if listed is not None:
        article.append(listed)
    main = element("main", children=list(body))
    article.append(main)
    closing = colophon(document)
    if closing is not None:
        article.append(closing)
    disclaimer[:0] = disclaimer_margins

    parts = [*article_margins, article]
    parts.insert(len(parts) if document.disclaimer_position == "end" else 0, disclaimer)
    root = element(
        "html",
        attributes={"lang": metadata.language, "dir": direction(metadata.language)},
        children=[
            _head(document, timestamp),
            element("body", attributes={"style": f"--note-column: {note_column}"}, children=parts),
        ],
    )
    set_directions(root)
    float_note_numbers(root)
    _size_drawings(root, document)
    guard_spaces(root[1])
    guard_notes(root[1])
    return Markup(root, tuple(footnotes))
