"""The tests of exporters that make sealed pages: the sealed page itself, and the equality of handouts with it."""

from __future__ import annotations

import dataclasses
import functools
import typing
from typing import Any, Literal

import pytest

from handbill.contract import DisclaimerParts, ExporterError, Seals
from handbill.diagnostics.errors import ProofError
from handbill.document import Asset, Disclaimer, Document, Theme, Words
from handbill.proof.acceptance import accept_seal
from handbill.proof.disclaimer import expected_disclaimer
from handbill.proof.sealed import difference, prove_sealed, sealed_notice
from handbill.testing.documents import CLAIMS, DISCLAIMER, LONG_DISCLAIMER, PLAIN, TORTURE, png
from handbill.testing.exporter_under_test import ExporterUnderTest
from handbill.testing.isolated import Isolated, seal_isolated

__all__ = ["SealedPageContract"]

_THEME = Theme(
    css=".handbill-article p { color: #224466; text-align: left } .handbill-article h2 { font-size: 2em }",
    logo=Asset("logo.png", "image/png", png(), 40, 30),
    logo_text="The publisher's logo",
)
_GERMAN = Words(
    "de", contents="Inhalt", disclaimer="Hinweis", see_disclaimer="Siehe den Hinweis auf Seite {page}.", page_of="Seite {page} von {pages}"
)
_ARABIC_DISCLAIMER = dataclasses.replace(
    DISCLAIMER,
    title="إخلاء مسؤولية",
    language="ar",
    notice="معلومات عامة، وليست نصيحة طبية.",
    body="<body><h2>ما هذه الورقة</h2><p>هذه معلومات عامة وليست نصيحة طبية. اسأل <strong>طبيبك</strong> قبل أن تبدأ.</p></body>".encode(),
)


def _changed_document(metadata: dict[str, Any], **parts: Any) -> Document:
    return dataclasses.replace(TORTURE, metadata=dataclasses.replace(TORTURE.metadata, **metadata), **parts)


_VARIANTS: dict[str, Document] = {
    "a short article": dataclasses.replace(PLAIN, disclaimer=DISCLAIMER),
    "an article without a notice": PLAIN,
    "an article with every element": TORTURE,
    "an article with marked claims": CLAIMS,
    "another title": _changed_document({"title": "Another title", "subtitle": ""}, heading=b"<h1>Another <em>title</em></h1>"),
    "another publisher": _changed_document({"publisher": "Another Press", "authors": (), "contact": "", "rights": "All rights reserved"}),
    "a theme": dataclasses.replace(TORTURE, theme=_THEME),
    "another language": _changed_document({"language": "de"}, words=_GERMAN),
    "a language that is written from right to left": _changed_document({"language": "he"}),
    "barriers": dataclasses.replace(TORTURE, barriers=("missing-alt",)),
    "a disclaimer of several pages": dataclasses.replace(TORTURE, disclaimer=LONG_DISCLAIMER),
    "a disclaimer that is written from right to left": dataclasses.replace(TORTURE, disclaimer=_ARABIC_DISCLAIMER),
    "a disclaimer in another language": dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, language="de")),
}
"""Documents whose handouts may differ in everything but the pages of their disclaimer and their notices, by what is peculiar to each."""


@functools.lru_cache(maxsize=16)
def _isolated_seal(name: str, options: Any) -> Isolated:
    return seal_isolated(name, DISCLAIMER, options)


