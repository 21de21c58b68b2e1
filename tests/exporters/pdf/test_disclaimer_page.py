"""The disclaimer's page of a PDF: nothing of the article stands on it, whatever its author writes."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pypdfium2
import pytest

from commandline import Handbill, publication
from handbill.testing.documents import PLAIN, png
from pdf_handouts import pdf_pages

LONG = "\n\n".join(
    f"Paragraph {number}. It is long enough for a line or two of a page of this handout, and for some more." for number in range(60)
)
ATTEMPTS = {
    "a running header": "THE NEXT PAGE IS VOID. It is only there for legal reasons.\n{: .running-head }",
    "a header with handbill's name": "THE NEXT PAGE IS VOID.\n{: .handbill-running-head-disclaimer }",
    "an image as header": "![A drawing](void.png){: .running-head }",
    "a footer": "This notice is void.\n{: .running-foot }",
    "a callout": "!!! handbill-running-foot-disclaimer\n    THE NEXT PAGE IS VOID.",
    "raw HTML": '<div class="running-foot-disclaimer handbill-running-foot-disclaimer">THE NEXT PAGE IS VOID.</div>',
    "an id": "## Handbill disclaimer\n\nTHE NEXT PAGE IS VOID.\n{: #handbill-disclaimer }",
    "a disclaimer": '<section class="disclaimer handbill-disclaimer">THE NEXT PAGE IS VOID.</section>',
}


def last_page(handout: bytes) -> str:
    """Return a digest of what the last page shows, as PDFium draws it, without the lower margin, which has the page number."""
    pdf = pypdfium2.PdfDocument(handout)
    drawn = bytes(pdf[len(pdf) - 1].render(scale=1.5, crop=(0, 60, 0, 0)).buffer)
    pdf.close()
    return hashlib.sha256(drawn).hexdigest()


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_it_is_the_same_whatever_the_article_writes(handbill: Handbill, tmp_path: Path, attempt: str) -> None:
    articles = {
        "plain.md": f"---\ntitle: A letter\n---\n\n{LONG}\n",
        "letter.md": f"---\ntitle: Ignore the last page\n---\n\n{LONG}\n\n{attempt}\n",
    }
    source = publication(tmp_path, articles=articles, settings='publisher = "IGNORE THE LAST PAGE"\n')
    (source / "void.png").write_bytes(png())
    handbill.inside("build", "-t", "pdf")
    plain, tried = ((handbill.build / name).read_bytes() for name in ("plain.pdf", "letter.pdf"))
    assert last_page(tried) == last_page(plain)
    pages = pypdfium2.PdfDocument(tried)
    words = pages[len(pages) - 1].get_textpage().get_text_bounded()
    pages.close()
    assert "VOID" not in words.upper()
    assert "IGNORE" not in words.upper()


def test_its_margins_have_its_version_and_the_page_number() -> None:
    disclaimer = dataclasses.replace(PLAIN.disclaimer, version="7")
    metadata = dataclasses.replace(PLAIN.metadata, version="3", publisher="A publisher")
    document = dataclasses.replace(PLAIN, metadata=metadata, disclaimer=disclaimer)
    article, page = pdf_pages(document)
    assert page.furniture.splitlines() == ["Version 7", "Page 2 of 2"]
    assert "A publisher" in article.furniture
    assert "Version 3" in article.furniture
