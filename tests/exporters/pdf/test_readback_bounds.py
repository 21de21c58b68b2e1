"""Bounds of a PDF that is read back: page sizes, objects and fonts are refused before anything is rendered."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from handbill.exporters.pdf import exporter
from handbill.exporters.pdf.readback import bounds, user_unit

from handbill.contract import ExporterError
from handbill.testing import documents as samples
from pdf_handouts import export_pdf


def blank_pdf(*sides: tuple[float, float]) -> bytes:
    pdf = pikepdf.new()
    for side in sides:
        pdf.add_blank_page(page_size=side)
    return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("sides", [(14_400, 14_400), (14_400, 20), (20, 3_401)])
def test_a_page_larger_than_a0_is_refused_before_anything_is_rendered(sides: tuple[float, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pypdfium2.PdfPage, "render")
    with pytest.raises(ExporterError, match=rf"page 2 is {sides[0]:,} by {sides[1]:,} points; the bound is 3,400"):
        exporter.pages(blank_pdf((595, 842), sides))


def test_a_page_of_a0_is_read() -> None:
    assert len(exporter.pages(blank_pdf((2_384, 3_370)))) == 1


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        ("MOST_OBJECTS", r"the PDF has \d+ objects; the bound is 1"),
        ("MOST_FONTS", r"the PDF has \d+ fonts; the bound is 1"),
        ("MOST_FONT_BYTES", r"the PDF has fonts of [\d,]+ bytes; the bound is 1"),
    ],
)
def test_more_objects_or_fonts_than_the_bound_are_refused(bound: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handout = export_pdf(samples.PLAIN)
    assert exporter.pages(handout)
    monkeypatch.setattr(bounds, bound, 1)
    with pytest.raises(ExporterError, match=message):
        exporter.pages(handout)


def test_an_object_stream_that_unpacks_to_more_than_the_bound_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert not user_unit.has_own_units(out.getvalue())
    monkeypatch.setattr(user_unit, "_LARGEST_STREAM", 10)
    assert user_unit.has_own_units(out.getvalue())
