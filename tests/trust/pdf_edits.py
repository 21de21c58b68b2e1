"""Random edits of a finished PDF: of its objects, of the text of its streams and of its bytes; and other ways to store the same objects."""

from __future__ import annotations

import io
import random
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

__all__ = ["edits", "harmless"]

_SEPARATE: dict[str, Any] = {"object_stream_mode": pikepdf.ObjectStreamMode.disable}
_READABLE: dict[str, Any] = {
    **_SEPARATE,
    "compress_streams": False,
    "stream_decode_level": pikepdf.StreamDecodeLevel.generalized,
}
_WAYS = (
    _SEPARATE,
    _READABLE,
    {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    {**_SEPARATE, "recompress_flate": True},
    {**_READABLE, "normalize_content": False, "force_version": "2.0"},
)
_DRAWN = (
    b"\n1 g 0 0 700 900 re f\n",
    b"\nQ 1 g 0 0 700 900 re f q\n",
    b"\nQ\n0 g 0 0 700 120 re f\nq\n",
    b"\nq 0 g 100 20 50 50 re f\n",
    b"\n0 Tr 1 0 0 rg\n",
    b"\n(\n",
    b"\nBT\n",
    b"\n/Span BMC\n",
    b"\n0 0 10 10 re W n\n",
)
_ENTRIES: tuple[tuple[str, Any], ...] = (
    ("/Rotate", 180),
    ("/CropBox", Array([0, 0, 300, 400])),
    ("/MediaBox", Array([0, 0, 400, 400])),
    ("/TrimBox", Array([50, 50, 400, 400])),
    ("/UserUnit", 2),
    ("/Group", Dictionary(S=Name.Transparency, K=True, CS=Name.DeviceCMYK)),
    ("/OC", Dictionary(Type=Name.OCG, Name=String("x"))),
    ("/BBox", Array([0, 0, 10, 10])),
    ("/Matrix", Array([1, 0, 0, 1, 9, 9])),
    ("/Decode", Array([1, 0])),
    ("/Encoding", Name.WinAnsiEncoding),
    ("/ActualText", String("VOID")),
    ("/Contents", Array([])),
    ("/Kids", Array([])),
    ("/Resources", Dictionary()),
)
_SUBTYPES = (Name.Link, Name.FreeText, Name.Square, Name.Stamp, Name.Widget, Name.Highlight, Name.Ink, Name.Redact)


def edits(handout: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield edited PDFs without end, each with words that say what was done. The same seed gives the same edits."""
    for number in range(10**9):
        chance = random.Random(f"{seed}:{number}")
        name, edit = chance.choice(_EDITS)
        try:
            changed = edit(handout, chance)
        except (pikepdf.PdfError, KeyError, IndexError, TypeError, ValueError, AttributeError, NotImplementedError, RuntimeError):
            # Not every edit can be made of every object.
            continue
        if changed != handout:
            yield f"{number}: {name}", changed


def harmless(handout: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield without end PDFs whose pages consist of the same objects: with other metadata, compression, numbers and object streams."""
    for number in range(10**9):
        chance = random.Random(f"{seed}:{number}")
        changed = handout
        if chance.random() < 0.5:
            changed = _saved(changed, _describe(chance), chance.choice(_WAYS))
        if chance.random() < 0.5:
            changed = _renumbered(changed, chance)
        yield f"{number}: stored otherwise", _saved(changed, lambda pdf: None, chance.choice(_WAYS)) if chance.random() < 0.5 else changed


def _saved(handout: bytes, change: Callable[[Any], object], way: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(handout)) as pdf:
        change(pdf)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pdf.save(target, deterministic_id=True, **way)
    return target.getvalue()


def _describe(chance: random.Random) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        pdf.docinfo["/Author"] = f"Author {chance.random()}"

    return change


def _renumbered(handout: bytes, chance: random.Random) -> bytes:
    """Return a PDF with the same objects in another order, under other numbers."""
    with pikepdf.open(io.BytesIO(handout)) as pdf:
        kept = [number for number in range(1, len(pdf.objects) + 1) if not _is_storage(pdf.get_object(number, 0))]
        numbers = dict(zip(kept, chance.sample(range(1, len(kept) + 1), len(kept)), strict=True))

        def renumber(text: bytes) -> bytes:
            return re.sub(rb"(\d+) 0 R\b", lambda found: b"%d 0 R" % numbers.get(int(found[1]), 0), text)

        bodies: dict[int, bytes] = {}
        for number in kept:
            one = pdf.get_object(number, 0)
            if isinstance(one, pikepdf.Stream):
                content = one.read_raw_bytes()
                one.stream_dict.Length = len(content)
                bodies[numbers[number]] = b"%s\nstream\n%s\nendstream" % (renumber(one.stream_dict.unparse(resolved=True)), content)
            else:
                bodies[numbers[number]] = renumber(one.unparse(resolved=True))
        root, info = (numbers[pdf.trailer[name].objgen[0]] for name in ("/Root", "/Info"))
        identifier = pdf.trailer.ID.unparse(resolved=True)
    written = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = {}
    for number in chance.sample(sorted(bodies), len(bodies)):
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number])
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    table += b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    trailer = b"trailer <</Size %d /Root %d 0 R /Info %d 0 R /ID %s>>\n" % (len(bodies) + 1, root, info, identifier)
    return written + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(written)


