"""Profiles: what a disclaimer of a kind must say, and what is told where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles import SETTINGS, write
from commandline import Handbill, publication
from handbill.diagnostics.diagnostic import Severity
from handbill.diagnostics.errors import ConfigurationError, SourceError
from handbill.document import STATEMENT, STATEMENTS
from handbill.publication.disclaimer_profiles import BUILT_IN_PROFILES
from handbill.publication.discovery import article_paths
from handbill.publication.parser import read_publication
from handbill.reader.disclaimer_file import ReadDisclaimer
from handbill.reader.disclaimers import Disclaimers

FIELDS = 'version: "1.0"\nreviewed: 2026-11-22\ncontact: desk@example.org\n'
HEALTH = "This handout gives general information. It is **not medical advice**.\n"
SOURCE = Path(__file__).parents[2] / "source"


def read(root: Path, profile: str, text: str, fields: str = FIELDS, language: str = "en", settings: str = "") -> ReadDisclaimer:
    write(
        root,
        {
            "publication.toml": SETTINGS + settings,
            f"disclaimers/general.{language}.md": f"---\ntitle: D\nlang: {language}\nprofile: {profile}\n{fields}---\n\n{text}",
        },
    )
    return Disclaimers(root, "en", None, read_publication(root).profiles).find_read("general", language)


def refusal(root: Path, profile: str, text: str, fields: str = FIELDS, language: str = "en", settings: str = "") -> str:
    with pytest.raises(SourceError) as caught:
        read(root, profile, text, fields, language, settings)
    return "\n".join(map(str, caught.value.diagnostics))


def test_a_disclaimer_that_says_what_its_profile_asks_for_passes(tmp_path: Path) -> None:
    found = read(tmp_path, "general-health", HEALTH)
    assert found.diagnostics == ()
    assert found.disclaimer.profile == "general-health"


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("It is not medical advice.", "general information"),
        ("General information. It is medical advice.", "not medical advice"),
        ("General information, though cannot medical advice be.", "not medical advice"),
        ("General\n\ninformation, not\n\nmedical advice.", "general information"),
    ],
)
def test_a_phrase_that_is_missing_is_an_error_at_the_profiles_name(text: str, lacks: str, tmp_path: Path) -> None:
    message = refusal(tmp_path, "general-health", text)
    assert "disclaimers/general.en.md:4:" in message
    assert f"error[missing-phrase]: the profile `general-health` asks for the words “{lacks}”" in message


@pytest.mark.parametrize(
    "text", ["GENERAL  information,\nno *medical* advice", "## General information\n\nNot a substitute for medical advice\n"]
)
def test_phrases_are_compared_without_case_white_space_and_emphasis_in_any_of_their_wordings(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, "general-health", text).diagnostics == ()


def test_typographic_punctuation_makes_no_difference(tmp_path: Path) -> None:
    settings = '[profiles.p.phrases]\nen = ["it doesn\'t replace advice - ever"]\n'
    assert read(tmp_path, "p", "It doesn’t replace advice – ever.", settings=settings).diagnostics == ()


@pytest.mark.parametrize(
    ("left_out", "code"), [("version", "missing-version"), ("reviewed", "missing-review-date"), ("contact", "missing-contact")]
)
def test_front_matter_that_is_missing_is_a_warning(left_out: str, code: str, tmp_path: Path) -> None:
    fields = "".join(line for line in FIELDS.splitlines(keepends=True) if not line.startswith(left_out))
    (found,) = read(tmp_path, "general-health", HEALTH, fields).diagnostics
    assert (found.code, found.severity, found.line) == (code, Severity.WARNING, 4)
    assert left_out in found.hint


def test_without_a_profile_nothing_is_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, '""', "Anything.", "").diagnostics == ()


def test_spanish_has_phrases_of_its_own_and_a_region_has_its_languages(tmp_path: Path) -> None:
    text = "Información general. No es un consejo médico."
    assert read(tmp_path / "es", "general-health", text, language="es").diagnostics == ()
    assert read(tmp_path / "mx", "general-health", text, language="es-MX").diagnostics == ()
    assert "“información general”" in refusal(tmp_path / "no", "general-health", "Nada.", language="es")


def test_in_a_language_without_phrases_the_front_matter_alone_is_checked_and_a_note_says_so(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "general-health", "Allgemeines.", language="de").diagnostics
    assert (found.code, found.severity) == ("unchecked-phrases", Severity.NOTE)


@pytest.mark.parametrize("sentence", [STATEMENT, STATEMENTS])
def test_the_statutory_sentence_stands_exactly_in_either_number_in_any_language(sentence: str, tmp_path: Path) -> None:
    wrapped = sentence.replace(" Administration", "\nAdministration")
    assert read(tmp_path, "us-supplement", f"Read this: {wrapped} Thank you.", "", language="es").diagnostics == ()


@pytest.mark.parametrize(
    ("old", "new"), [("evaluated", "approved"), ("This product", "this product"), ("cure, or", "cure or"), ("disease.", "disease")]
)
def test_a_statutory_sentence_in_other_words_is_an_error_at_its_place(old: str, new: str, tmp_path: Path) -> None:
    message = refusal(tmp_path, "us-supplement", f"Hello.\n\n{STATEMENT.replace(old, new)}\n", "")
    assert "disclaimers/general.en.md:9:1: error[missing-phrase]" in message
    assert STATEMENT in message


def test_the_sentence_must_stand_in_one_piece(tmp_path: Path) -> None:
    first, second = STATEMENTS.split(". ")
    assert "missing-phrase" in refusal(tmp_path, "us-supplement", f"{first}.\n\n{second}\n", "")


def test_an_unknown_profile_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    message = refusal(tmp_path, "general-helth", HEALTH)
    assert "general.en.md:4:1: error[unknown-profile]" in message
    assert "did you mean `general-health`?" in message


def test_a_publication_defines_its_own_profiles(tmp_path: Path) -> None:
    phrases = 'en = ["read the manual", ["at your risk", "on your risk"]]'
    settings = f"[profiles.device]\nversion = false\nreviewed = false\n[profiles.device.phrases]\n{phrases}\n"
    found = read(tmp_path, "device", "Read the manual. Use it on your risk.", "", settings=settings)
    assert [one.code for one in found.diagnostics] == ["missing-contact"]
    assert "“at your risk”" in refusal(tmp_path, "device", "Read the manual.", "", settings=settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("profiles = 1", "`profiles` is a table: [profiles.NAME]"),
        ("[profiles]\np = 1", "a profile is a table: [profiles.p]"),
        ("[profiles.us-supplement]\nversion = true", "the profile `us-supplement` is handbill's own"),
        ("[profiles.p]\nversoin = true", "there is no setting `versoin`"),
        ("[profiles.p]\nversion = 1", "`version` is true or false"),
        ("[profiles.p]\nphrases = 1", "`phrases` is a table: [profiles.p.phrases]"),
        ("[profiles.p.phrases]\nen = 'x'", "the phrases in `en` are a list of texts, or of lists of texts"),
        ("[profiles.p.phrases]\nen = [[]]", "the phrases in `en` are a list of texts, or of lists of texts"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_at_its_place(settings: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {"publication.toml": SETTINGS + settings})
    with pytest.raises(ConfigurationError) as caught:
        read_publication(tmp_path)
    (found,) = caught.value.diagnostics
    assert message in found.message
    assert (found.line or 0) > 3


def test_the_publication_that_ships_has_disclaimers_of_the_profile_general_health() -> None:
    publication = read_publication(SOURCE)
    disclaimers = Disclaimers(SOURCE, publication.language, None, publication.profiles)
    for path in article_paths(SOURCE):
        found = disclaimers.find_read(publication.disclaimer, path.language or publication.language)
        assert found.disclaimer.profile == "general-health"
        assert found.diagnostics == ()


def test_the_profiles_of_handbill_are_described() -> None:
    described = (SOURCE.parent / "docs" / "reference" / "disclaimer-profiles.md").read_text("utf-8")
    for name, profile in BUILT_IN_PROFILES.items():
        assert f"`{name}`" in described
        texts = [*profile.sentences, *(text for phrases in profile.phrases.values() for wordings in phrases for text in wordings)]
        assert [text for text in texts if text not in " ".join(described.split())] == []


def test_check_and_its_mends_know_the_publications_own_profiles(tmp_path: Path) -> None:
    settings = (
        '[profiles.device]\nversion = false\nreviewed = false\ncontact = false\n[profiles.device.phrases]\nen = ["read the manual"]\n'
    )
    disclaimer = "---\ntitle: D\nprofile: device\n---\n\nRead the manual.\n"
    publication(tmp_path, settings=settings, articles={"letter.md": "---\ntitle: T\n---\n\nText.  \n"}, disclaimer=disclaimer)
    handbill = Handbill(tmp_path)
    for options in ((), ("--fix",)):
        assert "error" not in handbill.inside("check", *options).err
