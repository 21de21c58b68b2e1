"""What must hold of any input: handouts that are proven, strictly parsed and whole, or an error with a place; anything else is a Defect."""

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
from fuzzing.composed import Composed
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
from test_same_words import BLOCKS, blocks, first_place, in_cell, own_text, tokens

__all__ = ["Case", "Defect", "Verdict", "hold", "limited"]

SECONDS = 20
"""How long one input may take: reading, three formats, reading back. The slowest that is none takes a tenth of it."""
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


_APART = "\f"


class Defect(AssertionError):  # noqa: N818 - it is what is searched for, not an error of the search
    """What must never be; `signature` tells one cause from another."""

    def __init__(self, signature: str, told: str) -> None:
        super().__init__(f"{signature}\n{told}")
        self.signature = signature


@dataclass(frozen=True, slots=True)
class Case:
    """A publication to try: its files beside those of FILES, and what its article is known to say."""

    files: Mapping[str, bytes]
    says: Composed | None = field(default=None, repr=False)

    @property
    def sane(self) -> bool:
        """Whether nothing but articles was made up, so that each handout must pass its proof."""
        return all(name.endswith(".md") and "/" not in name for name in self.files)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an input: the handouts by file name, and the codes of the errors where it was refused."""

    handouts: Mapping[str, bytes] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


class _TooLong(BaseException):
    """The time is over; not an Exception, so that nothing takes it for a failure of its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise a Defect where what is done within takes longer, in time of the processor: others may be at work on it too."""

    def over(number: int, frame: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except _TooLong as error:
        raise Defect(f"hang: {_place(error)}", f"not done after {seconds} s\n{''.join(traceback.format_exception(error))}") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def hold(root: Path, case: Case, formats: Sequence[str] = ("text", "epub")) -> Verdict:
    """Read the publication, make its handouts in these formats, and return what became of it. Raises Defect."""
    write(root, {**FILES, **case.files})
    with limited(SECONDS):
        try:
            return _held(root, case, formats)
        except HandbillError as error:
            raise Defect(f"unlocated: {error.diagnostics[0].code}", str(error)) from None
        except Defect:
            raise
        except Exception as error:
            raise Defect(f"{type(error).__name__}: {_place(error)}", "".join(traceback.format_exception(error))) from None


def _place(error: BaseException) -> str:
    """Return the innermost function of handbill in a traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/handbill/" in frame.filename or "/exporters/" in frame.filename] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].name}"


def _held(root: Path, case: Case, formats: Sequence[str]) -> Verdict:
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
        _placed(root, article.diagnostics)
        for edition in editions:
            document = article.document(edition.exporter.name)
            if faults := vocabulary.faults(document):
                raise Defect(f"tree: {re.sub('[0-9]+', '', faults[0])[:40]}", "\n".join(faults))
            made, pages = _made(article, document, edition, case)
            if isinstance(made, Failed):
                refused += [found.code for found in made.diagnostics]
                continue
            handouts[f"{path.base}-{edition.name}{edition.exporter.suffix}"] = made.content
            _strictly_parsed(edition.exporter.name, made.content)
            shown = "\n".join(page.body for page in pages)
            if edition.exporter.name != "text" or not _goes_out_of_sight(made.content.decode()):
                _whole(document, shown, edition.exporter.name)
            if case.says is not None and path.path == "article.md":
                _says(case.says, shown, edition.exporter.name)
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
    """Return the refusal, if it is one that a person can act upon: of its class, and with the place."""
    if error.exit_code not in codes:
        raise Defect(f"exit code {error.exit_code}: {error.diagnostics[0].code}", str(error))
    errors = [found for found in error.diagnostics if found.severity is Severity.ERROR]
    if not errors:
        raise Defect("refused without an error", str(error))
    _placed(root, error.diagnostics)
    return Verdict(refused=tuple(found.code for found in errors))


