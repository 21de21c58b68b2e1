"""An article's text as lines that know where they come from: decoded, front matter set apart, file includes put in place."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path, PurePosixPath

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.manuscript import front_matter as frontmatter
from handbill.system.limits import DEFAULTS, Bounds, over
from handbill.system.paths import confined, decode_utf8, read_file

__all__ = ["Line", "Source", "read_source"]

_INCLUDE = re.compile(r'^(?P<indent>[ \t]*)(?P<escape>;?)--8<--[ \t]+(?P<quote>["\'])(?P<path>.+?)(?P=quote)[ \t]*$')
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]*);")
_LONGEST_REFERRED = 2
"""How many characters a character reference may stand for (HTML, 13.5)."""
_DEEPEST_INCLUDE = 10


@dataclass(slots=True)
class _Room:
    """How many bytes an article may still have, and what is read in the place of files, by path."""

    bounds: Bounds
    left: int
    instead: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the file that it stands in, and its number there, from 1. `indent` was put before it by an include."""

    text: str
    path: str
    number: int
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What was read of one Markdown file: its front matter, and its lines with those of the files that it includes.

    `files` has the bytes of all of them by path, `named` the paths at which includes were looked for, with what was found there.
    """

    path: str
    front_matter: Mapping[str, frontmatter.Value]
    lines: tuple[Line, ...]
    files: Mapping[str, bytes]
    named: Mapping[str, str] = field(default_factory=dict)
    _texts: list[str] = field(default_factory=list, init=False, repr=False, compare=False)
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)
    _found: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def text(self) -> str:
        r"""Return the Markdown text without the front matter, "\\n" at the end of each line."""
        return "".join(line.text + "\n" for line in self.lines)

    def prose(self, *, code: bool = False) -> Iterator[tuple[Line, str]]:
        """Yield each line with its text, spaces in the place of comments and, unless `code` is to stay, of fenced code."""
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

    def locate(self, excerpt: str, occurrence: int = 0) -> tuple[str, int | None, int | None]:
        """Return path, line and column of where an excerpt of one line stands, outside fenced code and comments first.

        Where it stands nowhere, of where a character reference to it does (`&#x1F4AA;`); else (it was spelled otherwise in the source)
        the path alone.
        """
        if excerpt not in self._found:
            tries = ([*map(self.at, find(text, excerpt))] for find in (_positions, _reference_positions) for text in self._read_over())
            self._found[excerpt] = next(filter(None, tries), [])
        places = self._found[excerpt]
        return places[min(occurrence, len(places) - 1)] if places else (self.path, None, None)

    def _read_over(self) -> list[str]:
        """Return the text as prose and as it is, of one length."""
        if not self._texts:
            self._texts.extend(("".join(text + "\n" for _, text in self.prose()), self.text()))
        return self._texts

    def line_at(self, offset: int) -> int:
        """Return which of the lines an offset in the text stands in, from 0."""
        if not self._starts:
            self._starts.extend(itertools.accumulate((len(line.text) + 1 for line in self.lines), initial=0))
        return bisect.bisect_right(self._starts, offset) - 1

    def at(self, offset: int) -> tuple[str, int, int]:
        """Return path, line and column of an offset in the text."""
        number = self.line_at(offset)
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
        return [diagnostic("unclosed-front-matter", message, at(first.path, first.number, 1), hint)]


def _without_comments(text: str, commented: bool) -> tuple[str, bool]:
    """Return a line with spaces in the place of comments, and whether one goes on after it; `commented` tells that one began before it."""
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


def _bounded(file: Path, path: str, bounds: Bounds) -> bytes:
    """Return a file's bytes; where there are more than an article may have, they are not read."""
    try:
        size = file.stat().st_size
    except OSError:
        size = 0
    if size > bounds.article_size:
        raise SourceError(over(bounds, "article_size", f"the file has {size:,} bytes", path, 1, 1))
    return read_file(file, path)


