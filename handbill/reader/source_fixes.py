"""`handbill check --fix`: changes the source so that findings are gone and every handout stays word for word the same.

A fix is not trusted: the articles are read again with it, and must become the very documents that they were, with fewer findings.
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

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.user_paths import rebase_diagnostic
from handbill.language.characters import UNPRINTABLE_RUN
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.publication.settings import BUILT_IN_EXPORTERS, DISCLAIMERS_FOLDER
from handbill.reader.article import Article
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article
from handbill.system import files

__all__ = ["FIXES", "FixedFiles", "fix", "fixed_files"]

ReadArticles = Callable[[Mapping[str, bytes]], Sequence[Article]]
"""Reads articles, with other bytes in the place of some files, by path; raises HandbillError."""

Fix = Callable[[Sequence[str], int, int], Iterator[list[str]]]
"""Yields what the lines of a file may become, best first, given them and the line and the column of a finding, both from 0."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_END_TAG = re.compile(r"</[A-Za-z][A-Za-z0-9-]*\s*>")
_BAR = re.compile(r"(?<!\\)\|")
_DELIMITER_ROW = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


@dataclass(frozen=True, slots=True)
class FixedFiles:
    """The new bytes of the files that were fixed, by path, and the findings that are gone with them."""

    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...]


def fixed_files(read: ReadArticles, is_to_fix: Callable[[Diagnostic], bool]) -> FixedFiles:
    """Return the fixes of some articles, all that have a file in common; nothing is written. `is_to_fix` returns whether to fix a finding.

    A disclaimer is never changed. `read` is called once for each fix that is tried; nothing is fixed where it cannot read the articles.
    """
    files: dict[str, bytes] = {}
    gone: list[Diagnostic] = []
    try:
        articles = read(files)
    except HandbillError:
        return FixedFiles({}, ())
    documents, found = _documents(articles), _findings(articles)
    sources = {path: content for article in articles for path, content in article.source.files.items()}
    # From the end to the beginning, so that the places of the others stay what they are.
    for one in sorted(found, key=lambda one: (one.path, one.line or 0, one.column or 0), reverse=True):
        if one.code not in FIXES or one.line is None or one.path.startswith(f"{DISCLAIMERS_FOLDER}/") or not is_to_fix(one):
            continue
        for content in _candidates(files.get(one.path, sources.get(one.path, b"")), one):
            candidate = {**files, one.path: content}
            with contextlib.suppress(HandbillError):
                again = read(candidate)
                left = _findings(again)
                if _count_by_code(left) < _count_by_code(found) and _documents(again) == documents:
                    files, found = candidate, left
                    gone.append(one)
                    break
    return FixedFiles(files, tuple(reversed(gone)))


def _findings(articles: Sequence[Article]) -> dict[Diagnostic, None]:
    """Return the diagnostics of articles, each once, though several include the file that it stands in."""
    return dict.fromkeys(one for article in articles for one in article.diagnostics)


def _count_by_code(found: Iterable[Diagnostic]) -> Counter[str]:
    return Counter(one.code for one in found)


def _documents(articles: Sequence[Article]) -> list[tuple[bytes, ...]]:
    """Return all trees that the exporters are given of the articles."""
    documents = (article.document(name) for article in articles for name in sorted({*BUILT_IN_EXPORTERS, *article.formats()}))
    return [(one.heading, one.abstract, one.body) for one in documents]


