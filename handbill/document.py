"""What an exporter receives: one article with its disclaimer, parsed, checked, its assets loaded.

`Document.body`, `Document.heading`, `Document.abstract` and `Disclaimer.body` are canonical XHTML: UTF-8, well-formed, element
names in no namespace (put them below an element that declares one), made of the vocabulary that docs/reference/tree.md lists.
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
    "parse",
    "take_boxed_notice",
    "text_of",
]

CLAIM = "claim"
"""The class of a `span` around a claim that its author marked."""

CLAIM_SYMBOL = "claim-symbol"
"""The class of the link at a marked claim's end, which leads to the boxed notice."""

BOXED_NOTICE = "boxed-notice"
"""The class of the `aside`, a child of the body, that holds what belongs to all marked claims, in one paragraph."""

# Unicode CLDR, likely subtags: the languages whose default script runs from right to left, and those scripts themselves.
_RTL_LANGUAGES = frozenset("ar arc arz azb ckb dv fa glk he iw ji ks lrc mzn nqo pnb prs ps sd syr ug ur yi".split())
_RTL_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc syrj syrn thaa".split())


STATEMENT = (
    "This statement has not been evaluated by the Food and Drug Administration. "
    "This product is not intended to diagnose, treat, cure, or prevent any disease."
)
"""What belongs to one claim (21 CFR 101.93(c)(1))."""


STATEMENTS = (
    "These statements have not been evaluated by the Food and Drug Administration. "
    "This product is not intended to diagnose, treat, cure, or prevent any disease."
)
"""What belongs to several claims (21 CFR 101.93(c)(2))."""


def parse(xhtml: bytes) -> etree._Element:
    """Return the root element of canonical XHTML, a new tree at each call.

    Entities, DTDs and the network are off (XML is read from our own bytes, but those were made from untrusted text).
    """
    return etree.fromstring(xhtml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def text_of(element: etree._Element) -> str:
    """Return all text inside the element, without its tail."""
    return "".join(str(piece) for piece in element.itertext())


def claims_of(part: etree._Element) -> list[etree._Element]:
    """Return the marked claims in a tree."""
    return [span for span in part.iter("span") if CLAIM in (span.get("class") or "").split()]


def take_boxed_notice(body: etree._Element) -> etree._Element | None:
    """Take the boxed notice out of an article's body and return it, without its tail; None where no claim is marked.

    It has to stand, set off in a box, in bold type whose lower-case o is at least 4.5 points high, on every page that bears a marked
    claim (21 CFR 101.93(d) and (e)); each claim's symbol leads to it.
    """
    for box in body.iterchildren("aside"):
        if box.get("class") == BOXED_NOTICE:
            body.remove(box)
            box.tail = None
            return box
    return None


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return which way text in a language runs, given its BCP 47 tag: by the script where the tag names one, else by the language."""
    primary, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    return "rtl" if (script in _RTL_SCRIPTS if script else primary in _RTL_LANGUAGES) else "ltr"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the article shows. `name` is its POSIX path in the publication, as `img/@src` in the body has it.

    `width` and `height` are its size in CSS pixels, or None where the file has none (an SVG with only a view box has that box's).
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The words that handbill adds, in the document's language. In braces stand the names of what is filled in.

    `language` is the language that they are in (BCP 47): English where there is no catalogue for the document's. `separator` stands
    between the names of a list. `quotes` are the opening and the closing quotation mark, and those of a quotation in a quotation.
    `date` may have `{day}`, `{month}` (its name, of `months`), `{number}` (the month's) and `{year}`; `first_day` is how the first of
    a month is written. Numbers are in the digits 0 to 9, as page numbers and those of lists are.
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
        """Return the day written out."""
        number = self.first_day if day.day == 1 else str(day.day)
        return self.date.format(day=number, month=self.months[day.month - 1], number=day.month, year=day.year)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said about the article. Texts are plain; an empty one was not given.

    `language` is a BCP 47 tag. `identifier` is a URI, the same for every edition and version; it is never empty. `latest` is the address
    of the page on the web that always has the newest version.
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
    """How a publication's handouts look, beyond what an exporter's own design gives.

    `css` is a style sheet that was checked: its selectors match only what stands inside an element of the class `handbill-article`,
    which an exporter puts on what holds the article and never on what holds the disclaimer; its only URLs are those of `assets`, by
    name. `logo` is an image with its text alternative `logo_text`. `fonts` are font files (TrueType, OpenType) that pages may be set
    in; `system_fonts` are families that the machine may supply.
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
    """The page that every handout carries.

    `body` is a `<body>` of h2 to h6, p, ul with li, and em, strong, a, br: never empty. `notice` is the short sentence
    that every page of the article shows ("" where there is none). `profile` is the name of what kind of disclaimer it is held to be.
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

    def __post_init__(self) -> None:
        """Refuse a disclaimer that says nothing, or holds what not every format shows alike."""
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
        """Return `<body>`, a new tree at each call."""
        return parse(self.body)


@dataclass(frozen=True, slots=True)
class Document:
    """One article with its disclaimer, in one language. It cannot be made without a disclaimer.

    `name` is the article's path in the publication without `.md`, POSIX. `heading` is an `<h1>` with the title's inline markup;
    `abstract` is a `<body>` of paragraphs (empty bytes where there is none), `body` a `<body>` whose headings are h2 to h6.
    `barriers` are the codes of the diagnostics that say why this document cannot claim to be accessible; empty where it can.
    `source` is the article's own Markdown file as it was read, without what it includes; empty where the document has none.
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
        """Refuse what the type alone would let pass."""
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
        """Return the asset of that name. Raises KeyError."""
        for asset in self.assets:
            if asset.name == name:
                return asset
        raise KeyError(name)