def read_source(
    root: Path, path: str, bounds: Bounds = DEFAULTS, *, includes: bool = True, instead: Mapping[str, bytes] | None = None
) -> Source:
    """Return the Markdown file at a POSIX path below a publication's root, with what it includes.

    An include is a line `--8<-- "path"`, the path relative to the file that it stands in; `;--8<--` shows the line itself. An included
    file's own front matter is left out. `instead` is what is read in the place of files, by path. Raises SourceError: not UTF-8, a missing
    file, a path outside the publication, a circle, more bytes than the bounds allow, and any include where there are to be none.
    """
    room = _Room(bounds, bounds.article_size, instead or {})
    content = _content(root, path, room)
    text = decode_utf8(content, path)
    head = frontmatter.split(text, path)
    files = {path: content}
    named: dict[str, str] = {}
    lines: list[Line] = []
    if not includes:
        for number, line in enumerate(_body(text, head.lines), head.lines + 1):
            if (include := _INCLUDE.match(line)) and not include["escape"]:
                raise _include_error(
                    path, number, include.start("path") + 1, "a disclaimer includes no other file", "write its text out in full"
                )
    _expand(root, path, _body(text, head.lines), head.lines + 1, "", (path,), files, named, lines, room)
    return Source(path, head.values, tuple(lines), files, named)


def _content(root: Path, path: str, room: _Room) -> bytes:
    return room.instead[path] if path in room.instead else _bounded(root / path, path, room.bounds)


def _body(text: str, skip: int) -> list[str]:
    lines = text.split("\n")[skip:]
    return lines[:-1] if lines and not lines[-1] else lines


def _expand(
    root: Path,
    path: str,
    texts: Iterable[str],
    first: int,
    indent: str,
    trail: tuple[str, ...],
    files: dict[str, bytes],
    named: dict[str, str],
    lines: list[Line],
    room: _Room,
) -> None:
    for number, text in enumerate(texts, first):
        include = _INCLUDE.match(text)
        if include is None or include["escape"]:
            shown = text if include is None else text.replace(";", "", 1)
            lines.append(Line(indent + shown if shown else shown, path, number, len(indent)))
            room.left -= len(indent) + len(shown.encode()) + 1
            if room.left < 0:
                raise SourceError(over(room.bounds, "article_size", "with its includes the article is too long", path, number, 1))
            continue
        column = include.start("path") + 1
        written = (PurePosixPath(path).parent / include["path"]).as_posix()
        named[written] = target = _included_path(root, path, include["path"], number, column)
        if target in trail:
            circle = " → ".join((*trail[trail.index(target) :], target))
            raise _include_error(path, number, column, f"a circle of includes: {circle}", "take one of them out")
        if len(trail) >= _DEEPEST_INCLUDE:
            message = f"includes are nested more than {_DEEPEST_INCLUDE} deep"
            raise _include_error(path, number, column, message, "include the inner file itself")
        try:
            content = files.get(target) or _content(root, target, room)
        except SourceError as error:
            if error.diagnostics[0].code == "over-bound":
                raise
            raise _include_error(
                path, number, column, f"the file to include is missing: {target}", "the path is relative to this file"
            ) from None
        files[target] = content
        inner = decode_utf8(content, target)
        head = frontmatter.split(inner, target)
        body = _body(inner, head.lines)
        _expand(root, target, body, head.lines + 1, indent + include["indent"], (*trail, target), files, named, lines, room)


def _included_path(root: Path, path: str, written: str, number: int, column: int) -> str:
    joined = (PurePosixPath(path).parent / written).as_posix()
    file = confined(root, joined)
    if file is None:
        raise _include_error(
            path,
            number,
            column,
            f"the include leads outside the publication: {written}",
            "include files of the publication alone",
        )
    return file.relative_to(root.resolve()).as_posix()


def _include_error(path: str, line: int, column: int, message: str, hint: str = "") -> SourceError:
    return SourceError(diagnostic("include", message, at(path, line, column), hint))
