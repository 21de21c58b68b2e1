"""The dialect's extensions of Python-Markdown: the library's own, adapted, and a few of handbill's."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence
from typing import Any

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockQuoteProcessor, HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension, AbbrTreeprocessor
from markdown.extensions.admonition import AdmonitionExtension, AdmonitionProcessor
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.smarty import SmartyExtension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from handbill.language.quotation_marks import STRAIGHT_MARK_LANGUAGES, inner_opening_mark, quotation_marks
from handbill.language.tags import primary_subtag
from handbill.markdown.format_blocks import FormatBlocks
from handbill.markdown.html_tags import MarkdownInHtml
from handbill.markdown.inline_patterns import Brackets
from handbill.markdown.syntax_findings import SyntaxFindings
from handbill.system.limits import BoundError, Bounds

__all__ = ["NOTEREF_PREFIX", "SURPLUS_CELL"]


NOTEREF_PREFIX = "fnref-handbill-"
"""What the id of a footnote's call, an empty `<sup>`, begins with; the note's number follows."""


_ELISION = frozenset(("ca", "fr", "it"))
"""Languages in which a word may end in an apostrophe right before a quotation mark: d'"or"."""


_PREFIXES = frozenset(("ar", "fa", "ur"))
"""Languages of the Arabic script, in which particles are written together with a quotation that follows."""


SURPLUS_CELL = "data-surplus"
"""On a cell: the head of its table has no column for it. Also the class by which the dialect marks such cells."""


def smart_punctuation(language: str) -> Extension:
    opening, closing, *_ = quotation_marks(language)
    characters = {
        "left-double-quote": opening,
        "right-double-quote": closing,
        "left-single-quote": inner_opening_mark(language),
        "right-single-quote": "’",  # the apostrophe too, which is commoner than a closing inner quotation mark
        "ellipsis": "…",
        "ndash": "–",
        "mdash": "—",
    }
    primary = primary_subtag(language)
    return _Smarty(primary, substitutions=characters, smart_quotes=primary not in STRAIGHT_MARK_LANGUAGES, smart_angled_quotes=False)


class _Smarty(SmartyExtension):
    """Typographic characters; the marks of feet, minutes and inches, and what groups digits, stay straight."""

    def __init__(self, language: str, **options: object) -> None:
        super().__init__(**options)
        self.language = language

    def educateQuotes(self, md: Markdown) -> None:
        opening, inner = self.substitutions["left-double-quote"], self.substitutions["left-single-quote"]
        patterns: list[tuple[str, tuple[str | int, ...]]] = [
            (r"(?<=[0-9])'([0-9]{1,2})\"", ("'", 1, '"')),
            (r"(?<=[0-9])'(?=[0-9])", ("'",)),
            (r"(?<=[0-9])\"(?=\w)", ('"',)),
            (r"(?<=[¿¡])\"", (opening,)),
            (r"(?<=[¿¡])'", (inner,)),
        ]
        if self.language in _ELISION:
            patterns.append((r"(?<=\w)'\"(?=\w)", (f"’{opening}",)))
        if self.language in _PREFIXES:
            patterns.append((r"(?<=\w)\"(?=\w)", (opening,)))
        self._addPatterns(md, patterns, "before", 40)  # type: ignore[attr-defined]
        super().educateQuotes(md)


def dialect_extensions(findings: SyntaxFindings, notes: Extension, bounds: Bounds) -> list[Extension]:
    from markdown.extensions.def_list import DefListExtension
    from markdown.extensions.sane_lists import SaneListExtension
    from pymdownx.highlight import HighlightExtension
    from pymdownx.magiclink import MagiclinkExtension
    from pymdownx.superfences import SuperFencesCodeExtension
    from pymdownx.tasklist import TasklistExtension
    from pymdownx.tilde import DeleteSubExtension

    return [
        _Abbreviations(bounds.abbreviations),
        _Callouts(),
        _AttributeLists(),
        DefListExtension(),
        notes,
        HighlightExtension(use_pygments=False),
        MagiclinkExtension(),
        _Mail(),
        MarkdownInHtml(),
        SaneListExtension(),
        SuperFencesCodeExtension(),
        _Tables(findings),
        TasklistExtension(custom_checkbox=False),
        DeleteSubExtension(),
        FormatBlocks(findings),
        _Headings(),
        _Images(),
        _Quotations(),
        _Claims(),
        Brackets(),
    ]


