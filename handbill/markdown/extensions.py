"""The extensions of Python-Markdown that make up the dialect: those of the library, adapted, and handbill's own.

`dialect_extensions` returns them all but smart punctuation. docs/reference/markdown.md describes the dialect; each class names the rule
that it follows.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence
from typing import Any

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
from handbill.system.bounds import BoundError, Bounds
from markdown import Markdown

__all__ = ["NOTEREF_PREFIX", "SURPLUS_CELL"]


NOTEREF_PREFIX = "fnref-handbill-"
"""The beginning of the id of a note call, an empty `<sup>`; the number of the note follows."""


_ELISION_LANGUAGES = frozenset(("ca", "fr", "it"))
"""Languages in which a word may end in an apostrophe right before a quotation mark: d'"or"."""


_PREFIX_LANGUAGES = frozenset(("ar", "fa", "ur"))
"""Languages of the Arabic script, in which particles are written together with a quotation that follows."""


SURPLUS_CELL = "data-surplus"
"""An annotation on a cell for which the head of its table has no column; also the class of such cells in the dialect's HTML."""


def smart_punctuation(language: str) -> Extension:
    """Return the extension that replaces straight quotation marks, dashes and dots by the typographic ones of a language (BCP 47)."""
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
    """Typographic characters. The marks of feet, minutes and inches stay straight, and so do those that group digits."""

    def __init__(self, language: str, **options: object) -> None:
        super().__init__(**options)
        self.language = language

    def educateQuotes(self, md: Markdown) -> None:
        """Add the patterns of quotation marks: those of feet, minutes, elisions and inverted marks before the library's own."""
        opening, inner = self.substitutions["left-double-quote"], self.substitutions["left-single-quote"]
        patterns: list[tuple[str, tuple[str | int, ...]]] = [
            (r"(?<=[0-9])'([0-9]{1,2})\"", ("'", 1, '"')),
            (r"(?<=[0-9])'(?=[0-9])", ("'",)),
            (r"(?<=[0-9])\"(?=\w)", ('"',)),
            (r"(?<=[¿¡])\"", (opening,)),
            (r"(?<=[¿¡])'", (inner,)),
        ]
        if self.language in _ELISION_LANGUAGES:
            patterns.append((r"(?<=\w)'\"(?=\w)", (f"’{opening}",)))
        if self.language in _PREFIX_LANGUAGES:
            patterns.append((r"(?<=\w)\"(?=\w)", (opening,)))
        self._addPatterns(md, patterns, "before", 40)  # type: ignore[attr-defined]
        super().educateQuotes(md)


def dialect_extensions(findings: SyntaxFindings, notes: Extension, bounds: Bounds) -> list[Extension]:
    """Return new extensions of the dialect; they record what is wrong with a text in `findings`. `notes` is the one for footnotes."""
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
        _MailAddresses(),
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
    """Abbreviations, up to a bound: each is looked for at every word. Raises BoundError above it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        defined: dict[str, str] = self.abbrs  # type: ignore[attr-defined] # missing in the stubs
        md.treeprocessors.register(_BoundedAbbreviations(md, defined, self.most), "abbr", 7)


class _BoundedAbbreviations(AbbrTreeprocessor):
    """Marks abbreviations, unless there are more than the bound."""

    def __init__(self, md: Markdown, abbreviations: dict[str, str], most: int) -> None:
        super().__init__(md, abbreviations)
        self.most = most

    def run(self, root: etree.Element) -> etree.Element | None:
        if len(self.abbrs) > self.most:
            first = list(self.abbrs)[self.most]
            raise BoundError("abbreviations", f"the article defines {len(self.abbrs):,} abbreviations", f"*[{first}]")
        return super().run(root)


class _MailAddresses(Extension):
    """Mail addresses with parts of bounded length (RFC 5321, 4.5.3.1), since a search without a bound takes quadratic time."""

    ADDRESS = (
        r"(?i)(?P<mail>(?<![-/+@\w])[-+\w](?:[-+\w]|\.(?!\.)){0,63}(?<!\.)"
        r"@[-\w]{1,63}\.(?:[-\w]|(?<!\.)\.(?!\.)){0,253}[a-z]\b(?![-@]))"
    )

    def extendMarkdown(self, md: Markdown) -> None:
        from pymdownx.magiclink import MagiclinkMailPattern

        md.inlinePatterns.register(MagiclinkMailPattern(self.ADDRESS, md), "magic-mail", 84.9)


class _Callouts(AdmonitionExtension):
    """Callouts by exclamation marks. One without a title gets none here, where the language of the article is not known."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_Callout(md.parser), "admonition", 105)


class _Callout(AdmonitionProcessor):
    """Returns no title where the author gives none."""

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        kind, title = super().get_class_and_title(match)
        return kind, title if match.group(2) else None


