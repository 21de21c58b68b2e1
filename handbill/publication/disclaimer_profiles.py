"""Disclaimer profiles: the phrases and the front matter that a kind of disclaimer must have. Built-in ones, and a publication's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handbill.document import STATEMENT, STATEMENTS

__all__ = ["BUILT_IN_PROFILES", "FIELDS", "US_SUPPLEMENT", "Profile", "read_profiles"]

US_SUPPLEMENT = "us-supplement"
"""The profile of dietary supplements in the US: its sentence also stands in a box on every page with a marked claim (21 CFR 101.93)."""


FIELDS = ("version", "reviewed", "contact")
"""The keys of front matter that a profile may require."""

Wordings = tuple[str, ...]
"""A phrase in several wordings of the same meaning: a disclaimer needs one of them."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The requirements of a kind of disclaimer.

    `phrases` are required in each language, by its tag (BCP 47); they are compared without regard to case, white space and typographic
    punctuation. One of the `sentences`, where there are any, is required literally, in every language. `version`, `reviewed` and
    `contact` are whether the key is required in front matter.
    """

    phrases: Mapping[str, tuple[Wordings, ...]] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    version: bool = True
    reviewed: bool = True
    contact: bool = True


BUILT_IN_PROFILES: Mapping[str, Profile] = {
    "general-health": Profile(
        {
            "en": (
                ("general information", "for information only", "informational purposes only"),
                (
                    "not medical advice",
                    "no medical advice",
                    "not intended as medical advice",
                    "not a substitute for medical advice",
                    "no substitute for medical advice",
                    "not a substitute for professional medical advice",
                ),
            ),
            "es": (
                ("información general", "información de carácter general", "solo para información", "fines informativos"),
                (
                    "no es consejo médico",
                    "no es un consejo médico",
                    "no constituye consejo médico",
                    "no es asesoramiento médico",
                    "no constituye asesoramiento médico",
                    "no sustituye el consejo médico",
                    "no sustituye al consejo médico",
                    "no reemplaza el consejo médico",
                ),
            ),
        }
    ),
    US_SUPPLEMENT: Profile(sentences=(STATEMENT, STATEMENTS), version=False, reviewed=False, contact=False),
}
"""The profiles that every publication has. A test compares docs/reference/disclaimer-profiles.md with them."""

ReportError = Callable[[tuple[str, ...], str, str], None]
"""A function of the keys that lead to a value in publication.toml, a message and a hint: it adds the error."""


def read_profiles(data: object, report: ReportError, unknown: Callable[[tuple[str, ...], Iterable[str]], None]) -> dict[str, Profile]:
    """Return the valid profiles of the table `[profiles]`. Errors go to `report`, unknown keys to `unknown`."""
    if not isinstance(data, Mapping):
        report(("profiles",), "`profiles` is a table: [profiles.NAME]", "")
        return {}
    found = {}
    for name, value in data.items():
        path = ("profiles", name)
        if name in BUILT_IN_PROFILES:
            report(path, f"the profile `{name}` is handbill's own", "give yours another name")
        elif not isinstance(value, Mapping):
            report(path, f"a profile is a table: [profiles.{name}]", "")
        else:
            found[name] = _profile(path, value, report, unknown)
    return found


def _profile(
    path: tuple[str, ...], data: Mapping[str, Any], report: ReportError, unknown: Callable[[tuple[str, ...], Iterable[str]], None]
) -> Profile:
    flags = {}
    for key, value in data.items():
        if key not in (*FIELDS, "phrases"):
            unknown((*path, key), (*FIELDS, "phrases"))
        elif key in FIELDS and not isinstance(value, bool):
            report((*path, key), f"`{key}` is true or false", "")
        elif key in FIELDS:
            flags[key] = value
    return Profile(_phrases((*path, "phrases"), data.get("phrases", {}), report), **flags)


def _phrases(path: tuple[str, ...], data: object, report: ReportError) -> dict[str, tuple[Wordings, ...]]:
    if not isinstance(data, Mapping):
        report(path, f"`phrases` is a table: [{'.'.join(path)}]", 'with a line for each language, as en = ["…"]')
        return {}
    found = {}
    for language, listed in data.items():
        wordings = [[one] if isinstance(one, str) else one for one in listed] if isinstance(listed, list) else [[]]
        if all(isinstance(one, list) and one and all(isinstance(text, str) and text.strip() for text in one) for one in wordings):
            found[language] = tuple(map(tuple, wordings))
        else:
            hint = 'for example en = ["general information", ["not advice", "no advice"]]: one of an inner list is enough'
            report((*path, language), f"the phrases in `{language}` are a list of texts, or of lists of texts", hint)
    return found
