"""What each glyph says: a code in the page's text for every pair of a glyph and the characters that it is drawn for.

WeasyPrint gives a glyph one text in its font's ToUnicode map (ISO 32000-2, 9.10.3): that for which it was drawn first. But some fonts
draw many letters with one shape and add the dots, marks form clusters with letters of every kind, and one sign may be several
characters. What is then read, copied or spoken from the page is wrong. Here such a glyph has more codes than one, each with its
text; an encoding CMap (9.7.5) leads them to the glyph.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ..invisible_characters import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CodedFonts", "coded_text", "write_codes"]

_CODE = re.compile(rb"[0-9a-f]{4}")
_SHOWN = re.compile(rb"<([0-9a-f]+)>")
_LAST_CODE = 0xFFFF
_BATCH = 100

_Drawn = tuple["_Texts", int, str]


class _Texts(dict[int, str]):
    """A font's `to_unicode`. It never has a glyph, so that WeasyPrint tells what each one is drawn for."""

    def __init__(self, font: Any, drawn: list[_Drawn]) -> None:
        super().__init__()
        self.font = font
        self.drawn = drawn
        self.further: dict[tuple[int, str], int] = {}

    def __contains__(self, glyph: object) -> bool:
        return False

    def __setitem__(self, glyph: int, text: str) -> None:
        self.drawn.append((self, glyph, text))

    def code(self, glyph: int, text: str) -> int:
        """Return the code of a glyph that says this: the glyph's own number for what it says first.

        Presentation forms, one character for several letters, say these letters.
        """
        if not text.isascii() and any("\ufb1d" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc" for character in text):
            text = unicodedata.normalize("NFKC", text)
        if self.setdefault(glyph, text) == text:
            return glyph
        fresh = self.font.glyph_count + len(self.font.missing) + len(self.further)
        # A font of 65,000 glyphs leaves no code: the glyph then says what it said first.
        return self.further.setdefault((glyph, text), fresh) if fresh <= _LAST_CODE else self.further.get((glyph, text), glyph)


class CodedFonts(dict[int, Any]):
    """The fonts of a document that WeasyPrint lays out: put in the place of `Document.fonts` before anything is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[_Drawn] = []

    def __setitem__(self, key: int, font: Any) -> None:
        same = next((other for other in self.values() if other.hash == font.hash), None)
        if not font.bitmap:
            # WeasyPrint writes one font for all that have one name: they share what it says.
            font.to_unicode = same.to_unicode if same else _Texts(font, self.drawn)
            font.widths = same.widths if same else font.widths
        super().__setitem__(key, font)

    def texts(self) -> Iterator[str]:
        """Yield what the glyphs say that were drawn."""
        for font in self.values():
            yield from font.to_unicode.values()
            yield from (text for _, text in getattr(font.to_unicode, "further", ()))


@contextlib.contextmanager
def coded_text(fonts: CodedFonts) -> Iterator[None]:
    """Give what is drawn with these fonts its codes.

    WeasyPrint has no hook where it ends a text object: while this runs, it is this module's.
    """
    from weasyprint.pdf.stream import Stream

    plain = Stream.end_text

    def end_text(stream: Any) -> None:
        _recode(stream.stream, fonts.drawn)
        plain(stream)

    Stream.end_text = end_text
    try:
        yield
    finally:
        Stream.end_text = plain


def _recode(operations: list[Any], drawn: list[_Drawn]) -> None:
    """Put the codes of the glyphs that were drawn last, all at the end of these operations, in the place of their numbers."""
    said = drawn if all(text for _, _, text in drawn) else _in_clusters(drawn)
    codes = [texts.code(glyph, text) for texts, glyph, text in said]
    changed = any(code != glyph for code, (_, glyph, _) in zip(codes, said, strict=True))
    drawn.clear()
    if not changed:
        return
    place = len(operations)
    while codes and place:
        place -= 1
        operation = operations[place]
        if isinstance(operation, bytes) and operation.endswith(b"] TJ"):
            count = sum(len(shown) // 4 for shown in _SHOWN.findall(operation))
            if count:
                operations[place] = _with_codes(operation, codes[-count:])
                del codes[-count:]


def _with_codes(operation: bytes, codes: list[int]) -> bytes:
    """Return a TJ operation with these codes in the place of its own, one for one."""
    fresh = iter(codes)
    return _SHOWN.sub(lambda shown: b"<" + _CODE.sub(lambda _: b"%04x" % next(fresh), shown[1]) + b">", operation)


def _in_clusters(drawn: list[_Drawn]) -> list[_Drawn]:
    """Return the glyphs with the widest of each cluster (of several, the first that is read) saying all of it, the others NO_TEXT.

    WeasyPrint tells the text of a cluster (a letter with its marks, a ligature, a syllable) with that of its glyphs that stands last in
    reading order, and nothing with the others.
    """
    found = [(texts, glyph, text or NO_TEXT) for texts, glyph, text in drawn]
    to_left = _run_to_left([text for _, _, text in drawn])
    for place, (_, _, text) in enumerate(drawn):
        if not text:
            continue
        step = 1 if to_left[place] else -1
        end = place + step
        while 0 <= end < len(drawn) and not drawn[end][2] and drawn[end][0] is drawn[place][0]:
            end += step
        cluster = range(place, end, step)
        if len(cluster) > 1:
            holder = max(reversed(cluster), key=lambda one: drawn[one][0].font.widths.get(drawn[one][1], 0))
            for one in cluster:
                found[one] = (*drawn[one][:2], text if one == holder else NO_TEXT)
    return found


def _run_to_left(texts: list[str]) -> list[bool]:
    """Tell of each text, all from left to right, whether it runs to the left: where it does not itself say, as its neighbour does."""
    ways = [{unicodedata.bidirectional(character) for character in text} for text in texts]
    strong = [True if way & {"R", "AL"} else False if "L" in way else None for way in ways]
    for places in (range(len(texts) - 2, -1, -1), range(1, len(texts))):
        for place in places:
            if strong[place] is None:
                strong[place] = strong[place + (1 if places.step < 0 else -1)]
    return [bool(one) for one in strong]


def write_codes(fonts: CodedFonts, pdf: Any) -> None:
    """Write each font's further codes into a finished pydyf PDF: its ToUnicode map, and the CMap that leads them to glyphs."""
    import pydyf

    coded = {font.name: font.to_unicode for font in fonts.values() if isinstance(font.to_unicode, _Texts) and font.to_unicode.further}
    for dictionary in [one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.get("Subtype") == "/Type0"]:
        texts = coded.get(dictionary["BaseFont"])
        if texts is None:
            continue
        said = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for (_, text), code in texts.further.items()]
        to_unicode = pdf.objects[int(bytes(dictionary["ToUnicode"]).split()[0])].stream
        end = to_unicode.index(b"endcmap")
        to_unicode[end:end] = [line.encode() for line in _batches(said, "bfchar")]
        led = [f"<{code:04x}> {glyph}" for (glyph, _), code in texts.further.items()]
        encoding = pydyf.Stream(_cmap(texts.font.glyph_count, led), _cmap_dictionary(), compress=True)
        pdf.add_object(encoding)
        dictionary["Encoding"] = encoding.reference


def _batches(lines: list[str], operator: str) -> Iterator[str]:
    """Yield mappings a hundred at a time, which is as many as a CMap takes (Adobe Technical Note 5014)."""
    for start in range(0, len(lines), _BATCH):
        batch = lines[start : start + _BATCH]
        yield f"{len(batch)} begin{operator}"
        yield from batch
        yield f"end{operator}"


def _cmap_dictionary() -> Any:
    import pydyf

    system = pydyf.Dictionary({"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0})
    return pydyf.Dictionary({"Type": "/CMap", "CMapName": "/Handbill-Codes", "CIDSystemInfo": system, "WMode": 0})


def _cmap(glyphs: int, further: list[str]) -> list[bytes]:
    """Return a CMap in which each code below `glyphs` is its own glyph's (ISO 32000-2, 9.7.5.4)."""
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
        *_batches(further, "cidchar"),
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end",
    ]
    return [line.encode() for line in lines]