def _candidates(content: bytes, one: Diagnostic) -> Iterator[bytes]:
    """Yield what a file may become when a finding is fixed; its line ends and its byte order mark stay."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    lines = _LINE.findall(content[len(mark) :].decode())
    index = (one.line or 1) - 1
    if index < len(lines):
        for changed in FIXES[one.code](lines, index, (one.column or 1) - 1):
            yield mark + "".join(changed).encode()


def _remove_characters(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    yield from _without_match(UNPRINTABLE_RUN, lines, index, column)


def _escape_tag(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    if lines[index][column : column + 1] == "<":
        yield _with_line(lines, index, f"{lines[index][:column]}&lt;{lines[index][column + 1 :]}")


def _remove_end_tag(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    yield from _without_match(_END_TAG, lines, index, column)


def _without_match(pattern: re.Pattern[str], lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    """Yield the lines without what a pattern matches at a place, if it matches there."""
    found = pattern.match(lines[index], column)
    if found:
        yield _with_line(lines, index, lines[index][:column] + lines[index][found.end() :])


def _add_cells(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    above = (line for line in reversed(lines[:index]) if "-" in line and _DELIMITER_ROW.fullmatch(line.rstrip("\r\n")))
    row = lines[index].rstrip("\r\n")
    end = lines[index][len(row) :]
    missing = max(_cells(next(above, "")) - _cells(row), 1)
    for count in (missing, missing + 1):
        closed = row.rstrip() if row.rstrip().endswith("|") else f"{row.rstrip()} |"
        yield _with_line(lines, index, closed + " |" * count + end)


def _cells(row: str) -> int:
    """Return how many cells a row of a table has."""
    inner = row.strip(" \t>\r\n").removeprefix("|")
    return len(_BAR.findall(inner.removesuffix("|"))) + 1


def _remove_comment(lines: Sequence[str], index: int, column: int) -> Iterator[list[str]]:
    text = "".join(lines[index:])
    found = _COMMENT.match(text, column)
    if found is None:
        return
    rest = text[found.end() :]
    before = text[:column]
    if not before.strip() and not rest.split("\n", 1)[0].strip():
        yield [*lines[:index], rest.partition("\n")[2]]
    yield [*lines[:index], before + rest]


def _with_line(lines: Sequence[str], index: int, line: str) -> list[str]:
    return [*lines[:index], line, *lines[index + 1 :]]


FIXES: Mapping[str, Fix] = {
    "control-character": _remove_characters,
    "raw-html": _escape_tag,
    "short-row": _add_cells,
    "unbalanced-html": _remove_end_tag,
    "unused-allowance": _remove_comment,
}
"""By code of a finding, how it is fixed."""


def fix(opened: OpenedPublication, disclaimer: Path | None) -> list[Diagnostic]:
    """Fix in the files of a publication what can be fixed safely, and return the findings that are gone. Raises MachineError.

    `disclaimer` is the file that the command line names in the place of the articles' own. Articles that have a file in common are fixed
    together; where one of them cannot be read, none is.
    """
    disclaimers = Disclaimers(opened.root, opened.publication.language, disclaimer, opened.publication.profiles)
    read = functools.partial(_read, opened, disclaimers)
    readable = []
    for path in opened.articles:
        with contextlib.suppress(HandbillError):
            readable.append((path, set(read([path], {})[0].source.files)))
    all_readable = opened.whole and len(readable) == len(opened.articles)

    def is_to_fix(found: Diagnostic) -> bool:
        # A file that an article includes may be included by one that was not read, so it is not changed.
        unshared = all_readable or any(found.path == path.path for path in opened.articles)
        return unshared and opened.publication.checks.get(found.code) != "off"

    gone: list[Diagnostic] = []
    for paths in _groups_by_files(readable):
        fixed = fixed_files(functools.partial(read, paths), is_to_fix)
        for name, content in fixed.files.items():
            _rewrite(opened.root, name, content)
        gone += [rebase_diagnostic(one, opened.root) for one in fixed.findings]
    return gone


def _read(opened: OpenedPublication, disclaimers: Disclaimers, paths: Iterable[ArticlePath], instead: Mapping[str, bytes]) -> list[Article]:
    return [read_article(opened.root, path.path, opened.publication, path.language, disclaimers.find, instead) for path in paths]


def _groups_by_files(articles: Iterable[tuple[ArticlePath, set[str]]]) -> list[list[ArticlePath]]:
    """Return articles in groups, given each with its files: no two groups have a file in common."""
    groups: list[tuple[list[ArticlePath], set[str]]] = []
    for path, names in articles:
        shared = [group for group in groups if group[1] & names]
        groups = [group for group in groups if group not in shared]
        groups.append(([*(one for group in shared for one in group[0]), path], names.union(*(group[1] for group in shared))))
    return [group[0] for group in groups]


def _rewrite(root: Path, name: str, content: bytes) -> None:
    """Replace a file of the source; it keeps its permissions."""
    mode = (root / name).stat().st_mode
    files.replace(root, name, content)
    (root / name).chmod(stat.S_IMODE(mode))
