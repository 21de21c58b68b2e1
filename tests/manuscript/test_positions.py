"""A message has its place whatever stands before it and however its file is written: each case of cases/messages, its article rewritten.

Each rewriting returns the files that it changes, and for each line of the article where it is now: path, line, and how far to the right.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from articles import PUBLICATION, SETTINGS, write
from commandline import Handbill
from handbill.diagnostics.errors import HandbillError
from handbill.manuscript import front_matter
from handbill.publication.parser import read_publication
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article

CASES = Path(__file__).parents[1] / "cases/messages"
Place = tuple[str, int | None, int | None]
Move = Callable[[int], tuple[str, int, int]]
Rewritten = tuple[Mapping[str, bytes], Move]

OF_THE_FILE = {"no-title", "no-language", "english-words", "no-disclaimer", "bad-language", "no-summary", "reading-grade"}
"""Codes of messages that stand at the beginning of the file, where they mean all of it."""


SLOW = {"front-matter/deep.md"}
"""Two seconds each, and told of the whole file."""

ANOTHER_ARTICLE = {
    *(("empty-article", name) for name in ("after_other_words", "after_code_that_looks_alike")),  # it has a text then
    ("empty-article/blank.md", "after_a_comment_that_looks_alike"),  # its last line is another one then
    ("empty-article/article.md", "after_a_comment_that_looks_alike"),
    ("empty-article/only-a-title.md", "after_a_comment_that_looks_alike"),
    # These are wrong in code too, and what an editor's own eyes could be fooled by in comments.
    *((code, "after_code_that_looks_alike") for code in ("control-character", "not-utf-8", "open-direction", "private-use")),
    *((code, "after_a_comment_that_looks_alike") for code in ("control-character", "not-utf-8", "open-direction")),
    ("empty-article/blank.md", "with_longer_front_matter"),  # without a line, the file's first one is meant
    ("empty-article/blank.md", "in_an_include"),
    ("long-paragraph", "after_tabs"),  # a paragraph's place is its beginning, which is another
    ("long-paragraph", "in_longer_lines"),
    ("front-matter/aliases.md", "with_longer_front_matter"),  # its values are counted from the first one
}
"""Cases, or articles of cases, that a rewriting makes into something else."""


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield each case that is told of an article, the article's path, and the name of each rewriting."""
    for case in sorted(CASES.iterdir()):
        said = (case / "expected.txt").read_text(encoding="utf-8")
        for path in sorted(file.relative_to(case).as_posix() for file in case.rglob("*.md")):
            if path.startswith(("_", "disclaimers/", "parts/_")) or f"{case.name}/{path}" in SLOW:
                continue
            if f"{path}:" in said.replace("publication.toml:", ""):
                names = [name for name in REWRITINGS if not {(case.name, name), (f"{case.name}/{path}", name)} & ANOTHER_ARTICLE]
                yield from ((case.name, path, name) for name in names)


def head_of(content: bytes, path: str) -> int:
    """Return how many lines the front matter takes."""
    try:
        return front_matter.parse_front_matter(content.decode("utf-8-sig", "replace").replace("\r\n", "\n"), path).lines
    except HandbillError:
        return content.count(b"\n", 0, re.search(rb"\n(---|\+\+\+)[ \t]*\r?\n", content).end())  # type: ignore[union-attr]


def with_crlf(path: str, content: bytes) -> Rewritten:
    return {path: re.sub(rb"\r?\n", b"\r\n", content)}, lambda line: (path, line, 0)


