"""CommonMark blocks: rewrites the layout of a Markdown text so that Python-Markdown finds the blocks that CommonMark defines.

Takes a Markdown text and returns one. CommonMark (0.31.2, 5.2 and 5.3) nests a list item by the column of its parent's text, and lets a
list interrupt a paragraph; Python-Markdown nests by four columns, and requires a blank line. Only these change: blank lines, indentation,
the delimiters of list numbers, the text after a fence, `markdown="1"` in a tag, and missing end tags. No word and no line moves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handbill.markdown.html_tags import CLOSED_BY_CONTEXT, VOID, WITHOUT_CONTENT, EndTagIndex

__all__ = ["python_markdown_layout"]

_STEP = 4
_DEEPEST = 80
_FENCE = re.compile(r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")
_ITEM = re.compile(r"(?P<marker>[-*+]|(?P<number>[0-9]{1,9})[.)])(?:(?P<space> +)(?P<text>.*)|)$")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_HOLDER = re.compile(r"\[\^[^\]]+\]:|: ")
_ADMONITION = re.compile(r"!!! ?\w")
_HTML = re.compile(
    r"<(?:!--|/?(?:address|article|aside|blockquote|body|canvas|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    r"|h[1-6]|header|hgroup|hr|html|iframe|legend|li|main|map|math|menu|nav|noscript|object|ol|output|p|pre|progress|script|search|section"
    r"|style|summary|table|tbody|td|tfoot|th|thead|tr|ul|video)(?:[\s/>]|$))",
    re.IGNORECASE,
)
_TAG = re.compile(r"""<!--.*?-->|<(?P<end>/?)(?P<tag>[A-Za-z][\w-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)
_NO_HOLDERS = {"p", "h1", "h2", "h3", "h4", "h5", "h6"}
"""Elements that contain no blocks, so that they end at a blank line (HTML, 4.3.6 and 4.4.1)."""
_HTML_HOLDER = re.compile(r"<(?P<tag>article|aside|center|details|div|section)(?: (?![^<>]*\bmarkdown\b)[^<>]*[^<>/])?>", re.IGNORECASE)
_VERBATIM = re.compile(r"<(?:(?P<tag>pre|script|style|textarea)\b|!--)", re.IGNORECASE)
_OTHER_START = re.compile(r"#{1,6}(?: |$)|::: *\w|:::$")
_SEPARATE = re.compile(r"#{1,6} |(?:\[[^\]]{1,999}\]|\*\[[^\]\\]{1,999}\]) ?:|(?:\* *){3,}$|(?:_ *){3,}$")
"""Headings, definitions and rules. Python-Markdown splits the rest of a block at each, so they are separated by blank lines."""
_UNDERLINE = re.compile(r"(?:=+|-+) *$")
_DELIMITERS = re.compile(r"\|? *:?-+:? *(?:\| *:?-+:? *)*\|?$")


@dataclass(slots=True)
class _Layout:
    """The lines written so far, and the state of the blocks that are open.

    `out` are the lines. `columns` are the columns of the text of each open list item or other container of indented blocks. `first` is
    the column of the first line since the last blank one (-1: there is none), `kind` its kind, and `lists` the kind of list by column in
    these lines. `paragraph` and `html` are True where the next line would continue a paragraph or raw HTML. `code` is the column of the
    indented code that is open, or -1.
    """

    out: list[str] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    first: int = -1
    kind: str = ""
    lists: dict[int, str] = field(default_factory=dict)
    paragraph: bool = False
    html: bool = False
    code: int = -1

    @property
    def indent(self) -> int:
        return _STEP * len(self.columns)

    @property
    def column(self) -> int:
        return self.columns[-1] if self.columns else 0

    def blank(self) -> None:
        """Write a blank line."""
        self.out.append("")
        self.first, self.kind, self.paragraph, self.html = -1, "", False, False
        self.lists.clear()

    def put(self, text: str, kind: str, *, apart: bool = False, further: int = 0) -> None:
        """Write a line, after a blank one where it would otherwise continue the block before it."""
        if self.first >= 0 and (apart or self.indent < self.first):
            self.blank()
        if self.first < 0:
            self.first, self.kind = self.indent, kind
        self.out.append(" " * (self.indent + further) + text)

    def leave(self, indent: int) -> None:
        """Close the items whose text stands further right than a column."""
        while self.columns and indent < self.column:
            self.columns.pop()
            self.paragraph, self.html, self.code = False, False, -1


def python_markdown_layout(text: str, unclosed: list[str] | None = None) -> str:
    r"""Return a Markdown text in the layout in which Python-Markdown finds the blocks that CommonMark defines.

    The lines of `text` end in "\\n". The start tags of block elements without the end tag that HTML requires are appended to `unclosed`.
    """
    return "\n".join(_lines(text.split("\n"), 0, [] if unclosed is None else unclosed))


def _lines(written: Sequence[str], depth: int, unclosed: list[str]) -> list[str]:
    """Return the lines of a text, or of a quotation in it, in the new layout; `depth` is the number of quotations around them."""
    lines = list(written)
    ends = EndTagIndex(written, _fenced_lines(written))
    layout = _Layout()
    number = 0
    while number < len(lines):
        line = lines[number].expandtabs(_STEP)
        text = line.strip(" \t")
        indent = len(line) - len(line.lstrip(" "))
        number += 1
        if not text:
            layout.blank()
            continue
        if layout.paragraph and layout.columns and indent < layout.column and not _starts_block(text):
            # CommonMark, 5.2, lazy continuation: the next line of a paragraph need not be indented.
            layout.put(text, "text")
            continue
        layout.leave(indent)
        beyond = indent - layout.column
        if layout.html or (beyond >= _STEP and (layout.paragraph or not layout.columns)):
            _write_unchanged(layout, line)
        elif beyond >= _STEP:
            _code(layout, indent, line)
        elif fence := _FENCE.match(text):
            number = _fenced(layout, lines, number, indent, fence)
        elif text.startswith(">") and depth < _DEEPEST:
            number = _quotation(layout, lines, number - 1, depth, unclosed)
        elif verbatim := _VERBATIM.match(text):
            number = _verbatim(layout, lines, number - 1, verbatim["tag"])
        elif (item := _ITEM.match(text)) and not _RULE.match(text) and _may_start_item(layout, item) and len(layout.columns) < _DEEPEST:
            number = _item(layout, lines, number, indent, item)
        else:
            if (holder := _HTML_HOLDER.match(line)) and not layout.columns and _holds_blocks(lines, number - 1, holder, ends):
                line = text = f'{holder[0][:-1]} markdown="1">{line[holder.end() :]}'
            elif _HTML.match(text) and _append_end_tags(lines, number - 1, layout.column, unclosed, ends):
                line = lines[number - 1].expandtabs(_STEP)
                text = line.strip(" \t")
            _text(layout, line, text, indent, following=lines[number].strip() if number < len(lines) else "")
    return layout.out


def _starts_block(text: str) -> bool:
    """Return whether a line starts a block of its own, and so does not continue the paragraph above it."""
    return text.startswith(">") or any(start.match(text) for start in (_FENCE, _ITEM, _RULE, _HTML, _HOLDER, _ADMONITION, _OTHER_START))


def _holds_blocks(lines: Sequence[str], number: int, holder: re.Match[str], ends: EndTagIndex) -> bool:
    """Return whether an element whose start tag begins a line contains a blank line, and its end tag is alone on a line.

    CommonMark (4.6) ends raw HTML at a blank line, so that Markdown follows; Python-Markdown requires an attribute for it.
    """
    tag = holder["tag"].lower()
    last = ends.end_line(number, tag, 0)
    return last > number and lines[last].strip().lower() == f"</{tag}>" and not all(line.strip() for line in lines[number:last])


def _append_end_tags(lines: list[str], number: int, column: int, unclosed: list[str], ends: EndTagIndex) -> bool:
    """Append the missing end tags to the last line of the raw HTML that begins at a line; return whether any were missing.

    The raw HTML ends at a blank line (CommonMark, 4.6), or with the list item around it. Without its end tags, Python-Markdown would read
    all that follows as raw HTML. Nothing is appended where an end tag stands further below.
    """
    last = number
    while last + 1 < len(lines) and (below := lines[last + 1].expandtabs(_STEP)).strip() and len(below) - len(below.lstrip(" ")) >= column:
        last += 1
    block = "\n".join(lines[number : last + 1])
    open_tags: list[re.Match[str]] = []
    for found in _TAG.finditer(block):
        name = (found["tag"] or "").lower()
        if found["end"]:
            same = [at for at, tag in enumerate(open_tags) if tag["tag"].lower() == name]
            del open_tags[same[-1] if same else len(open_tags) :]
        elif name and name not in VOID and not found[0].endswith("/>"):
            at_margin = not block[: found.start()].rpartition("\n")[2].strip()
            if open_tags or (at_margin and _HTML.match(found[0])):
                open_tags.append(found)
    if not open_tags or re.search(r"\bmarkdown\b", open_tags[0][0]) or "<!--" in _TAG.sub("", block):
        return False
    if any(tag["tag"].lower() in WITHOUT_CONTENT for tag in open_tags):
        return False
    outermost = open_tags[0]["tag"].lower()
    if outermost not in _NO_HOLDERS and ends.end_line(last + 1, outermost, 1) >= 0:
        return False
    lines[last] += "".join(f"</{tag['tag']}>" for tag in reversed(open_tags))
    unclosed.extend(tag[0] for tag in open_tags if tag["tag"].lower() not in CLOSED_BY_CONTEXT)
    return True


def _fenced_lines(lines: Sequence[str]) -> frozenset[int]:
    """Return the numbers of the lines of fenced code, its fences included."""
    fenced, fence = set(), ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line.strip(" \t"))
        if mark and (not fence or mark["fence"].startswith(fence)):
            fence = "" if fence else mark["fence"]
            fenced.add(number)
        elif fence:
            fenced.add(number)
    return frozenset(fenced)


