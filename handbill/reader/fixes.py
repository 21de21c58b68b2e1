"""Findings that have a safe mend: the source changed so that the finding is gone and every handout stays word for word the same.

What is wanted of a mend is held, not trusted: the article is read again with it, and must become the very document that it was.
"""

from __future__ import annotations

import contextlib
import functools
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.user_paths import seen_from_here
from handbill.language.characters import UNPRINTABLE
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.publication.settings import BUILT_IN, DISCLAIMERS_FOLDER
from handbill.reader.article import Article
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article
from handbill.system import files

if TYPE_CHECKING:
    from handbill.reader.article import Article

__all__ = ["MENDS", "Mended", "fix", "mend"]

Read = Callable[[Mapping[str, bytes]], "Sequence[Article]"]
"""Reads articles, some files being other than they are; raises HandbillError."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNPRINTABLE = re.compile(f"(?:{UNPRINTABLE.pattern})+")
_END_TAG = re.compile(r"</[A-Za-z][A-Za-z0-9-]*\s*>")
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of mending: the new bytes of files by path, and the findings that are gone."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]


def mend(read: Read, wanted: Callable[[Diagnostic], bool]) -> Mended:
    """Return what mends some articles, all that have a file in common; nothing is written. `wanted` tells which findings are to go.

    A disclaimer is never touched. `read` is called once for each mend; nothing is mended where it cannot read.
    """
    files: dict[str, bytes] = {}
    gone: list[Diagnostic] = []
    try:
        articles = read(files)
    except HandbillError:
        return Mended({}, ())
    documents, found = _documents(articles), _findings(articles)
    sources = {path: content for article in articles for path, content in article.source.files.items()}
    # From the end to the beginning, so that the places of the others stay what they are.
    for one in sorted(found, key=lambda one: (one.path, one.line or 0, one.column or 0), reverse=True):
        if one.code not in MENDS or one.line is None or one.path.startswith(f"{DISCLAIMERS_FOLDER}/") or not wanted(one):
            continue
        for after in _tries(files.get(one.path, sources.get(one.path, b"")), one):
            tried = {**files, one.path: after}
            with contextlib.suppress(HandbillError):
                again = read(tried)
                left = _findings(again)
                if _by_code(left) < _by_code(found) and _documents(again) == documents:
                    files, found = tried, left
                    gone.append(one)
                    break
    return Mended(files, tuple(reversed(gone)))


def _findings(articles: Sequence[Article]) -> dict[Diagnostic, None]:
    """Return what is found in articles, each once, though several include the file that it stands in."""
    return dict.fromkeys(one for article in articles for one in article.diagnostics)


def _by_code(found: Iterable[Diagnostic]) -> Counter[str]:
    return Counter(one.code for one in found)


def _documents(articles: Sequence[Article]) -> list[tuple[bytes, ...]]:
    """Return all that the formats are given of the articles' texts."""
    documents = (article.document(name) for article in articles for name in sorted({*BUILT_IN, *article.formats()}))
    return [(one.heading, one.abstract, one.body) for one in documents]


