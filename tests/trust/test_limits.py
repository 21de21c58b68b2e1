"""Bounds: settings with defaults and maxima, and each that is hit is an error with its place that names the setting."""

from __future__ import annotations

import dataclasses
import datetime
import os
import struct
import zlib
from pathlib import Path

import pytest

from articles import PUBLICATION, article, outcome, write
from commandline import Handbill, publication
from handbill.builder.request import Request
from handbill.builder.worker_backend import limits_of
from handbill.diagnostics.errors import ConfigurationError
from handbill.publication.parser import read_publication
from handbill.publication.settings import Publication
from handbill.system.bounds import DEFAULT_BOUNDS, Bounds
from handbill.testing.documents import png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
IMAGE = "# T\n\nText.\n\n![A figure](figure.{})\n"


def bounded(**bounds: int) -> Publication:
    return dataclasses.replace(PUBLICATION, bounds=Bounds(**bounds))


def wide_png(width: int, height: int) -> bytes:
    """Return the beginning of a PNG that says so many pixels (PNG, 11.2.2)."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 64)
        + b"IDAT"
        + b"\0" * 68
    )


def doubled(times: int) -> str:
    """Return a drawing that draws a rectangle two to the power of so many times."""
    uses = "".join(f'<g id="g{n}"><use href="#g{n + 1}"/><use href="#g{n + 1}"/></g>' for n in range(times))
    return SVG.format(f'{uses}<rect id="g{times}" width="1" height="1"/>')


HIT = {
    "article_size": (bounded(article_size=100), {"article.md": "# T\n\n" + "Text. " * 20}, "article.md:1:1:", "the file has 125 bytes"),
    "article_size, with includes": (
        bounded(article_size=100),
        {"article.md": '# T\n\n--8<-- "part.md"\n--8<-- "part.md"\n', "part.md": "Text. " * 10 + "\n"},
        "part.md:1:1:",
        "with its includes the article is too long",
    ),
    "nesting": (bounded(nesting=5), {"article.md": "# T\n\n" + "> " * 6 + "Text.\n"}, "article.md:3", "nested more than 5 deep"),
    "table_cells": (
        bounded(table_cells=5),
        {"article.md": "# T\n\n|x|b|\n|-|-|\n|c|d|\n|e|f|\n"},
        "article.md:3:2:",
        "the table has 6 cells",
    ),
    "footnotes": (
        bounded(footnotes=1),
        {"article.md": "# T\n\nA[^a], b[^b].\n\n[^a]: A.\n[^b]: B.\n"},
        "article.md:6:1:",
        "has 2 footnotes",
    ),
    "note_calls": (bounded(note_calls=1), {"article.md": "# T\n\nA[^a], b[^a].\n\n[^a]: A.\n"}, "article.md:3:2:", "is called 2 times"),
    "paragraph_notes": (
        bounded(paragraph_notes=1),
        {"article.md": "# T\n\nA[^a], b[^a].\n\n[^a]: A.\n"},
        "article.md:3:2:",
        "more than 1 footnotes",
    ),
    "abbreviations": (
        bounded(abbreviations=1),
        {"article.md": "# T\n\nA, B.\n\n*[A]: a\n*[B]: b\n"},
        "article.md:6:1:",
        "defines 2 abbreviations",
    ),
    "image_pixels": (
        DEFAULT_BOUNDS,
        {"article.md": IMAGE.format("png"), "figure.png": wide_png(10_000, 10_000)},
        "article.md:5:13:",
        "has 10000 by 10000 pixels",
    ),
    "image_pixels, many more": (
        DEFAULT_BOUNDS,
        {"article.md": IMAGE.format("png"), "figure.png": wide_png(60_000, 60_000)},
        "article.md:5:13:",
        "has more than 40,000,000 pixels",
    ),
    "svg_elements": (
        DEFAULT_BOUNDS,
        {"article.md": IMAGE.format("svg"), "figure.svg": doubled(20)},
        "article.md:5:13:",
        "draws more than 20,000 elements",
    ),
    "asset_size": (
        bounded(asset_size=50),
        {"article.md": IMAGE.format("png"), "figure.png": png()},
        "article.md:5:13:",
        "the image figure.png has",
    ),
    "assets_size": (
        bounded(assets_size=100),
        {"article.md": IMAGE.format("png") + "\n![B](b.png)\n", "figure.png": png(), "b.png": png()},
        "article.md:",
        "images are too large together",
    ),
}


@pytest.mark.parametrize("bound", HIT)
def test_a_bound_that_is_hit_is_told_at_its_place_with_its_setting(bound: str, tmp_path: Path) -> None:
    given, files, place, message = HIT[bound]
    settings = given if isinstance(given, Publication) else PUBLICATION
    found = outcome(write(tmp_path, files), publication=settings)
    assert found.document is None
    (said,) = [each for each in found.diagnostics if message in each.message]
    assert str(said).startswith(place)
    if bound != "nesting":
        assert said.code == "over-bound"
        assert f"`{bound.partition(',')[0].replace('_', '-')}` in [bounds] of publication.toml" in said.hint


@pytest.mark.parametrize("bound", [bound for bound in HIT if isinstance(HIT[bound][0], Publication)])
def test_the_same_article_is_read_with_the_default_bounds(bound: str, tmp_path: Path) -> None:
    article(write(tmp_path, HIT[bound][1]))


def test_a_drawing_that_draws_itself_or_is_too_deep_is_refused(tmp_path: Path) -> None:
    for inside in ('<g id="a"><use href="#a"/></g>', "<g>" * 61 + "</g>" * 61):
        found = outcome(write(tmp_path, {"article.md": IMAGE.format("svg"), "figure.svg": SVG.format(inside)}))
        assert found.codes == ["bad-image"]


def test_a_pipe_in_the_place_of_an_image_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(write(tmp_path, {"article.md": IMAGE.format("png")}) / "figure.png")
    assert outcome(tmp_path).codes == ["bad-image"]


THEMES = {
    "a sheet that is too large": ("p { color: #111 }\n" * 5000, "publication.toml:4:1: error[over-bound]", "`theme.css` has 90,000 bytes"),
    "properties that multiply one another": (
        "".join(f":root {{ --v{n}: var(--v{n + 1}) var(--v{n + 1}) }}\n" for n in range(25))
        + ":root { --v25: 1px }\np { margin: var(--v0) }\n",
        "theme.css:1:9: error[theme-rule]",
        "comes to more than 5000 parts",
    ),
    "a selector without an end": ("p " * 300 + "{ color: #111 }", "theme.css:1:1: error[theme-rule]", "a selector has more than 100 parts"),
    "functions in functions": (
        "p:not(" * 60 + "a" + ")" * 60 + " { color: #111 }",
        "theme.css:1:1: error[theme-rule]",
        "a selector has more",
    ),
}


@pytest.mark.parametrize(("css", "place", "message"), THEMES.values(), ids=THEMES)
def test_a_theme_that_would_take_long_is_refused(css: str, place: str, message: str, tmp_path: Path) -> None:
    publication(tmp_path, settings='theme = "theme.css"\n')
    write(tmp_path / "source", {"theme.css": css})
    with pytest.raises(ConfigurationError) as caught:
        read_publication(tmp_path / "source")
    assert [found for found in map(str, caught.value.diagnostics) if found.startswith(place) and message in found]


@pytest.mark.parametrize("display", ["flex", "inline-flex", "grid", "inline-grid", "inline flex"])
def test_a_theme_has_no_boxes_that_are_laid_out_again_and_again(display: str, tmp_path: Path) -> None:
    publication(tmp_path, settings='theme = "theme.css"\n')
    write(tmp_path / "source", {"theme.css": f"div {{ display: {display} }}\n"})
    found = read_publication(tmp_path / "source")
    assert "display" not in found.theme.css
    assert [one.code for one in found.theme_findings] == ["theme-property"]


def test_a_handout_of_too_many_pages_is_refused_also_where_it_is_there_already(tmp_path: Path) -> None:
    source = publication(tmp_path)
    handbill = Handbill(tmp_path)
    handbill.inside("build", "-t", "text")
    settings = (source / "publication.toml").read_text()
    (source / "publication.toml").write_text(settings + "[bounds]\npages = 1\n")
    done = handbill.inside("build", "-t", "text", code=5)
    assert "source/letter.md: error[over-bound]: letter.txt: the handout has 2 pages" in done.err
    assert "`pages` in [bounds] of publication.toml is at most 50,000" in done.err


def test_a_bound_that_changes_builds_nothing_anew(tmp_path: Path) -> None:
    source = publication(tmp_path)
    handbill = Handbill(tmp_path)
    handbill.inside("build", "-t", "text")
    settings = (source / "publication.toml").read_text()
    (source / "publication.toml").write_text(settings + "[bounds]\npages = 9\nfootnotes = 7\nseconds = 60\n")
    assert "unchanged" in handbill.inside("build", "-t", "text").out


def test_time_and_memory_are_what_the_publication_says_unless_they_are_typed(tmp_path: Path) -> None:
    bounds = Bounds(seconds=7, memory=300)
    request = Request(tmp_path, tmp_path, today=datetime.date(2026, 11, 27))
    assert dataclasses.astuple(limits_of(request, bounds)) == (7, 300_000_000)
    typed = dataclasses.replace(request, seconds=3.0, memory=500)
    assert dataclasses.astuple(limits_of(typed, bounds)) == (3.0, 500)


@pytest.mark.parametrize("field", dataclasses.fields(Bounds), ids=lambda field: field.name)
def test_no_setting_allows_more_than_the_maximum(field: dataclasses.Field[int], tmp_path: Path) -> None:
    name, most = field.name.replace("_", "-"), field.metadata["most"]
    publication(tmp_path, settings=f"[bounds]\n{name} = {most}\n")
    assert getattr(read_publication(tmp_path / "source").bounds, field.name) == most
    publication(tmp_path, settings=f"[bounds]\n{name} = {most + 1}\n")
    with pytest.raises(ConfigurationError, match=rf"publication\.toml:5:1: error\[setting\]: `{name}` is a whole number from 1 to {most}"):
        read_publication(tmp_path / "source")
    assert 1 <= field.default <= most
