"""Disclaimers in every language that a packaged font covers: each is sealed in every format, and its handouts are proven.

The paragraphs are those of the Universal Declaration of Human Rights, as the package gflanguages has them.
"""

from __future__ import annotations

import dataclasses
import functools
import html
from collections.abc import Mapping
from typing import Any, Literal, cast

import pytest
from gflanguages import LoadLanguages

from fault_injection import MANY
from handbill.contract import Run
from handbill.document import Disclaimer
from handbill.language.translations import translated_words
from handbill.proof.acceptance import Wanted, accept, accept_seal
from handbill.proof.disclaimer import expected_disclaimer
from handbill.registry import load, sealing
from handbill.system.bounds import DEFAULT_BOUNDS
from handbill.testing.documents import PLAIN, TIMESTAMP

LANGUAGES = (
    "ar_Arab fa_Arab ur_Arab ps_Arab he_Hebr yi_Hebr hi_Deva mr_Deva ne_Deva bho_Deva bn_Beng as_Beng pa_Guru gu_Gujr "
    "or_Orya ta_Taml te_Telu kn_Knda ml_Mlym si_Sinh th_Thai lo_Laoo km_Khmr my_Mymr mnw_Mymr am_Ethi ti_Ethi hy_Armn "
    "ka_Geor el_Grek ru_Cyrl uk_Cyrl mn_Cyrl kk_Cyrl zh_Hans zh_Hant ja_Jpan ko_Kore en_Latn es_Latn pt_Latn fr_Latn "
    "de_Latn tr_Latn vi_Latn pl_Latn cs_Latn hu_Latn fi_Latn is_Latn ro_Latn sw_Latn yo_Latn ha_Latn id_Latn fil_Latn "
    "lt_Latn lv_Latn mt_Latn cy_Latn "
).split()
"""The languages by their codes in the package: 60 in 26 scripts."""

SAMPLE = ("ar_Arab", "hi_Deva", "lo_Laoo", "km_Khmr", "vi_Latn")
"""Those that every run tries: each has letters that are joined, stacked or reordered, or run from the right, or many marks."""

SHEETS = ("A4", "Letter", "A5")
SIZES = ("8pt", "12pt", "18pt", "40pt")
WRONGLY_REFUSED_ONCE = {
    "th": "ทั่วไป เท่านั้น ครั้ง",
    "lo": "ທົ່ວໄປ",
    "km": "កុំ ក្រុម",
    "en": "10⁻⁵ mol·L⁻¹",
    "fa": "This is no advice.",
    "ur": "Ask a doctor.",
    "ps": "Ask a doctor.",
    "yi": "Ask a doctor.",
}


@functools.cache
def languages() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", LoadLanguages())


def disclaimer_in(code: str) -> Disclaimer:
    """Return a disclaimer whose title, notice and text are paragraphs of a language."""
    found = languages()[code]
    tag = found.language if found.script not in ("Hant", "Cyrl") else f"{found.language}-{found.script}"
    short, long = html.escape(found.sample_text.tester), html.escape(found.sample_text.specimen_16)
    assert short
    assert long
    body = f"<body><h2>{short}</h2><p>{long} <strong>{short}</strong> <em>{short}</em></p><ul><li>{short}</li><li>{long}</li></ul></body>"
    return Disclaimer(
        "d", short[:30].strip(), tag, body.encode(), notice=found.sample_text.tester, version="1", words=translated_words(tag)
    )


def prove(name: str, disclaimer: Disclaimer, position: Literal["end", "front"], **options: Any) -> None:
    """Seal a disclaimer, prove the sealed page, and prove a handout by it. Raises what says why that cannot be."""
    exporter = load(name)
    able, chosen = sealing(exporter), exporter.options_type(**options)
    assert able is not None
    seal = able.seal(disclaimer, chosen).handout
    expected = expected_disclaimer(disclaimer, position)
    accept_seal(exporter, seal, expected)
    metadata = dataclasses.replace(PLAIN.metadata, language=disclaimer.language)
    document = dataclasses.replace(PLAIN, metadata=metadata, disclaimer=disclaimer, disclaimer_position=position, words=disclaimer.words)
    handout = exporter.export(document, chosen, Run(TIMESTAMP, lambda found: None))
    found = accept(exporter, handout, Wanted(expected, seal, None, DEFAULT_BOUNDS)).proof
    assert found.first == 1 if position == "front" else found.last == found.pages


@pytest.mark.parametrize("code", LANGUAGES if MANY else SAMPLE)
def test_a_disclaimer_in_any_language_is_sealed_and_proven(code: str) -> None:
    disclaimer = disclaimer_in(code)
    number = LANGUAGES.index(code)
    for turn in range(len(SIZES) if MANY else 1):
        place: Literal["end", "front"] = "front" if (number + turn) % 2 else "end"
        prove("pdf", disclaimer, place, page_size=SHEETS[(number + turn) % 3], font_size=SIZES[(number + turn) % 4])
        prove("epub", disclaimer, place, embed_fonts=MANY and turn == 0)
        prove("text", disclaimer, place, width=(40, 72, 100)[(number + turn) % 3])


@pytest.mark.parametrize("language", WRONGLY_REFUSED_ONCE)
def test_words_that_were_refused_although_they_are_there_are_proven(language: str) -> None:
    text = WRONGLY_REFUSED_ONCE[language]
    body = f"<body><p>{text} {text} <strong>{text}</strong></p></body>".encode()
    disclaimer = Disclaimer("d", text, language, body, notice=text, words=translated_words(language))
    for name in ("pdf", "epub", "text"):
        prove(name, disclaimer, "end")