def _write_unchanged(layout: _Layout, line: str) -> None:
    """Write a line of text, HTML or code unchanged; in an item, with the indentation of the item."""
    if layout.columns:
        layout.put(line.strip(" "), "text", further=_STEP if _ITEM.match(line.strip(" ")) else 0)
    else:
        layout.put(line, "text")


def _code(layout: _Layout, indent: int, line: str) -> None:
    """Write a line of code in an item, four columns beyond the item's text."""
    if layout.code < 0 or indent < layout.code:
        # Authors who write for Python-Markdown count from its columns, those who write for CommonMark from the item's text.
        layout.code = layout.indent + _STEP if indent >= layout.indent + _STEP else layout.column + _STEP
    layout.put(line[layout.code :], "code", further=_STEP)


def _fenced(layout: _Layout, lines: Sequence[str], number: int, indent: int, fence: re.Match[str]) -> int:
    """Write fenced code, its opening line in the form of superfences; return the number of the line after it."""
    mark = fence["fence"]
    closing = re.compile(rf" *{mark[0]}{{{len(mark)},}} *$")
    last = next((at for at in range(number, len(lines)) if closing.match(lines[at].expandtabs(_STEP))), -1)
    if last < 0:
        layout.put(fence[0], "text")
        layout.paragraph = True
        return number
    inside = bool(layout.columns)
    layout.put(mark + _info(fence["info"]), "fence", apart=inside or layout.kind == "item")
    for at in range(number, last):
        line = lines[at] if not indent else lines[at].expandtabs(_STEP)
        layout.out.append(" " * layout.indent + line[min(indent, len(line) - len(line.lstrip(" "))) :] if line.strip(" \t") else "")
    layout.out.append(" " * layout.indent + mark)
    layout.paragraph = False
    if inside:
        layout.blank()
    return last + 1


