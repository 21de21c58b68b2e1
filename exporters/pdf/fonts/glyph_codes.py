"""Character codes for glyphs that stand for several texts, so that what is read, copied or spoken from a page is right.

WeasyPrint gives each glyph one text in its font's ToUnicode map (ISO 32000-2, 9.10.3): the one for which it was drawn first. But some
fonts draw several letters with one shape and separate dots, combining marks form clusters with different letters, and one shape may
stand for several characters. Here each further text of a glyph has a code of its own, with an entry in the ToUnicode map; an encoding
CMap (9.7.5) maps all codes of a glyph to it.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ..added_characters import NO_TEXT
from ..patching import temporary_attribute
from .adjustments import settle_adjustments

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CodedFonts", "code_assignment", "write_glyph_codes"]

_CODE = re.compile(rb"[0-9a-f]{4}")
_HEX_STRING = re.compile(rb"<([0-9a-f]+)>")
_LAST_CODE = 0xFFFF
_BATCH = 100
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER_TAG = str.maketrans(_LETTERS, _LETTERS[1:] + _LETTERS[0])

_DrawnGlyph = tuple["_GlyphTexts", int, str]


class _GlyphTexts(dict[int, str]):
    """A font's `to_unicode` map. It claims to lack every glyph, so that WeasyPrint passes on the text of each glyph that it draws."""

    def __init__(self, font: Any, drawn: list[_DrawnGlyph]) -> None:
        super().__init__()
        self.font = font
        self.drawn = drawn
        self.extra_codes: dict[tuple[int, str], int] = {}

    def __contains__(self, glyph: object) -> bool:
        return False

    def __setitem__(self, glyph: int, text: str) -> None:
        self.drawn.append((self, glyph, text))

    def code(self, glyph: int, text: str) -> int:
        """Return the character code for a glyph with this text: the glyph's own number for its first text.

        A presentation form, one character for several letters, has these letters as its text.
        """
        if not text.isascii() and any("\ufb1d" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc" for character in text):
            text = unicodedata.normalize("NFKC", text)
        if self.setdefault(glyph, text) == text:
            return glyph
        new_code = self.font.glyph_count + len(self.font.missing) + len(self.extra_codes)
        # A font of 65,000 glyphs leaves no free code: the glyph then keeps its first text.
        return (
            self.extra_codes.setdefault((glyph, text), new_code) if new_code <= _LAST_CODE else self.extra_codes.get((glyph, text), glyph)
        )


class CodedFonts(dict[int, Any]):
    """The fonts of a WeasyPrint document; it replaces `Document.fonts` before anything is drawn.

    `sealed` fonts are those of the disclaimer's pages. They have other names than the fonts of the article, beside which they stand in
    one file.
    """

    def __init__(self, *, sealed: bool = False) -> None:
        super().__init__()
        self.drawn: list[_DrawnGlyph] = []
        self._sealed = sealed

    def __setitem__(self, key: int, font: Any) -> None:
        if self._sealed:
            # Another tag before the name (ISO 32000-1, 9.6.4).
            tag = font.hash.translate(_OTHER_TAG)
            font.name = font.name.replace(font.hash.encode(), tag.encode(), 1)
            font.hash = tag
        same = next((other for other in self.values() if other.hash == font.hash), None)
        if not font.bitmap:
            # WeasyPrint writes fonts of one name as one font, so that these share their texts.
            font.to_unicode = same.to_unicode if same else _GlyphTexts(font, self.drawn)
            font.widths = same.widths if same else font.widths
        super().__setitem__(key, font)

    def texts(self) -> Iterator[str]:
        """Yield the texts of all glyphs that were drawn."""
        for font in self.values():
            yield from font.to_unicode.values()
            yield from (text for _, text in getattr(font.to_unicode, "extra_codes", ()))


@contextlib.contextmanager
def code_assignment() -> Iterator[None]:
    """Give the glyphs that are drawn with CodedFonts their codes, and settle the adjustments between them.

    WeasyPrint has no hook: its `Stream.end_text` is replaced meanwhile.
    """
    from weasyprint.pdf.stream import Stream

    original_end_text = Stream.end_text

    def end_text(stream: Any) -> None:
        _replace_codes(stream.stream, stream._fonts.drawn)
        settle_adjustments(stream.stream)
        original_end_text(stream)

    with temporary_attribute(Stream, "end_text", end_text):
        yield


def _replace_codes(operations: list[Any], drawn: list[_DrawnGlyph]) -> None:
    """Replace the numbers of these glyphs, which the last of the operations show, by their codes; empty the list of glyphs."""
    drawn_texts = drawn if all(text for _, _, text in drawn) else _assign_cluster_texts(drawn)
    codes = [texts.code(glyph, text) for texts, glyph, text in drawn_texts]
    changed = any(code != glyph for code, (_, glyph, _) in zip(codes, drawn_texts, strict=True))
    drawn.clear()
    if not changed:
        return
    place = len(operations)
    while codes and place:
        place -= 1
        operation = operations[place]
        if isinstance(operation, bytes) and operation.endswith(b"] TJ"):
            count = sum(len(shown) // 4 for shown in _HEX_STRING.findall(operation))
            if count:
                operations[place] = _coded_operation(operation, codes[-count:])
                del codes[-count:]


def _coded_operation(operation: bytes, codes: list[int]) -> bytes:
    """Return a TJ operation with its codes replaced by these, one for one."""
    replacements = iter(codes)
    return _HEX_STRING.sub(lambda shown: b"<" + _CODE.sub(lambda _: b"%04x" % next(replacements), shown[1]) + b">", operation)


def _assign_cluster_texts(drawn: list[_DrawnGlyph]) -> list[_DrawnGlyph]:
    """Return the glyphs with each cluster's text at its widest glyph (of equal ones the first in reading order), NO_TEXT at the others.

    WeasyPrint gives the text of a cluster (a letter with its marks, a ligature, a syllable) to its last glyph in reading order, and ""
    to the others.
    """
    assigned = [(texts, glyph, text or NO_TEXT) for texts, glyph, text in drawn]
    to_left = _right_to_left_flags([text for _, _, text in drawn])
    for place, (_, _, text) in enumerate(drawn):
        if not text:
            continue
        step = 1 if to_left[place] else -1
        end = place + step
        while 0 <= end < len(drawn) and not drawn[end][2] and drawn[end][0] is drawn[place][0]:
            end += step
        cluster = range(place, end, step)
        if len(cluster) > 1:
            carrier = max(reversed(cluster), key=lambda one: drawn[one][0].font.widths.get(drawn[one][1], 0))
            for one in cluster:
                assigned[one] = (*drawn[one][:2], text if one == carrier else NO_TEXT)
    return assigned


def _right_to_left_flags(texts: list[str]) -> list[bool]:
    """Return whether each text, in visual order, runs right to left. Neutral texts take their neighbour's direction."""
    classes = [{unicodedata.bidirectional(character) for character in text} for text in texts]
    strong = [True if kinds & {"R", "AL"} else False if "L" in kinds else None for kinds in classes]
    for places in (range(len(texts) - 2, -1, -1), range(1, len(texts))):
        for place in places:
            if strong[place] is None:
                strong[place] = strong[place + (1 if places.step < 0 else -1)]
    return [bool(one) for one in strong]


def write_glyph_codes(fonts: CodedFonts, pdf: Any) -> None:
    """Write each font's extra codes into the pydyf PDF: into its ToUnicode map, and as an encoding CMap that maps them to glyphs."""
    import pydyf

    coded = {
        font.name: font.to_unicode for font in fonts.values() if isinstance(font.to_unicode, _GlyphTexts) and font.to_unicode.extra_codes
    }
    for dictionary in [one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.get("Subtype") == "/Type0"]:
        texts = coded.get(dictionary["BaseFont"])
        if texts is None:
            continue
        mappings = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for (_, text), code in texts.extra_codes.items()]
        to_unicode = pdf.objects[int(bytes(dictionary["ToUnicode"]).split()[0])].stream
        end = to_unicode.index(b"endcmap")
        to_unicode[end:end] = [line.encode() for line in _batches(mappings, "bfchar")]
        cids = [f"<{code:04x}> {glyph}" for (glyph, _), code in texts.extra_codes.items()]
        encoding = pydyf.Stream(_cmap(texts.font.glyph_count, cids), _cmap_dictionary(), compress=True)
        pdf.add_object(encoding)
        dictionary["Encoding"] = encoding.reference


def _batches(lines: list[str], operator: str) -> Iterator[str]:
    """Yield the lines in blocks of a hundred mappings, the most that a CMap allows in one (Adobe Technical Note 5014)."""
    for start in range(0, len(lines), _BATCH):
        batch = lines[start : start + _BATCH]
        yield f"{len(batch)} begin{operator}"
        yield from batch
        yield f"end{operator}"


def _cmap_dictionary() -> Any:
    import pydyf

    system = pydyf.Dictionary({"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0})
    return pydyf.Dictionary({"Type": "/CMap", "CMapName": "/Handbill-Codes", "CIDSystemInfo": system, "WMode": 0})


def _cmap(glyphs: int, extra_mappings: list[str]) -> list[bytes]:
    """Return a CMap in which each code below `glyphs` maps to the glyph of that number (ISO 32000-2, 9.7.5.4), and then these."""
    last = glyphs - 1
    ends = [min(high << 8 | 0xFF, last) for high in range((last >> 8) + 1)]
    # A range stays within one value of the code's first byte.
    ranges = [f"<{end & 0xFF00:04x}> <{end:04x}> {end & 0xFF00}" for end in ends]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering (Identity) def /Supplement 0 def end def",
        "/CMapName /Handbill-Codes def",
        "/CMapType 1 def",
        "/WMode 0 def",
        "1 begincodespacerange",
        "<0000> <ffff>",
        "endcodespacerange",
        *_batches(ranges, "cidrange"),
        *_batches(extra_mappings, "cidchar"),
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end",
    ]
    return [line.encode() for line in lines]
