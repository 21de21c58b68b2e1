"""The checks of health claims: what is found, what is not, and the accuracy of the word lists (docs/reference/health-claims.md)."""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

import pytest
from lxml import etree

from commandline import Handbill
from growth import assert_linear
from handbill.checks.claims.health_claims import CODES, health_claim_findings
from handbill.checks.claims.lexicon import LANGUAGES, LONGEST_GAP, LONGEST_MATCH, load_lexicon, tokenize
from handbill.checks.passages import passages_by_part
from handbill.markdown.tree.document_parts import Parts
from handbill.publication.check_settings import ClaimSettings
from handbill.reader.disclaimers import Disclaimers
from health_claims.measure import HALVES, labelled, report, scores

ROOT = Path(__file__).parents[2]
DISEASE, ABSOLUTE, AMOUNT = CODES
NOTE = '<a data-note="1">1</a>'

FLOORS = {
    "de": {DISEASE: (0.9, 0.9), ABSOLUTE: (0.9, 0.9), AMOUNT: (0.9, 0.9)},
    "en": {DISEASE: (0.95, 0.8), ABSOLUTE: (0.97, 0.87), AMOUNT: (0.97, 0.91)},
    "es": {DISEASE: (0.95, 0.88), ABSOLUTE: (0.95, 0.95), AMOUNT: (0.95, 0.95)},
    "fr": {DISEASE: (0.9, 0.87), ABSOLUTE: (0.9, 0.75), AMOUNT: (0.9, 0.9)},
}
"""The least precision and recall in the half that measures: a little under what was reached."""


def claims_in_body(body: str, language: str = "en", settings: ClaimSettings | None = None, title: str = "") -> list[tuple[str, str]]:
    """Return the code of each finding in a body, with the words that its message quotes."""
    parts = Parts(etree.fromstring(f"<h1>{title}</h1>"), etree.fromstring(f"<body>{body}</body>"))
    found = health_claim_findings(parts, passages_by_part(parts), language, settings or ClaimSettings())
    return [(one.code, one.message.partition("“")[2].partition("”")[0]) for one in found]


@pytest.mark.parametrize("language", sorted(FLOORS))
@pytest.mark.parametrize("code", CODES)
def test_the_half_that_measures_is_found_as_well_as_the_docs_say(language: str, code: str) -> None:
    measured = scores([one for one in labelled(language) if one.half == "measuring"], language)[code]
    precision, recall = FLOORS[language][code]
    assert measured.precision >= precision
    assert measured.recall >= recall


@pytest.mark.parametrize(("language", "least"), [("de", 60), ("en", 300), ("es", 80), ("fr", 60)])
def test_the_labelled_sentences_are_many_each_once_and_half_of_them_only_measure(language: str, least: int) -> None:
    sentences = labelled(language)
    assert len({one.text for one in sentences}) == len(sentences) >= least
    assert {code for one in sentences for code in one.codes} == set(CODES)
    for half in HALVES:
        assert sum(1 for one in sentences if one.half == half) > 0.4 * len(sentences)


def test_the_docs_state_what_is_measured() -> None:
    page = (ROOT / "docs/explanation/health-claims-accuracy.md").read_text(encoding="utf-8")
    assert "\n".join(f"    {line}" for language in FLOORS for line in report(language)) in page


def test_what_ships_claims_nothing() -> None:
    done = Handbill(ROOT)("check", "source", "--verbose")
    assert not re.search("|".join(CODES), done.err)
    for language in ("en", "es"):
        disclaimer = Disclaimers(ROOT / "source", "en").find("general-health", language)
        parts = Parts.without_title(disclaimer.tree())
        assert list(health_claim_findings(parts, passages_by_part(parts), language)) == []


