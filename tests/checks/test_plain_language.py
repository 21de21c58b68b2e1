"""The checks of readability and plain words: what counts as prose, the formulas, the limits, and the word lists."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from articles import SETTINGS, article, outcome, write
from commandline import Handbill
from commandline import publication as published
from growth import TIMES, assert_linear
from handbill.checks.plain_words import inflected_forms, wordlist
from handbill.checks.readability_formulas import FORMULAS, count_syllables, score, select_formula
from handbill.checks.readability_statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ConfigurationError
from handbill.publication.check_settings import PlainLanguage
from handbill.publication.parser import read_publication
from handbill.publication.settings import Publication
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article

ROOT = Path(__file__).parents[2]
TEN = "We take this on the way to the next doctor. "
EASY = f"---\ntitle: T\n---\n\n{TEN * 12}\n"
HARD = EASY.replace("We take this", "Physicians administering anticoagulants considerably")


def article_statistics(root: Path, text: str, language: str = "en", settings: PlainLanguage | None = None) -> Readability:
    publication = Publication(title="T", language=language, disclaimer="general", plain_language=settings or PlainLanguage())
    write(root, {"article.md": text, f"disclaimers/general.{language}.md": f"---\ntitle: D\nlang: {language}\n---\n\nText.\n"})
    return article(root, publication=publication).readability


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "use hor-mone med-i-cine ef-fect treat-ment kra-tom mel-a-to-nin ad-dic-tion dis-or-der tab-let doc-tor be-fore sleep"),
        ("en", "breathe breathed want-ed de-pend-ence the-ra-pist lit-tle ta-ble re-li-a-ble i-de-a health-i-er ques-tion na-tion-al"),
        (
            "es",
            "a-é-re-o ha-bí-a pa-ís te-a-tro bue-no ciu-dad le-er es-tu-dio ma-íz y muy hoy gui-ta-rra que-so pin-güi-no a-ho-ra",
        ),
        ("es", "me-la-to-ni-na re-cep-to-res far-ma-céu-ti-co co-o-pe-rar vio-len-to frí-o ca-í-da ac-ción le-í-a rí-o po-e-ta to-a-lla"),
        (
            "de",
            "Fa-mi-li-e Pa-ti-en-ten Me-di-ka-ment In-for-ma-ti-o-nen ha-ben neu-e Feu-er Mu-se-um The-a-ter Stu-di-en Li-ni-e die sie",
        ),
        (
            "de",
            "dient ver-dient spe-zi-ell ak-tu-ell be-ob-ach-ten Qua-li-tät In-di-vi-du-um Bak-te-ri-en ge-eig-net be-en-den treu",
        ),
    ],
)
def test_syllables_are_counted(language: str, words: str) -> None:
    wrong = {word for word in words.split() if count_syllables(word.replace("-", "").lower(), language) != word.count("-") + 1}
    assert wrong == set()


def test_a_word_with_hyphens_has_the_syllables_of_its_parts() -> None:
    assert count_syllables("double-blind", "en") == 3


@pytest.mark.parametrize(
    ("language", "words", "sentences", "expected"),
    [
        # 0.39 · 10 + 11.8 · 1 − 15.59
        ("en", ["cat"] * 100, 10, 0.1),
        # 0.39 · 20 + 11.8 · 2 − 15.59
        ("en", ["doctor"] * 100, 5, 15.8),
        # 206.835 − 62.3 · 2 − 10
        ("es", ["casa"] * 100, 10, 72.2),
        # 0.1935 · 0 + 0.1672 · 10 + 0.1297 · 0 − 0.0327 · 100 − 0.875
        ("de", ["Arzt"] * 100, 10, -2.5),
        # 0.1935 · 100 + 0.1672 · 10 + 0.1297 · 100 − 0.875
        ("de", ["Medikamente"] * 100, 10, 33.1),
        # 89 + (300 · 10 − 10 · 500) / 100
        ("it", ["prova"] * 100, 10, 69.0),
    ],
)
def test_the_formulas_are_those_of_their_sources(language: str, words: list[str], sentences: int, expected: float) -> None:
    formula = select_formula(language)
    assert formula is not None
    assert score(words, sentences, language, formula) == expected


def test_smog_is_for_whoever_asks_for_it_and_has_thirty_sentences(tmp_path: Path) -> None:
    settings = PlainLanguage(formula="smog")
    assert article_statistics(tmp_path, EASY, settings=settings).score is None
    # 1.043 · √(0 · 30 / 36) + 3.1291
    found = article_statistics(tmp_path, EASY + TEN * 24, settings=settings)
    assert (found.score, found.formula, found.scale) == (3.1, "SMOG", "grade")
    assert article_statistics(tmp_path, EASY).formula == "Flesch-Kincaid"


def test_paragraphs_and_items_count_and_nothing_else_does(tmp_path: Path) -> None:
    text = """---
title: Seven words that no figure counts here
abstract: One two.
---