class _Abbreviations(AbbrExtension):
    """Abbreviations, of which there are so many at most: each is looked for at every word."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        defined: dict[str, str] = self.abbrs  # type: ignore[attr-defined] # the stubs do not know it
        md.treeprocessors.register(_AbbreviationsUsed(md, defined, self.most), "abbr", 7)


class _AbbreviationsUsed(AbbrTreeprocessor):
    def __init__(self, md: Markdown, abbreviations: dict[str, str], most: int) -> None:
        super().__init__(md, abbreviations)
        self.most = most

    def run(self, root: etree.Element) -> etree.Element | None:
        if len(self.abbrs) > self.most:
            first = list(self.abbrs)[self.most]
            raise BoundError("abbreviations", f"the article defines {len(self.abbrs):,} abbreviations", f"*[{first}]")
        return super().run(root)


class _Mail(Extension):
    """Addresses of mail, no part of which is longer than a server takes (RFC 5321, 4.5.3.1): a search without a bound is quadratic."""

    ADDRESS = (
        r"(?i)(?P<mail>(?<![-/+@\w])[-+\w](?:[-+\w]|\.(?!\.)){0,63}(?<!\.)"
        r"@[-\w]{1,63}\.(?:[-\w]|(?<!\.)\.(?!\.)){0,253}[a-z]\b(?![-@]))"
    )

    def extendMarkdown(self, md: Markdown) -> None:
        from pymdownx.magiclink import MagiclinkMailPattern

        md.inlinePatterns.register(MagiclinkMailPattern(self.ADDRESS, md), "magic-mail", 84.9)


class _Callouts(AdmonitionExtension):
    """Callouts by exclamation marks. One that the author gives no title gets none here: its language is not known yet."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_Callout(md.parser), "admonition", 105)


class _Callout(AdmonitionProcessor):
    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        kind, title = super().get_class_and_title(match)
        return kind, title if match.group(2) else None


class _AttributeLists(AttrListExtension):
    """Attribute lists that look like some: what stands in braces otherwise, as in `{ [key: string]: string }`, is text."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.treeprocessors.register(_AttributeList(md), "attr_list", 8)


class _AttributeList(AttrListTreeprocessor):
    # Without the colon that kramdown wants, the first item is an id, a class, or a name with a value.
    BASE_RE = r"\{(?=:|[ ]*(?:[#.][\w-]|[A-Za-z_][\w:.-]*=))\:?[ ]*([^\}\n ][^\n]*)\}"  # type: ignore[misc] # the stubs call them final; the library reads them from the class
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]


class Notes(FootnoteExtension):
    """Footnotes numbered as they are defined, each after a marker at the end; and what is called but not defined, or defined twice."""

    def __init__(self, findings: SyntaxFindings, marker: str) -> None:
        super().__init__(PLACE_MARKER=marker)
        self.findings = findings
        self.marker = marker
        self.numbers: dict[str, int] = {}

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.treeprocessors.register(_NotesLast(self), "footnote", 50)
        md.treeprocessors.deregister("footnote-duplicate")
        md.postprocessors.deregister("footnote")
        md.inlinePatterns.register(_Call(r"\[\^([^\]]{0,999})\]", self), "footnote", 175)
        # Below the footnotes' own pattern (175): what comes this far has no definition. Above links (170).
        md.inlinePatterns.register(_UndefinedNote(r"\[\^([^\]\[\n]{1,999})\](?!\()", md, self.findings), "undefined-note", 174)

    def setFootnote(self, id: str, text: str) -> None:
        if id in self.numbers:
            self.findings.duplicate_notes.append(id)
        self.numbers.setdefault(id, len(self.numbers) + 1)
        super().setFootnote(id, text)


class _Call(InlineProcessor):
    """Turns the call of a note into an empty element, which no HTML parser moves or takes apart, a link around it or not."""

    def __init__(self, pattern: str, notes: Notes) -> None:
        super().__init__(pattern, notes.md)
        self.notes = notes

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        number = self.notes.numbers.get(m.group(1))
        if number is None:
            return None, None, None
        return etree.Element("sup", {"id": f"{NOTEREF_PREFIX}{number}"}), m.start(0), m.end(0)


class _NotesLast(Treeprocessor):
    def __init__(self, notes: Notes) -> None:
        super().__init__(notes.md)
        self.notes = notes

    def run(self, root: etree.Element) -> None:
        done: set[str] = set()
        # A note's text may define further notes.
        while waiting := [label for label in self.notes.footnotes if label not in done]:
            for label in waiting:
                done.add(label)
                etree.SubElement(root, "hr", {"id": self.notes.marker})
                self.notes.parser.parseChunk(root, self.notes.footnotes[label])


class _UndefinedNote(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, findings: SyntaxFindings) -> None:
        super().__init__(pattern, md)
        self.findings = findings

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        self.findings.undefined_notes.append(m.group(1))
        return m.group(0), m.start(0), m.end(0)


class _Headings(Extension):
    """Headings as CommonMark (4.2) has them: a space after the opening `#`, and one before closing ones."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(_SpacedHeading(md.parser), "hashheader", 70)


