"""Bounds of the fonts of a book that is read back: their number, their bytes, and glyphs that are made of others."""

from __future__ import annotations

import io
import itertools

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from handbill.exporters.epub import exporter
from handbill.exporters.epub.css.blank_glyphs import blank_characters
from handbill.exporters.epub.readback import reading

from epub_handouts import with_changed_member
from handbill.contract import ExporterError


def nested_font(depth: int) -> bytes:
    """Return a font whose glyph for "a" is made of another glyph twice, which is made of a third twice, and so on."""
    names = [".notdef", *(f"g{number}" for number in range(depth))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("a"): names[-1]})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "g0": pen.glyph()}
    for below, name in itertools.pairwise(names[1:]):
        pen = TTGlyphPen(glyphs)
        pen.addComponent(below, (1, 0, 0, 1, 0, 0))
        pen.addComponent(below, (1, 0, 0, 1, 1, 1))
        glyphs[name] = pen.glyph()
    for glyph in glyphs.values():
        glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    font = builder.font
    # Not setupGlyf, which would draw every glyph.
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphs, font["glyf"].glyphOrder = glyphs, names
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Nested", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    font["maxp"].recalc = lambda *_: None
    font.recalcBBoxes = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def test_a_font_of_nested_glyphs_is_not_drawn() -> None:
    # Drawn, it would take two to the power of 59 steps.
    assert blank_characters(nested_font(60)) is None


def test_a_glyph_made_of_others_is_drawn() -> None:
    assert blank_characters(nested_font(4)) == frozenset()


@pytest.mark.parametrize(
    ("bound", "message"),
    [("_MOST_FONTS", r"it has 2 fonts; the bound is 1"), ("_MOST_FONT_BYTES", "it has fonts of 8 bytes; the bound is 1")],
)
def test_more_fonts_or_larger_ones_than_the_bound_are_refused(bound: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    items = b"".join(b'<item id="f%d" href="f%d.ttf" media-type="font/ttf"/>' % (number, number) for number in range(2))
    handout = with_changed_member(
        "EPUB/content.opf",
        lambda old: old.replace(b"</manifest>", items + b"</manifest>"),
        **{f"f{number}.ttf": b"font" for number in range(2)},
    )
    assert exporter.pages(handout)
    monkeypatch.setattr(reading, bound, 1)
    with pytest.raises(ExporterError, match=message):
        exporter.pages(handout)