def _placed(root: Path, diagnostics: Sequence[Diagnostic]) -> None:
    """Hold every message to the form: a file that is there, a line of it, a column of that; a code; text on one line."""
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


def _made(article: Article, document: Document, edition: Edition, case: Case) -> tuple[Made | Failed, list[Page]]:
    """Return what came of a job, and the pages that its proof was given: reading them once more would cost as much again."""
    name = edition.exporter.name
    wanted = expected_disclaimer(document.disclaimer, document.words, document.disclaimer_position)
    read: list[Page] = []

    def proven(pages: Sequence[Page], wanted: ExpectedDisclaimer) -> Proof:
        read.extend(pages)
        return prove_disclaimer(pages, wanted)

    with mock.patch("handbill.proof.acceptance.prove_disclaimer", proven):
        outcome = run_job(Job("x", name, edition.options, document, wanted, timestamp_of(article, {})))
    if isinstance(outcome, Crash):
        place = re.findall(r'/(\w+\.py)", line \d+, in (\w+)', outcome.traceback)[-1]
        raise Defect(f"{outcome.message.partition(':')[0]}: {name}: {':'.join(place)}", outcome.traceback)
    if isinstance(outcome, Failed):
        told = "\n".join(map(str, outcome.diagnostics))
        if outcome.exit_code not in ({5} if case.sane else {5, 6}):
            raise Defect(f"exit code {outcome.exit_code}: {name}: {outcome.diagnostics[0].code}", told)
    return outcome, read


def _strictly_parsed(name: str, content: bytes) -> None:
    """Parse a handout by the strictest of parsers for its format."""
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
    """Return the letters and digits of a text, in one case, without what lines and hyphens do to them."""
    joined = re.sub(r"\u2010\s*\n\s*", "", text)
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", joined))).casefold()


def _goes_out_of_sight(text: str) -> bool:
    """Tell whether so many lines without a letter, or blanks, follow one another that what comes then is not read back."""
    wordy = [any(map(str.isalnum, line)) for line in text.split("\n")]
    return bool(re.search(r"\s{201}", text)) or any(not has and len(list(lines)) > 10 for has, lines in itertools.groupby(wordy))


def _whole(document: Document, shown: str, name: str) -> None:
    """See that each block of the document is shown, one after the other, by its words; and where those cannot tell, by its letters."""
    read, letters = tokens(shown), _letters(shown)
    body = document.tree()
    notes = body.find("section[@class='notes']")
    if notes is not None:
        body.remove(notes)
    if name == "text":
        # Numbers in brackets stand where links end and notes are called, in the middle of words too; and readings in brackets of their own.
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
            # What is turned about is read back as something that nobody can read.
            continue
        runs = [run for piece in own_text(element, _APART).split(_APART) if (run := tokens(piece))]
        # What stands beside others, or around blocks of its own, does not say where the next is.
        leads = not in_cell(element) and len(runs) == 1 and next(element.iterchildren(*BLOCKS, "ul", "ol", "dl", "table"), None) is None
        for run in runs:
            squeezed = _letters("".join(run))
            at = letters.find(squeezed, position)
            if at >= 0:
                position = at if leads else position
                continue
            # Numbers in brackets may be the article's own.
            if name == "text" and re.search(r"\[\d+\]", own_text(element)) and squeezed in _letters(shown):
                continue
            # Something stands in between: a page's end, a note, a row's other cells; or its letters are turned about by their direction.
            place = first_place(read, run, start)
            if place is not None:
                start = place - len(run) if leads else start
                continue
            if Counter(squeezed) - Counter(letters) or (name != "pdf" and not in_cell(element)):
                raise Defect(f"lost: {name}: {element.tag}", f"{' '.join(run)!r} is not where it belongs in\n{shown}")


def _says(article: Composed, shown: str, name: str) -> None:
    """See that the words of an article stand where they were written, and none is lost or doubled by the reader."""
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