@pytest.mark.parametrize("number", ["this statement has", "these statements have"])
def test_the_statutory_sentence_is_no_claim(number: str) -> None:
    text = f"{number.capitalize()} not been evaluated by the Food and Drug Administration. "
    assert claims_in_body(f"<p>{text}This product is not intended to diagnose, treat, cure, or prevent any disease.</p>") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It cures type 2 diabetes in days.", "cures type 2 diabetes"),
        ("It protects you and your family from heart disease.", "protects you and your family from heart disease"),
        ("The tea is good for arthritis.", "good for arthritis"),
        ("Probiotics for Crohn’s disease", "Probiotics for Crohn’s disease"),
        ("Gout can be cured.", "Gout can be cured"),
        ("A gentle antibiotic for all.", "gentle antibiotic"),
        ("It soothes pharyngitis.", "soothes pharyngitis"),
        ("It has no side effects and cures gout.", "cures gout"),
        ("Not only does it taste good, it cures gout.", "cures gout"),
        ("It does not taste good but cures gout.", "cures gout"),
        ("It does not taste good; it cures gout.", "cures gout"),
    ],
)
def test_an_effect_on_a_disease_is_a_claim(text: str, words: str) -> None:
    assert (DISEASE, words) in claims_in_body(f"<p>{text}</p>")


@pytest.mark.parametrize(
    "text",
    [
        "It does not cure gout.",
        "It doesn’t cure gout.",
        "No herb that we know of cures gout.",
        "Does it cure gout?",
        "The seller claims that it cures gout.",
        "“It cures gout,” said the box.",
        "<q>It cures gout.</q> So the box.",
        "Whether it cures gout is not known.",
        "FDA warns of teas that are sold to cure gout.",
        "Ask your doctor what cures gout.",
        "Your doctor treats gout with medicines.",
        "It supports healthy joints.",
        "It relieves occasional heartburn.",
        "The clinic treats patients at its gout clinic.",
        "It stops some gout medicines from working.",
    ],
)
def test_what_is_denied_asked_quoted_reported_or_mild_is_none(text: str) -> None:
    assert claims_in_body(f"<p>{text}</p>") == []


def test_a_quotation_of_several_sentences_is_one() -> None:
    assert claims_in_body("<p>The box says: “It cures gout. It has no side effects.” It cures gout.</p>") == [(DISEASE, "cures gout")]
    assert claims_in_body("<p>He said “it works. It cures gout.</p>") == [(DISEASE, "cures gout")]
    assert claims_in_body("<blockquote><p>It cures gout.</p></blockquote>") == []
    assert claims_in_body("<p>La etiqueta: «Cura la gota».</p>", "es") == []


def test_a_sentence_has_one_finding_of_each_code() -> None:
    body = "<p>It cures gout, heals ulcers, is completely safe and has no side effects at 5 mg twice daily.</p>"
    assert claims_in_body(body) == [(DISEASE, "cures gout"), (ABSOLUTE, "completely safe"), (AMOUNT, "5 mg")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>Take 1.5 mg.</p>", ["1.5 mg"]),
        ("<p>Take 5\u00a0µg, or 1,000 IU.</p>", ["5 µg"]),
        ("<p>Take it every six hours.</p>", ["every six hours"]),
        ("<p>Take two small tablets.</p>", ["two small tablets"]),
        ("<p>The box holds two small tablets.</p>", []),
        (f"<p>Take 5 mg.{NOTE}</p>", []),
        (f"<p>Take 5{NOTE} mg.</p>", []),
        (f"<p>Take 5 mg. It works.{NOTE}</p>", []),
        (f"<p>Take 5 mg. It works. It is old.{NOTE}</p>", ["5 mg"]),
        (f"<p>It is old.{NOTE} Take 5 mg.</p>", ["5 mg"]),
        ("<p>The box says “5 mg”. Is 5 mg enough?</p>", []),
        ("<p>It is 100% safe in a 5G network, at 20% off (95% CI 1 to 2).</p>", []),
        (f"<p>Doses:{NOTE}</p><ul><li>5 mg</li><li><p>6 mg</p></li></ul><ul><li>7 mg</li></ul>", ["7 mg"]),
        ("<h2>About 5 mg</h2><dl><dt>5 mg</dt><dd>5 ml</dd></dl>", ["5 ml"]),
        ('<section class="notes"><aside class="note"><p>It cures gout at 5 mg.</p></aside></section>', []),
        ('<aside class="admonition note"><p>Take 5 mg.</p></aside>', ["5 mg"]),
    ],
)
def test_an_amount_has_its_note_in_or_right_after_its_sentence(body: str, words: list[str]) -> None:
    assert [one for code, one in claims_in_body(body) if code == AMOUNT] == words


