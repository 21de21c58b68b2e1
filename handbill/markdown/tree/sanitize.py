"""Raw HTML made safe: an allow-list (nh3), then read strictly into an lxml tree, with a word on what was not kept."""

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
from handbill.markdown.html_tags import CLOSED_BY_CONTEXT, VOID, WITHOUT_CONTENT, without_open_tags
from handbill.markdown.tree.elements import append_text
from handbill.system.limits import DEFAULTS

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


_DROPPED_QUIETLY = {"html", "body", "head", "meta", "link", "colgroup", "col", "source", "track", "map", "area"}

_SET_APART = {"button", "dialog", "dir", "menu", "menuitem", "noscript", "optgroup", "option", "template", "textarea"}
"""Elements that are left out, and whose text would otherwise run into the text before it."""

_KNOWN = (
    _ALLOWED
    | WITHOUT_CONTENT
    | _DROPPED_QUIETLY
    | _SET_APART
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
"""Where addresses hide from the allow-list, which would drop a bad one without a word: handbill.markdown.tree.links judges every one."""


_NO_TAG = re.compile(r"<(!--)?(?!/?[A-Za-z]|!doctype\b)", re.IGNORECASE)
"""What opens no tag: text, but for a comment that ends. (HTML would leave out what stands up to the next `>`.)"""


class TooDeepError(Exception):
    """The elements stand in one another deeper than they may."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A `<body>` of allowed elements and attributes, URLs as they were written; and what did not come along, in order, each once.

    `literal` are tags that now stand as text (they are no HTML, or are never closed), `unkept` names of elements that are gone
    while their text stays (of scripts and the like: text too), `unbalanced` tags of elements that were not closed or not opened.
    """

    tree: etree._Element
    literal: Sequence[str]
    unkept: Sequence[str]
    unbalanced: Sequence[str]


def clean(markup: str, deepest: int = DEFAULTS.nesting) -> Cleaned:
    """Return HTML text as a tree. Raises TooDeepError where elements are nested more than so deep."""
    last_comment_end = markup.rfind("-->")
    markup = _NO_TAG.sub(lambda at: at[0] if at[1] and at.start() < last_comment_end else f"&lt;{at[0][1:]}", markup)
    rewriter = _Rewriter(without_open_tags(markup))
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
    """Remove the ids that an HTML parser has multiplied by opening an unclosed element anew (WHATWG HTML, 13.2.4.3)."""
    seen: Counter[str] = Counter()
    for element in body.iter():
        for attribute in ("id", "name"):
            name = element.get(attribute)
            if name is not None:
                seen[name] += 1
                if seen[name] > written.get(name, 1):
                    del element.attrib[attribute]


class _Rewriter(HTMLParser):
    """Copies markup that is allowed, turns tags that are no HTML into text, and notes what it leaves out."""

    def __init__(self, markup: str) -> None:
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
        """Whether the element that is being opened is closed somewhere."""
        line, column = self.getpos()
        return self.last_closing.get(tag, -1) > self.line_starts[line - 1] + column

    def _as_text(self, markup: str) -> None:
        self.literal[markup] = None
        self.out.append(escape(markup, quote=False))

    def set_cdata_mode(self, elem: str, **options: bool) -> None:
        """Read what stands in an element as code, where it is code and ends."""
        if elem in WITHOUT_CONTENT and self._is_closed(elem):
            super().set_cdata_mode(elem, **options)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = self.get_starttag_text() or ""
        kept = tag in _ALLOWED
        if not kept and tag not in _DROPPED_QUIETLY:
            closed = text.endswith("/>") or tag in VOID or self._is_closed(tag)
            if not closed and (tag in WITHOUT_CONTENT or all(value is None for _, value in attrs)):
                self._as_text(text)
                return
            self.unkept[tag] = None
        itself = text.endswith("/>") and tag not in VOID
        if tag not in VOID and not itself:
            self.open.append(tag)
        self.ids.update({value for name, value in attrs if name in ("id", "name") and value})
        if kept or (tag in WITHOUT_CONTENT and not itself):
            # HTML reads <a id="x"/> as a link without an end; who writes it means an empty element.
            self.out.append(_start_tag(tag, attrs) + (f"</{tag}>" if itself else ""))
        elif tag in _SET_APART:
            self.out.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                if last not in CLOSED_BY_CONTEXT:
                    self.unbalanced[f"<{last}>"] = None
                    # Left open, it would go on in all that follows (WHATWG HTML, 13.2.4.3).
                    if last in _PHRASING or (last in _ALLOWED and tag not in _PHRASING):
                        self.out.append(f"</{last}>")
        elif tag in _KNOWN:
            self.unbalanced[f"</{tag}>"] = None
        else:
            self._as_text(f"</{tag}>")
            return
        if tag in _ALLOWED or tag in WITHOUT_CONTENT:
            self.out.append(f"</{tag}>")
        elif tag in _SET_APART:
            self.out.append(" ")

    def handle_data(self, data: str) -> None:
        # What HTMLParser could not read as a tag comes as data: an unclosed "<div" at the end must stay text.
        self.out.append(data if self.cdata_elem else data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")


def _start_tag(tag: str, attrs: Sequence[tuple[str, str | None]]) -> str:
    written = (f' {_ADDRESSES.get(name, name)}="{escape(value or "")}"' for name, value in attrs)
    return f"<{tag}{''.join(written)}>"


class _Builder(HTMLParser):
    """Reads what nh3 wrote, in which every element but the void ones is closed, strictly."""

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
