"""Random edits of a finished PDF: one that changes what is shown of the disclaimer is refused, another way to store it is accepted.

`python tests/trust/pdf_witnesses.py 300` asks more programs about more edits.
"""

from __future__ import annotations

from itertools import islice

import pytest

from pdf_handouts import export_pdf
from sealed_pdfs import ARTICLE, prove, refusal
from trust.pdf_edits import edits, harmless
from trust.pdf_witnesses import notice_band, pdfium

pytestmark = pytest.mark.slow


def test_an_edit_that_changes_what_is_shown_is_refused() -> None:
    handout = export_pdf(ARTICLE)
    index, band = prove(handout).first - 1, notice_band(handout)
    plain = pdfium(handout, index, band)
    assert plain is not None
    found = list(islice(edits(handout, 7), 60))
    seen = [(said, edited) for said, edited in found if pdfium(edited, index, band) != plain]
    assert len(seen) > 20
    assert [said for said, edited in seen if not refusal(edited)] == []


def test_another_way_to_store_the_same_is_accepted() -> None:
    handout = export_pdf(ARTICLE)
    assert [(said, code) for said, stored in islice(harmless(handout, 7), 20) if (code := refusal(stored))] == []


def test_the_same_seed_gives_the_same_edits() -> None:
    handout = export_pdf(ARTICLE)
    first, again, other = ([edited for _, edited in islice(edits(handout, seed), 5)] for seed in (7, 7, 8))
    assert first == again != other