@pytest.mark.parametrize(
    ("caption", "head", "first", "words"),
    [
        ("", "", "", ["1 mg", "2 mg", "3 mg", "4 mg"]),
        (NOTE, "", "", []),
        ("", NOTE, "", ["2 mg", "4 mg"]),
        ("", "", NOTE, ["3 mg", "4 mg"]),
    ],
)
def test_a_cell_has_its_note_in_its_row_its_head_or_the_caption(caption: str, head: str, first: str, words: list[str]) -> None:
    body = f"<table><caption>Doses{caption}</caption><thead><tr><th>A{head}</th><th>B</th></tr></thead><tbody>"
    body += f"<tr><td>1 mg{first}</td><td>2 mg</td></tr><tr><td>3 mg</td><td>4 mg</td></tr></tbody></table>"
    assert [one for _, one in claims_in_body(body)] == words


def test_neither_the_title_nor_the_abstract_owes_a_note() -> None:
    assert claims_in_body("<p>Text.</p>", title="5 mg") == []
    body, abstract = map(etree.fromstring, ("<body><p>Text.</p></body>", "<body><p>Take 5 mg. It cures gout.</p></body>"))
    parts = Parts(etree.Element("h1"), body, abstract)
    assert [found.code for found in health_claim_findings(parts, passages_by_part(parts), "en")] == [DISEASE]


def test_each_block_is_read_in_its_own_language_and_none_without_lists() -> None:
    body = '<p>It cures gout.</p><p lang="es-MX">Cura la gota.</p><p lang="nl">Take 5 mg.</p>'
    assert claims_in_body(body, "en-GB") == [(DISEASE, "cures gout"), (DISEASE, "Cura la gota")]
    assert claims_in_body(body.replace("<p>", '<p lang="ja">'), "ja") == [(DISEASE, "Cura la gota")]


def test_the_lists_are_read_once_for_all_regions_of_a_language() -> None:
    assert load_lexicon("en-GB") is load_lexicon("EN-us") is load_lexicon("en")
    assert load_lexicon("eng") is None


def test_german_and_french_deny_and_part_words_in_their_own_way() -> None:
    assert claims_in_body("<p>Der Tee heilt Krebs. Der Tee heilt Krebs nicht.</p>", "de") == [(DISEASE, "heilt Krebs")]
    assert claims_in_body("<p>L’huile guérit l’arthrose. L’huile ne guérit pas l’arthrose.</p>", "fr") == [(DISEASE, "guérit l’arthrose")]


def test_a_publication_adds_words_and_allows_some() -> None:
    settings = ClaimSettings(diseases=("the vapours|vapors",), absolutes=("nature knows best",), allowed=("our vaccine",))
    body = "<p>It cures the vapors. Nature knows best. Our vaccine prevents measles. Our vaccine: 5 mg.</p>"
    assert claims_in_body(body, settings=settings) == [(DISEASE, "cures the vapors"), (ABSOLUTE, "Nature knows best"), (AMOUNT, "5 mg")]
    assert claims_in_body(body) == [(DISEASE, "prevents measles"), (AMOUNT, "5 mg")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_of_all_languages_are_the_same_and_hold_phrases_that_can_be_found(language: str) -> None:
    names, folder = {}, ROOT / "handbill/checks/claims/wording"
    for file in folder.glob("*.toml"):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        names[file.stem] = {(table, kind) for table, lists in data.items() for kind in lists}
        assert all(text.strip() for lists in data.values() for text in lists.values())
    assert set(names) == set(LANGUAGES)
    assert names[language] == names["en"]
    words = load_lexicon(language)
    assert words is not None
    for first, phrases in [*words.triggers.items(), *words.context.items()]:
        assert first == "#" or [token.word for token in tokenize(first, language)] == [first]
        for phrase in phrases:
            assert 1 + sum(1 if element.words else LONGEST_GAP for element in phrase.rest) <= LONGEST_MATCH
            for word in {word for element in phrase.rest for word in element.words} - {"#"}:
                assert [token.word for token in tokenize(word, language)] == [word], phrase


HOSTILE = """cure cancer and |It does not cure cancer. |no |no side effects and never |protect you |keep a a a |cancer diabetes |treat heal
|“ |‘a’ |1.1,1.1,|take two drops |95% CI 50% |a|’|. """.split("|")


@pytest.mark.parametrize("unit", HOSTILE)
def test_long_text_costs_no_more_than_its_length(unit: str) -> None:
    assert_linear(lambda length: claims_in_body(f"<p>{escape((unit * (length // len(unit) + 1))[:length])}</p>"), 20_000)
