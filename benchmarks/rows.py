"""The measured builds: one article, a library, the library after a change, ten thousand articles, a book, books of growing length.

Each function of ROWS writes its content, runs the commands of handbill and its peers, and yields rows of results.
"""

from __future__ import annotations

import math
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from content import DISCLAIMER, write_article, write_book, write_library
from measuring import Command, Cost, in_turn, peak_memory, run
from peers import Peer, peers, weasyprint_alone

__all__ = ["ROWS", "Row"]

HANDBILL = "handbill"
_WORKERS = 2
_CHAPTERS = (15, 30, 60, 120)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of results: the costs of each program, handbill first; its peak memory in bytes; a note."""

    title: str
    costs: Mapping[str, list[Cost]]
    memory: Mapping[str, int]
    note: str = ""


def _handbill(publication: Path, output: Path, *options: str, prepare: Callable[[], object] | None = None) -> Command:
    """Return a build by handbill, into an empty folder unless `prepare` does something else."""
    arguments = [str(Path(sys.executable).parent / HANDBILL), "build", str(publication), "-o", str(output), "-q", "-j", str(_WORKERS)]
    return Command([*arguments, *options], publication.parent, prepare or (lambda: shutil.rmtree(output, ignore_errors=True)))


def _make_empty(output: Path) -> None:
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)


def _script(peer: Peer, publication: Path, output: Path, formats: tuple[str, ...] = ("pdf", "epub", "text")) -> Command:
    """Return a peer's run over all articles, two of them at a time, each format a process as it is used."""
    scripts = output.with_name(f"{output.name}-commands")
    shutil.rmtree(scripts, ignore_errors=True)
    scripts.mkdir(parents=True)
    for number, article in enumerate(sorted(publication.rglob("*.md"))):
        if article.parent.name != "disclaimers":
            commands = peer.commands(article, publication, output)
            text = "\n".join(shlex.join(commands[name]) for name in formats)
            (scripts / f"{number:05}.sh").write_text(f"set -e\n{text}\n", encoding="utf-8")
    line = f"ls {shlex.quote(str(scripts))}/*.sh | xargs -P {_WORKERS} -n 1 sh"
    return Command(["sh", "-c", line], publication.parent, lambda: _make_empty(output), peer.environment)


def _measure(title: str, commands: Mapping[str, Command], rounds: int, note: str = "") -> Row:
    costs = in_turn(commands, rounds)
    return Row(title, costs, {name: peak_memory(command) for name, command in commands.items()}, note)


def article(folder: Path, rounds: int) -> Iterator[Row]:
    """Build one article, cold, in all three formats."""
    publication = folder / "article"
    write_article(publication)
    commands = {HANDBILL: _handbill(publication, folder / "article-handbill")}
    commands |= {peer.name: _script(peer, publication, folder / f"article-{peer.engine}") for peer in peers(folder / "tools")}
    yield _measure("One article, cold, three formats", commands, rounds)