class _SpacedHeading(HashHeaderProcessor):
    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?P<header>(?:[ \t][^\n]*?)??)(?:[ \t]+#+)?[ \t]*(?:\n|$)")


class _Images(Extension):
    """Images that have no words have no `alt` either: an empty one is how HTML marks decoration (4.8.4.4), and says so on purpose."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After the inline patterns (20), which make images; before attribute lists (8), which may say more about them.
        md.treeprocessors.register(_WithoutEmptyAlt(md), "images", 9)


class _WithoutEmptyAlt(Treeprocessor):
    def run(self, root: etree.Element) -> None:
        for image in root.iter("img"):
            if not image.get("alt", "").strip():
                image.attrib.pop("alt", None)


class _Quotations(Extension):
    """Quotations that a blank line parts, as CommonMark (5.1) has them, so that two callouts in a row are two."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(_ApartQuotation(md.parser), "quote", 20)


class _ApartQuotation(BlockQuoteProcessor):
    def lastChild(self, parent: etree.Element) -> etree.Element | None:
        return None


class _Claims(Extension):
    """Claims marked as pandoc marks spans: `[Supports restful sleep.]{.claim}` becomes `<span class="claim">`."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Below the footnotes' calls (175), which may stand inside; above links (170).
        md.inlinePatterns.register(_ClaimSpan(r"\[((?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)+)\]\{:?[ ]*\.claim[ ]*\}", md), "claim", 173)


class _ClaimSpan(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        claim = etree.Element("span", {"class": "claim"})
        claim.text = m.group(1)
        return claim, m.start(0), m.end(0)


class _Tables(TableExtension):
    """Tables whose rows keep the cells that the head has no column for."""

    def __init__(self, findings: SyntaxFindings) -> None:
        super().__init__()
        self.findings = findings

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_WholeRows(md.parser, self.getConfigs(), self.findings), "table", 75)


class _WholeRows(TableProcessor):
    def __init__(self, parser: BlockParser, config: dict[str, Any], findings: SyntaxFindings) -> None:
        super().__init__(parser, config)
        self.findings = findings

    def _build_row(self, row: str, parent: etree.Element, align: Sequence[str | None]) -> None:
        cells = self._split_row(row)  # type: ignore[attr-defined]
        while len(cells) > len(align) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(align):
            self.findings.long_rows.append(row)
            super()._build_row(row, parent, [*align, *[None] * (len(cells) - len(align))])  # type: ignore[misc]
            for cell in parent[-1][len(align) :]:
                cell.set("class", SURPLUS_CELL)
            return
        if len(cells) < len(align):
            self.findings.short_rows.append(row)
        super()._build_row(row, parent, align)  # type: ignore[misc]
