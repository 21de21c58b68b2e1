"""The contract kit: the tests that every exporter must pass, handbill's own and those of plug-ins.

Derive a test class from ExporterContract in a module that pytest collects, and give the exporter's name:

    from handbill.testing import ExporterContract

    class TestHtml(ExporterContract):
        name = "html"

The exporter must be installed, because the kit loads it by its entry point, as handbill does.
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
from handbill.proof.boxed_notice import MarkedClaims, marked_claims, prove_boxed_notice
from handbill.proof.disclaimer import expected_disclaimer, fold, prove_disclaimer
from handbill.registry import load
from handbill.testing.documents import CLAIMS, DISCLAIMER, LONG_DISCLAIMER, PLAIN, TIMESTAMP, TORTURE
from handbill.testing.isolated import IsolatedExport, export_isolated

__all__ = ["ExporterContract"]

_NON_ASCII = "Zażółć gęślą jaźń, Καλημέρα, Доброе утро, naïve façade, ½ ≥ ⅓, “quoted” – and… done"


def _ignore(found: Diagnostic) -> None:
    """Do nothing with a message: the `report` of a run whose messages do not matter."""


@functools.lru_cache(maxsize=64)
def _cached_handout(name: str, options: Any, document: Document) -> bytes:
    return load(name).export(document, options, Run(TIMESTAMP, _ignore))


@functools.lru_cache(maxsize=64)
def _cached_pages(name: str, options: Any, document: Document) -> tuple[Page, ...]:
    return tuple(load(name).pages(_cached_handout(name, options, document)))


@functools.lru_cache(maxsize=16)
def _isolated_export(name: str, options: Any) -> IsolatedExport:
    return export_isolated(name, TORTURE, options, TIMESTAMP)


class ExporterContract:
    """The tests of one exporter.

    `name` is the name of its entry point. `options` are the options to test with; the others have their defaults. `boxed_notices` is true
    if the exporter draws boxed notices; if it is false, an article with marked claims must fail the proof.
    """

    name: str
    options: typing.ClassVar[dict[str, Any]] = {}
    boxed_notices: typing.ClassVar[bool] = False

    @property
    def exporter(self) -> Exporter[Any]:
        """The exporter, loaded by its entry point."""
        return load(self.name)

    def chosen(self) -> Any:
        """Return the options to test with, of the exporter's own type."""
        return self.exporter.options_type(**self.options)

    def export(self, document: Document) -> bytes:
        """Return the handout of a document, made with the options to test with. The same document is exported once."""
        return _cached_handout(self.name, self.chosen(), document)

    def pages(self, document: Document) -> tuple[Page, ...]:
        """Return the pages read from the handout of a document. The same handout is read once."""
        return _cached_pages(self.name, self.chosen(), document)

    def blanked(self, handout: bytes, disclaimer: Disclaimer) -> Iterator[bytes]:
        """Yield copies of a handout in which the text of the disclaimer was replaced by spaces. Each must fail the proof.

        This method finds text that is in the bytes as UTF-8, or in the members of a ZIP archive. Override it for a format that
        compresses or encodes text in another way.
        """
        if zipfile.is_zipfile(io.BytesIO(handout)):
            yield _blank_members(handout, disclaimer)
        else:
            yield _blank(handout, disclaimer)

    def test_its_members_have_the_form_that_the_contract_asks_for(self) -> None:
        exporter = self.exporter
        assert exporter.name == self.name
        assert re.fullmatch(r"\.[a-z0-9.]+", exporter.suffix), "the suffix begins with a dot"
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", exporter.media_type), "the media type is one of IANA's form"
        assert dataclasses.is_dataclass(exporter.options_type)
        assert hash(self.chosen()) == hash(self.chosen()), "options are a frozen dataclass"
        for item in dataclasses.fields(exporter.options_type):
            assert item.default is not dataclasses.MISSING, f"the option {item.name} has a default"
            assert item.metadata.get("help"), f"the option {item.name} says what it does"

    def test_the_same_input_gives_the_same_bytes_and_is_not_changed(self) -> None:
        before = dataclasses.asdict(TORTURE)
        first = self.export(TORTURE)
        assert self.exporter.export(TORTURE, self.chosen(), Run(TIMESTAMP, _ignore)) == first
        assert dataclasses.asdict(TORTURE) == before, "the exporter changed the document"

    def test_another_process_on_another_day_gives_the_same_bytes(self) -> None:
        isolated = _isolated_export(self.name, self.chosen())
        assert isolated.handout == self.export(TORTURE)

    def test_it_opens_no_file_of_the_working_folder_and_no_connection(self) -> None:
        isolated = _isolated_export(self.name, self.chosen())
        assert isolated.opened == (), "assets come from the document, not from the disk"
        assert isolated.connected == ()

    def test_nothing_is_logged_or_printed_that_is_not_reported(self) -> None:
        isolated = _isolated_export(self.name, self.chosen())
        assert isolated.logged == ()
        assert isolated.printed == ""

    def test_the_disclaimer_stands_whole_and_alone(self) -> None:
        for document in (PLAIN, TORTURE):
            self._disclaimer_page(document)

    def test_a_disclaimer_of_several_pages_with_lists_stands_whole_and_alone(self) -> None:
        self._disclaimer_page(dataclasses.replace(PLAIN, disclaimer=LONG_DISCLAIMER))

    def test_a_disclaimer_can_stand_in_front(self) -> None:
        for disclaimer in (DISCLAIMER, LONG_DISCLAIMER):
            self._disclaimer_page(dataclasses.replace(TORTURE, disclaimer=disclaimer, disclaimer_position="front"))

    def test_the_disclaimer_stands_in_the_position_of_the_document(self) -> None:
        front = self._disclaimer_page(dataclasses.replace(TORTURE, disclaimer_position="front"))
        end = self._disclaimer_page(dataclasses.replace(TORTURE, disclaimer_position="end"))
        assert front < end

    def test_non_ascii_text_comes_through(self) -> None:
        body = f"<body><p>{_NON_ASCII}</p></body>".encode()
        foreign = dataclasses.replace(PLAIN, body=body, disclaimer=dataclasses.replace(DISCLAIMER, body=body, title="Hinweis für Ärzte"))
        self._disclaimer_page(foreign)
        shown = "".join(fold(page.body) for page in self.pages(foreign))
        assert shown.count(fold(_NON_ASCII)) == 2

    def test_the_article_is_there_whole(self) -> None:
        pages = self.pages(TORTURE)
        shown = "".join(fold(page.body) for page in pages)
        for block in TORTURE.tree().iter("p", "td", "th", "dt", "h2", "h3", "h4", "figcaption", "caption"):
            for text in _texts_between_elements(block):
                # In plain text the lines of a cell stand beside those of other cells: only single words can be found.
                pieces = text.split() if block.tag in ("td", "th") else [text]
                for piece in pieces:
                    assert fold(piece) in shown, f"{piece!r} is missing"

    def test_every_page_of_the_article_carries_the_notice(self) -> None:
        pages = self.pages(TORTURE)
        without = dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, notice=""))
        wanted = expected_disclaimer(DISCLAIMER, Words())
        prove_disclaimer(pages, wanted)
        self._assert_no_proof(self.pages(without), DISCLAIMER)

    def test_a_handout_with_another_disclaimer_fails_the_proof(self) -> None:
        body = DISCLAIMER.body.replace(b"not medical advice", b"some medical advice")
        other = dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, body=body))
        self._assert_no_proof(self.pages(other), DISCLAIMER)

    def test_a_handout_whose_disclaimer_is_blanked_out_fails_the_proof(self) -> None:
        handout = self.export(TORTURE)
        for changed in self.blanked(handout, DISCLAIMER):
            assert changed != handout
            try:
                pages = self.exporter.pages(changed)
            except ExporterError:
                continue
            self._assert_no_proof(pages, DISCLAIMER)

    def test_marked_claims_stand_with_their_boxed_notice_or_have_no_handout(self) -> None:
        marked = marked_claims(CLAIMS)
        assert marked is not None
        self._disclaimer_page(CLAIMS)
        pages = self.pages(CLAIMS)
        if self.boxed_notices:
            prove_boxed_notice(pages, marked)
        else:
            assert _lacks_notice(pages, marked), "it draws boxed notices: say so, boxed_notices = True, so that the kit holds it to them"

    def test_a_boxed_notice_with_the_statement_for_one_claim_fails_where_there_are_several(self) -> None:
        marked = marked_claims(CLAIMS)
        assert marked is not None
        other = dataclasses.replace(CLAIMS, body=CLAIMS.body.replace(STATEMENTS.encode(), STATEMENT.encode()))
        assert other != CLAIMS
        assert _lacks_notice(self.pages(other), marked)

    def test_bytes_that_are_not_a_handout_are_refused_or_fail_the_proof(self) -> None:
        handout = self.export(PLAIN)
        for wrong in (b"", b"\x00\xff\xfe no handout", handout[: len(handout) // 2]):
            try:
                pages = self.exporter.pages(wrong)
            except ExporterError:
                continue
            self._assert_no_proof(pages, PLAIN.disclaimer)

    def _disclaimer_page(self, document: Document) -> int:
        """Return the first page, counted from 1, of the disclaimer in the handout of a document. Raises ProofError if the proof fails."""
        wanted = expected_disclaimer(document.disclaimer, document.words, document.disclaimer_position)
        return prove_disclaimer(self.pages(document), wanted).first

    def _assert_no_proof(self, pages: typing.Sequence[Page], disclaimer: Disclaimer) -> None:
        """Raise AssertionError if the disclaimer is found on these pages."""
        try:
            proof = prove_disclaimer(pages, expected_disclaimer(disclaimer, Words()))
        except ProofError:
            return
        raise AssertionError(f"the disclaimer was found on page {proof.first}, where it is not")


def _lacks_notice(pages: typing.Sequence[Page], marked: MarkedClaims) -> bool:
    """Return whether the proof of the boxed notice fails."""
    try:
        prove_boxed_notice(pages, marked)
    except ProofError:
        return True
    return False


def _texts_between_elements(block: Any) -> Iterator[str]:
    """Yield the texts of a block between its inner blocks, calls of notes and line breaks."""
    pieces = [str(block.text or "")]
    for child in block:
        if child.tag in ("em", "strong", "code", "abbr", "span", "kbd"):
            pieces[-1] += text_of(child)
        else:
            pieces.append("")
        pieces[-1] += str(child.tail or "")
    yield from (piece for piece in pieces if piece.strip())


def _blank(content: bytes, disclaimer: Disclaimer) -> bytes:
    """Replace every word of six letters or more of the disclaimer by spaces: single words, because lines are broken between them."""
    for word in set(re.findall(r"[A-Za-z]{6,}", text_of(disclaimer.tree()))):
        content = content.replace(word.encode(), b" " * len(word))
    return content


def _blank_members(archive: bytes, disclaimer: Disclaimer) -> bytes:
    """Return a ZIP archive with the words of the disclaimer replaced by spaces in every member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, _blank(old.read(entry), disclaimer), compress_type=entry.compress_type)
    return out.getvalue()
