"""A Markdown file read with the files that it includes: front matter, lines with their places, and the search for excerpts in them."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path, PurePosixPath

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.manuscript import front_matter as frontmatter
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds, bound_diagnostic
from handbill.system.paths import decode_utf8, path_inside, read_file

__all__ = ["Line", "Source", "read_source"]

_INCLUDE = re.compile(r'^(?P<indent>[ \t]*)(?P<escape>;?)--8<--[ \t]+(?P<quote>["\'])(?P<path>.+?)(?P=quote)[ \t]*$')
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]*);")
_LONGEST_REFERRED = 2
"""How many characters a character reference may stand for (HTML, 13.5)."""
_DEEPEST_INCLUDE = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the path of its file and its number there, from 1. Its first `indent` characters were added by an include."""

    text: str
    path: str
    number: int
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One Markdown file as it was read: its front matter, and its lines with those of the files that it includes.

    `files` are the bytes of all these files by path, `include_lookups` the paths at which includes were looked for, with the file
    found there.
    """

    path: str
    front_matter: Mapping[str, frontmatter.Value]
    lines: tuple[Line, ...]
    files: Mapping[str, bytes]
    include_lookups: Mapping[str, str] = field(default_factory=dict)
    _texts: list[str] = field(default_factory=list, init=False, repr=False, compare=False)
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)
    _found: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def text(self) -> str:
        r"""Return the Markdown text without the front matter, "\\n" at the end of each line."""
        return "".join(line.text + "\n" for line in self.lines)

    def prose(self, *, code: bool = False) -> Iterator[tuple[Line, str]]:
        """Yield each line with its text; comments and, unless `code` is true, fenced code are replaced by spaces."""
        fence, commented = "", False
        for line in self.lines:
            mark = None if commented else _FENCE.match(line.text)
            if mark and not fence:
                fence = mark[1]
            elif mark and mark[1].startswith(fence):
                fence = ""
            if fence or mark:
                yield line, line.text if code else " " * len(line.text)
                continue
            shown, commented = _without_comments(line.text, commented)
            yield line, shown

    def locate(self, excerpt: str, occurrence: int = 0) -> Place:
        """Return the place of an excerpt of one line: of its occurrences, counted from 0, this one or else the last.

        The excerpt is looked for outside fenced code and comments, then in the whole text, then as a character reference (`&#x1F4AA;`).
        Where it is not found, the place is the file.
        """
        if excerpt not in self._found:
            searches = (
                [*map(self.place_at, find(text, excerpt))] for find in (_positions, _reference_positions) for text in self._texts_searched()
            )
            self._found[excerpt] = next(filter(None, searches), [])
        places = self._found[excerpt]
        return places[min(occurrence, len(places) - 1)] if places else (self.path, None, None)

    def _texts_searched(self) -> list[str]:
        """Return the text without code and comments, and the whole text; both have the same length."""
        if not self._texts:
            self._texts.extend(("".join(text + "\n" for _, text in self.prose()), self.text()))
        return self._texts

    def line_index_at(self, offset: int) -> int:
        """Return the index, in `lines`, of the line that an offset in the text is in."""
        if not self._starts:
            self._starts.extend(itertools.accumulate((len(line.text) + 1 for line in self.lines), initial=0))
        return bisect.bisect_right(self._starts, offset) - 1

    def place_at(self, offset: int) -> tuple[str, int, int]:
        """Return path, line and column of an offset in the text."""
        number = self.line_index_at(offset)
        line = self.lines[number]
        return line.path, line.number, max(offset - self._starts[number] - line.indent, 0) + 1

    def diagnostic(
        self, code: str, message: str, excerpt: str, hint: str = "", occurrence: int = 0, severity: Severity | None = None
    ) -> Diagnostic:
        """Return a diagnostic at the place of an excerpt; its severity is the rule's where none is given."""
        return diagnostic(code, message, self.locate(excerpt, occurrence), hint, severity=severity)

    def place_of_key(self, key: str, line: int | None = None, column: int | None = None) -> Place:
        """Return the place of a key of the front matter; where it is absent, that line and column of the file."""
        return frontmatter.place_of_key(self.path, self.front_matter, key, line, column)

    def unclosed_front_matter(self) -> list[Diagnostic]:
        """Return a warning where the file opens front matter that it never closes, so that it is read as text; else nothing."""
        if self.front_matter or not self.lines or not frontmatter.is_unclosed(self.text()):
            return []
        message = "the front matter is never closed; it is read as text"
        hint = f"close it with a line {self.lines[0].text.strip()}"
        first = self.lines[0]
        return [diagnostic("unclosed-front-matter", message, location(first.path, first.number, 1), hint)]


