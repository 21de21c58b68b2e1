"""Invariants of a build for any input, checked in one process.

Each article becomes handouts that are proven, that strict parsers accept, and that contain every word, or it is refused by an error that
has a place. `check_case` reads a Case, makes its handouts and returns a Verdict; a violation is raised as a Defect.
"""

from __future__ import annotations

import functools
import io
import itertools
import re
import signal
import traceback
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pikepdf
from lxml import etree

import vocabulary
from articles import DISCLAIMER, PUBLICATION, write
from block_words import BLOCKS, blocks, first_place, in_cell, own_text, tokens
from fuzzing.known_words import KnownWords
from handbill.builder.plan import Edition, editions_of, timestamp_of
from handbill.contract import Page
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError
from handbill.document import Document
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof, expected_disclaimer, prove_disclaimer
from handbill.publication.discovery import article_paths
from handbill.publication.parser import read_publication
from handbill.publication.settings import Publication
from handbill.reader.article import Article
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article
from handbill.rendering.job import Crash, Failed, Job, Made
from handbill.rendering.worker import run_job
from handbill.testing.documents import png

__all__ = ["Case", "Defect", "Verdict", "check_case", "limited"]

SECONDS = 20
"""Processor time that one input may take: reading, three formats, reading back. The slowest sound input takes a tenth of it."""
FILES: dict[str, str | bytes] = {
    "figures/plain.png": png(),
    "figures/drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><path d='M0 0h9v9z'/></svg>",
    "figures/theme.css": "p { color: #333 }\n",
    "_part.md": "A part that is *included*.\n\n- with a list\n",
    "_other.md": "# Other\n\nText.\n",
}
FILES |= {
    f"disclaimers/general.{tag}.md": DISCLAIMER.replace("---\n", f"---\nlang: {tag}\n", 1) for tag in ("es", "de-DE-1996", "und", "no")
}


_SEPARATOR = "\f"


class Defect(AssertionError):  # noqa: N818 - the result of a search, not an error in it
    """A violation of an invariant; defects of one cause have the same `signature`."""

    def __init__(self, signature: str, details: str) -> None:
        super().__init__(f"{signature}\n{details}")
        self.signature = signature


@dataclass(frozen=True, slots=True)
class Case:
    """A publication to try: its files beside those of FILES, and the words of its article where they are known."""

    files: Mapping[str, bytes]
    known: KnownWords | None = field(default=None, repr=False)

    @property
    def sane(self) -> bool:
        """True if only articles are generated, so that each handout must pass its proof."""
        return all(name.endswith(".md") and "/" not in name for name in self.files)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a case: the handouts by file name, and the codes of the errors of what was refused."""

    handouts: Mapping[str, bytes] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


class _TooLong(BaseException):
    """The time limit is exceeded; a BaseException, so that no handler in handbill catches it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise a Defect where the block takes more seconds of processor time, which other processes do not affect."""

    def stop(number: int, frame: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except _TooLong as error:
        raise Defect(f"hang: {_place(error)}", f"not done after {seconds} s\n{''.join(traceback.format_exception(error))}") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def check_case(root: Path, case: Case, formats: Sequence[str] = ("text", "epub")) -> Verdict:
    """Write the publication, make its handouts in these formats, and return the result. Raises Defect."""
    write(root, {**FILES, **case.files})
    with limited(SECONDS):
        try:
            return _check(root, case, formats)
        except HandbillError as error:
            raise Defect(f"unlocated: {error.diagnostics[0].code}", str(error)) from None
        except Defect:
            raise
        except Exception as error:
            raise Defect(f"{type(error).__name__}: {_place(error)}", "".join(traceback.format_exception(error))) from None


def _place(error: BaseException) -> str:
    """Return the innermost frame of handbill in a traceback, as FILE:FUNCTION."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/handbill/" in frame.filename or "/exporters/" in frame.filename] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].name}"


