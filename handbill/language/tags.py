"""Language tags (BCP 47): fallback, comparison and validation, by the data of Unicode CLDR.

The functions take tags as strings. CLDR's data come from the library Babel, which is imported at the first use.
"""

from __future__ import annotations

import functools
import re

__all__ = ["LANGUAGE_PATTERN", "fallback_chain", "language_tag_hint", "primary_subtag", "same_language"]


LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""The tags that settings and file names may have: a language of two or three letters, and subtags."""


def primary_subtag(tag: str) -> str:
    """Return the first subtag of a BCP 47 tag, in lower case: the language itself ("pt" of "pt-BR")."""
    return tag.lower().split("-")[0]


@functools.cache
def fallback_chain(tag: str) -> tuple[str, ...]:
    """Return the tag and the tags that it falls back to, nearest first: its parents in CLDR (UTS 35, "Parent Locales").

    All are of one language and one script: pt-AO falls back to pt-PT and pt; zh-TW to zh-Hant, never to zh, which is zh-Hans.
    """
    from babel.core import get_global

    language, script, region = _subtags(tag)
    default = _likely_script(language, "")
    # CLDR names a script where the language does not imply it, and in the names of languages of several scripts.
    implied = not script and _likely_script(language, region) in ("", default)
    written = script or _likely_script(language, region)
    exceptions = get_global("parent_exceptions")
    found: list[str] = []
    name = "_".join(part for part in (language, "" if implied else written, region) if part)
    while name and _subtags(name.replace("_", "-"))[0] == language and _has_script(name, written):
        found.append(name.replace("_", "-"))
        name = exceptions.get(name) or name.rpartition("_")[0]
    if written == default and f"{language}-{default}" not in found and default:
        found.append(f"{language}-{default}")
    return tuple(found)


def same_language(one: str, other: str) -> bool:
    """Return whether two tags name one written language: the same language and the same script, stated or implied."""
    if one.lower() == other.lower():
        return True
    first, second = _subtags(one), _subtags(other)
    return first[0] == second[0] and (first[1] or _likely_script(first[0], first[2])) == (second[1] or _likely_script(second[0], second[2]))


def _has_script(name: str, script: str) -> bool:
    """Return whether a name of CLDR's, such as `zh_Hant`, states or implies a script."""
    language, stated, region = _subtags(name.replace("_", "-"))
    return (stated or _likely_script(language, region)) == script


def _subtags(tag: str) -> tuple[str, str, str]:
    """Return the language, the script and the region of a tag (RFC 5646, 2.1); "" for what it does not state.

    A deprecated code of a language is replaced by the present one.
    """
    from babel.core import get_global

    first, *rest = tag.replace("_", "-").split("-")
    language, _, script = str(get_global("language_aliases").get(first.lower(), first.lower())).partition("_")
    region = ""
    for part in rest:
        if len(part) == 1:
            break
        if len(part) == 4 and part.isalpha() and not region:
            script = part.title()
        elif not region and ((len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdigit())):
            region = part.upper()
    return language, script, region


def _likely_script(language: str, region: str) -> str:
    """Return the script that a tag of a language and a region implies (UTS 35, "Likely Subtags"); "" where it is unknown."""
    from babel.core import get_global

    likely = get_global("likely_subtags")
    full = likely.get(f"{language}_{region}") if region else None
    return str(full or likely.get(language, "")).partition("_")[2].partition("_")[0]


_ISO_639_1 = frozenset(
    # ISO 639-1, all 183 codes in force
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi "
    "fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv "
    "kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa "
    "wo xh yi yo za zh zu sh iw in ji".split()
)


_INTENDED_LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "cn:zh cz:cs dk:da ge:ka gr:el jp:ja kp:ko ua:uk us:en vn:vi ara:ar chi:zh deu:de dut:nl eng:en fra:fr fre:fr ger:de heb:he "
        "ita:it jpn:ja kor:ko nld:nl pol:pl por:pt rus:ru spa:es ukr:uk vie:vi zho:zh"
    ).split()
)
"""The language that is meant by a code that BCP 47 does not use for it: a country's code, or three letters where two exist."""


_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def language_tag_hint(tag: str) -> str:
    """Return a hint on what to write in place of a language tag that is wrong (RFC 5646; ISO 639-1), or "" where it is right."""
    first, *rest = tag.lower().split("-")
    if first in _INTENDED_LANGUAGES:
        return f"write `{_INTENDED_LANGUAGES[first]}`"
    if "uk" in rest:
        return f"the code of the United Kingdom is GB: `{first}-GB`"
    known = _TAG.fullmatch(tag) and (len(first) == 3 or first in _ISO_639_1)
    return "" if known else "for example en, es or pt-BR (BCP 47)"
