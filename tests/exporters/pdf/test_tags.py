"""The marked content that a PDF's structure tree contains, page by page."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest
from handbill.exporters.pdf import PdfOptions, exporter
from handbill.exporters.pdf.readback.marked_content import structured_marks
from pikepdf import Array, Dictionary, Name

from handbill.contract import ExporterError
from handbill.testing import documents as samples


def marked_content_by_pdfium(page: pypdfium2.PdfPage) -> set[int]:
    """Return a page's marked content by PDFium's own walk from the root, which goes through the whole tree for each page."""
    found = set()
    tree = raw.FPDF_StructTree_GetForPage(page)
    waiting = [raw.FPDF_StructTree_GetChildAtIndex(tree, number) for number in range(raw.FPDF_StructTree_CountChildren(tree))]
    while waiting:
        element = waiting.pop()
        for number in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, number)
            waiting += [child] if child else []
            found.add(-1 if child else raw.FPDF_StructElement_GetChildMarkedContentID(element, number))
    raw.FPDF_StructTree_Close(tree)
    return found - {-1}


def test_they_are_those_that_pdfium_finds() -> None:
    handout = exporter.export(samples.TORTURE, PdfOptions(), samples.run())
    pdf = pypdfium2.PdfDocument(handout)
    found = structured_marks(handout)
    assert found == [marked_content_by_pdfium(pdf[number]) for number in range(len(pdf))]
    assert all(found)
    pdf.close()


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_an_element_may_stand_on_several_pages_and_a_tree_may_come_back_to_itself() -> None:
    pdf = pikepdf.new()
    pages = [pdf.add_blank_page().obj for _ in range(3)]
    on_the_third = Dictionary(Type=Name.MCR, Pg=pages[2], MCID=4)
    paragraph = pdf.make_indirect(Dictionary(S=Name.P, Pg=pages[0], K=Array([0, on_the_third, Dictionary(S=Name.Span, Pg=pages[0], K=7)])))
    paragraph.K.append(paragraph)
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name.Document, K=Array([paragraph])))
    assert structured_marks(saved(pdf)) == [{0, 7}, set(), {4}]


def test_without_a_tree_there_are_none() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    assert structured_marks(saved(pdf)) == [set()]
    pdf.Root.StructTreeRoot = Array([])
    assert structured_marks(saved(pdf)) == [set()]


def test_a_damaged_file_is_an_error() -> None:
    handout = exporter.export(samples.PLAIN, PdfOptions(), samples.run())
    with pytest.raises(ExporterError, match="structure cannot be read"):
        structured_marks(handout[: len(handout) // 2])
