"""Profiles: what a disclaimer of a kind must say, handbill's own and those that a publication defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handbill.document import STATEMENT, STATEMENTS

__all__ = ["BUILT_IN", "FIELDS", "US_SUPPLEMENT", "Profile", "read_profiles"]

US_SUPPLEMENT = "us-supplement"
"""The profile whose sentence stands in a box on every page with a marked claim, too."""


FIELDS = ("version", "reviewed", "contact")
"""What a profile may ask of a disclaimer's front matter."""

Wordings = tuple[str, ...]
"""A phrase in words that mean the same: one of them is enough."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a disclaimer must say.

    `phrases` are those of each language, by its tag (BCP 47); they are compared without regard to case, white space and typographic
    punctuation. One of the `sentences` must stand as it is, whatever the language, where there are any. `version`, `reviewed` and
    `contact` tell which front matter must be there.
    """

    phrases: Mapping[str, tuple[Wordings, ...]] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    version: bool = True
    reviewed: bool = True
    contact: bool = True


BUILT_IN: Mapping[str, Profile] = {
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
"""The profiles that every publication has. What docs/reference/disclaimer-profiles.md says of them is held to this by a test."""

Tell = Callable[[tuple[str, ...], str, str], None]
"""Is told the path of a value in publication.toml, what is wrong with it, and a hint."""


def read_profiles(data: object, tell: Tell, unknown: Callable[[tuple[str, ...], Iterable[str]], None]) -> dict[str, Profile]:
    """Return the profiles of the table `[profiles]`; what is wrong is told, a name that is none by `unknown`."""
    if not isinstance(data, Mapping):
        tell(("profiles",), "`profiles` is a table: [profiles.NAME]", "")
        return {}
    found = {}
    for name, value in data.items():
        path = ("profiles", name)
        if name in BUILT_IN:
            tell(path, f"the profile `{name}` is handbill's own", "give yours another name")
        elif not isinstance(value, Mapping):
            tell(path, f"a profile is a table: [profiles.{name}]", "")
        else:
            found[name] = _profile(path, value, tell, unknown)
    return found


def _profile(
    path: tuple[str, ...], data: Mapping[str, Any], tell: Tell, unknown: Callable[[tuple[str, ...], Iterable[str]], None]
) -> Profile:
    asked = {}
    for key, value in data.items():
        if key not in (*FIELDS, "phrases"):
            unknown((*path, key), (*FIELDS, "phrases"))
        elif key in FIELDS and not isinstance(value, bool):
            tell((*path, key), f"`{key}` is true or false", "")
        elif key in FIELDS:
            asked[key] = value
    return Profile(_phrases((*path, "phrases"), data.get("phrases", {}), tell), **asked)


def _phrases(path: tuple[str, ...], data: object, tell: Tell) -> dict[str, tuple[Wordings, ...]]:
    if not isinstance(data, Mapping):
        tell(path, f"`phrases` is a table: [{'.'.join(path)}]", 'with a line for each language, as en = ["…"]')
        return {}
    found = {}
    for language, listed in data.items():
        wordings = [[one] if isinstance(one, str) else one for one in listed] if isinstance(listed, list) else [[]]
        if all(isinstance(one, list) and one and all(isinstance(text, str) and text.strip() for text in one) for one in wordings):
            found[language] = tuple(map(tuple, wordings))
        else:
            hint = 'for example en = ["general information", ["not advice", "no advice"]]: one of an inner list is enough'
            tell((*path, language), f"the phrases in `{language}` are a list of texts, or of lists of texts", hint)
    return found
