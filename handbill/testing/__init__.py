"""The contract kit: what every exporter must pass, ours and others'.

Derive a test class from ExporterContract in a module that pytest collects, and name the exporter:

    from handbill.testing import ExporterContract

    class TestHtml(ExporterContract):
        name = "html"

The exporter must be installed, since the kit takes it through its entry point, as handbill does.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import typing
import zipfile
from collections.abc import Iterator
from typing import Any

from handbill.contract import Exporter, ExporterError, Page, Run
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ProofError
from handbill.document import STATEMENT, STATEMENTS, Disclaimer, Document, Words, text_of
from handbill.proof.boxed_notice import Marked, marked_claims, prove_boxed
from handbill.proof.disclaimer import expected, fold, prove
from handbill.registry import load
from handbill.testing.documents import CLAIMS, DISCLAIMER, LONG_DISCLAIMER, PLAIN, TIMESTAMP, TORTURE
from handbill.testing.isolated import Watched, export_isolated

__all__ = ["ExporterContract"]

_FOREIGN = "Zażółć gęślą jaźń, Καλημέρα, Доброе утро, naïve façade, ½ ≥ ⅓, “quoted” – and… done"


def _ignore(found: Diagnostic) -> None:
    """Take what an exporter reports."""


@functools.lru_cache(maxsize=64)
def _exported(name: str, options: Any, document: Document) -> bytes:
    return load(name).export(document, options, Run(TIMESTAMP, _ignore))


@functools.lru_cache(maxsize=16)
def _watched(name: str, options: Any) -> Watched:
    return export_isolated(name, TORTURE, options, TIMESTAMP)


class ExporterContract:
    """The tests of one exporter. `name` is its entry point's; `options` are those to test it with, beside its defaults.

    `boxed_notices` says that it draws boxed notices; an exporter that does not has no handouts of articles with marked claims.
    """

    name: str
    options: typing.ClassVar[dict[str, Any]] = {}
    boxed_notices: typing.ClassVar[bool] = False

    @property
    def exporter(self) -> Exporter[Any]:
        """The exporter, as the registry loads it."""
        return load(self.name)

    def chosen(self) -> Any:
        """Return the options to test with."""
        return self.exporter.options_type(**self.options)

    def export(self, document: Document) -> bytes:
        """Return the handout of a document."""
        return _exported(self.name, self.chosen(), document)

    def blanked(self, handout: bytes, disclaimer: Disclaimer) -> Iterator[bytes]:
        """Yield handouts in whose bytes the disclaimer was blanked out.

        This one blanks text that stands in the bytes as UTF-8, in a zip archive's members too. A format that is compressed or encoded
        in another way needs its own.
        """
        if zipfile.is_zipfile(io.BytesIO(handout)):
            yield _rezipped(handout, disclaimer)
        else:
            yield _blank(handout, disclaimer)

    def test_it_is_what_it_says(self) -> None:
        exporter = self.exporter
        assert exporter.name == self.name
        assert re.fullmatch(r"\.[a-z0-9.]+", exporter.suffix), "the suffix begins with a dot"
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", exporter.media_type), "the media type is one of IANA's form"
        assert dataclasses.is_dataclass(exporter.options_type)
        assert hash(self.chosen()) == hash(self.chosen()), "options are a frozen dataclass"
        for item in dataclasses.fields(exporter.options_type):
            assert item.default is not dataclasses.MISSING, f"the option {item.name} has a default"
            assert item.metadata.get("help"), f"the option {item.name} says what it does"

    def test_the_same_input_gives_the_same_bytes(self) -> None:
        assert self.exporter.export(TORTURE, self.chosen(), Run(TIMESTAMP, _ignore)) == self.export(TORTURE)

    def test_another_process_on_another_day_gives_the_same_bytes(self) -> None:
        watched = _watched(self.name, self.chosen())
        assert watched.handout == self.export(TORTURE)

    def test_it_opens_no_file_of_the_folder_and_no_connection(self) -> None:
        watched = _watched(self.name, self.chosen())
        assert watched.opened == (), "assets come from the document, not from the disk"
        assert watched.connected == ()

    def test_nothing_is_logged_or_printed_that_is_not_reported(self) -> None:
        watched = _watched(self.name, self.chosen())
        assert watched.logged == ()
        assert watched.printed == ""

    def test_the_document_is_not_changed(self) -> None:
        before = dataclasses.asdict(TORTURE)
        self.exporter.export(TORTURE, self.chosen(), Run(TIMESTAMP, _ignore))
        assert dataclasses.asdict(TORTURE) == before

    def test_a_disclaimer_stands_whole_and_alone(self) -> None:
        for document in (PLAIN, TORTURE):
            self._proven(document)

    def test_a_disclaimer_of_several_pages_with_lists_stands_whole_and_alone(self) -> None:
        self._proven(dataclasses.replace(PLAIN, disclaimer=LONG_DISCLAIMER))

    def test_a_disclaimer_can_stand_in_front(self) -> None:
        for disclaimer in (DISCLAIMER, LONG_DISCLAIMER):
            self._proven(dataclasses.replace(TORTURE, disclaimer=disclaimer, disclaimer_position="front"))

    def test_the_disclaimer_stands_where_it_is_asked_for(self) -> None:
        front = self._proven(dataclasses.replace(TORTURE, disclaimer_position="front"))
        end = self._proven(dataclasses.replace(TORTURE, disclaimer_position="end"))
        assert front < end

    def test_non_ascii_text_comes_through(self) -> None:
        body = f"<body><p>{_FOREIGN}</p></body>".encode()
        foreign = dataclasses.replace(PLAIN, body=body, disclaimer=dataclasses.replace(DISCLAIMER, body=body, title="Hinweis für Ärzte"))
        self._proven(foreign)
        shown = "".join(fold(page.body) for page in self.exporter.pages(self.export(foreign)))
        assert shown.count(fold(_FOREIGN)) == 2

    def test_the_article_is_there_whole(self) -> None:
        pages = self.exporter.pages(self.export(TORTURE))
        shown = "".join(fold(page.body) for page in pages)
        for block in TORTURE.tree().iter("p", "td", "th", "dt", "h2", "h3", "h4", "figcaption", "caption"):
            for text in _runs(block):
                # A cell's lines stand beside other cells' lines where a table is drawn with characters.
                pieces = text.split() if block.tag in ("td", "th") else [text]
                for piece in pieces:
                    assert fold(piece) in shown, f"{piece!r} is missing"

    def test_every_page_of_the_article_carries_the_notice(self) -> None:
        pages = self.exporter.pages(self.export(TORTURE))
        without = dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, notice=""))
        wanted = expected(DISCLAIMER, Words())
        prove(pages, wanted)
        self._fails(self.exporter.pages(self.export(without)), DISCLAIMER)

    def test_a_handout_whose_disclaimer_is_another_fails_the_proof(self) -> None:
        body = DISCLAIMER.body.replace(b"not medical advice", b"some medical advice")
        other = dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, body=body))
        self._fails(self.exporter.pages(self.export(other)), DISCLAIMER)

    def test_a_handout_whose_disclaimer_is_blanked_out_fails_the_proof(self) -> None:
        handout = self.export(TORTURE)
        for changed in self.blanked(handout, DISCLAIMER):
            assert changed != handout
            try:
                pages = self.exporter.pages(changed)
            except ExporterError:
                continue
            self._fails(pages, DISCLAIMER)

    def test_marked_claims_stand_with_their_boxed_notice_or_have_no_handout(self) -> None:
        marked = marked_claims(CLAIMS)
        assert marked is not None
        self._proven(CLAIMS)
        pages = self.exporter.pages(self.export(CLAIMS))
        if self.boxed_notices:
            prove_boxed(pages, marked)
        else:
            assert _lacks_box(pages, marked), "it draws boxed notices: say so, boxed_notices = True, so that the kit holds it to them"

    def test_a_boxed_notice_of_another_number_is_found_out(self) -> None:
        marked = marked_claims(CLAIMS)
        assert marked is not None
        other = dataclasses.replace(CLAIMS, body=CLAIMS.body.replace(STATEMENTS.encode(), STATEMENT.encode()))
        assert other != CLAIMS
        assert _lacks_box(self.exporter.pages(self.export(other)), marked)

    def test_what_is_no_handout_is_refused_or_has_no_disclaimer(self) -> None:
        handout = self.export(PLAIN)
        for wrong in (b"", b"\x00\xff\xfe no handout", handout[: len(handout) // 2]):
            try:
                pages = self.exporter.pages(wrong)
            except ExporterError:
                continue
            self._fails(pages, PLAIN.disclaimer)

    def _proven(self, document: Document) -> int:
        """Return the first page of the disclaimer in a document's handout, which is proven."""
        wanted = expected(document.disclaimer, document.words, document.disclaimer_position)
        return prove(self.exporter.pages(self.export(document)), wanted).first

    def _fails(self, pages: typing.Sequence[Page], disclaimer: Disclaimer) -> None:
        try:
            proof = prove(pages, expected(disclaimer, Words()))
        except ProofError:
            return
        raise AssertionError(f"the disclaimer was found on page {proof.first}, where it is not")


def _lacks_box(pages: typing.Sequence[Page], marked: Marked) -> bool:
    try:
        prove_boxed(pages, marked)
    except ProofError:
        return True
    return False


def _runs(block: Any) -> Iterator[str]:
    """Yield the pieces of text of a block between its inner blocks, notes and line breaks."""
    pieces = [str(block.text or "")]
    for child in block:
        if child.tag in ("em", "strong", "code", "abbr", "span", "kbd"):
            pieces[-1] += text_of(child)
        else:
            pieces.append("")
        pieces[-1] += str(child.tail or "")
    yield from (piece for piece in pieces if piece.strip())


def _blank(content: bytes, disclaimer: Disclaimer) -> bytes:
    """Put spaces in the place of every long word of the disclaimer: words, because lines are broken between them."""
    for word in set(re.findall(r"[A-Za-z]{6,}", text_of(disclaimer.tree()))):
        content = content.replace(word.encode(), b" " * len(word))
    return content


def _rezipped(archive: bytes, disclaimer: Disclaimer) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, _blank(old.read(entry), disclaimer), compress_type=entry.compress_type)
    return out.getvalue()