def _without_comments(text: str, commented: bool) -> tuple[str, bool]:
    """Return a line with comments replaced by spaces, and whether a comment goes on after it; `commented`: one began before the line."""
    shown, position = "", 0
    while True:
        if commented:
            end = text.find("-->", position)
            if end < 0:
                return shown + " " * (len(text) - position), True
            shown += " " * (end + 3 - position)
            position, commented = end + 3, False
        start = text.find("<!--", position)
        # One in a code span is shown as it is.
        while start >= 0 and text.count("`", 0, start) % 2:
            start = text.find("<!--", start + 4)
        if start < 0:
            return shown + text[position:], False
        shown += text[position:start]
        position, commented = start, True


def _positions(text: str, excerpt: str) -> Iterator[int]:
    """Yield the offsets of an excerpt of one line in a text; occurrences do not overlap."""
    position = text.find(excerpt) if excerpt and "\n" not in excerpt else -1
    while position >= 0:
        yield position
        position = text.find(excerpt, position + len(excerpt))


def _reference_positions(text: str, excerpt: str) -> Iterator[int]:
    """Yield where character references to the excerpt stand (HTML, 13.5)."""
    if not excerpt or len(excerpt) > _LONGEST_REFERRED:
        return
    for reference in _REFERENCE.finditer(text):
        if unescape(reference[0]) == excerpt:
            yield reference.start()


@dataclass(slots=True)
class _Reading:
    """One article as its files are read: what stays the same through all includes, and what each of them adds to.

    `instead` are bytes to read in the place of files, by path. `files` are the bytes that were read, by path; `include_lookups`
    the paths at which includes were looked for, with what was found there. `left` is how many bytes the article's text may still have.
    """

    root: Path
    bounds: Bounds
    instead: Mapping[str, bytes]
    left: int
    files: dict[str, bytes] = field(default_factory=dict)
    include_lookups: dict[str, str] = field(default_factory=dict)

    def content(self, path: str) -> bytes:
        """Return the bytes of a file. Raises SourceError, also where it has more bytes than an article may have: it is not read then."""
        if path in self.instead:
            content = self.instead[path]
        else:
            _check_size(self.root / path, path, self.bounds)
            content = read_file(self.root / path, path)
        self.files[path] = content
        return content


@dataclass(frozen=True, slots=True)
class _Text:
    """The Markdown of one file without its front matter: its lines, the number of the first one, from 1, and the front matter's values."""

    lines: list[str]
    first: int
    values: Mapping[str, frontmatter.Value]


def _check_size(file: Path, path: str, bounds: Bounds) -> None:
    """Raise SourceError where a file has more bytes than an article may have. One that is missing has none."""
    try:
        size = file.stat().st_size
    except OSError:
        size = 0
    if size > bounds.article_size:
        raise SourceError(bound_diagnostic(bounds, "article_size", f"the file has {size:,} bytes", path, 1, 1))


def _text(content: bytes, path: str) -> _Text:
    text = decode_utf8(content, path)
    head = frontmatter.parse_front_matter(text, path)
    lines = text.split("\n")[head.lines :]
    return _Text(lines[:-1] if lines and not lines[-1] else lines, head.lines + 1, head.values)


