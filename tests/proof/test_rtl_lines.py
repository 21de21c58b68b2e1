"""Right-to-left text and Chinese, from the page back to the proof: what a reader sees is what the disclaimer says, line by line."""

from __future__ import annotations

import dataclasses
import functools
import re
from pathlib import Path

import pytest
from handbill.exporters.pdf import exporter as pdf

from handbill.contract import Page, Run
from handbill.diagnostics.errors import ProofError
from handbill.document import Disclaimer, Document, direction
from handbill.language.characters import has_rtl_letters
from handbill.proof.disclaimer import expected_disclaimer, fold, prove_disclaimer
from handbill.proof.rtl_lines import tokens
from handbill.publication.discovery import article_paths
from handbill.publication.parser import read_publication
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article
from handbill.registry import load
from handbill.testing.documents import PLAIN, TIMESTAMP

PUBLICATIONS = Path(__file__).parents[1] / "publications"
LATIN_IN_ARABIC = b"""<body><p>\xd8\xa7\xd8\xaa\xd8\xb5\xd9\x84 \xd8\xa8\xd9\x80:</p><ul>
<li>Poison Help (1-800-222-1222), National Institute on Drug Abuse.</li>
<li>Substance Abuse and Mental Health Services Administration (SAMHSA), 5600 Fishers Lane.</li>
<li>U.S. Food and Drug Administration: <a href="https://www.fda.gov/">www.fda.gov</a>, MedWatch (FDA 3500).</li></ul>
<p>Call 911. (In the US.)</p></body>"""


@functools.cache
def documents() -> dict[str, Document]:
    """Return the articles of the test publications in these languages by name."""
    found = {}
    for root in (PUBLICATIONS / language for language in ("arabic", "chinese", "hebrew")):
        publication = read_publication(root)
        disclaimers = Disclaimers(root, publication.language)
        for path in article_paths(root):
            article = read_article(root, path.path, publication, path.language, disclaimers.find)
            found[f"{root.name}-{path.language or 'main'}"] = article.document("pdf")
    return found


@functools.cache
def read(document: Document, name: str = "pdf") -> tuple[Page, ...]:
    exporter = load(name)
    handout = exporter.export(document, exporter.options_type(), Run(TIMESTAMP, lambda found: None))
    return tuple(exporter.pages(handout))


def test_the_languages_that_were_promised_are_there() -> None:
    assert set(documents()) == {"arabic-main", "hebrew-main", "chinese-main", "chinese-zh-Hant"}
    ways = {name: direction(document.metadata.language) for name, document in documents().items()}
    assert ways == {"arabic-main": "rtl", "hebrew-main": "rtl", "chinese-main": "ltr", "chinese-zh-Hant": "ltr"}


def test_the_footer_of_an_english_handout_is_read_from_the_left_though_its_page_is_hebrew() -> None:
    document = dataclasses.replace(PLAIN, body="<body><p>{}</p></body>".format("שלום עולם " * 40).encode())
    pages = read(document)
    assert prove_disclaimer(pages, expected_disclaimer(document.disclaimer, document.disclaimer_position)).last == len(pages)
    assert ["Page 1 of" in page.furniture for page in pages] == [True, False]


@pytest.mark.parametrize("name", ["pdf", "epub", "text"])
@pytest.mark.parametrize("language", ["arabic-main", "hebrew-main", "chinese-main", "chinese-zh-Hant"])
def test_the_disclaimer_is_proven_in_every_format(language: str, name: str) -> None:
    document = documents()[language]
    pages = read(document, name)
    proof = prove_disclaimer(pages, expected_disclaimer(document.disclaimer, document.disclaimer_position))
    assert proof.last == len(pages)


