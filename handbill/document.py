"""What an exporter is given: a `Document`, which is one article with its disclaimer, read, checked and with its images loaded.

`Document.heading`, `Document.body`, `Document.abstract` and `Disclaimer.body` are canonical XHTML: well-formed XML in UTF-8, of the
elements and attributes that docs/reference/tree.md lists, and of no others. Element names are in no namespace; an exporter that writes
XHTML puts them below an element that declares one. `parse` returns the tree of such bytes; the methods `tree`, `heading_tree` and
`abstract_tree` return those of their own. All values here are immutable; a tree is a new one at each call and may be changed.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

__all__ = [
    "BOXED_NOTICE",
    "CLAIM",
    "CLAIM_SYMBOL",
    "STATEMENT",
    "STATEMENTS",
    "Asset",
    "Disclaimer",
    "Document",
    "Metadata",
    "Theme",
    "Words",
    "claims_of",
    "direction",
    "has_class",
    "is_note_call",
    "note_calls",
    "parse",
    "take_boxed_notice",
    "text_of",
]

CLAIM = "claim"
"""The class of a `span` that holds a claim which the author marked."""

CLAIM_SYMBOL = "claim-symbol"
"""The class of the link at the end of a marked claim. Its text is the symbol; it leads to the boxed notice."""

BOXED_NOTICE = "boxed-notice"
"""The class of the boxed notice: an `aside`, a child of the body, with one paragraph that belongs to all marked claims."""

# Unicode CLDR, likely subtags: the languages whose default script runs from right to left, and those scripts themselves.
_RTL_LANGUAGES = frozenset("ar arc arz azb ckb dv fa glk he iw ji ks lrc mzn nqo pnb prs ps sd syr ug ur yi".split())
_RTL_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc syrj syrn thaa".split())


STATEMENT = (
    "This statement has not been evaluated by the Food and Drug Administration. "
    "This product is not intended to diagnose, treat, cure, or prevent any disease."
)
"""The statement that belongs to one claim about a dietary supplement (21 CFR 101.93(c)(1))."""


STATEMENTS = (
    "These statements have not been evaluated by the Food and Drug Administration. "
    "This product is not intended to diagnose, treat, cure, or prevent any disease."
)
"""The statement that belongs to several claims about dietary supplements (21 CFR 101.93(c)(2))."""


def parse(xhtml: bytes) -> etree._Element:
    """Return the root element of canonical XHTML, a new tree at each call. Raises lxml.etree.XMLSyntaxError if the bytes are none.

    Entities are not resolved and nothing is fetched, because the bytes were made from a text that is not trusted.
    """
    return etree.fromstring(xhtml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def text_of(element: etree._Element) -> str:
    """Return all text inside an element, without its tail (the text between its end and the next tag)."""
    return "".join(str(piece) for piece in element.itertext())


def has_class(element: etree._Element, name: str) -> bool:
    """Return whether a name is among the element's classes."""
    return name in (element.get("class") or "").split()


def is_note_call(link: etree._Element) -> bool:
    """Return whether a link calls a note."""
    return has_class(link, "noteref")


def note_calls(part: etree._Element) -> list[etree._Element]:
    """Return the links in a tree that call notes, in document order."""
    return [link for link in part.iter("a") if is_note_call(link)]


def claims_of(part: etree._Element) -> list[etree._Element]:
    """Return the marked claims in a tree, in document order: `span` elements of the class CLAIM."""
    return [span for span in part.iter("span") if CLAIM in (span.get("class") or "").split()]