def library(folder: Path, rounds: int, articles: int = 200) -> Iterator[Row]:
    """Build a library, two at a time; then unchanged, and changed in one place."""
    publication, output = folder / "library", folder / "library-handbill"
    write_library(publication, articles)
    commands = {HANDBILL: _handbill(publication, output)}
    commands |= {peer.name: _script(peer, publication, folder / f"library-{peer.engine}") for peer in peers(folder / "tools")}
    yield _measure(f"A library of {articles} articles, three formats, two at a time", commands, max(1, rounds // 3))
    yield from _changed_library(publication, output, rounds)


def _changed_library(publication: Path, output: Path, rounds: int) -> Iterator[Row]:
    first = next(file for file in sorted(publication.rglob("*.md")) if file.parent.name != "disclaimers")
    disclaimer, settings = publication / "disclaimers" / f"{DISCLAIMER}.md", publication / "publication.toml"
    texts = {file: file.read_text(encoding="utf-8") for file in (first, disclaimer, settings)}
    turn = 0

    def append_to(file: Path, added: str) -> Callable[[], None]:
        def change() -> None:
            nonlocal turn
            turn += 1
            file.write_text(texts[file] + added.format(turn), encoding="utf-8")

        return change

    run(_handbill(publication, output, prepare=lambda: None))
    yield _measure("The same library, unchanged", {HANDBILL: _handbill(publication, output, prepare=lambda: None)}, rounds)
    edit = append_to(first, "\n\nOne paragraph more: {}.\n")
    yield _measure("One article edited", {HANDBILL: _handbill(publication, output, prepare=edit)}, rounds)
    style = append_to(settings, "\n[editions.text]\nwidth = 1{0:02}\n")
    yield _measure(
        "One option of one edition (text) changed", {HANDBILL: _handbill(publication, output, prepare=style)}, max(1, rounds // 3)
    )
    reword = append_to(disclaimer, "\n\nChanged for the time number {}.\n")
    full = _handbill(publication, sibling_folder(output, "full"))
    commands = {HANDBILL: _handbill(publication, output, prepare=reword), "handbill, all built anew": full}
    yield _measure("The disclaimer edited", commands, max(1, rounds // 3))


def sibling_folder(output: Path, ending: str) -> Path:
    """Return a folder beside another one, its name with an ending."""
    return output.with_name(f"{output.name}-{ending}")


def many(folder: Path, rounds: int, articles: int = 10_000) -> Iterator[Row]:
    """Build many articles in all formats, once, then unchanged."""
    publication, output = folder / "many", folder / "many-handbill"
    write_library(publication, articles)
    command = _handbill(publication, output)
    command.prepare()
    cost = run(command)
    note = f"{articles / cost.wall:.2f} articles a second"
    yield Row(f"{articles:,} articles, three formats, two at a time", {HANDBILL: [cost]}, {}, note)
    yield _measure(f"{articles:,} articles, unchanged", {HANDBILL: _handbill(publication, output, prepare=lambda: None)}, rounds)


def book(folder: Path, rounds: int) -> Iterator[Row]:
    """Build a book of 106,000 words: PDF, EPUB, text."""
    publication = folder / "book"
    write_book(publication)
    typst, weasyprint = peers(folder / "tools")
    rounds = max(1, rounds // 3)
    alone = folder / "book-alone"
    commands = {
        HANDBILL: _handbill(publication, folder / "book-pdf", "-t", "pdf"),
        "WeasyPrint alone, untagged": Command(
            weasyprint_alone(publication / "book.md", publication, alone), publication, lambda: _make_empty(alone), weasyprint.environment
        ),
        typst.name: _script(typst, publication, folder / "book-typst", ("pdf",)),
    }
    yield _measure("A book, PDF", commands, rounds)
    for name in ("epub", "text"):
        commands = {
            HANDBILL: _handbill(publication, folder / f"book-{name}", "-t", name),
            "pandoc": _script(typst, publication, folder / f"book-pandoc-{name}", (name,)),
        }
        yield _measure(f"A book, {name}", commands, rounds)


def growth(folder: Path, rounds: int) -> Iterator[Row]:
    """Build PDFs of a hundred to eight hundred pages, to see how time and memory grow."""
    import pypdfium2

    sizes: list[tuple[int, float, int]] = []
    for chapters in _CHAPTERS:
        publication, output = folder / f"book-{chapters}", folder / f"book-{chapters}-pdf"
        write_book(publication, chapters)
        command = _handbill(publication, output, "-t", "pdf")
        costs = {HANDBILL: [run(command) for _ in range(max(1, rounds // 5))]}
        memory = peak_memory(command)
        pages = len(pypdfium2.PdfDocument(output / "book.pdf"))
        sizes.append((pages, median(cost.cpu for cost in costs[HANDBILL]), memory))
        yield Row(f"A book of {pages} pages, PDF", costs, {HANDBILL: memory})
    (few, short, small), (much, long, large) = sizes[0], sizes[-1]
    exponent = math.log(long / short) / math.log(much / few)
    page = (large - small) / (much - few) / 1e6
    yield Row("Growth", {}, {}, f"time grows with the pages to the power of {exponent:.2f}, memory by {page:.2f} MB a page")


ROWS: Mapping[str, Callable[[Path, int], Iterator[Row]]] = {
    "article": article,
    "library": library,
    "book": book,
    "growth": growth,
    "many": many,
}