def _is_storage(one: Any) -> bool:
    return one is None or (isinstance(one, pikepdf.Stream) and one.get("/Type") in ("/ObjStm", "/XRef"))


def _objects(pdf: Any, kind: Any) -> list[Any]:
    return [one for one in pdf.objects if isinstance(one, kind)]


def _page(pdf: Any, chance: random.Random) -> Any:
    """Return one of the pages, more often one of the disclaimer."""
    return pdf.pages[chance.choice((-1, -1, 0, chance.randrange(len(pdf.pages))))].obj


def _streams(pdf: Any, page: Any) -> list[Any]:
    """Return the streams of which a page consists: its content, its layers, its fonts."""
    found = list(page.Contents) if isinstance(page.Contents, Array) else [page.Contents]
    found += [one for one in page.Resources.XObject.values() if isinstance(one, pikepdf.Stream)]
    for font in page.Resources.Font.values():
        found += [font.ToUnicode, font.DescendantFonts[0].FontDescriptor.FontFile2]
    return found


def _dictionaries(pdf: Any, page: Any) -> list[Any]:
    """Return the dictionaries that have a say about a page."""
    found = [page, page.Resources, page.Resources.Font, page.Resources.ExtGState, page.Resources.ColorSpace, pdf.Root, pdf.Root.Pages]
    found += [pdf.Root.StructTreeRoot, pdf.Root.OutputIntents[0], *_streams(pdf, page), *page.get("/Annots", ())]
    for font in page.Resources.Font.values():
        found += [font, font.DescendantFonts[0], font.DescendantFonts[0].FontDescriptor]
    found += list(page.Resources.ExtGState.values())
    return found


def _object_edit(change: Callable[[Any, random.Random], object]) -> Callable[[bytes, random.Random], bytes]:
    return lambda handout, chance: _saved(handout, lambda pdf: change(pdf, chance), chance.choice(_WAYS))


def _remove_entry(pdf: Any, chance: random.Random) -> None:
    target = chance.choice(_dictionaries(pdf, _page(pdf, chance)))
    del target[chance.choice(sorted(target.keys()))]


def _change_entry(pdf: Any, chance: random.Random) -> None:
    target = chance.choice(_dictionaries(pdf, _page(pdf, chance)))
    name = chance.choice(sorted(target.keys()))
    target[name] = _other(target[name], chance)


def _other(value: Any, chance: random.Random) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Array) and len(value):
        place = chance.randrange(len(value))
        return Array([_other(one, chance) if number == place else one for number, one in enumerate(value)])
    if isinstance(value, Name):
        return chance.choice((Name.Other, Name.DeviceGray, Name("/Identity-V"), Name.Form))
    if isinstance(value, String):
        return String("other")
    if isinstance(value, Dictionary):
        return Dictionary()
    return float(value) * chance.choice((0, 0.5, 0.99, 2)) + chance.choice((0, 1, -100))


def _add_entry(pdf: Any, chance: random.Random) -> None:
    target = chance.choice(_dictionaries(pdf, _page(pdf, chance)))
    name, value = chance.choice(_ENTRIES)
    target[name] = value


def _add_content(pdf: Any, chance: random.Random) -> None:
    stream = chance.choice(_streams(pdf, _page(pdf, chance))[:5])
    content, added = stream.read_bytes(), chance.choice(_DRAWN)
    stream.write(chance.choice((content + added, added + content, content.replace(b"\nBT\n", added + b"BT\n", 1))))