def _tries(content: bytes, one: Diagnostic) -> Iterator[bytes]:
    """Yield what a file might be when a finding is mended; its line ends and its byte order mark stay."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    lines = _LINE.findall(content[len(mark) :].decode())
    index = (one.line or 1) - 1
    if index < len(lines):
        for changed in MENDS[one.code](lines, index, (one.column or 1) - 1):
            yield mark + "".join(changed).encode()


def _without_character(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    found = _UNPRINTABLE.match(lines[index], column)
    if found:
        yield _with(lines, index, lines[index][:column] + lines[index][found.end() :])


def _with_reference(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    if lines[index][column : column + 1] == "<":
        yield _with(lines, index, f"{lines[index][:column]}&lt;{lines[index][column + 1 :]}")


def _without_end_tag(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    found = _END_TAG.match(lines[index], column)
    if found:
        yield _with(lines, index, lines[index][:column] + lines[index][found.end() :])


def _with_cells(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    rule = next((line for line in reversed(lines[:index]) if _RULE.fullmatch(line.rstrip("\r\n")) and "-" in line), "")
    row = lines[index].rstrip("\r\n")
    end = lines[index][len(row) :]
    short = max(_cells(rule) - _cells(row), 1)
    for count in (short, short + 1):
        closed = row.rstrip() if row.rstrip().endswith("|") else f"{row.rstrip()} |"
        yield _with(lines, index, closed + " |" * count + end)


def _cells(row: str) -> int:
    inner = row.strip(" \t>\r\n").removeprefix("|")
    return len(_BAR.findall(inner.removesuffix("|"))) + 1


def _without_comment(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    text = "".join(lines[index:])
    found = _COMMENT.match(text, column)
    if found is None:
        return
    rest = text[found.end() :]
    before = text[:column]
    if not before.strip() and not rest.split("\n", 1)[0].strip():
        yield [*lines[:index], rest.partition("\n")[2]]
    yield [*lines[:index], before + rest]


def _with(lines: Sequence[str], index: int, line: str) -> list[str]:
    return [*lines[:index], line, *lines[index + 1 :]]


MENDS: Mapping[str, Callable[[Sequence[str], int, int], Iterable[list[str]]]] = {
    "control-character": _without_character,
    "raw-html": _with_reference,
    "short-row": _with_cells,
    "unbalanced-html": _without_end_tag,
    "unused-allowance": _without_comment,
}
"""By code, what yields the lines of a file as a mend would have them, given them, the finding's line and its column, both from 0."""


def fix(opened: OpenedPublication, disclaimer: Path | None) -> list[Diagnostic]:
    """Mend in the source what can be mended safely, and return the findings that are gone. Raises MachineError.

    `disclaimer` is the file that was named on the command line instead of the articles' own.

    Articles that have a file in common are mended together; where one of them cannot be read, none is.
    """
    disclaimers = Disclaimers(opened.root, opened.publication.language, disclaimer, opened.publication.profiles)
    read = functools.partial(_read, opened, disclaimers)
    readable = []
    for path in opened.articles:
        with contextlib.suppress(HandbillError):
            readable.append((path, set(read([path], {})[0].source.files)))
    alone = opened.whole and len(readable) == len(opened.articles)

    def wanted(found: Diagnostic) -> bool:
        # What another article may include, which was not read, stays.
        own = alone or any(found.path == path.path for path in opened.articles)
        return own and opened.publication.checks.get(found.code) != "off"

    gone: list[Diagnostic] = []
    for paths in _that_share(readable):
        mended = mend(functools.partial(read, paths), wanted)
        for name, content in mended.files.items():
            _rewrite(opened.root, name, content)
        gone += [seen_from_here(one, opened.root) for one in mended.findings]
    return gone


def _read(place: OpenedPublication, disclaimers: Disclaimers, paths: Iterable[ArticlePath], instead: Mapping[str, bytes]) -> list[Article]:
    return [read_article(place.root, path.path, place.publication, path.language, disclaimers.find, instead) for path in paths]


def _that_share(articles: Iterable[tuple[ArticlePath, set[str]]]) -> list[list[ArticlePath]]:
    """Return articles in groups: those of two groups have no file in common."""
    groups: list[tuple[list[ArticlePath], set[str]]] = []
    for path, names in articles:
        shared = [group for group in groups if group[1] & names]
        groups = [group for group in groups if group not in shared]
        groups.append(([*(one for group in shared for one in group[0]), path], names.union(*(group[1] for group in shared))))
    return [group[0] for group in groups]


def _rewrite(root: Path, name: str, content: bytes) -> None:
    """Replace a file of the source, its rights kept."""
    mode = (root / name).stat().st_mode
    files.replace(root, name, content)
    (root / name).chmod(stat.S_IMODE(mode))
