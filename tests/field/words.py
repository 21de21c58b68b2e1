"""Count the words of a Markdown file that a handout has lost.

The expected words come from another Markdown renderer (markdown-it, CommonMark with tables), so that a defect of handbill's reader is
noticed. Text that is markup in handbill's dialect and not in CommonMark is removed below, each case with its reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser

from markdown_it import MarkdownIt

# Scripts whose words have no spaces between them, and those whose letters a PDF gives back in another order: letter by letter.
_BY_LETTER = (
    "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # Hebrew, Arabic and their neighbours
    "\u0e00-\u0eff"  # Thai, Lao
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana, Han
)
_WORD = re.compile(rf"[{_BY_LETTER}]|(?:(?![{_BY_LETTER}])[^\W_])+")
_FRONT_MATTER = re.compile(r"\A(?:---[ \t]*\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\n.*?^\+\+\+)[ \t]*$", re.DOTALL | re.MULTILINE)
_UNSEEN = {"head", "noscript", "script", "style", "svg", "template", "title", "math", "iframe", "object", "textarea", "select"}
_INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp"}
_INLINE |= {"small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}


class _Text(HTMLParser):
    """Collects the text that a browser would show, with spaces around blocks and none around inline elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        if tag not in _INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in _UNSEEN))
        if tag not in _INLINE:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.pieces.append(data)


def _expected(markdown: str) -> str:
    """Return the text that the article shows."""
    source = _FRONT_MATTER.sub("", markdown.lstrip("\ufeff").replace("\r\n", "\n"), count=1)
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source)
    # HTMLParser does not recognise every end of a comment.
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    text = _Text()
    text.feed(html)
    text.close()
    shown = "".join(text.pieces)
    shown = re.sub(r"\[\^[^\]\s]+\]:?", " ", shown)  # footnotes: their labels become numbers
    shown = re.sub(r"(?m)^\s*\[[ xX]\]\s", " ", shown)  # task lists: the letter becomes a box
    return re.sub(r"\{:?\s*[#.][^{}\n]*\}", " ", shown)  # attribute lists


def _folded(text: str) -> str:
    """Return the text without what hyphenation and compatibility characters make of it, in one case."""
    text = re.sub(r"\u2010\s*\n\s*", "", text).replace("\u00ad", "").replace("\u200b", "")
    text = text.replace("mailto:", "")  # CommonMark shows it where an address stands in angle brackets, Markdown does not
    text = re.sub(r"\[\d+\]", "", text)  # the number of a link or note, which may stand within a word
    return unicodedata.normalize("NFKC", text).casefold().replace("\u0640", "")


def _column_by_column(text: str) -> str:
    """Return plain text with its drawn tables taken apart: each cell's lines together, as a person reads them."""
    lines: list[str] = []
    row: list[str] = []
    for line in [*text.splitlines(), ""]:
        cells = line.strip().strip("│").split("│") if line.lstrip().startswith("│") else None
        if cells is not None and (not row or len(row) == len(cells)):
            row = [f"{above}\n{cell}" for above, cell in zip(row, cells, strict=True)] if row else cells
            continue
        lines += row
        row = cells or []
        if cells is None:
            lines.append(line)
    return "\n".join(lines)


def _squeezed(folded: str) -> str:
    return "".join(_WORD.findall(folded))


def lost(markdown: str, handout: str) -> Counter[str]:
    """Return the words of the article that the handout's text holds less often, and how often they are missing.

    A word that a line's end or a table's cell has broken is not lost: it is also looked for in the text without spaces.
    """
    article, shown = _folded(_expected(markdown)), _folded(_column_by_column(handout))
    missing = Counter(_WORD.findall(article)) - Counter(_WORD.findall(shown))
    whole_article, whole_shown = _squeezed(article), _squeezed(shown)
    found = {}
    for word, count in missing.items():
        broken = whole_shown.count(word) - shown.count(word)
        shortfall = min(count - broken, whole_article.count(word) - whole_shown.count(word))
        if shortfall > 0:
            found[word] = shortfall
    return Counter(found)