def _check(root: Path, case: Case, formats: Sequence[str]) -> Verdict:
    try:
        publication, editions = _settings(root, case, formats)
    except HandbillError as error:
        return _refused(root, error, {4})
    handouts: dict[str, bytes] = {}
    refused: list[str] = []
    disclaimers = Disclaimers(root, publication.language)
    for path in article_paths(root):
        if path.path not in case.files:
            continue
        try:
            article = read_article(root, path.path, publication, path.language, disclaimers.find)
        except HandbillError as error:
            refused += _refused(root, error, {3}).refused
            continue
        _check_places(root, article.diagnostics)
        for edition in editions:
            document = article.document(edition.exporter.name)
            if faults := vocabulary.faults(document):
                raise Defect(f"tree: {re.sub('[0-9]+', '', faults[0])[:40]}", "\n".join(faults))
            made, pages = _make(article, document, edition, case)
            if isinstance(made, Failed):
                refused += [found.code for found in made.diagnostics]
                continue
            handouts[f"{path.base}-{edition.name}{edition.exporter.suffix}"] = made.content
            _check_syntax(edition.exporter.name, made.content)
            shown = "\n".join(page.body for page in pages)
            if edition.exporter.name != "text" or not _hides_text(made.content.decode()):
                _check_blocks(document, shown, edition.exporter.name)
            if case.known is not None and path.path == "article.md":
                _check_known_words(case.known, shown, edition.exporter.name)
    return Verdict(handouts, tuple(refused))


def _settings(root: Path, case: Case, formats: Sequence[str]) -> tuple[Publication, list[Edition]]:
    if "publication.toml" not in case.files:
        return PUBLICATION, [edition for edition in _default_editions() if edition.exporter.name in formats]
    publication = read_publication(root)
    return publication, [edition for edition in editions_of(publication, (), ()) if edition.exporter.name in formats]


@functools.cache
def _default_editions() -> list[Edition]:
    return editions_of(PUBLICATION, (), ())


def _refused(root: Path, error: HandbillError, codes: set[int]) -> Verdict:
    """Return the refusal of an input. Raises Defect where its exit code is not one of `codes` or its messages lack places."""
    if error.exit_code not in codes:
        raise Defect(f"exit code {error.exit_code}: {error.diagnostics[0].code}", str(error))
    errors = [found for found in error.diagnostics if found.severity is Severity.ERROR]
    if not errors:
        raise Defect("refused without an error", str(error))
    _check_places(root, error.diagnostics)
    return Verdict(refused=tuple(found.code for found in errors))


def _check_places(root: Path, diagnostics: Sequence[Diagnostic]) -> None:
    """Check that each message names an existing file, a line of it and a column of that, and that its code has the form of codes."""
    for found in diagnostics:
        file = root / found.path
        if not found.path or not (file.is_file() or found.path == "publication.toml"):
            raise Defect(f"unlocated: {found.code}", str(found))
        if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", found.code):
            raise Defect(f"code: {found.code}", str(found))
        if found.line is None:
            continue
        lines = file.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not 1 <= found.line <= len(lines) or not 1 <= (found.column or 1) <= len(lines[found.line - 1]) + 1:
            raise Defect(f"misplaced: {found.code}", f"{found}\n{lines!r}")


def _make(article: Article, document: Document, edition: Edition, case: Case) -> tuple[Made | Failed, list[Page]]:
    """Make a handout, and return it with the pages that its proof read: reading them again would double the cost."""
    name = edition.exporter.name
    wanted = expected_disclaimer(document.disclaimer, document.disclaimer_position)
    read: list[Page] = []

    def recording_prove(pages: Sequence[Page], wanted: ExpectedDisclaimer) -> Proof:
        read.extend(pages)
        return prove_disclaimer(pages, wanted)

    with mock.patch("handbill.proof.acceptance.prove_disclaimer", recording_prove):
        outcome = run_job(Job("x", name, edition.options, document, wanted, timestamp_of(article, {})))
    if isinstance(outcome, Crash):
        place = re.findall(r'/(\w+\.py)", line \d+, in (\w+)', outcome.traceback)[-1]
        raise Defect(f"{outcome.message.partition(':')[0]}: {name}: {':'.join(place)}", outcome.traceback)
    if isinstance(outcome, Failed):
        details = "\n".join(map(str, outcome.diagnostics))
        if outcome.exit_code not in ({5} if case.sane else {5, 6}):
            raise Defect(f"exit code {outcome.exit_code}: {name}: {outcome.diagnostics[0].code}", details)
    return outcome, read


