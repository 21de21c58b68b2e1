"""Every format shows the same article: the same words in each block, the blocks in order, nothing lost and nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from block_words import blocks, end_of_words, first_place, in_cell, occurrences, tokens
from handbill.contract import Run
from handbill.document import Document
from handbill.publication.parser import read_publication
from handbill.reader.article import Article
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article
from handbill.registry import load
from handbill.testing.documents import TIMESTAMP, TORTURE

SOURCE = Path(__file__).parents[2] / "source"
EDITIONS = [
    ("pdf", {}),
    ("pdf", {"notes": "end", "page_size": "Letter"}),
    ("pdf", {"font_size": "18pt"}),
    ("epub", {}),
    ("text", {}),
    ("text", {"width": 40}),
    ("text", {"width": 120}),
]


def shipped() -> Article:
    publication = read_publication(SOURCE)
    disclaimers = Disclaimers(SOURCE, publication.language)
    return read_article(SOURCE, "kratom-and-melatonin.md", publication, "", disclaimers.find)


def read_back(name: str, options: dict[str, Any], document: Document) -> list[str]:
    exporter = load(name)
    handout = exporter.export(document, exporter.options_type(**options), Run(TIMESTAMP, lambda found: None))
    bodies = [page.body for page in exporter.pages(handout)]
    for number in range(len(bodies) - 1):
        bodies[number], bodies[number + 1] = rejoined(
            bodies[number], bodies[number + 1], set(tokens("\n".join(document.tree().itertext())))
        )
    return tokens("\n".join(bodies))


def rejoined(page: str, following: str, vocabulary: set[str]) -> tuple[str, str]:
    """Put a word together again that a page's end has divided, its notes standing between the halves."""
    rest = re.match(r"\w+", following)
    for half in re.finditer(r"(\w+)\u2010\n", page):
        if rest and half[1] + rest[0] in vocabulary:
            return f"{page[: half.start()]}{half[1]}{rest[0]}\n{page[half.end() :]}", following[rest.end() :]
    return page, following


def compare(document: Document, shown: Sequence[str]) -> None:
    body = document.tree()
    notes = body.find("section[@class='notes']")
    if notes is not None:
        body.remove(notes)
    position = 0
    for element, words in blocks(body):
        if in_cell(element):
            # Cells of a row stand side by side where a table is drawn with characters: each is followed on its own.
            assert end_of_words(shown, words, position) is not None, f"{' '.join(words)!r} is not in its table"
            continue
        found = first_place(shown, words, position)
        assert found is not None, f"{' '.join(words)!r} is not where it belongs"
        position = max(position, found - len(words))
    for element, words in blocks(notes) if notes is not None else ():
        assert first_place(shown, words, 0) is not None, f"the note {' '.join(words)!r} is missing"
        assert element is not None
    everything = [words for _, words in blocks(document.tree())]
    expected = [word for words in everything for word in words]
    lost = Counter(expected) - Counter(shown)
    assert not lost, f"lost: {lost}"
    for words in everything:
        if len(words) >= 8 and occurrences(expected, words[:8]) == 1:
            also = occurrences(tokens("\n".join(map(str, document.disclaimer.tree().itertext()))), words[:8])
            assert occurrences(shown, words[:8]) <= 1 + also, f"twice: {' '.join(words[:8])!r}"
    unexplained = {word for word in Counter(shown) - Counter(expected) if word not in set(furniture(document))}
    assert not unexplained, f"words that nobody wrote: {unexplained}"


def furniture(document: Document) -> Iterable[str]:
    """Yield what formats add to the article's own blocks: title block, contents, addresses, disclaimer, generated words, numbers."""
    metadata = document.metadata
    texts = [
        metadata.title, metadata.subtitle, *metadata.authors, metadata.publisher, metadata.contact, metadata.rights, *metadata.keywords,
        metadata.version, document.disclaimer.title, document.disclaimer.notice, *document.words.months,
    ]  # fmt: skip
    texts += [value for value in (getattr(document.words, name) for name in document.words.__slots__) if isinstance(value, str)]
    abstract = document.abstract_tree()
    for tree in (document.heading_tree(), document.disclaimer.tree(), *([] if abstract is None else [abstract])):
        texts += [str(text) for text in tree.itertext()] + [link.get("href", "") for link in tree.iter("a")]
    for element in document.tree().iter():
        if element.tag in ("h2", "h3", "h4", "th"):
            texts += [str(text) for text in element.itertext()]
        texts += [element.get("href", ""), element.get("alt", "")]
    for asset in document.assets:
        if asset.media_type == "image/svg+xml":
            texts += [str(text) for text in etree.fromstring(asset.content).itertext()]
    yield from (word for text in texts for word in tokens(text))
    yield from ("Figure", "Image", "Link", "x", "mailto", "Disclaimer", "a", "b", "c", "d", "e")
    yield from map(str, range(100))
    yield from map(str, range(2020, 2030))


@pytest.mark.parametrize(("name", "options"), EDITIONS)
def test_the_shipped_article_is_the_same_in_every_edition(name: str, options: dict[str, Any]) -> None:
    document = shipped().document(name)
    compare(document, read_back(name, options, document))


@pytest.mark.parametrize(("name", "options"), EDITIONS)
def test_everything_that_the_tree_can_hold_is_the_same_in_every_edition(name: str, options: dict[str, Any]) -> None:
    compare(TORTURE, read_back(name, options, TORTURE))


def test_the_comparison_notices_a_lost_word_a_doubled_block_and_an_added_word() -> None:
    document = shipped().document("text")
    shown = read_back("text", {}, document)
    place = shown.index("dextromethorphan")
    with pytest.raises(AssertionError, match="dextromethorphan"):
        compare(document, [*shown[:place], *shown[place + 1 :]])
    with pytest.raises(AssertionError, match="twice"):
        compare(document, [*shown, *shown[place - 60 : place + 60]])
    with pytest.raises(AssertionError, match="nobody wrote"):
        compare(document, [*shown, "abracadabra"])
