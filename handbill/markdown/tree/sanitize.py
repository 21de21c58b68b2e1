"""Sanitising: HTML text becomes a safe lxml tree of allowed elements, with a record of what was not kept.

Three steps: tags that are no HTML become text, the allow-list of the library nh3 is applied, and the result is parsed strictly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import nh3
from lxml import etree

from handbill.language.characters import remove_unprintable
from handbill.markdown.html_tags import CLOSED_BY_CONTEXT, VOID, WITHOUT_CONTENT, escape_unclosed_tags
from handbill.markdown.tree.elements import append_text
from handbill.system.bounds import DEFAULT_BOUNDS

__all__ = ["Cleaned", "TooDeepError", "clean"]


_BLOCKS = (
    "address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hgroup hr legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_INLINE = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img input ins kbd label mark picture q rb rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr"
)
_ALLOWED = frozenset(f"{_BLOCKS} {_INLINE}".split())
_PHRASING = frozenset(_INLINE.split())


_REMOVED_SILENTLY = {"html", "body", "head", "meta", "link", "colgroup", "col", "source", "track", "map", "area"}

_REPLACED_BY_SPACE = {"button", "dialog", "dir", "menu", "menuitem", "noscript", "optgroup", "option", "template", "textarea"}
"""Elements that are left out and replaced by a space, so that their text does not run into the text before."""

_HTML_ELEMENTS = (
    _ALLOWED
    | WITHOUT_CONTENT
    | _REMOVED_SILENTLY
    | _REPLACED_BY_SPACE
    | frozenset(
        (
            "applet audio base basefont bgsound blink canvas circle datalist defs ellipse embed foreignobject frame "
            "frameset g iframe image isindex keygen line lineargradient marquee math meter mi mn mo mrow msub msup multicol "
            "nextid nobr noembed noframes object output param path plaintext polygon polyline portal progress "
            "radialgradient rect rtc search select slot spacer stop svg text title tspan use video xmp "
        ).split()
    )
)

_ATTRIBUTES = {
    "*": {"id", "class", "lang", "dir"},
    "a": {"data-href", "title", "name"},
    "abbr": {"title"},
    "acronym": {"title"},
    "bdo": {"dir"},
    "code": {"title"},
    "del": {"datetime"},
    "div": {"data-only"},
    "img": {"data-src", "alt", "aria-hidden", "role", "title", "width", "height"},
    "input": {"type", "checked"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "table": {"summary"},
    "td": {"colspan", "rowspan", "align", "style", "headers"},
    "th": {"colspan", "rowspan", "align", "style", "scope", "headers", "abbr"},
    "time": {"datetime"},
}

_ADDRESSES = {"href": "data-href", "src": "data-src"}
"""The names under which addresses pass nh3, which would drop a bad one silently; handbill.markdown.tree.links checks each."""


_NO_TAG = re.compile(r"<(!--)?(?!/?[A-Za-z]|!doctype\b)", re.IGNORECASE)
"""A `<` that opens no tag, and so is text unless it opens a comment. (HTML would drop the text up to the next `>`.)"""


class TooDeepError(Exception):
    """Elements are nested deeper than the bound allows."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The result of sanitising.

    `tree` is a `<body>` of allowed elements and attributes, with addresses as they were written. The others record what was not kept, in
    order, each once: `literal` are tags that became text (they are no HTML, or are never closed); `unkept` are names of elements that
    were removed while their text stays (that of scripts and styles is removed, too); `unbalanced` are tags without their counterpart.
    """

    tree: etree._Element
    literal: Sequence[str]
    unkept: Sequence[str]
    unbalanced: Sequence[str]


def clean(markup: str, deepest: int = DEFAULT_BOUNDS.nesting) -> Cleaned:
    """Return HTML text as a safe tree. Raises TooDeepError where elements are nested more than `deepest` deep."""
    last_comment_end = markup.rfind("-->")
    markup = _NO_TAG.sub(lambda at: at[0] if at[1] and at.start() < last_comment_end else f"&lt;{at[0][1:]}", markup)
    rewriter = _Rewriter(escape_unclosed_tags(markup))
    safe = nh3.clean(
        "".join(rewriter.out),
        tags=set(_ALLOWED),
        clean_content_tags=set(WITHOUT_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        link_rel=None,
        url_schemes=set(),
    )
    builder = _Builder(deepest)
    builder.feed(safe)
    builder.close()
    _drop_copied_ids(builder.body, rewriter.ids)
    return Cleaned(builder.body, list(rewriter.literal), list(rewriter.unkept), list(rewriter.unbalanced))


def _drop_copied_ids(body: etree._Element, written: Mapping[str, int]) -> None:
    """Remove the ids that an HTML parser repeats when it opens an unclosed element again (WHATWG HTML, 13.2.4.3).

    `written` says how often each id stands in the source.
    """
    seen: Counter[str] = Counter()
    for element in body.iter():
        for attribute in ("id", "name"):
            name = element.get(attribute)
            if name is not None:
                seen[name] += 1
                if seen[name] > written.get(name, 1):
                    del element.attrib[attribute]


class _Rewriter(HTMLParser):
    """Copies allowed markup, turns tags that are no HTML into text, and records what it leaves out."""

    def __init__(self, markup: str) -> None:
        """Rewrite the markup, and record the tags that are closed and not opened, or opened and not closed."""
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.literal: dict[str, None] = {}
        self.unkept: dict[str, None] = {}
        self.unbalanced: dict[str, None] = {}
        self.line_starts = [0, *(found.end() for found in re.finditer("\n", markup))]
        self.last_closing = {found[1].lower(): found.start() for found in re.finditer(r"</([A-Za-z][^\s>/]*)", markup)}
        self.feed(markup)
        self.close()
        for tag in self.open:
            if tag not in CLOSED_BY_CONTEXT:
                self.unbalanced[f"<{tag}>"] = None

    def _is_closed(self, tag: str) -> bool:
        """Return whether an end tag of that name follows the start tag that is being read."""
        line, column = self.getpos()
        return self.last_closing.get(tag, -1) > self.line_starts[line - 1] + column

    def _write_as_text(self, markup: str) -> None:
        """Write a tag as text, and record it."""
        self.literal[markup] = None
        self.out.append(escape(markup, quote=False))

    def set_cdata_mode(self, elem: str, **options: bool) -> None:
        """Read the content of a script or style as code, if the element is closed."""
        if elem in WITHOUT_CONTENT and self._is_closed(elem):
            super().set_cdata_mode(elem, **options)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy a start tag that is allowed; record another as left out, or write it as text where no HTML can be meant."""
        text = self.get_starttag_text() or ""
        kept = tag in _ALLOWED
        if not kept and tag not in _REMOVED_SILENTLY:
            closed = text.endswith("/>") or tag in VOID or self._is_closed(tag)
            if not closed and (tag in WITHOUT_CONTENT or all(value is None for _, value in attrs)):
                self._write_as_text(text)
                return
            self.unkept[tag] = None
        self_closing = text.endswith("/>") and tag not in VOID
        if tag not in VOID and not self_closing:
            self.open.append(tag)
        self.ids.update({value for name, value in attrs if name in ("id", "name") and value})
        if kept or (tag in WITHOUT_CONTENT and not self_closing):
            # HTML reads <a id="x"/> as a link that is not closed; its author means an empty element.
            self.out.append(_start_tag(tag, attrs) + (f"</{tag}>" if self_closing else ""))
        elif tag in _REPLACED_BY_SPACE:
            self.out.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close the elements that an end tag closes; record one that closes nothing, or write it as text where it is no HTML."""
        if tag in VOID:
            return
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                if last not in CLOSED_BY_CONTEXT:
                    self.unbalanced[f"<{last}>"] = None
                    # If it stayed open, an HTML parser would open it again in what follows (WHATWG HTML, 13.2.4.3).
                    if last in _PHRASING or (last in _ALLOWED and tag not in _PHRASING):
                        self.out.append(f"</{last}>")
        elif tag in _HTML_ELEMENTS:
            self.unbalanced[f"</{tag}>"] = None
        else:
            self._write_as_text(f"</{tag}>")
            return
        if tag in _ALLOWED or tag in WITHOUT_CONTENT:
            self.out.append(f"</{tag}>")
        elif tag in _REPLACED_BY_SPACE:
            self.out.append(" ")

    def handle_data(self, data: str) -> None:
        # HTMLParser passes an incomplete tag, such as "<div" at the end, as data: it must stay text.
        self.out.append(data if self.cdata_elem else data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")


def _start_tag(tag: str, attrs: Sequence[tuple[str, str | None]]) -> str:
    """Return a start tag as HTML text, its addresses under the names that pass nh3."""
    written = (f' {_ADDRESSES.get(name, name)}="{escape(value or "")}"' for name, value in attrs)
    return f"<{tag}{''.join(written)}>"


class _Builder(HTMLParser):
    """Builds the tree from the output of nh3, in which every element but the void ones is closed."""

    def __init__(self, deepest: int) -> None:
        super().__init__(convert_charrefs=True)
        self.deepest = deepest
        self.body = etree.Element("body")
        self.path = [self.body]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = etree.SubElement(self.path[-1], tag)
        for name, value in attrs:
            element.set(name.removeprefix("data-") if name in _ADDRESSES.values() else name, remove_unprintable(value or ""))
        if tag not in VOID:
            self.path.append(element)
            if len(self.path) > self.deepest:
                raise TooDeepError

    def handle_endtag(self, tag: str) -> None:
        element = self.path.pop()
        if element.tag != tag:
            raise AssertionError(f"</{tag}> closes <{element.tag}>")

    def handle_data(self, data: str) -> None:
        append_text(self.path[-1], remove_unprintable(data))