def take_boxed_notice(body: etree._Element) -> etree._Element | None:
    """Remove the boxed notice from the body of an article and return it, without its tail; return None if no claim is marked.

    The notice must stand on every page with a marked claim: in a box, in bold type whose lower-case o is at least 4.5 points high
    (21 CFR 101.93(d) and (e)). The symbol of each claim is a link to it.
    """
    for box in body.iterchildren("aside"):
        if box.get("class") == BOXED_NOTICE:
            body.remove(box)
            box.tail = None
            return box
    return None


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return the direction of text in a language, given its BCP 47 tag: that of the script if the tag names one, else of the language."""
    primary, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    return "rtl" if (script in _RTL_SCRIPTS if script else primary in _RTL_LANGUAGES) else "ltr"


@dataclass(frozen=True, slots=True)
class Asset:
    """An image of the article, or a file of the theme.

    `name` is its POSIX path in the publication. An image has it in the attribute `src` of its `img`. `media_type` is its IANA media type.
    `width` and `height` are the size of an image in CSS pixels, None if the file states none. An SVG without a size has that of its
    `viewBox`.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The texts that handbill adds to a handout, in one language. The defaults are the English ones.

    `language` is the language of these texts, a BCP 47 tag: the document's, or English if handbill has no translation into it. A name in
    braces is a field for `str.format`.

    `separator` stands between the items of a list. `quotes` are the opening and the closing quotation mark, and then those of a quotation
    inside a quotation. `date` is the form of a date: it may have `{day}`, `{month}` (the name of the month, from `months`), `{number}`
    (of the month) and `{year}`. `first_day` is how the first day of a month is written. All numbers are written with the digits 0 to 9.
    """

    language: str = "en"
    contents: str = "Contents"
    notes: str = "Notes"
    disclaimer: str = "Disclaimer"
    figure: str = "Figure"
    image: str = "Image"
    page_of: str = "Page {page} of {pages}"
    see_disclaimer: str = "See the disclaimer on page {page}."
    see_disclaimer_section: str = "See the disclaimer."
    version: str = "Version {version}"
    dated: str = "{date}"
    reviewed: str = "Reviewed {date}"
    review_by: str = "Next review by {date}"
    facts_as_of: str = "Facts as of {date}"
    contact: str = "Contact: {contact}"
    latest: str = "Latest version: {address}"
    latest_code: str = "QR code that leads to {address}"
    keywords: str = "Keywords: {keywords}"
    back_to_text: str = "Back to the text"
    note_number: str = "Note {number}"
    title_page: str = "Title page"
    note: str = "Note"
    tip: str = "Tip"
    important: str = "Important"
    warning: str = "Warning"
    caution: str = "Caution"
    summary_text: str = "All of the content is text that can be read aloud and resized."
    summary_images: str = "Every image that carries information has a text alternative."
    summary_tables: str = "Tables have header cells."
    summary_navigation: str = "There is a table of contents, and headings follow the structure of the text."
    summary_conforms: str = "It is made to conform to WCAG 2.1 at level AA."
    summary_barriers: str = "Some of the content has known accessibility problems, so that it does not claim to conform to WCAG 2.1."
    summary_motion: str = "Some images may be animated."
    evaluated_by: str = "handbill (automatic checks, no review by a person)"
    separator: str = ", "
    labelled: str = "{label}: {text}"
    quotes: tuple[str, str, str, str] = ("“", "”", "‘", "’")
    first_day: str = "1"
    months: tuple[str, ...] = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    date: str = "{month} {day}, {year}"

    def format_date(self, day: datetime.date) -> str:
        """Return a date in words: "December 1, 2026"."""
        number = self.first_day if day.day == 1 else str(day.day)
        return self.date.format(day=number, month=self.months[day.month - 1], number=day.month, year=day.year)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of the article. Texts are plain text; a text that the article does not give is empty, a date None.

    `language` is a BCP 47 tag. `identifier` is a URI, the same for every edition and version of the article; it is never empty.
    `reviewed` is when the article was last reviewed, `review_by` when it must be reviewed again, `facts_as_of` the date of its facts.
    `latest` is the address of the web page that has the newest version, empty if the publication states no address.
    """

    title: str
    language: str
    identifier: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    contact: str = ""
    rights: str = ""
    keywords: tuple[str, ...] = ()
    version: str = ""
    date: datetime.date | None = None
    reviewed: datetime.date | None = None
    review_by: datetime.date | None = None
    facts_as_of: datetime.date | None = None
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """The design of a publication, which an exporter applies after its own.

    `css` is a style sheet that was checked. Its selectors match only inside an element of the class `handbill-article`: an exporter gives
    this class to the element that holds the article, and never to one that holds the disclaimer. Its URLs are names of `assets`.
    `logo` is an image, `logo_text` its text alternative. `fonts` are font files (TrueType or OpenType) for the pages. `system_fonts` are
    names of font families that may be taken from the machine.
    """

    css: str = ""
    assets: tuple[Asset, ...] = ()
    logo: Asset | None = None
    logo_text: str = ""
    fonts: tuple[Asset, ...] = ()
    system_fonts: tuple[str, ...] = ()