class SealedPageContract(ExporterUnderTest):
    """The tests of the sealed page. They are skipped for an exporter that makes none: its handouts are proven by reading their pages."""

    def _seals(self) -> Seals[Any]:
        able = self.sealing
        if able is None:
            pytest.skip("the exporter makes no sealed pages: the other tests prove its handouts by reading their pages")
        return able

    def _sealed(self, disclaimer: Disclaimer) -> bytes:
        """Return the sealed page of a disclaimer. Skips the test if the exporter makes none."""
        self._seals()
        return typing.cast("bytes", self.seal(disclaimer))

    def _parts(self, handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
        return self._seals().disclaimer_of(handout, position)

    def test_the_same_disclaimer_gives_the_same_sealed_page(self) -> None:
        first = self._sealed(DISCLAIMER)
        self.export(TORTURE)
        assert self._seals().seal(LONG_DISCLAIMER, self.chosen()).handout != first
        assert self._seals().seal(DISCLAIMER, self.chosen()).handout == first

    def test_another_process_on_another_day_gives_the_same_sealed_page(self) -> None:
        first = self._sealed(DISCLAIMER)
        isolated = _isolated_seal(self.name, self.chosen())
        assert isolated.handout == first
        assert isolated.opened == ()
        assert isolated.connected == ()
        assert isolated.logged == ()
        assert isolated.printed == ""

    def test_the_sealed_page_shows_the_disclaimer_and_its_notice(self) -> None:
        for disclaimer in (DISCLAIMER, LONG_DISCLAIMER, PLAIN.disclaimer, _ARABIC_DISCLAIMER):
            accept_seal(self.exporter, self._sealed(disclaimer), expected_disclaimer(disclaimer))

    def test_the_sealed_page_of_another_disclaimer_shows_another(self) -> None:
        other = self._sealed(_other_text(DISCLAIMER))
        with pytest.raises(ProofError):
            accept_seal(self.exporter, other, expected_disclaimer(DISCLAIMER))

    def test_the_disclaimer_of_every_handout_equals_the_sealed_one(self) -> None:
        for peculiarity, document in _VARIANTS.items():
            sealed = self._parts(self._sealed(document.disclaimer), "end")
            for position in ("end", "front"):
                found = self._parts(self.export(dataclasses.replace(document, disclaimer_position=position)), position)
                assert difference(found.parts, sealed.parts) == "", (peculiarity, position)
                assert prove_sealed(found, sealed, position).pages == found.pages, (peculiarity, position)

    def test_the_notice_is_in_parts_where_there_is_one(self) -> None:
        assert sealed_notice(self._parts(self._sealed(DISCLAIMER), "end"))
        assert not sealed_notice(self._parts(self._sealed(PLAIN.disclaimer), "end"))

    def test_a_handout_with_another_disclaimer_is_not_equal_to_the_sealed_page(self) -> None:
        self._sealed(DISCLAIMER)
        for position in ("end", "front"):
            wanted = dataclasses.replace(TORTURE, disclaimer_position=position)
            for other in (_other_text(DISCLAIMER), dataclasses.replace(DISCLAIMER, title="Disclaimer"), LONG_DISCLAIMER):
                handout = self.export(dataclasses.replace(wanted, disclaimer=other))
                assert _code(self.refusal(handout, wanted)) == "disclaimer-differs"

    def test_a_handout_with_another_notice_is_not_equal_to_the_sealed_page(self) -> None:
        self._sealed(DISCLAIMER)
        for notice in ("", "General information, not medical advise."):
            handout = self.export(dataclasses.replace(TORTURE, disclaimer=dataclasses.replace(DISCLAIMER, notice=notice)))
            # A font of the disclaimer's pages may be cut down to the characters of the notice too.
            assert _code(self.refusal(handout, TORTURE)) in ("no-notice", "disclaimer-differs")

    def test_a_handout_is_refused_whose_disclaimer_stands_elsewhere(self) -> None:
        self._sealed(DISCLAIMER)
        front = dataclasses.replace(TORTURE, disclaimer_position="front")
        assert self.refusal(self.export(front), TORTURE)
        assert self.refusal(self.export(TORTURE), front)

    def test_bytes_that_are_not_a_handout_have_no_parts(self) -> None:
        for wrong in (b"", b"\x00\xff\xfe no handout"):
            with pytest.raises(ExporterError):
                self._parts(wrong, "end")


def _other_text(disclaimer: Disclaimer) -> Disclaimer:
    body = disclaimer.body.replace(b"not medical advice", b"now medical advice")
    assert body != disclaimer.body
    return dataclasses.replace(disclaimer, body=body)


def _code(error: Any) -> str:
    return str(error.diagnostics[0].code)
