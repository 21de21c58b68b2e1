"""Text of an EPUB that is struck out, pushed out of sight, of a fixed layout or out of the reading order."""

from __future__ import annotations

import pytest
from handbill.exporters.epub import EpubOptions, exporter

from epub_handouts import HANDOUT, SENTENCE, changed_disclaimer, with_changed_member
from handbill.testing.documents import run
from handouts import with_body


def itemref_of_the_disclaimer(attributes: str) -> bytes:
    """Return the handout with these attributes on the last item of its spine, the disclaimer's."""

    def change(content: bytes) -> bytes:
        before, found, after = content.rpartition(b"<itemref ")
        assert found
        return before + f"<itemref {attributes} ".encode() + after.replace(b'linear="yes" ', b"").replace(b' linear="yes"', b"")

    return with_changed_member("EPUB/content.opf", change)


def test_an_item_out_of_the_reading_order_is_no_page() -> None:
    pages = exporter.pages(HANDOUT)
    assert exporter.pages(itemref_of_the_disclaimer('linear="no"')) == pages[:-1]
    assert exporter.pages(itemref_of_the_disclaimer('linear="yes"')) == pages


@pytest.mark.parametrize(
    ("properties", "seen"),
    [
        ("rendition:layout-pre-paginated", False),
        ("page-spread-left rendition:layout-pre-paginated", False),
        ("r:layout-pre-paginated", False),
        ("rendition:layout-reflowable page-spread-left rendition:flow-scrolled-doc", True),
    ],
)
def test_an_item_whose_layout_is_fixed_is_not_seen(properties: str, seen: bool) -> None:
    whole = exporter.pages(HANDOUT)[-1].body
    body = exporter.pages(itemref_of_the_disclaimer(f'properties="{properties}"'))[-1].body
    assert body == (whole if seen else "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<del>", "</del>"),
        ("<s>", "</s>"),
        ("<strike>", "</strike>"),
        ('<span style="text-decoration: line-through">', "</span>"),
        ('<span style="text-decoration: underline line-through">', "</span>"),
        ('<span style="text-decoration-line: line-through">', "</span>"),
    ],
)
def test_text_that_is_struck_out_is_marked(opening: str, closing: str) -> None:
    assert "\N{REPLACEMENT CHARACTER}" in changed_disclaimer(SENTENCE, opening + SENTENCE + closing)


def test_struck_words_of_an_article_are_kept_beside_their_mark() -> None:
    document = with_body("<p>Take <del>two</del> one.</p>")
    assert "Take \N{REPLACEMENT CHARACTER}two one." in exporter.pages(exporter.export(document, EpubOptions(), run()))[1].body


@pytest.mark.parametrize(
    "gap",
    ["<br/>", "<p></p>", "<p>&#160;</p>", "<p>&#8203;</p>", "<hr/>", "<div><br/></div>", '<img src="x.png" alt=""/>', "<pre>\n</pre>"],
)
def test_many_empty_lines_or_blocks_are_marked(gap: str) -> None:
    def after(times: int) -> str:
        return changed_disclaimer("<p>Before", f"<div>{gap * times}</div><p>Before")

    assert after(30).count("\N{REPLACEMENT CHARACTER}") >= 1
    assert "\N{REPLACEMENT CHARACTER}" not in after(8)


@pytest.mark.parametrize("gap", [f"<pre>{chr(10) * 30}x</pre>", f"<table>{'<tr><td></td></tr>' * 30}</table>"])
def test_text_pushed_away_by_lines_or_rows_is_marked(gap: str) -> None:
    assert "\N{REPLACEMENT CHARACTER}" in changed_disclaimer("<p>Before", f"{gap}<p>Before")


def test_neither_deep_nesting_nor_the_empty_cells_of_a_row_are_a_gap() -> None:
    nested = "<div>" * 60 + "<p>deep</p>" + "</div>" * 60
    document = with_body(f"{nested}<table><tbody><tr>{'<td></td>' * 30}<td>last</td></tr></tbody></table>")
    pages = exporter.pages(exporter.export(document, EpubOptions(), run()))
    assert not any("\N{REPLACEMENT CHARACTER}" in page.body for page in pages)
    assert not any("\N{REPLACEMENT CHARACTER}" in page.body for page in exporter.pages(HANDOUT))