@pytest.mark.parametrize("language", ["arabic-main", "hebrew-main"])
def test_no_letter_of_a_right_to_left_article_is_lost_or_added_on_paper(language: str) -> None:
    document = documents()[language]

    def letters(text: str) -> list[str]:
        return sorted(character for token in tokens(text, fold) if has_rtl_letters(token) for character in token)

    written = "".join("".join(str(text) for text in tree.itertext()) for tree in (document.tree(), document.disclaimer.tree()))
    shown = letters("\n".join(page.body for page in read(document)))
    for character in set(letters(written)):
        assert shown.count(character) >= letters(written).count(character), character


@pytest.mark.parametrize("language", ["arabic-main", "hebrew-main"])
@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a word is missing", lambda lines: [lines[0], re.sub(r"\S+\s", "", lines[1], count=1), *lines[2:]]),
        ("a word is added", lambda lines: [lines[0], f"{lines[1]} {lines[1].split()[0]}", *lines[2:]]),
        ("two letters changed places", lambda lines: [lines[0][1] + lines[0][0] + lines[0][2:], *lines[1:]]),
        ("two lines changed places", lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
        ("a line is missing", lambda lines: lines[:-1]),
        ("a number is another", lambda lines: [line.replace("911", "912").replace("1.0", "1.1") for line in lines]),
    ],
)
def test_a_changed_disclaimer_is_found_out(language: str, what: str, change: object) -> None:
    document = documents()[language]
    *article, page = read(document)
    wanted = expected_disclaimer(document.disclaimer)
    assert prove_disclaimer([*article, page], wanted).last == len(article) + 1
    lines = page.body.splitlines()
    assert callable(change)
    changed = change(lines)
    assert changed != lines, what
    with pytest.raises(ProofError):
        prove_disclaimer([*article, dataclasses.replace(page, body="\n".join(changed))], wanted)


def arabic_with(disclaimer: bytes) -> Document:
    document = documents()["arabic-main"]
    changed = dataclasses.replace(document.disclaimer, body=disclaimer)
    return dataclasses.replace(document, disclaimer=changed)


@pytest.mark.parametrize(
    "body",
    [LATIN_IN_ARABIC, b"<body><p>Sample Health Desk, 12 Main Street (2nd floor), tel. 1-800-222-1222. Call 911!</p></body>"],
    ids=["most letters are Latin", "all letters are Latin"],
)
def test_a_right_to_left_disclaimer_of_latin_letters_is_proven(body: bytes) -> None:
    document = arabic_with(body)
    pages = read(document)
    wanted = expected_disclaimer(document.disclaimer)
    assert prove_disclaimer(pages, wanted).last == len(pages)
    *others, page = pages
    with pytest.raises(ProofError):
        prove_disclaimer([*others, dataclasses.replace(page, body=page.body.replace("Help", "Harm").replace("Health", "Wealth"))], wanted)


def test_a_left_to_right_disclaimer_is_compared_in_order_whatever_else_is_on_the_page() -> None:
    disclaimer = Disclaimer("d", "Notice", "en", "<body><p>Ask first, then take it (שלום).</p></body>".encode())
    wanted = expected_disclaimer(disclaimer)
    assert prove_disclaimer([Page("Article"), Page("Notice\nAsk first, then take it (שלום).")], wanted).first == 2
    with pytest.raises(ProofError):
        prove_disclaimer([Page("Article"), Page("Notice\ntake it, then Ask first (שלום).")], wanted)


def test_a_plain_sentence_is_read_in_the_order_in_which_it_was_written() -> None:
    document = documents()["hebrew-main"]
    content = pdf.export(document, pdf.options_type(), Run(TIMESTAMP, lambda found: None))
    sentence = "מתחילים בפרטים שלכם"
    assert sentence in "\n".join(page.body for page in pdf.pages(content))


def test_figures_that_touch_a_latin_word_are_read_with_it() -> None:
    sentence = "يعمل مع IE11 وترميز UTF8 بعد 200ms أو 75ms، و B12."
    document = dataclasses.replace(documents()["arabic-main"], body=f"<body><p>{sentence}</p></body>".encode())
    assert sentence in "\n".join(page.body for page in read(document))
