"""Translations: every catalogue is complete, dates follow CLDR, and English stands in where there is no catalogue."""

from __future__ import annotations

import dataclasses
import datetime
import pickle
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.core import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from handbill.document import Words
from handbill.language.translations import catalogues, translated_fields, translated_words

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "handbill/language/locale"
LANGUAGES = tuple(catalogues())
DAY = datetime.date(2026, 11, 24)
REGIONS = "en-GB en-US es-US es-HN de-AT fr-CA pt-AO ar-SY zh-HK ko-KR".split()


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as content:
        return read_po(content, abort_invalid=True)


def template() -> dict[str, str]:
    """Return what is to be translated: the English texts by the names of their fields."""
    return {name: getattr(Words(), name) for name in translated_fields()}


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", text))


def test_the_languages_that_were_promised_are_there() -> None:
    assert {"ar", "de", "es", "fr", "he", "pt", "zh-Hans"} <= set(LANGUAGES)


def test_the_template_lists_every_word_that_is_to_be_translated() -> None:
    found = catalogue(LOCALE / "handbill.pot")
    assert {message.context: message.id for message in found if message.id} == template()
    assert all(message.auto_comments for message in found if message.id), "a translator is told where each word stands"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_word_with_its_placeholders(language: str) -> None:
    found = catalogue(LOCALE / language.replace("-", "_") / "LC_MESSAGES/handbill.po")
    assert {message.context: message.id for message in found if message.id} == template()
    for message in found:
        assert message.string, message.id
        assert message.id == "" or not message.fuzzy, message.id
        if message.id:
            assert placeholders(str(message.string)) == placeholders(str(message.id))
            assert message.context in ("separator", "labelled") or str(message.string) == str(message.string).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogues_header_says_what_it_is(language: str) -> None:
    found = catalogue(LOCALE / language.replace("-", "_") / "LC_MESSAGES/handbill.po")
    headers = dict(found.mime_headers)
    assert headers["Language"] == language.replace("-", "_")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Project-Id-Version"].startswith("handbill ")
    assert "FULL NAME" not in headers["Last-Translator"]
    assert found.plural_expr


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_those_of_the_language(language: str) -> None:
    words = translated_words(language)
    assert words.language == language
    differing = [name for name, english in template().items() if getattr(words, name) != english]
    assert len(differing) > 25
    callouts = [getattr(words, kind) for kind in ("note", "tip", "important", "warning", "caution")]
    assert len(set(callouts)) == 5


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_reference_to_the_disclaimer_can_be_told_from_another_page(language: str) -> None:
    """The proof reads the page's number between the words before and after it."""
    before, found, after = translated_words(language).see_disclaimer.partition("{page}")
    assert found
    assert before.strip()
    assert not re.match(r"\s*\d", after)


@pytest.mark.parametrize("language", ["en", *LANGUAGES, *REGIONS])
def test_dates_are_cldrs_long_ones(language: str) -> None:
    days = [datetime.date(2026, month, 24) for month in range(1, 13)]
    wanted = [format_date(day, "long", locale=Locale.parse(language, sep="-")) for day in days]
    assert [translated_words(language).format_date(day) for day in days] == wanted


def test_the_first_of_a_month_is_written_as_the_language_has_it() -> None:
    first = datetime.date(2026, 5, 1)
    assert translated_words("fr").format_date(first) == "1er mai 2026"
    assert translated_words("pt-BR").format_date(first) == "1º de maio de 2026"
    assert translated_words("pt-PT").format_date(first) == "1 de maio de 2026"
    assert translated_words("de").format_date(first) == "1. Mai 2026"


@pytest.mark.parametrize("language", ["ar", "ar-EG", "ar-SA", "he", "zh-Hans"])
def test_numbers_are_in_the_digits_that_page_numbers_are_in(language: str) -> None:
    assert re.findall(r"\d+", translated_words(language).format_date(DAY))[-1] in ("24", "2026")
    assert not re.search(r"[٠-٩]", translated_words(language).format_date(DAY))


def test_a_region_falls_back_to_its_language_and_never_to_another_script() -> None:
    fallen = {tag: translated_words(tag).language for tag in ("es-MX", "pt-BR", "pt-AO", "zh", "zh-CN", "zh-TW", "zh-HK", "iw", "en-GB")}
    assert fallen == {
        "es-MX": "es",
        "pt-BR": "pt",
        "pt-AO": "pt-PT",
        "zh": "zh-Hans",
        "zh-CN": "zh-Hans",
        "zh-TW": "zh-Hant",
        "zh-HK": "zh-Hant",
        "iw": "he",
        "en-GB": "en",
    }


@pytest.mark.parametrize("language", ["sw", "ht", "hmn", "tl", "uz-Arab", "es-Hebr", "x-none", "qqq"])
def test_a_language_without_a_catalogue_has_english_words_and_dates(language: str) -> None:
    assert translated_words(language) == Words()


def test_british_english_differs_in_its_dates_alone() -> None:
    british = translated_words("en-GB")
    assert british.format_date(DAY) == "24 November 2026"
    assert dataclasses.replace(british, date=Words().date) == Words()


def test_french_sets_a_space_before_its_colon_and_chinese_a_colon_of_its_own() -> None:
    assert translated_words("fr").contact.format(contact="x") == "Contact\u00a0: x"
    assert translated_words("fr").labelled.format(label="Figure", text="x") == "Figure\u00a0: x"
    assert translated_words("zh-Hans").contact.format(contact="x") == "联系方式：x"
    assert [translated_words(tag).separator for tag in ("en", "ar", "zh-Hans", "ja")] == [", ", "، ", "、", "、"]


def test_words_are_plain_data_that_travel_to_a_worker() -> None:
    words = translated_words("ar")
    assert pickle.loads(pickle.dumps(words)) == words  # noqa: S301 - our own bytes


def test_english_needs_no_babel() -> None:
    code = (
        "import sys; from handbill.language.translations import translated_words\n"
        "translated_words('en'); translated_words('en-US'); print('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_catalogues_are_in_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["handbill"]
    packed = {path for pattern in patterns for path in (ROOT / "handbill").glob(pattern)}
    assert {path for path in LOCALE.rglob("*") if path.is_file()} <= packed