def read_source(
    root: Path, path: str, bounds: Bounds = DEFAULT_BOUNDS, *, includes: bool = True, instead: Mapping[str, bytes] | None = None
) -> Source:
    """Return the Markdown file at a POSIX path below a publication's root, with what it includes.

    An include is a line `--8<-- "path"`, the path relative to the file that it stands in; `;--8<--` shows the line itself. An included
    file's own front matter is left out. `instead` are bytes to read in the place of files, by path. Raises SourceError: not UTF-8, a
    missing file, a path outside the publication, a circle, more bytes than the bounds allow, and any include without `includes`.
    """
    reading = _Reading(root, bounds, instead or {}, bounds.article_size)
    text = _text(reading.content(path), path)
    if not includes:
        _check_no_includes(text, path)
    lines = tuple(_expanded_lines(reading, text, (path,)))
    return Source(path, text.values, lines, reading.files, reading.include_lookups)


def _check_no_includes(text: _Text, path: str) -> None:
    """Raise SourceError where a text that may not include files does."""
    for number, line in enumerate(text.lines, text.first):
        if (include := _INCLUDE.match(line)) and not include["escape"]:
            place = location(path, number, include.start("path") + 1)
            raise _include_error(place, "a disclaimer includes no other file", "write its text out in full")


def _expanded_lines(reading: _Reading, text: _Text, trail: tuple[str, ...], indent: str = "") -> Iterator[Line]:
    """Yield the lines of a text, those of the files that it includes in the place of the includes.

    `trail` are the paths of the files that include each other, this text's last; `indent` is put before each line. Raises SourceError.
    """
    path = trail[-1]
    for number, written in enumerate(text.lines, text.first):
        include = _INCLUDE.match(written)
        if include is None or include["escape"]:
            shown = written if include is None else written.replace(";", "", 1)
            reading.left -= len(indent) + len(shown.encode()) + 1
            if reading.left < 0:
                raise SourceError(
                    bound_diagnostic(reading.bounds, "article_size", "with its includes the article is too long", path, number, 1)
                )
            yield Line(indent + shown if shown else shown, path, number, len(indent))
        else:
            place = location(path, number, include.start("path") + 1)
            target = _included_path(reading, path, include["path"], place)
            inner = _included_text(reading, target, trail, place)
            yield from _expanded_lines(reading, inner, (*trail, target), indent + include["indent"])


def _included_path(reading: _Reading, path: str, written: str, place: Place) -> str:
    """Return the path in the publication of the file that an include in the file at `path` names."""
    joined = (PurePosixPath(path).parent / written).as_posix()
    file = path_inside(reading.root, joined)
    if file is None:
        message = f"the include leads outside the publication: {written}"
        raise _include_error(place, message, "include files of the publication alone")
    target = reading.include_lookups[joined] = file.relative_to(reading.root.resolve()).as_posix()
    return target


def _included_text(reading: _Reading, target: str, trail: tuple[str, ...], place: Place) -> _Text:
    """Return the text of the file at `target`, which the last file of the trail includes at a place."""
    if target in trail:
        circle = " → ".join((*trail[trail.index(target) :], target))
        raise _include_error(place, f"a circle of includes: {circle}", "take one of them out")
    if len(trail) >= _DEEPEST_INCLUDE:
        raise _include_error(place, f"includes are nested more than {_DEEPEST_INCLUDE} deep", "include the inner file itself")
    try:
        content = reading.files.get(target) or reading.content(target)
    except SourceError as error:
        if error.diagnostics[0].code == "over-bound":
            raise
        raise _include_error(place, f"the file to include is missing: {target}", "the path is relative to this file") from None
    return _text(content, target)


def _include_error(place: Place, message: str, hint: str) -> SourceError:
    return SourceError(diagnostic("include", message, place, hint))