def with_mark(path: str, content: bytes) -> Rewritten:
    return {path: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf")}, lambda line: (path, line, 0)


def with_longer_front_matter(path: str, content: bytes) -> Rewritten:
    end = b"\r\n" if b"\r\n" in content else b"\n"
    if head_of(content, path):
        toml = content.startswith(b"+++")
        more = ['keywords = ["naïve", "🙂"]', "# é"] if toml else ["# é 🙂", "keywords:", "- naïve", "- 🙂"]
        first, _, rest = content.partition(end)
        new = end.join([first, *(line.encode() for line in more), rest])
        return {path: new}, lambda line: (path, line + len(more) if line > 1 else line, 0)
    more = ["---", "# 🙂", "keywords:", "- naïve", "---"]
    return {path: end.join([*(line.encode() for line in more), content])}, lambda line: (path, line + len(more), 0)


def in_an_include(path: str, content: bytes) -> Rewritten:
    head = head_of(content, path)
    lines = content.splitlines(keepends=True)
    inner = f"{path.rpartition('/')[0]}/_inner.md".removeprefix("/")
    return {path: b"".join(lines[:head]) + b'--8<-- "_inner.md"\n', inner: content}, lambda line: (path if line <= head else inner, line, 0)


def _inserted(path: str, content: bytes, lines: Callable[[list[bytes], bytes], list[bytes]]) -> Rewritten:
    """Put lines below the title, where there is one; `lines` is given those that follow, and the file's line end."""
    end = b"\r\n" if b"\r\n" in content else b"\n"
    own = content.splitlines(keepends=True)
    at = head_of(content, path)
    at += next((number for number, line in enumerate(own[at : at + 2], 1) if line.startswith(b"# ")), 0)
    more = [end, *lines(own[at:], end), end]
    return {path: b"".join([*own[:at], *more, *own[at:]])}, lambda line: (path, line if line <= at else line + len(more), 0)


def after_other_words(path: str, content: bytes) -> Rewritten:
    return _inserted(path, content, lambda _, end: ["Größe, naïve 🙂 日本語.".encode() + end, end, "“Ünïcödé” — אבג.".encode() + end])


def _copied(lines: list[bytes], end: bytes) -> Iterator[bytes]:
    for line in lines:
        if b"--8<--" not in line:
            yield line.replace(b"-->", b"").replace(b"<!--", b"").rstrip(b"\r\n") + end


def after_code_that_looks_alike(path: str, content: bytes) -> Rewritten:
    return _inserted(path, content, lambda lines, end: [b"~~~~~~" + end, *_copied(lines, end), b"~~~~~~" + end])


def after_a_comment_that_looks_alike(path: str, content: bytes) -> Rewritten:
    return _inserted(path, content, lambda lines, end: [b"<!-- Once:" + end, *_copied(lines, end), b"-->" + end])


def _paragraphs(path: str, lines: list[bytes]) -> set[int]:
    """Return the numbers of lines with which plain paragraphs begin."""
    found: set[int] = set()
    fenced = False
    for number, line in enumerate(lines[1:], 2):
        fenced ^= line.startswith((b"```", b"~~~"))
        underlined = number < len(lines) and re.match(rb"[-=]+\s*$", lines[number])
        if not fenced and not underlined and not lines[number - 2].strip() and re.match(rb"[A-Z]|\xc3", line) and b"|" not in line:
            found.add(number)
    return {number for number in found if number > head_of(b"".join(lines), path)}


def after_tabs(path: str, content: bytes) -> Rewritten:
    """Let each paragraph begin on a line before, and its own first line with a tab."""
    end = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.splitlines(keepends=True)
    begin = _paragraphs(path, lines)
    made = [["Wörter 🙂 davor".encode() + end + b"\t" if number in begin else b"", line] for number, line in enumerate(lines, 1)]

    def move(line: int) -> tuple[str, int, int]:
        return path, line + sum(number <= line for number in begin), int(line in begin)

    return {path: b"".join(part for parts in made for part in parts)}, move


def in_longer_lines(path: str, content: bytes) -> Rewritten:
    """Let each paragraph begin with other words on its first line."""
    words = "Größe 🙂 日本: "
    lines = content.splitlines(keepends=True)
    begin = _paragraphs(path, lines)
    made = [words.encode() * (number in begin) + line for number, line in enumerate(lines, 1)]
    return {path: b"".join(made)}, lambda line: (path, line, len(words) * (line in begin))


REWRITINGS = {
    rewriting.__name__: rewriting
    for rewriting in (
        with_crlf,
        with_mark,
        with_longer_front_matter,
        in_an_include,
        after_other_words,
        after_code_that_looks_alike,
        after_a_comment_that_looks_alike,
        after_tabs,
        in_longer_lines,
    )
}


def messages_of(case: str, path: str, instead: Mapping[str, bytes]) -> list[tuple[str, Place]]:
    root = CASES / case
    publication = read_publication(root) if (root / "publication.toml").exists() else PUBLICATION
    try:
        found = read_article(root, path, publication, "", Disclaimers(root, publication.language).find, instead).diagnostics
    except HandbillError as error:
        found = error.diagnostics
    return in_order([(one.code, (one.path, one.line, one.column)) for one in found])


@functools.cache
def messages_at_first(case: str, path: str) -> list[tuple[str, Place]]:
    return messages_of(case, path, {})


def in_order(found: Iterable[tuple[str, Place]]) -> list[tuple[str, Place]]:
    return sorted(found, key=repr)


def moved(code: str, place: Place, path: str, move: Move) -> Place:
    if place[0] != path or place[1] is None or (code in OF_THE_FILE and place[1:] == (1, 1)):
        return place
    new, line, right = move(place[1])
    return new, line, None if place[2] is None else place[2] + right


@pytest.mark.parametrize(("case", "path", "rewriting"), list(cases()), ids=lambda value: value.removesuffix(".md"))
def test_a_message_keeps_its_place(case: str, path: str, rewriting: str) -> None:
    before = messages_at_first(case, path)
    assert before
    files, move = REWRITINGS[rewriting](path, (CASES / case / path).read_bytes())
    assert messages_of(case, path, files) == in_order((code, moved(code, place, path, move)) for code, place in before)


SHARED = {
    "publication.toml": SETTINGS,
    "b.md": '# B\n\nText.[^x]\n\n--8<-- "_part.md"\n',
    "a.md": '# A\n\nText.\n\n--8<-- "_part.md"\n\n[here](https://example.org/)\n\nMore.[^y]\n',
    "_part.md": "A [dead link](gone.md) and <b>an open one.\n\n![](none.png)\n",
    "disclaimers/general.md": "---\ntitle: D\n---\n\n1. One.\n2. Two.\n",
}


def test_what_several_articles_share_is_told_once_and_all_in_order(tmp_path: Path) -> None:
    write(tmp_path / "source", SHARED)
    told = re.findall(r"^source/(\S+): \w+\[(\S+)\]", Handbill(tmp_path).inside("check", code=3).err, re.MULTILINE)
    assert told == [
        ("_part.md:1:15", "dead-link"),
        ("_part.md:1:28", "unbalanced-html"),
        ("_part.md:3:1", "missing-alt"),
        ("_part.md:3:5", "missing-image"),
        ("a.md:7:1", "vague-link"),
        ("a.md:9:6", "undefined-note"),
        ("b.md:3:6", "undefined-note"),
        ("disclaimers/general.md:5:4", "disclaimer-content"),
    ]
