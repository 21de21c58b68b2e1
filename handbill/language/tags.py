"""Languages: what a BCP 47 tag falls back to, and which tags name one written language, as Unicode CLDR has it."""

from __future__ import annotations

import functools
import re

__all__ = ["LANGUAGE_PATTERN", "lineage", "primary_subtag", "same_language", "wrong_tag"]


LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def primary_subtag(tag: str) -> str:
    """Return the first subtag of a BCP 47 tag, in lower case: the language itself ("pt" of "pt-BR")."""
    return tag.lower().split("-")[0]


@functools.cache
def lineage(tag: str) -> tuple[str, ...]:
    """Return the tag and what may stand in for it, nearest first: its parents in CLDR (UTS 35, "Parent Locales").

    All are of one language and one script: pt-AO falls back to pt-PT and pt, zh-TW to zh-Hant and never to zh, which is zh-Hans.
    """
    from babel.core import get_global

    language, script, region = _subtags(tag)
    default = _script(language, "")
    # CLDR names a script where the language does not imply it, and in the names of languages of several scripts.
    implied = not script and _script(language, region) in ("", default)
    written = script or _script(language, region)
    exceptions = get_global("parent_exceptions")
    found: list[str] = []
    name = "_".join(part for part in (language, "" if implied else written, region) if part)
    while name and _subtags(name.replace("_", "-"))[0] == language and _is_in(name, written):
        found.append(name.replace("_", "-"))
        name = exceptions.get(name) or name.rpartition("_")[0]
    if written == default and f"{language}-{default}" not in found and default:
        found.append(f"{language}-{default}")
    return tuple(found)


def same_language(one: str, other: str) -> bool:
    """Tell whether two BCP 47 tags name one written language: the same primary subtag and the same script, said or implied."""
    if one.lower() == other.lower():
        return True
    first, second = _subtags(one), _subtags(other)
    return first[0] == second[0] and (first[1] or _script(first[0], first[2])) == (second[1] or _script(second[0], second[2]))


def _is_in(name: str, script: str) -> bool:
    language, said, region = _subtags(name.replace("_", "-"))
    return (said or _script(language, region)) == script


def _subtags(tag: str) -> tuple[str, str, str]:
    """Return the language, by its present name, the script and the region of a tag, "" for what it does not say (RFC 5646, 2.1)."""
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


def _script(language: str, region: str) -> str:
    """Return the script that a language is written in, in that region, where a tag does not say it (UTS 35, "Likely Subtags")."""
    from babel.core import get_global

    likely = get_global("likely_subtags")
    full = likely.get(f"{language}_{region}") if region else None
    return str(full or likely.get(language, "")).partition("_")[2].partition("_")[0]


_TWO_LETTERS = frozenset(
    # ISO 639-1, all 183 codes in force
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi "
    "fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv "
    "kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa "
    "wo xh yi yo za zh zu sh iw in ji".split()
)


_MEANT = dict(
    pair.split(":")
    for pair in (
        "cn:zh cz:cs dk:da ge:ka gr:el jp:ja kp:ko ua:uk us:en vn:vi ara:ar chi:zh deu:de dut:nl eng:en fra:fr fre:fr ger:de heb:he "
        "ita:it jpn:ja kor:ko nld:nl pol:pl por:pt rus:ru spa:es ukr:uk vie:vi zho:zh"
    ).split()
)
"""What codes that are no BCP 47 subtags of languages mean: those of countries, and three letters where there are two."""


_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def wrong_tag(tag: str) -> str:
    """Return a hint on what is wrong with a language tag (RFC 5646; ISO 639-1 for two letters), or "" where nothing is."""
    first, *rest = tag.lower().split("-")
    if first in _MEANT:
        return f"write `{_MEANT[first]}`"
    if "uk" in rest:
        return f"the code of the United Kingdom is GB: `{first}-GB`"
    known = _TAG.fullmatch(tag) and (len(first) == 3 or first in _TWO_LETTERS)
    return "" if known else "for example en, es or pt-BR (BCP 47)"
