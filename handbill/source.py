"""An article's text as lines that know where they come from: decoded, front matter set apart, file includes put in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path, PurePosixPath

from handbill import frontmatter
from handbill.contract import Diagnostic, Severity
from handbill.errors import MachineError, SourceError

__all__ = ["Line", "Source", "confined", "lookup", "read_source", "read_text"]

_INCLUDE = re.compile(r'^(?P<indent>[ \t]*)(?P<escape>;?)--8<--[ \t]+(?P<quote>["\'])(?P<path>.+?)(?P=quote)[ \t]*$')
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]*);")
_DEEPEST_INCLUDE = 10
_MOST_LINES = 500_000


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
        found = self._locate(_columns, excerpt, occurrence)
        return found if found[1] is not None else self._locate(_reference_columns, excerpt, occurrence)

    def _locate(self, columns: Callable[[str, str], Iterable[int]], excerpt: str, occurrence: int) -> tuple[str, int | None, int | None]:
        for texts in (self.prose(), ((line, line.text) for line in self.lines)):
            found = [(line.path, line.number, column - line.indent + 1) for line, text in texts for column in columns(text, excerpt)]
            if found:
                return found[min(occurrence, len(found) - 1)]
        return self.path, None, None

    def diagnostic(self, severity: Severity, code: str, message: str, excerpt: str, hint: str = "", occurrence: int = 0) -> Diagnostic:
        """Return a diagnostic at the place of an excerpt."""
        path, line, column = self.locate(excerpt, occurrence)
        return Diagnostic(severity, code, message, path, line, column, hint)

    def unclosed_front_matter(self) -> list[Diagnostic]:
        """Return a warning where the file opens front matter that it never closes, so that it is read as text; else nothing."""
        if self.front_matter or not self.lines or not frontmatter.is_unclosed(self.text()):
            return []
        message = "the front matter is never closed; it is read as text"
        hint = f"close it with a line {self.lines[0].text.strip()}"
        first = self.lines[0]
        return [Diagnostic(Severity.WARNING, "unclosed-front-matter", message, first.path, first.number, 1, hint)]


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


def _columns(text: str, excerpt: str) -> Iterator[int]:
    column = text.find(excerpt) if excerpt else -1
    while column >= 0:
        yield column
        column = text.find(excerpt, column + len(excerpt))


def _reference_columns(text: str, excerpt: str) -> Iterator[int]:
    """Yield where character references to the excerpt stand (HTML, 13.5)."""
    for reference in _REFERENCE.finditer(text):
        if excerpt and unescape(reference[0]) == excerpt:
            yield reference.start()


def read_text(file: Path, path: str) -> str:
    r"""Return the text of a UTF-8 file, every line end as "\\n", a byte order mark left out.

    `path` names it in messages. Raises SourceError where it is missing or is not UTF-8.
    """
    return _decode(_read_bytes(file, path), path)


def _read_bytes(file: Path, path: str) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        hint = "look at how its name is spelled, and where it stands"
        raise SourceError(Diagnostic(Severity.ERROR, "missing-file", "there is no such file", path, hint=hint)) from None
    except OSError as error:
        message, hint = f"cannot be read: {error.strerror}", "look at its owner and rights"
        raise MachineError(Diagnostic(Severity.ERROR, "unreadable", message, path, hint=hint)) from None


def _decode(content: bytes, path: str) -> str:
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise SourceError(
            Diagnostic(
                Severity.ERROR,
                "not-utf-8",
                f"the byte 0x{content[error.start]:02x} is not UTF-8",
                path,
                line,
                column,
                "save the file as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 is often right)",
            )
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def confined(root: Path, name: str) -> Path | None:
    """Return the file of that POSIX path below the root, or None where the path leads outside, symbolic links followed."""
    if PurePosixPath(name).is_absolute() or "\0" in name or "\\" in name:
        return None
    try:
        file = (root / name).resolve()
        file.exists()  # a name that no file can have is an error here, and nowhere later
    except (OSError, RuntimeError):
        return None
    return file if file.is_relative_to(root.resolve()) else None


def lookup(root: Path, name: str) -> str:
    """Return the path in the publication of what is found at a POSIX path below the root, links followed; "" where nothing is."""
    file = confined(root, name)
    return file.relative_to(root.resolve()).as_posix() if file is not None and file.exists() else ""


def read_source(root: Path, path: str, *, includes: bool = True, instead: Mapping[str, bytes] | None = None) -> Source:
    """Return the Markdown file at a POSIX path below a publication's root, with what it includes.

    An include is a line `--8<-- "path"`, the path relative to the file that it stands in; `;--8<--` shows the line itself. An included
    file's own front matter is left out. `instead` is what is read in the place of files, by path. Raises SourceError: not UTF-8, a missing
    file, a path outside the publication, a circle, and any include where there are to be none.
    """
    instead = instead or {}
    content = _content(root, path, instead)
    text = _decode(content, path)
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
    _expand(root, path, _body(text, head.lines), head.lines + 1, "", (path,), files, named, lines, instead)
    return Source(path, head.values, tuple(lines), files, named)


def _content(root: Path, path: str, instead: Mapping[str, bytes]) -> bytes:
    return instead[path] if path in instead else _read_bytes(root / path, path)


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
    instead: Mapping[str, bytes],
) -> None:
    for number, text in enumerate(texts, first):
        include = _INCLUDE.match(text)
        if include is None or include["escape"]:
            shown = text if include is None else text.replace(";", "", 1)
            lines.append(Line(indent + shown if shown else shown, path, number, len(indent)))
            if len(lines) > _MOST_LINES:
                message = f"with its includes the article has more than {_MOST_LINES} lines"
                raise _include_error(path, number, 1, message, "include less, or divide the article")
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
            content = files.get(target) or _content(root, target, instead)
        except SourceError:
            raise _include_error(
                path, number, column, f"the file to include is missing: {target}", "the path is relative to this file"
            ) from None
        files[target] = content
        inner = _decode(content, target)
        head = frontmatter.split(inner, target)
        body = _body(inner, head.lines)
        _expand(root, target, body, head.lines + 1, indent + include["indent"], (*trail, target), files, named, lines, instead)


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
    return SourceError(Diagnostic(Severity.ERROR, "include", message, path, line, column, hint))
