"""Seeded content for the benchmarks: an article, a library of them, and a book; the same seed gives the same bytes.

The text is made of everyday words and says nothing. It is plain Markdown with front matter, pipe tables and footnotes, which handbill and
pandoc both read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

__all__ = ["DISCLAIMER", "write_article", "write_book", "write_library"]

DISCLAIMER = "general"

_NOUNS = (
    "garden path bench river stone basket window letter market kitchen village teacher kettle blanket harbour station ticket meadow ladder "
    "orchard lantern bridge cupboard carpet neighbour journey morning afternoon weather library museum painting recipe vegetable "
    "umbrella postcard bicycle mountain valley lighthouse workshop carpenter gardener visitor conversation instrument melody"
).split()
_VERBS = (
    "carries opens crosses follows borrows mends paints gathers explains remembers visits collects describes measures plants waters"
).split()
_ADJECTIVES = (
    "quiet wooden early narrow careful friendly ordinary pleasant yellow heavy patient distant familiar comfortable seasonal useful"
).split()
_LINKS = "because while although before after whenever until".split()
_PLACES = "near the,behind the,beside the,across the,with the,without the,under the,towards the".split(",")


def _clause(rng: random.Random) -> str:
    phrase = f"the {rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} {rng.choice(_VERBS)} a {rng.choice(_NOUNS)}"
    return f"{phrase} {rng.choice(_PLACES)} {rng.choice(_NOUNS)}" if rng.random() < 0.6 else phrase


def _sentence(rng: random.Random) -> str:
    text = _clause(rng)
    if rng.random() < 0.4:
        text += f", {rng.choice(_LINKS)} {_clause(rng)}"
    words = text.split(" ")
    marked = rng.random()
    if marked < 0.08:
        words[2] = f"**{words[2]}**"
    elif marked < 0.16:
        words[1] = f"*{words[1]}*"
    elif marked < 0.19:
        words[2] = f"[{words[2]}](https://example.org/{rng.randrange(1000)})"
    text = " ".join(words)
    return text[0].upper() + text[1:] + "."


def _paragraph(rng: random.Random, words: int) -> str:
    sentences: list[str] = []
    while sum(sentence.count(" ") + 1 for sentence in sentences) < words:
        sentences.append(_sentence(rng))
    return " ".join(sentences)


def _words(rng: random.Random, number: int) -> str:
    return " ".join(rng.choice(_NOUNS) for _ in range(number))


def _table(rng: random.Random, rows: int = 6) -> str:
    lines = ["| Name | Kind | Number |", "|---|---|---:|"]
    lines += [f"| {_words(rng, 2)} | {rng.choice(_ADJECTIVES)} {_words(rng, 1)} | {rng.randrange(10_000)} |" for _ in range(rows)]
    return "\n".join(lines)


def _list(rng: random.Random, items: int = 4) -> str:
    return "\n".join(f"- {_sentence(rng)}" for _ in range(items))


def _image(file: Path, seed: int, size: tuple[int, int]) -> None:
    """Write a bar chart as PNG: flat areas and thin lines, as figures in handouts have."""
    rng = random.Random(seed)
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    width, height = size
    for left in range(20, width - 40, 60):
        colour = tuple(rng.randrange(40, 200) for _ in range(3))
        draw.rectangle((left, rng.randrange(20, height - 60), left + 40, height - 20), fill=colour)
    for top in range(20, height, 40):
        draw.line((0, top, width, top), fill="grey")
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file, "PNG", optimize=False)


def _front_matter(title: str, abstract: str = "") -> str:
    line = f"abstract: {abstract}\n" if abstract else ""
    return f"---\ntitle: {title}\nauthor: A. Writer\ndate: 2026-01-15\nlang: en\nversion: 1.0.0\n{line}---\n\n"


def _article(rng: random.Random, number: int, image: str) -> str:
    """Return about 1,400 words with six sections, two lists, a table, an image and six notes."""
    parts = [_front_matter(f"Notes on the {_words(rng, 2)}, part {number}", _paragraph(rng, 30)), _paragraph(rng, 80)]
    for section in range(6):
        parts.append(f"## The {rng.choice(_ADJECTIVES)} {_words(rng, 1)} of section {section + 1}")
        parts.append(f"{_paragraph(rng, 78)}[^n{section}]")
        parts.append(_paragraph(rng, 78))
        if section in (1, 4):
            parts.append(_list(rng))
        if section == 2:
            parts.append(_table(rng))
        if section == 3:
            parts.append(f"![A chart of {_words(rng, 2)}]({image})")
    parts += [f"[^n{section}]: {_sentence(rng)}" for section in range(6)]
    return "\n\n".join(parts) + "\n"


def _chapters(rng: random.Random, chapters: int) -> Iterator[str]:
    """Yield chapters of about 2,650 words, each with a table, an image and five notes."""
    note = 0
    for chapter in range(chapters):
        yield f"## Chapter {chapter + 1}: the {rng.choice(_ADJECTIVES)} {_words(rng, 1)}"
        for section in range(5):
            yield f"### The {rng.choice(_ADJECTIVES)} {_words(rng, 1)} {chapter + 1}.{section + 1}"
            note += 1
            yield f"{_paragraph(rng, 120)}[^n{note}]"
            for _ in range(3):
                yield _paragraph(rng, 120)
            if section == 1:
                yield _table(rng)
            if section == 3:
                yield f"![A chart of {_words(rng, 2)}](figures/{chapter}.png)"
            if section == 4:
                yield _list(rng)
    yield from (f"[^n{number}]: {_sentence(rng)}" for number in range(1, note + 1))


def _publication(folder: Path) -> None:
    rng = random.Random(1)
    folder.joinpath("disclaimers").mkdir(parents=True)
    # Random words are hard to read. A dotted key, since settings are appended to these.
    settings = f'title = "A library"\nlanguage = "en"\ndisclaimer = "{DISCLAIMER}"\nplain-language.grade = 15\n'
    folder.joinpath("publication.toml").write_text(settings, encoding="utf-8")
    notice = "For general information only."
    text = f"---\ntitle: Disclaimer\nlang: en\nversion: 1.0.0\nreviewed: 2026-01-15\nnotice: {notice}\n---\n\n"
    text += "\n\n".join([_paragraph(rng, 60), "## What this means", _list(rng), _paragraph(rng, 60), _paragraph(rng, 60)]) + "\n"
    folder.joinpath("disclaimers", f"{DISCLAIMER}.md").write_text(text, encoding="utf-8")


def write_article(folder: Path) -> None:
    """Write a publication of one article into a new folder."""
    write_library(folder, 1)


def write_library(folder: Path, articles: int) -> None:
    """Write a publication of so many articles into a new folder, a hundred to a sub-folder, with ten images that they share."""
    _publication(folder)
    for number in range(min(10, articles)):
        _image(folder / "figures" / f"{number}.png", number, (900, 500))
    for number in range(articles):
        place = folder / f"shelf-{number // 100:03}"
        place.mkdir(exist_ok=True)
        text = _article(random.Random(1000 + number), number, f"../figures/{number % 10}.png")
        place.joinpath(f"article-{number:05}.md").write_text(text, encoding="utf-8")


def write_book(folder: Path, chapters: int = 40) -> None:
    """Write a publication of one long article: 40 chapters are 106,000 words, 40 tables, 40 images and 200 notes."""
    _publication(folder)
    for number in range(chapters):
        _image(folder / "figures" / f"{number}.png", number, (1200, 700))
    text = _front_matter("A book of notes") + "\n\n".join(_chapters(random.Random(7), chapters)) + "\n"
    folder.joinpath("book.md").write_text(text, encoding="utf-8")
