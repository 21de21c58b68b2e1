"""HTML back to pages: what stands in each section of the body, as far as it is certain that a reader sees it."""

from __future__ import annotations

from html.parser import HTMLParser

from handbill.contract import Diagnostic, ExporterError, Page, Severity
from handbill_html.stylesheet import stylesheet

__all__ = ["pages_of"]

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SHOWN = frozenset(
    "html head body title section footer div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code table caption thead tbody tfoot "
    "tr th td figure figcaption hr aside em strong a del ins sub sup abbr kbd samp var mark q cite dfn small span bdi bdo br img ruby "
    "rt rp wbr time meta style".split()
)
_HARMLESS = frozenset(
    "id class lang dir href src alt title role scope colspan rowspan start type reversed value datetime width height "
    "charset name content".split()
)
_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption pre div tr br section footer hr".split())


def pages_of(handout: bytes) -> list[Page]:
    """Return a page for each section of the body: its footer is furniture.

    Left out is the text of every element that this exporter does not write, and of every one with an attribute that it does not
    set (style, hidden and what else may hide). Raises ExporterError where the bytes are not a file of its kind: another style sheet, a
    comment, elements that are not closed, text beside the sections; a browser's repairs need not be ours.
    """
    try:
        text = handout.decode()
    except UnicodeDecodeError:
        raise _refused("is not UTF-8") from None
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open or not reader.pages:
        raise _refused("ends before it is complete")
    if reader.styles != [stylesheet()]:
        raise _refused("has another style sheet than handbill-html's")
    return reader.pages


def _refused(why: str) -> ExporterError:
    return ExporterError(Diagnostic(Severity.ERROR, "not-html-handout", f"the file {why}"))


class _Reader(HTMLParser):
    """Collects the visible text of each section."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.pages: list[Page] = []
        self.styles: list[str] = []
        self.body: list[str] = []
        self.furniture: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        seen = tag in _SHOWN and set(names) <= _HARMLESS and len(names) == len(set(names)) and (not self.open or self.open[-1][1])
        if tag in _BLOCKS:
            self._add("\n")
        if tag not in _VOID:
            self.open.append((tag, seen))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise _refused(f"holds <{tag}/>, which is no HTML")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise _refused(f"closes <{tag}> where it is not open")
        self.open.pop()
        if tag in _BLOCKS:
            self._add("\n")
        if tag == "section" and self._path() == ["html", "body"]:
            self.pages.append(Page("".join(self.body), "".join(self.furniture)))
            self.body, self.furniture = [], []

    def handle_data(self, data: str) -> None:
        path = self._path()
        if path[-1:] == ["style"]:
            self.styles.append(data)
        elif path[:3] != ["html", "body", "section"] and path[:3] != ["html", "head", "title"] and data.strip():
            raise _refused(f"has text beside its sections: {data.strip()[:40]}")
        else:
            self._add(data)

    def handle_comment(self, data: str) -> None:
        raise _refused("holds a comment")

    def handle_pi(self, data: str) -> None:
        raise _refused("holds a processing instruction")

    def unknown_decl(self, data: str) -> None:
        raise _refused("holds a declaration")

    def _path(self) -> list[str]:
        return [tag for tag, _ in self.open]

    def _add(self, text: str) -> None:
        """Take text in where it is seen and stands in a section."""
        if self.open and self.open[-1][1] and self._path()[:3] == ["html", "body", "section"]:
            (self.furniture if self._path()[3:4] == ["footer"] else self.body).append(text)
