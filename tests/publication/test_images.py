"""Images: recognised by what they are, measured, and kept from acting or reaching outside."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from articles import write
from handbill.diagnostics.errors import SourceError
from handbill.document import Asset
from handbill.publication.assets.article_images import load_asset
from handbill.testing.documents import png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'


def load(root: Path, name: str, content: bytes | str) -> Asset:
    return load_asset(write(root, {name: content}), name)


def error_message(root: Path, name: str, content: bytes | str) -> str:
    with pytest.raises(SourceError) as caught:
        load(root, name, content)
    return caught.value.diagnostics[0].message


def raster_image(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20), (10, 20, 30)).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_an_image_is_what_it_holds_not_what_it_is_called(kind: str, media_type: str, tmp_path: Path) -> None:
    content = raster_image(kind)
    assert load(tmp_path, "picture.dat", content) == Asset("picture.dat", media_type, content, 30.0, 20.0)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO"])
def test_kinds_that_not_every_format_shows_are_refused(kind: str, tmp_path: Path) -> None:
    assert "is of no kind that handbill knows" in error_message(tmp_path, "a.png", raster_image(kind))


@pytest.mark.parametrize("content", [b"", b"text", png()[:20], raster_image("JPEG")[:10]])
def test_what_is_no_image_is_refused(content: bytes, tmp_path: Path) -> None:
    assert error_message(tmp_path, "a.png", content).startswith("the image a.png is ")


def test_a_png_with_a_wrong_checksum_is_damaged(tmp_path: Path) -> None:
    content = bytearray(png())
    content[45] ^= 0xFF
    assert "is damaged" in error_message(tmp_path, "a.png", bytes(content))


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="200" height="100"', (200, 100)),
        ('width="1in" height="72pt"', (96, 96)),
        ('viewBox="0 0 300 150"', (300, 150)),
        ('viewBox="0,0,300,150" width="100"', (100, 50)),
        ('viewBox="0 0 300 150" height="10mm"', (75.59, 37.8)),
        ('width="100%" height="100%" viewBox="0 0 8 4"', (8, 4)),
        ('width="100%"', (None, None)),
        ('viewBox="none"', (None, None)),
        ('viewBox="0 0 1.2.3 4"', (None, None)),
        ('viewBox="0 0 0 0" width="5"', (5, None)),
    ],
)
def test_the_size_of_an_svg(attributes: str, size: tuple[float | None, float | None], tmp_path: Path) -> None:
    found = load(tmp_path, "a.svg", SVG.format(attributes, "<rect/>"))
    assert found.media_type == "image/svg+xml"
    assert (found.width and round(found.width, 2), found.height and round(found.height, 2)) == size


def test_a_harmless_svg_is_not_touched(tmp_path: Path) -> None:
    content = SVG.format(
        'viewBox="0 0 9 9"', '<style>a{fill:url(#g)}</style><a xlink:href="https://example.org"><use xlink:href="#x"/></a>'
    )
    assert load(tmp_path, "a.svg", content).content == content.encode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>evil()</script>",
        '<rect onclick="evil()"/>',
        '<image xlink:href="https://evil.example/x.png"/>',
        '<image href="evil.png"/>',
        '<use href="file:///evil"/>',
        '<a href="javascript:evil()"><rect/></a>',
        "<style>@import url(https://evil.example/x.css);</style>",
        '<style>@import "https://evil.example/x.css";</style>',
        "<style>rect { fill: url('https://evil.example/x') }</style>",
        '<rect style="fill: url(https://evil.example/x)"/>',
        "<rect fill=\"url(  'https://evil.example/x')\"/>",
        '<foreignObject><iframe src="https://evil.example"/></foreignObject>',
        '<animate attributeName="href" values="evil"/>',
        '<set attributeName="href" to="evil"/>',
        '<rect xml:base="https://evil.example/"/>',
    ],
)
def test_what_acts_or_reaches_outside_is_removed(inside: str, tmp_path: Path) -> None:
    found = load(tmp_path, "a.svg", SVG.format('viewBox="0 0 9 9"', f"<g>{inside}<circle r='1'/></g>"))
    assert b"evil" not in found.content
    assert b"circle" in found.content
    assert etree.fromstring(found.content).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<svg><rect/></svg>", "is XML, but not SVG"),
        ("<svg", "is not well-formed SVG"),
        ("", "is not well-formed SVG"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("", "&a;"), "has a document type with entities"),
        ('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("", "&a;"), "has a document type with entities"),
    ],
)
def test_what_is_no_svg_is_refused(content: str, why: str, tmp_path: Path) -> None:
    assert why in error_message(tmp_path, "a.svg", content)


def test_the_plain_document_type_of_svg_does_no_harm(tmp_path: Path) -> None:
    head = '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    found = load(tmp_path, "a.svg", head + SVG.format('viewBox="0 0 9 9"', "<rect/>"))
    assert found.width == 9
    assert b"DOCTYPE" not in found.content


@pytest.mark.parametrize("where", ["before", "inside", "after"])
def test_instructions_to_whoever_draws_it_stay_behind(where: str, tmp_path: Path) -> None:
    sheet = '<?xml-stylesheet href="https://evil.example/x.css"?>'
    drawn = SVG.format('viewBox="0 0 9 9"', f"{sheet if where == 'inside' else ''}<rect/>")
    found = load(tmp_path, "a.svg", {"before": sheet + drawn, "inside": drawn, "after": drawn + sheet}[where])
    assert b"evil" not in found.content
    assert b"<rect" in found.content
