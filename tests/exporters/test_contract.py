"""Our three exporters pass the kit that everybody's must pass."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, ClassVar

import pypdfium2
import pytest

from handbill.document import Disclaimer
from handbill.registry import registrations
from handbill.testing import ExporterContract

pytestmark = pytest.mark.slow


def test_the_kit_asks_for_equality_of_every_exporter_of_ours() -> None:
    tested = {kit.name for kit in (TestText, TestNarrowText, TestEpub, TestPdf, TestLargePrint) if kit().sealing is not None}
    assert tested == {name for name, one in registrations().items() if one.distribution == "handbill"}


class TestText(ExporterContract):
    name = "text"
    boxed_notices = True


class TestNarrowText(ExporterContract):
    name = "text"
    boxed_notices = True
    options: ClassVar[dict[str, Any]] = {"width": 40}


class TestEpub(ExporterContract):
    name = "epub"
    boxed_notices = True


class PdfContract(ExporterContract):
    name = "pdf"
    boxed_notices = True

    def blanked(self, handout: bytes, disclaimer: Disclaimer) -> Iterator[bytes]:
        """Yield the PDF without the text of its last page, and without one line of it."""
        for every in (1, 7):
            pdf = pypdfium2.PdfDocument(handout)
            page = pdf[len(pdf) - 1]
            texts = list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))
            for text in texts[::every]:
                page.remove_obj(text)
            page.gen_content()
            out = io.BytesIO()
            pdf.save(out)
            pdf.close()
            yield out.getvalue()


class TestPdf(PdfContract):
    options: ClassVar[dict[str, Any]] = {"hyphenate": True}


class TestLargePrint(PdfContract):
    options: ClassVar[dict[str, Any]] = {"font_size": "18pt", "page_size": "Letter", "notes": "end"}
