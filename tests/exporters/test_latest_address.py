"""Each handout names the address of its newest version, where the publication says that it is on the web."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from commandline import ARTICLE, DISCLAIMER, Handbill, publication, write

BASE = "https://example.org/handouts"


def test_every_handout_carries_the_address_and_the_page_a_code_that_can_be_read(handbill: Handbill, tmp_path: Path) -> None:
    articles = {"first letter.md": ARTICLE, "first letter.es.md": ARTICLE.replace("A letter", "Una carta")}
    source = publication(tmp_path, settings=f'base-url = "{BASE}/"\n', articles=articles)
    write(source / "disclaimers/general.es.md", DISCLAIMER.replace("title:", "lang: es\ntitle:"))
    handbill.inside("build", "--strict")
    for name, address, said in (
        ("first letter", f"{BASE}/first%20letter/index.html", "Latest version: "),
        ("first letter.es", f"{BASE}/first%20letter/index.es.html", "Última versión: "),
    ):
        assert address in (handbill.build / f"{name}.txt").read_text()
        with zipfile.ZipFile(handbill.build / f"{name}.epub") as book:
            title = book.read("EPUB/title.xhtml").decode()
        assert f'<a href="{address}">{address}</a>' in title
        assert said.strip() in title
        content = (handbill.build / f"{name}.pdf").read_bytes()
        page = pypdfium2.PdfDocument(content)[0]
        assert "".join(f"{said}{address}".split()) in "".join(page.get_textpage().get_text_bounded().split())
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        assert [(code.format.name, code.text) for code in codes] == [("QRCode", address)]
        with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
            alternatives = {str(item["/Alt"]) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}
        assert any("QR" in text and address in text for text in alternatives)


def test_the_address_is_the_one_at_which_publishing_puts_the_page(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=f'base-url = "{BASE}"\n[editions.pdf]\nenabled = false\n', articles={"a.md": ARTICLE})
    handbill.inside("build", "-q")
    handbill.inside("site", "-q")
    assert f"{BASE}/a/index.html" in (handbill.build / "a.txt").read_text()
    assert (tmp_path / "site/a/index.html").is_file()
    assert f'href="{BASE}/files/' in (tmp_path / "site/opds.xml").read_text(), "the publication's address is the site's"


def test_without_an_address_nothing_is_added(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE})
    handbill.inside("build", "-q")
    assert "atest version" not in (handbill.build / "a.txt").read_text()
    assert not zxingcpp.read_barcodes(pypdfium2.PdfDocument(handbill.build / "a.pdf")[0].render(scale=2).to_pil())


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", "https://example.org/?a=1", "https://a b"])
def test_what_is_no_address_is_an_error_of_the_configuration(url: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=f'base-url = "{url}"\n', articles={"a.md": ARTICLE})
    assert "publication.toml:4:1: error[setting]: `base-url` is an address on the web" in handbill.inside("check", code=4).err
