"""Languages that are named by tags that name none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.markdown.tree.annotations import BAD_LANGUAGE

__all__ = ["language_of", "languages", "wrong_tag"]

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


def language_of(element: etree._Element, language: str) -> str:
    """Return the language that an element is in, that of the document where nothing around it says another."""
    outer: etree._Element | None = element
    while outer is not None:
        if stated := outer.get("lang"):
            return stated
        outer = outer.getparent()
    return language


def languages(parts: Sequence[etree._Element]) -> Iterator[Finding]:
    """Yield each element whose `lang` names no language, so that no screen reader knows how to speak it (WCAG 2.1, 3.1.2)."""
    for element in (element for part in parts for element in part.iter()):
        tag = element.get(BAD_LANGUAGE) or element.get("lang") or ""
        if tag and (hint := wrong_tag(tag)):
            yield Finding("bad-language", f"`{tag}` names no language", hint, True, element, "language", "", tag)