class _AttributeLists(AttrListExtension):
    """Attribute lists that begin with an id, a class or an attribute. Any other text in braces stays: `{ [key: string]: string }`."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.treeprocessors.register(_AttributeList(md), "attr_list", 8)


class _AttributeList(AttrListTreeprocessor):
    """Finds attribute lists by stricter patterns."""

    # The first item is an id, a class, or a name with a value, unless the colon of kramdown stands before it.
    BASE_RE = r"\{(?=:|[ ]*(?:[#.][\w-]|[A-Za-z_][\w:.-]*=))\:?[ ]*([^\}\n ][^\n]*)\}"  # type: ignore[misc] # the stubs call them final; the library reads them from the class
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]


class Notes(FootnoteExtension):
    """Footnotes, numbered in the order of definition, each after a marker at the end; records undefined and duplicate ones."""

    def __init__(self, findings: SyntaxFindings, marker: str) -> None:
        super().__init__(PLACE_MARKER=marker)
        self.findings = findings
        self.marker = marker
        self.numbers: dict[str, int] = {}

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.treeprocessors.register(_NotesAtEnd(self), "footnote", 50)
        md.treeprocessors.deregister("footnote-duplicate")
        md.postprocessors.deregister("footnote")
        md.inlinePatterns.register(_NoteCall(r"\[\^([^\]]{0,999})\]", self), "footnote", 175)
        # Below the pattern of footnotes (175), so that only undefined ones are left. Above links (170).
        md.inlinePatterns.register(_UndefinedNote(r"\[\^([^\]\[\n]{1,999})\](?!\()", md, self.findings), "undefined-note", 174)

    def setFootnote(self, id: str, text: str) -> None:
        if id in self.numbers:
            self.findings.duplicate_notes.append(id)
        self.numbers.setdefault(id, len(self.numbers) + 1)
        super().setFootnote(id, text)


class _NoteCall(InlineProcessor):
    """Turns a note call into an empty element, which no HTML parser moves or splits, even inside a link."""

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


class _NotesAtEnd(Treeprocessor):
    """Appends the content of each footnote to the document, after a marker."""

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
    """Records calls of footnotes that are not defined; they stay as text."""

    def __init__(self, pattern: str, md: Markdown, findings: SyntaxFindings) -> None:
        super().__init__(pattern, md)
        self.findings = findings

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        self.findings.undefined_notes.append(m.group(1))
        return m.group(0), m.start(0), m.end(0)


class _Headings(Extension):
    """Headings by the rule of CommonMark (4.2): a space after the opening `#`, and one before closing ones."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(_SpacedHeading(md.parser), "hashheader", 70)


class _SpacedHeading(HashHeaderProcessor):
    """Finds headings by the pattern of CommonMark."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?P<header>(?:[ \t][^\n]*?)??)(?:[ \t]+#+)?[ \t]*(?:\n|$)")


class _Images(Extension):
    """Images without words get no `alt`, since an empty one marks decoration (HTML, 4.8.4.4), which an author states on purpose."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After the inline patterns (20), which make images; before attribute lists (8), which may say more about them.
        md.treeprocessors.register(_EmptyAltRemoval(md), "images", 9)


class _EmptyAltRemoval(Treeprocessor):
    """Removes empty `alt` attributes."""

    def run(self, root: etree.Element) -> None:
        for image in root.iter("img"):
            if not image.get("alt", "").strip():
                image.attrib.pop("alt", None)


class _Quotations(Extension):
    """Quotations that a blank line separates (CommonMark, 5.1), so that two callouts in a row stay two."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(_SeparateQuotation(md.parser), "quote", 20)


class _SeparateQuotation(BlockQuoteProcessor):
    """Never continues the quotation before."""

    def lastChild(self, parent: etree.Element) -> etree.Element | None:
        return None


class _Claims(Extension):
    """Marked claims, in the notation of pandoc's spans: `[Supports restful sleep.]{.claim}` becomes `<span class="claim">`."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Below note calls (175), which may stand inside a claim; above links (170).
        md.inlinePatterns.register(_ClaimSpan(r"\[((?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)+)\]\{:?[ ]*\.claim[ ]*\}", md), "claim", 173)


class _ClaimSpan(InlineProcessor):
    """Turns a marked claim into a `span`."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        claim = etree.Element("span", {"class": "claim"})
        claim.text = m.group(1)
        return claim, m.start(0), m.end(0)


class _Tables(TableExtension):
    """Tables whose rows keep the cells for which the head has no column; long and short rows are recorded."""

    def __init__(self, findings: SyntaxFindings) -> None:
        super().__init__()
        self.findings = findings

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_CompleteRows(md.parser, self.getConfigs(), self.findings), "table", 75)


class _CompleteRows(TableProcessor):
    """Builds rows with all their cells; those beyond the head have the class SURPLUS_CELL."""

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