## Four more such words

Three four, *five* `six`[^1] — 7.

- Eight nine:
    - ten.

> Eleven.

Term word
:   Twelve.

| Not | these |
|---|---|
| nor | those |

    nor code

![nor this](x.png "Nor this either")

[^1]: Nor a note, which names a work.

## References

- Nor these titles of works.

### Nor below

Nor this.

## After

Thirteen.
"""
    from handbill.testing.documents import png

    write(tmp_path, {"x.png": png()})
    found = article_statistics(tmp_path, text)
    assert (found.words, found.sentences) == (13, 7)
    assert found.sentence_length == pytest.approx(13 / 7)


def test_the_summary_counts_though_the_references_stand_last(tmp_path: Path) -> None:
    found = article_statistics(tmp_path, "---\ntitle: T\nabstract: One two.\n---\n\nThree.\n\n## Sources\n\nNot this.\n")
    assert (found.words, found.sentences) == (3, 2)


@pytest.mark.parametrize("language", ["fr", "sw", "ar"])
def test_a_language_without_an_established_formula_has_no_grade(language: str, tmp_path: Path) -> None:
    assert language not in FORMULAS
    found = article_statistics(tmp_path, EASY, language)
    assert (found.words, found.score, found.formula, found.scale) == (120, None, "", "")


@pytest.mark.parametrize(("language", "text"), [("zh", "他们说。我们走了。"), ("ja", "薬を飲む。医師に聞く。"), ("th", "กินยา ถามหมอ")])
def test_words_are_not_counted_where_no_spaces_part_them(language: str, text: str, tmp_path: Path) -> None:
    found = article_statistics(tmp_path, f"---\ntitle: T\n---\n\n{text * 40}\n", language)
    assert found.words is found.sentence_length is None
    assert found.sentences >= 1
    outcome_of = outcome(tmp_path, publication=Publication(title="T", language=language, disclaimer="general"))
    assert not {"long-sentence", "long-paragraph", "reading-grade"} & set(outcome_of.codes)


def test_a_short_text_has_no_grade(tmp_path: Path) -> None:
    assert article_statistics(tmp_path, EASY.replace(TEN * 12, TEN * 9)).score is None
    assert article_statistics(tmp_path, EASY.replace(TEN * 12, TEN * 10)).score is not None


def codes(root: Path, text: str, settings: PlainLanguage) -> list[str]:
    write(root, {"article.md": text})
    return outcome(root, publication=Publication(title="T", disclaimer="general", plain_language=settings)).codes


def test_the_limits_are_the_publications(tmp_path: Path) -> None:
    assert codes(tmp_path, EASY, PlainLanguage()) == []
    assert codes(tmp_path, EASY, PlainLanguage(grade=0.1)) == ["reading-grade"]
    assert set(codes(tmp_path, EASY, PlainLanguage(sentence=9))) == {"long-sentence"}
    assert codes(tmp_path, EASY, PlainLanguage(paragraph=100)) == ["long-paragraph"]
    assert codes(tmp_path, HARD, PlainLanguage()) == ["reading-grade"]
    assert codes(tmp_path, HARD, PlainLanguage(grade=20)) == []


def test_a_long_paragraph_of_the_abstract_is_told_where_the_abstract_is(tmp_path: Path) -> None:
    write(tmp_path, {"article.md": f"---\ntitle: T\nabstract: {TEN * 16}\n---\n\nText.\n"})
    (found,) = outcome(tmp_path).diagnostics
    assert (found.code, found.line) == ("long-paragraph", 3)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("grade = 0", "7:1: error[setting]: `grade` is more than 0; a finding is switched off in [checks]"),
        ("ease = 101", "7:1: error[setting]: `ease` is from 0 to 100"),
        ('formula = "fog"', '7:1: error[setting]: `formula` is "flesch-kincaid" or "smog", not \'fog\''),
        ("sentence = 2.5", "7:1: error[setting]: `sentence` is a whole number, not 2.5"),
        ('words = ["leverage"]', "7:1: error[setting]: `words` is a list of replacements such as \"leverage = use\", not 'leverage'"),
        ('keep = [" "]', "7:1: error[setting]: `keep` is a list of words"),
        ("grades = 8", "7:1: error[setting]: there is no setting `grades`\n    hint: did you mean `grade`?"),
    ],
)
def test_what_no_limit_can_be_is_refused(table: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {"publication.toml": f"{SETTINGS}\n\n[plain-language]\n{table}\n"})
    with pytest.raises(ConfigurationError) as error:
        read_publication(tmp_path)
    assert message in str(error.value)


def plain_word_diagnostics(root: Path, text: str, settings: PlainLanguage | None = None, language: str = "en") -> list[Diagnostic]:
    write(root, {"article.md": f"---\ntitle: T\n---\n\n{text}\n", f"disclaimers/general.{language}.md": "---\ntitle: D\n---\n\nText.\n"})
    publication = Publication(title="T", language=language, disclaimer="general", plain_language=settings or PlainLanguage())
    return [one for one in outcome(root, publication=publication).diagnostics if one.code == "plain-word"]


def test_verbs_have_their_forms() -> None:
    assert inflected_forms("utilize*") == ["utilize", "utilizes", "utilized", "utilizing"]
    assert inflected_forms("comply* with") == ["comply with", "complies with", "complied with", "complying with"]
    assert inflected_forms("attain*") == ["attain", "attains", "attained", "attaining"]
    assert inflected_forms("concur*") == ["concur", "concurs", "concurred", "concurring"]
    assert inflected_forms("prior to") == ["prior to"]


@pytest.mark.parametrize(
    "text",
    ["“We utilize it”, they say.", "«Utilize it.»", '"utilize"', "`utilize`", "> utilize", "The utilizer.", "reutilize", "utilize-able"],
)
def test_what_is_quoted_or_part_of_another_word_is_left_alone(text: str, tmp_path: Path) -> None:
    assert plain_word_diagnostics(tmp_path, text) == []


def test_an_apostrophe_quotes_nothing_and_the_longest_phrase_counts(tmp_path: Path) -> None:
    found = plain_word_diagnostics(tmp_path, "It isn't the patients' way, and don't utilize it notwithstanding the fact that it’s new.")
    assert [one.message.split("”")[0][1:] for one in found] == ["utilize", "notwithstanding the fact that"]


def test_a_publication_adds_words_and_keeps_others(tmp_path: Path) -> None:
    settings = PlainLanguage(words=("leverage* = use", "utilize* = employ"), keep=("prior to", "commence*"))
    found = plain_word_diagnostics(tmp_path, "Prior to this we commenced leveraging and utilizing.", settings)
    assert [(one.message, one.hint) for one in found] == [
        ("“leveraging” has a plainer word", "say: use"),
        ("“utilizing” has a plainer word", "say: employ"),
    ]


def test_each_language_has_its_own_list(tmp_path: Path) -> None:
    spanish = plain_word_diagnostics(tmp_path, "Hay que utilizar y utilize con el fin de curar.", language="es")
    assert [one.hint for one in spanish] == ["say: usar", "say: para"]
    assert plain_word_diagnostics(tmp_path, "Wir utilize das.", language="de") == []
    assert len({re.split(r"\W", phrase)[0] for phrase in wordlist("en")}) > 250
    assert len(wordlist("es")) >= 50


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_replacement_is_itself_on_the_list(language: str) -> None:
    listed = wordlist(language)
    assert [instead for instead in listed.values() if instead in listed] == []


def test_a_flood_is_told_in_a_hundred_lines_and_takes_no_square_of_its_length(tmp_path: Path) -> None:
    for count in (1, 500, 500 * TIMES):
        text = "---\ntitle: T\n---\n\n" + "".join(f"Utilize “{number} in order to.\n\n" for number in range(count))
        write(tmp_path, {f"{count}.md": text})
    assert_linear(lambda count: outcome(tmp_path, f"{count}.md"), 500)
    found = [one for one in outcome(tmp_path, "2000.md").diagnostics if one.code == "plain-word"]
    assert len(found) == 100
    assert found[-1].message.endswith("; 3900 more such findings are not told one by one")


def test_check_tells_the_figures_of_every_article(handbill: Handbill, tmp_path: Path) -> None:
    published(tmp_path, articles={"easy.md": EASY, "short.md": "# Short\n\nOne word more.\n"})
    assert handbill.inside("check").out.splitlines() == [
        "article          words  sentences  words in one  reading",
        "---------------  -----  ---------  ------------  --------------------------",
        "source/easy.md     120         12          10.0  grade 1.3 (Flesch-Kincaid)",
        "source/short.md      3          1           3.0",
    ]
    assert handbill.inside("check", "-q").out == ""


def test_a_build_tells_them_of_unchanged_articles_too(handbill: Handbill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, articles={"easy.md": EASY})
    time.sleep(0.15)
    first = json.loads(handbill.inside("build", "-t", "text", "--json").out)["articles"]
    assert first[0]["source"] == "source/easy.md"
    assert (first[0]["words"], first[0]["formula"], first[0]["scale"]) == (120, "Flesch-Kincaid", "grade")
    monkeypatch.setattr("handbill.reader.read.read_article", lambda *_: pytest.fail("an unchanged article was read"))
    assert json.loads(handbill.inside("build", "-t", "text", "--json").out)["articles"] == first


def test_what_ships_is_plain() -> None:
    publication = read_publication(ROOT / "source")
    assert publication.plain_language == PlainLanguage()
    for name, language in (("kratom-and-melatonin.md", "en"), ("kratom-and-melatonin.es.md", "es")):
        found = read_article(ROOT / "source", name, publication, language, Disclaimers(ROOT / "source", "en").find)
        assert [str(one) for one in found.diagnostics] == []
        assert found.readability.score is not None