_DISCLAIMER_ELEMENTS = frozenset({"h2", "h3", "h4", "h5", "h6", "p", "ul", "li", "em", "strong", "a", "br"})


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """The disclaimer, which every handout carries on a page, or pages, of its own.

    `title` is plain text and stands before the body. `body` is a `<body>` of `h2` to `h6`, `p`, and `ul` with `li`, and in these `em`,
    `strong`, `a` and `br`; it is never empty. `language` is a BCP 47 tag, which may differ from the article's. `notice` is the short
    sentence that every page of the article must show, empty if there is none. `profile` is the name of the profile whose rules it was
    held to. `words` are what handbill adds to the disclaimer's own pages and to its notice, in the disclaimer's language.
    """

    id: str
    title: str
    language: str
    body: bytes = field(repr=False)
    notice: str = ""
    version: str = ""
    reviewed: datetime.date | None = None
    review_by: datetime.date | None = None
    contact: str = ""
    profile: str = ""
    words: Words = field(default=Words(), repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError if there is no title or no text, or if the body has an element that some format cannot show."""
        body = self.tree()
        if not self.title.strip() or not text_of(body).strip():
            raise ValueError("a disclaimer has a title and a text")
        for element in body.iter():
            if element is not body and element.tag not in _DISCLAIMER_ELEMENTS:
                raise ValueError(f"a disclaimer holds no <{element.tag}>")
            loose = [element.text, *(child.tail for child in element)] if element.tag in ("body", "ul") else []
            if any(text and text.strip() for text in loose):
                raise ValueError("a disclaimer's text stands in headings, paragraphs and list items")

    def tree(self) -> etree._Element:
        """Return the `<body>` of the disclaimer, a new tree at each call."""
        return parse(self.body)


@dataclass(frozen=True, slots=True)
class Document:
    """One article with its disclaimer, in one language. There is no document without a disclaimer.

    `name` is the article's POSIX path in the publication, without `.md`. `heading` is an `<h1>`: the title with its inline markup.
    `abstract` is a `<body>` of paragraphs, empty if there is none. `body` is a `<body>` whose headings are `h2` to `h6`. `assets` are the
    images that the article shows. `disclaimer_position` is where the disclaimer must stand: after the article or in front of it.

    `barriers` are codes of the findings because of which handouts of this document must not claim to be accessible; empty if they may.
    `source` is the article's own Markdown file as it was read, without the files that it includes; empty if the document has none.
    """

    name: str
    metadata: Metadata
    heading: bytes = field(repr=False)
    body: bytes = field(repr=False)
    disclaimer: Disclaimer
    abstract: bytes = field(default=b"", repr=False)
    assets: tuple[Asset, ...] = ()
    disclaimer_position: Literal["end", "front"] = "end"
    words: Words = field(default=Words(), repr=False)
    theme: Theme = field(default=Theme(), repr=False)
    barriers: tuple[str, ...] = ()
    source: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Raise TypeError if the disclaimer or the metadata is missing: annotations alone do not hold at run time."""
        if not isinstance(self.disclaimer, Disclaimer):
            raise TypeError("a document has a disclaimer")
        if not isinstance(self.metadata, Metadata):
            raise TypeError("a document has metadata")

    def tree(self) -> etree._Element:
        """Return the article's `<body>`, a new tree at each call."""
        return parse(self.body)

    def heading_tree(self) -> etree._Element:
        """Return the title's `<h1>`, a new tree at each call."""
        return parse(self.heading)

    def abstract_tree(self) -> etree._Element | None:
        """Return the abstract's `<body>`, a new tree at each call, or None."""
        return parse(self.abstract) if self.abstract else None

    def asset(self, name: str) -> Asset:
        """Return the asset of a name. Raises KeyError if the document has none of it."""
        for asset in self.assets:
            if asset.name == name:
                return asset
        raise KeyError(name)