def _info(info: str) -> str:
    """Return the text after a fence in the form of superfences: the language, or in braces the language, a title and an id."""
    language = re.match(r"[{ ]*\.?([A-Za-z][\w+#.-]*)(?![\w=])", info.strip())
    title = re.search(r"\btitle *= *(?:\"([^\"]*)\"|'([^']*)')", info)
    name = re.search(r"\{[^}]*#([\w-]+)", info)
    if not title and not name:
        return language[1] if language else ""
    words = [f".{language[1] if language else 'text'}"]
    if name:
        words.append(f"#{name[1]}")
    if title:
        words.append('title="{}"'.format((title[1] or title[2] or "").replace('"', "”")))
    return f" {{{' '.join(words)}}}"


def _quotation(layout: _Layout, lines: Sequence[str], number: int, depth: int, unclosed: list[str]) -> int:
    """Write the quotation that begins at a line, its text in the new layout, too; return the number of the line after it."""
    inner: list[str] = []
    while number < len(lines) and lines[number].lstrip(" \t").startswith(">"):
        quoted = lines[number].lstrip(" \t")[1:]
        inner.append(quoted.removeprefix(" "))
        number += 1
    for index, text in enumerate(_lines(inner, depth + 1, unclosed)):
        layout.put(
            f"> {text}".rstrip(" ") if not text else f"> {text}",
            "text",
            apart=index == 0 and (bool(layout.columns) or layout.kind == "item"),
        )
    layout.paragraph = False
    return number