def _check_syntax(name: str, content: bytes) -> None:
    """Parse a handout by the strictest parser for its format. Raises Defect."""
    if name == "epub":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.testzip() is not None:
                raise Defect("strict: zip", archive.testzip() or "")
            for member in archive.namelist():
                if member.endswith((".xhtml", ".opf", ".ncx", ".xml", ".svg")):
                    etree.fromstring(archive.read(member), etree.XMLParser(resolve_entities=False))
    elif name == "pdf":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if problems := pdf.check_pdf_syntax():
                raise Defect("strict: pdf", "\n".join(problems))
    elif bad := re.search("[\x00-\x08\x0b\x0d-\x1f\x7f-\x9f]", content.decode("utf-8")):
        raise Defect("strict: text", repr(bad))


def _letters(text: str) -> str:
    """Return the letters and digits of a text, case-folded, without line breaks and the hyphens that divide words."""
    joined = re.sub(r"\u2010\s*\n\s*", "", text)
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", joined))).casefold()


def _hides_text(text: str) -> bool:
    """Return whether a text has so many blanks or lines without letters in a row that what follows counts as hidden."""
    wordy = [any(map(str.isalnum, line)) for line in text.split("\n")]
    return bool(re.search(r"\s{201}", text)) or any(not has and len(list(lines)) > 10 for has, lines in itertools.groupby(wordy))


def _check_blocks(document: Document, shown: str, name: str) -> None:
    """Check that each block of the document is in the handout's text, in order: by its words, or by its letters where they are divided.

    Raises Defect.
    """
    read, letters = tokens(shown), _letters(shown)
    body = document.tree()
    notes = body.find("section[@class='notes']")
    if notes is not None:
        body.remove(notes)
    if name == "text":
        # Numbers in brackets follow links and calls of notes, within words too. Readings of ruby have brackets of their own.
        letters = _letters(re.sub(r"\[\d+\]", "", shown))
        for element in [element for part in (body, notes) if part is not None for element in part.iter("a", "rt")]:
            if element.get("class") == "noteref":
                element.text = None
            elif element.tag == "rt":
                element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
    position = start = 0
    for element, _ in [*blocks(body), *(blocks(notes) if notes is not None else [])]:
        if notes is not None and notes in element.iterancestors():
            position = start = 0
        if element.find(".//bdo") is not None or any(outer.tag == "bdo" for outer in element.iterancestors()):
            # Text under <bdo> is read back in reverse order.
            continue
        runs = [run for piece in own_text(element, _SEPARATOR).split(_SEPARATOR) if (run := tokens(piece))]
        # A cell, and a block around other blocks, does not determine where the next block begins.
        leads = not in_cell(element) and len(runs) == 1 and next(element.iterchildren(*BLOCKS, "ul", "ol", "dl", "table"), None) is None
        for run in runs:
            squeezed = _letters("".join(run))
            at = letters.find(squeezed, position)
            if at >= 0:
                position = at if leads else position
                continue
            # The numbers in brackets may belong to the article.
            if name == "text" and re.search(r"\[\d+\]", own_text(element)) and squeezed in _letters(shown):
                continue
            # Between the words there may be the end of a page, a note or other cells; and right-to-left letters are in another order.
            place = first_place(read, run, start)
            if place is not None:
                start = place - len(run) if leads else start
                continue
            if Counter(squeezed) - Counter(letters) or (name != "pdf" and not in_cell(element)):
                raise Defect(f"lost: {name}: {element.tag}", f"{' '.join(run)!r} is not where it belongs in\n{shown}")


def _check_known_words(article: KnownWords, shown: str, name: str) -> None:
    """Check that each known word of an article is in the handout once, and those of the body in order. Raises Defect."""
    read = tokens(shown)
    position = 0
    for block in [*article.body, *article.aside]:
        for word in block:
            if read.count(word) != 1:
                raise Defect(f"{'doubled' if word in read else 'lost'}: reader: {name}", f"{word!r} in\n{article.text}\nshown as\n{shown}")
    for block in article.body:
        places = [read.index(word) for word in block]
        if places != sorted(places) or places[0] < position:
            raise Defect(f"order: reader: {name}", f"{block!r} in\n{article.text}\nshown as\n{shown}")
        position = places[-1]
