"""Reads everything that the disclaimer's page and the notices of an EPUB consist of, to be compared with the sealed page.

The page, its style sheets and the fonts that they name are parts to the byte. The notice of another page is its element, which must be
the last of the body; what stands before it must not reach it: the article is in an element of its own, and the style sheets that only the
article has stay within that element. A book that has anything by which a reading system could show these pages otherwise is refused.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, Literal

from lxml import etree

from handbill.contract import DisclaimerParts, Part

from ..css.containment import SCOPE, is_contained, stays_in_place
from ..css.stylesheets import NotUnderstood, declarations, parse_sheet
from .container import Book, SpineItem, open_book, resolve
from .plain_package import attributes, foreign, parse_canonical, require_plain_package, require_plain_zip
from .vocabulary import EPUB_TYPE

__all__ = ["read_parts"]

_DISCLAIMER_FILE = "disclaimer.xhtml"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URL = re.compile(rb'url\(\s*["\']?([^"\')]*)["\']?\s*\)')
_HREF = re.compile(r"[a-z-]+\.css")
_BOXED_NOTICE, _NOTICE = "boxed-notice", "handbill-notice"
_LINK = {"rel": "stylesheet", "type": "text/css"}
# The elements of the tree's vocabulary (docs/reference/tree.md). No other can stand in an article.
_ELEMENTS = frozenset(
    "a abbr aside bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr img ins kbd li "
    "mark ol p pre q rp rt ruby samp section small span strong sub sup table tbody td tfoot th thead time tr ul var wbr".split()
)
# Among others, `aria-modal` and `aria-owns` would change what a screen reader makes of the whole page, and attributes for one reading
# system begin with `data-`.
_ATTRIBUTES = frozenset(
    "abbr alt aria-describedby aria-hidden aria-label aria-labelledby cite class colspan datetime dir headers height href hreflang id lang "
    "reversed role rowspan scope src start style tabindex title translate type value width".split()
) | {_XML_LANG, EPUB_TYPE}


def read_parts(handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
    """Return the parts of an EPUB. `position` does not matter: the disclaimer's page is known by its name.

    Raises ExporterError: `unreadable-epub` where the bytes are no EPUB, `foreign-content` where the book has what handbill writes into none
    and what could change how a page is shown.
    """
    require_plain_zip(handout)
    book = open_book(handout)
    require_plain_package(book)
    names = [posixpath.basename(item.path) for item in book.spine]
    if names.count(_DISCLAIMER_FILE) != 1:
        raise foreign(f"its spine has {names.count(_DISCLAIMER_FILE)} items {_DISCLAIMER_FILE}")
    first = names.index(_DISCLAIMER_FILE) + 1
    own_page = book.spine[first - 1]
    own_sheets = _style_sheets(book, own_page.path)
    if _style_sheets(book, "EPUB/nav.xhtml") != own_sheets[:1]:
        raise foreign("EPUB/nav.xhtml has another style sheet than handbill's")
    notices = {number: _notice(book, item, own_sheets) for number, item in enumerate(book.spine, 1) if number != first}
    return DisclaimerParts(first, first, len(names), tuple(_page_parts(book, own_page, own_sheets)), notices)


def _page_parts(book: Book, page: SpineItem, sheets: list[str]) -> Iterator[Part]:
    """Yield the page, its style sheets, and what these name, each to the byte."""
    yield Part(_DISCLAIMER_FILE, "text/plain", book.members[page.path])
    named: dict[str, None] = {}
    for sheet in sheets:
        yield Part(f"the style sheet {posixpath.basename(sheet)}", "text/plain", book.members[sheet])
        for url in _URL.findall(book.members[sheet]):
            named[resolve(url.decode(errors="replace"), posixpath.dirname(sheet)) or url.decode(errors="replace")] = None
    for path in named:
        if path not in book.members:
            raise foreign(f"a style sheet names {path}, which is not there")
        yield Part(f"the file {posixpath.basename(path)}", book.media_types.get(path, ""), book.members[path])


def _style_sheets(book: Book, path: str) -> list[str]:
    """Return the paths of a page's style sheets, in their order. Raises ExporterError for a page of another form than handbill's."""
    root = parse_canonical(book.members[path], path)
    if [str(child.tag) for child in root] != [f"{_XHTML}head", f"{_XHTML}body"] or root.tag != f"{_XHTML}html":
        raise foreign(f"{path} has another structure than a page of handbill's")
    if root.get("class") not in (None, "handbill-upright") or not attributes(root).keys() <= {"lang", "dir", "class", _XML_LANG}:
        raise foreign(f"{path} has attributes that handbill gives to none")
    if not attributes(root[1]).keys() <= {EPUB_TYPE}:
        raise foreign(f"the body of {path} has attributes that handbill gives to none")
    charset, title, *links = root[0]
    if (charset.tag, attributes(charset)) != (f"{_XHTML}meta", {"charset": "utf-8"}) or (title.tag, attributes(title)) != (
        f"{_XHTML}title",
        {},
    ):
        raise foreign(f"the head of {path} does not begin as a page of handbill's")
    if len(title) or len(charset):
        raise foreign(f"the head of {path} has more than texts and style sheets")
    paths = []
    for link in links:
        href = link.get("href") or ""
        sheet = resolve(href, posixpath.dirname(path)) or ""
        if link.tag != f"{_XHTML}link" or attributes(link) != _LINK | {"href": href} or not _HREF.fullmatch(href):
            raise foreign(f"the head of {path} has what handbill writes into none")
        if book.media_types.get(sheet) != "text/css":
            raise foreign(f"{path} names a style sheet that is not there, {href!r}")
        paths.append(sheet)
    return paths


def _notice(book: Book, page: SpineItem, own_sheets: list[str]) -> tuple[Part, ...]:
    """Return the parts of a page's notice; none if its last element is none. Raises ExporterError where something may reach it."""
    sheets = _style_sheets(book, page.path)
    if sheets[: len(own_sheets)] != own_sheets:
        raise foreign(f"{page.path} has not the style sheets of the disclaimer's page")
    for path in sheets[len(own_sheets) :]:
        try:
            contained = is_contained(parse_sheet(path, book.members[path]).nodes)
        except NotUnderstood:
            contained = False
        if not contained:
            raise foreign(f"the style sheet {path} reaches beyond the article")
    root = parse_canonical(book.members[page.path], page.path)
    turns_left = next(book.package.iterfind(f"{_OPF}spine")).get("page-progression-direction", "ltr")
    if turns_left != (root.get("dir") or "ltr"):
        raise foreign(f"the pages are turned in another direction than {page.path} is read")
    body = root[1]
    if len(body) == 0 or attributes(body[0]) != {"class": SCOPE} or any(text and text.strip() for text in _loose_texts(body)):
        raise foreign(f"the body of {page.path} has text outside of the article")
    article, *others = body
    if not any(text.strip() for text in article.itertext()) and next(article.iter(f"{_XHTML}img"), None) is None:
        raise foreign(f"{page.path} is blank")
    beside = others[:1] if others and others[0].get("class") == _BOXED_NOTICE else []
    for element in (each for part in (article, *beside) for each in part.iter()):
        _require_contained(element, page)
    del others[: len(beside)]
    if not others:
        return ()
    if len(others) > 1 or others[0].get("class") != _NOTICE:
        raise foreign(f"the body of {page.path} has more than an article and its notices")
    return (Part("its markup", "text/plain", etree.tostring(others[0], method="c14n", exclusive=True, with_tail=False)),)


def _loose_texts(body: etree._Element) -> list[str | None]:
    """Return the texts that stand directly in the body of a page."""
    return [body.text, *(child.tail for child in body)]


def _require_contained(element: etree._Element, page: SpineItem) -> None:
    """Raise ExporterError for an element of the article that could cover what stands beside the article, or change how it is shown."""
    name, found = str(element.tag).removeprefix(_XHTML), attributes(element)
    if name not in _ELEMENTS:
        raise foreign(f"the article of {page.path} has the element {name}")
    if other := min(found.keys() - _ATTRIBUTES, default=""):
        raise foreign(f"the article of {page.path} has the attribute {other}")
    if not any(each.startswith(_NOTICE) for each in found.get("class", "").split()):
        try:
            own: list[Any] = declarations(found.get("style", ""))
        except NotUnderstood:
            own = [None]
        if all(each is not None and stays_in_place(each, images_only=name == "img") for each in own):
            return
    raise foreign(f"an element of {page.path} has a class or a style that the article may not have")