def _verbatim(layout: _Layout, lines: Sequence[str], number: int, tag: str | None) -> int:
    """Write a comment or an element whose text is no Markdown unchanged; return the number of the line after it."""
    closing = f"</{tag.lower()}" if tag else "-->"
    last = next((at for at in range(number, len(lines)) if closing in lines[at].lower()), number)
    for at in range(number, last + 1):
        line = lines[at].expandtabs(_STEP) if layout.columns else lines[at]
        stays = min(layout.column, len(line) - len(line.lstrip(" ")))
        layout.put(line[stays:], "text", apart=at == number and layout.kind == "item")
    layout.paragraph = False
    return last + 1


def _may_start_item(layout: _Layout, item: re.Match[str]) -> bool:
    """Return whether a marker opens an item here. Only one with text, and with the number 1, interrupts a paragraph (CommonMark, 5.2)."""
    return not layout.paragraph or (bool((item["text"] or "").strip()) and item["number"] in (None, "1"))


def _item(layout: _Layout, lines: Sequence[str], number: int, indent: int, item: re.Match[str]) -> int:
    """Write the first line of a list item; return the number of the line after what was written."""
    kind = "bullets" if item["number"] is None else "numbers"
    text = item["text"] or ""
    spaces = len(item["space"] or " ")
    marker = item["marker"] if item["number"] is None else f"{item['number']}."
    other = layout.lists.get(layout.indent, kind) != kind
    # An empty item below a line would make the line a heading: to Python-Markdown, one hyphen is an underline.
    layout.put(f"{marker} {text}", "item", apart=layout.kind != "item" or other or not text)
    layout.lists = {column: name for column, name in layout.lists.items() if column < layout.indent} | {layout.indent: kind}
    column = indent + len(item["marker"]) + (spaces if spaces <= _STEP else 1)
    layout.columns.append(column)
    layout.paragraph = bool(text)
    if fence := _FENCE.match(text):
        written = layout.out.pop()
        layout.out.append(written[: len(written) - len(text)])
        return _fenced(layout, lines, number, column, fence)
    if not text:
        layout.blank()
    return number


def _text(layout: _Layout, line: str, text: str, indent: int, following: str) -> None:
    """Write a line of a paragraph, or of a block that no other function writes."""
    html = _HTML.match(text) is not None
    alone = html or _RULE.match(text) is not None or _OTHER_START.match(text) is not None or _ADMONITION.match(text) is not None
    heads_table = "|" in text and "|" in following and _DELIMITERS.match(following) is not None
    apart = (alone and (bool(layout.columns) or layout.kind == "item")) or (heads_table and layout.paragraph)
    if not layout.columns and (layout.kind == "item" or (indent < _STEP and _SEPARATE.match(text) is not None)):
        apart = True
    layout.put(text if layout.columns else line, "text", apart=apart, further=_STEP if layout.columns and _ITEM.match(text) else 0)
    layout.paragraph, layout.html = not alone, html
    if not layout.columns and _UNDERLINE.match(line) and layout.out[-2:-1] != [""] and layout.out[-3:-2] in ([], [""]):
        # The underline of a heading is the second line of a block; what follows is another block.
        layout.blank()
    if _HOLDER.match(text) or _ADMONITION.match(text):
        layout.columns.append(indent + _STEP)
