"""Pictures of what differs from the sealed page: made of its images, written into a folder, and named in the message."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from commandline import DISCLAIMER, TEXT_ALONE, Handbill, publication
from handbill.contract import DisclaimerParts, Part
from handbill.diagnostics.errors import ProofError
from handbill.proof.image_difference import image_differences
from handbill.proof.sealed import UnlikeSealError, prove_sealed
from handbill.registry import load

RED, WHITE = (255, 0, 0), (255, 255, 255)


def ppm(width: int, height: int, **dots: tuple[int, int]) -> bytes:
    """Return a white image with a black dot at each of these places."""
    image = Image.new("RGB", (width, height), WHITE)
    for place in dots.values():
        image.putpixel(place, (0, 0, 0))
    return b"P6\n%d %d\n255\n" % image.size + image.tobytes()


def parts(image: bytes, media_type: str = "image/x-portable-pixmap") -> DisclaimerParts:
    return DisclaimerParts(2, 2, 2, (Part("page 1 on paper", media_type, image),), {})


def refusal(found: DisclaimerParts, sealed: DisclaimerParts) -> UnlikeSealError:
    with pytest.raises(UnlikeSealError) as caught:
        prove_sealed(found, sealed, "end")
    return caught.value


def columns(png: bytes, width: int) -> list[Image.Image]:
    """Return the three images that stand side by side, each of this width."""
    sheet = Image.open(io.BytesIO(png))
    gap = (sheet.width - 3 * width) // 2
    return [sheet.crop((left, 0, left + width, sheet.height)) for left in (0, width + gap, 2 * (width + gap))]


def test_both_images_stand_side_by_side_and_what_differs_is_red_between_them() -> None:
    (shown,) = image_differences(refusal(parts(ppm(6, 4, one=(1, 1), both=(3, 3))), parts(ppm(6, 4, both=(3, 3), other=(5, 0)))))
    assert shown.name == "page 1 on paper"
    found, between, sealed = columns(shown.png, 6)
    assert found.getpixel((1, 1)) == sealed.getpixel((5, 0)) == (0, 0, 0)
    assert found.getpixel((5, 0)) == sealed.getpixel((1, 1)) == WHITE
    red = {(x, y) for x in range(6) for y in range(4) if between.getpixel((x, y)) == RED}
    assert red == {(1, 1), (5, 0)}
    assert between.getpixel((3, 3)) == WHITE


def test_what_only_one_image_has_differs_also_where_it_is_white() -> None:
    (shown,) = image_differences(refusal(parts(ppm(4, 3)), parts(ppm(4, 2))))
    assert [columns(shown.png, 4)[1].getpixel((0, y)) for y in range(3)] == [WHITE, WHITE, RED]


def test_what_is_no_image_gives_no_picture() -> None:
    assert image_differences(refusal(parts(b"P6 nonsense"), parts(ppm(4, 2)))) == ()
    assert image_differences(refusal(parts(b"a", "text/plain"), parts(b"b", "text/plain"))) == ()
    assert image_differences(ProofError(refusal(parts(b"a"), parts(b"b")).diagnostics)) == ()


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Return a function after whose call the exporter `text` draws pages: the sealed one, and one with a dot if it is told to."""
    kind: Any = type(load("text"))
    real = kind.disclaimer_of

    def start(dotted: bool) -> None:
        def disclaimer_of(self: Any, handout: bytes, position: Any) -> DisclaimerParts:
            found = real(self, handout, position)
            image = ppm(6, 4, dot=(2, 2)) if dotted and b"paragraph" in handout else ppm(6, 4)
            drawn = Part("page 1 on paper", "image/x-portable-pixmap", image)
            return DisclaimerParts(found.first, found.last, found.pages, (*found.parts, drawn), found.notices)

        monkeypatch.setattr(kind, "disclaimer_of", disclaimer_of)

    return start


def test_build_writes_pictures_where_it_is_asked_to(handbill: Handbill, drawing: Callable[[bool], None]) -> None:
    publication(handbill.folder, settings=TEXT_ALONE, articles={"sub/letter.md": "# A letter\n\nA paragraph.\n"})
    drawing(True)
    said = "sub/letter.txt: the disclaimer is not the sealed one: page 1 on paper differs"
    assert f"{said}\n" in handbill.inside("build", code=6).err
    err = handbill.inside("build", "--diff-images", "diff", code=6).err
    assert f"{said}; see diff/sub-letter.txt-page-1-on-paper.png\n" in err
    (file,) = (handbill.folder / "diff").iterdir()
    assert columns(file.read_bytes(), 6)[1].getpixel((2, 2)) == RED
    (handbill.folder / "file").write_text("a person's")
    assert "error[not-written]" in handbill.inside("build", "--diff-images", "file/below", code=8).err


def test_verify_writes_pictures_where_it_is_asked_to(handbill: Handbill, drawing: Callable[[bool], None]) -> None:
    publication(handbill.folder, settings=TEXT_ALONE, articles={"letter.md": "# A letter\n\nA paragraph.\n"})
    drawing(False)
    handbill.inside("build")
    handbill.inside("verify", "--diff-images", "diff")
    assert not (handbill.folder / "diff").exists()
    drawing(True)
    done = handbill.inside("verify", "--diff-images", "diff", "--output-format", "json", code=6)
    (said,) = json.loads(done.out)["diagnostics"]
    assert said["message"].endswith("page 1 on paper differs; see diff/letter.txt-page-1-on-paper.png")
    assert columns((handbill.folder / "diff/letter.txt-page-1-on-paper.png").read_bytes(), 6)[1].getpixel((2, 2)) == RED


@pytest.mark.slow
def test_the_pages_of_a_pdf_are_shown(handbill: Handbill) -> None:
    settings = "[editions.text]\nenabled = false\n[editions.epub]\nenabled = false\n"
    publication(handbill.folder, settings=settings, disclaimer=DISCLAIMER.replace("professional", "neighbour"))
    handbill.inside("build", "-o", "other")
    publication(handbill.folder, settings=settings)
    handbill.inside("build")
    (handbill.build / "letter.pdf").write_bytes((handbill.folder / "other/letter.pdf").read_bytes())
    err = handbill.inside("verify", "--diff-images", "diff", code=6).err
    names = [f"diff/letter.pdf-page-1-on-{way}.png" for way in ("a-screen", "paper")]
    assert f"; see {', '.join(names)}" in err
    assert all((handbill.folder / name).read_bytes().startswith(b"\x89PNG") for name in names)
