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
import re
import typing
from collections.abc import Iterator
from typing import Any

from handbill.contract import Page, Run
from handbill.diagnostics.errors import ProofError
from handbill.document import STATEMENT, STATEMENTS, Document, text_of
from handbill.proof.boxed_notice import MarkedClaims, marked_claims, prove_boxed_notice
from handbill.proof.disclaimer import fold
from handbill.testing.documents import CLAIMS, DISCLAIMER, LONG_DISCLAIMER, PLAIN, TIMESTAMP, TORTURE
from handbill.testing.exporter_under_test import ignore
from handbill.testing.isolated import Isolated, export_isolated
from handbill.testing.sealed_page import SealedPageContract

__all__ = ["ExporterContract"]

_NON_ASCII = "Zażółć gęślą jaźń, Καλημέρα, Доброе утро, naïve façade, ½ ≥ ⅓, “quoted” – and… done"


@functools.lru_cache(maxsize=16)
def _isolated_export(name: str, options: Any) -> Isolated:
    return export_isolated(name, TORTURE, options, TIMESTAMP)


class ExporterContract(SealedPageContract):
    """The tests of one exporter.

    `name` is the name of its entry point. `options` are the options to test with; the others have their defaults. `boxed_notices` is true
    if the exporter draws boxed notices; if it is false, an article with marked claims must fail the proof.

    The disclaimer is proven as a build proves it: by equality with the sealed page if the exporter makes one
    (`handbill.contract.Seals`), and by reading the handout's pages if not. The tests of the sealed page itself are those of
    SealedPageContract.
    """

    boxed_notices: typing.ClassVar[bool] = False

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
        assert self.exporter.export(TORTURE, self.chosen(), Run(TIMESTAMP, ignore)) == first
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
        without = dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, notice=""))
        self._disclaimer_page(TORTURE)
        assert self.refusal(self.export(without), TORTURE)

    def test_a_handout_with_another_disclaimer_fails_the_proof(self) -> None:
        body = DISCLAIMER.body.replace(b"not medical advice", b"some medical advice")
        other = dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, body=body))
        assert self.refusal(self.export(other), TORTURE)

    def test_a_handout_whose_disclaimer_is_blanked_out_fails_the_proof(self) -> None:
        handout = self.export(TORTURE)
        for changed in self.blanked(handout, DISCLAIMER):
            assert changed != handout
            assert self.refusal(changed, TORTURE)

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
            assert self.refusal(wrong, PLAIN)

    def _disclaimer_page(self, document: Document) -> int:
        """Return the first page, counted from 1, of the disclaimer in the handout of a document. Raises ProofError if the proof fails."""
        return self.prove(self.export(document), document).first


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