def _change_lines(pdf: Any, chance: random.Random) -> None:
    stream = chance.choice(_streams(pdf, _page(pdf, chance))[:5])
    lines = stream.read_bytes().split(b"\n")
    place = chance.randrange(len(lines))
    way = chance.randrange(4)
    if way == 0:
        del lines[place]
    elif way == 1:
        lines.insert(place, lines[chance.randrange(len(lines))])
    elif way == 2:
        lines[place] = re.sub(rb"\d+(\.\d+)?", lambda found: b"%g" % (float(found[0]) * chance.choice((0, 0.5, 1.01, 3))), lines[place])
    else:
        other = chance.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]
    stream.write(b"\n".join(lines))


def _change_stream(pdf: Any, chance: random.Random) -> None:
    stream = chance.choice(_streams(pdf, _page(pdf, chance)))
    stream.write(_changed_bytes(stream.read_bytes(), chance))


def _exchange_streams(pdf: Any, chance: random.Random) -> None:
    one, other = chance.sample(_streams(pdf, _page(pdf, chance)), 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write(second)
    other.write(first)


def _exchange_fonts(pdf: Any, chance: random.Random) -> None:
    fonts = _page(pdf, chance).Resources.Font
    one, other = chance.sample(sorted(fonts.keys()), 2)
    fonts[one], fonts[other] = fonts[other], fonts[one]


def _annotate(pdf: Any, chance: random.Random) -> None:
    page = _page(pdf, chance)
    white = pdf.make_stream(b"1 g 0 0 600 800 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800])
    annotation = Dictionary(Type=Name.Annot, Subtype=chance.choice(_SUBTYPES), Rect=Array([20, 20, 580, 780]), F=chance.choice((0, 4, 36)))
    if chance.random() < 0.8:
        annotation.AP = Dictionary(N=white)
    annotation.Contents = String("VOID")
    annotation.DA = String("/Helv 40 Tf 1 0 0 rg")
    page.Annots = Array([*page.get("/Annots", ()), pdf.make_indirect(annotation)])


def _change_pages(pdf: Any, chance: random.Random) -> None:
    way = chance.randrange(4)
    if way == 0:
        pdf.add_blank_page()
    elif way == 1:
        del pdf.pages[chance.randrange(len(pdf.pages))]
    elif way == 2:
        pdf.pages.reverse()
    else:
        pdf.pages.append(pdf.pages[0])


def _changed_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few that are others, more or fewer."""
    place, way = chance.randrange(len(content)), chance.randrange(5)
    if way == 0:
        return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
    if way == 1:
        return content[:place] + content[place + chance.randrange(1, 20) :]
    if way == 2:
        return content[:place] + chance.randbytes(chance.randrange(1, 10)) + content[place:]
    if way == 3:
        return content[:place] + content[chance.randrange(len(content)) :][:20] + content[place:]
    numbers = list(re.finditer(rb"\d+", content))
    if not numbers:
        return content
    number = chance.choice(numbers)
    return content[: number.start()] + str(chance.randrange(10 ** len(number[0]))).zfill(len(number[0])).encode() + content[number.end() :]


def _bytes_edit(handout: bytes, chance: random.Random) -> bytes:
    return _changed_bytes(_saved(handout, lambda pdf: None, chance.choice((_SEPARATE, _READABLE, _READABLE))), chance)


def _update(handout: bytes, chance: random.Random) -> bytes:
    """Return a PDF with a second revision of one object."""
    plain = _saved(handout, lambda pdf: None, _SEPARATE)
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        page = _page(pdf, chance)
        target = chance.choice(_streams(pdf, page)).objgen[0]
        root, size = pdf.trailer.Root.objgen[0], int(pdf.trailer.Size)
    start, previous = len(plain), int(re.findall(rb"startxref\s+(\d+)", plain)[-1])
    content = chance.choice(_DRAWN)
    body = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (target, len(content), content)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d /Root %d 0 R /Prev %d>>\n" % (target, start, size, root, previous)
    return plain + body + table + b"startxref\n%d\n%%%%EOF\n" % (start + len(body))


_EDITS: tuple[tuple[str, Callable[[bytes, random.Random], bytes]], ...] = (
    ("an entry is removed", _object_edit(_remove_entry)),
    ("an entry is another", _object_edit(_change_entry)),
    ("an entry is added", _object_edit(_add_entry)),
    ("content is added", _object_edit(_add_content)),
    ("lines of content are others", _object_edit(_change_lines)),
    ("bytes of a stream are others", _object_edit(_change_stream)),
    ("two streams change places", _object_edit(_exchange_streams)),
    ("two fonts change places", _object_edit(_exchange_fonts)),
    ("an annotation is added", _object_edit(_annotate)),
    ("the pages are others", _object_edit(_change_pages)),
    ("bytes are others", _bytes_edit),
    ("bytes are others", _bytes_edit),
    ("a second revision", _update),
)
