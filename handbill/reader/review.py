"""What the checks find in an article, told once for each place in its source, whatever the formats that it is in."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from handbill.checks.characters import characters, left_out, open_directions, written
from handbill.checks.claims.health_claims import health_claims
from handbill.checks.finding import Finding
from handbill.checks.headings import headings, sections, titles
from handbill.checks.images import images
from handbill.checks.languages import languages
from handbill.checks.links import insecure, links, targets
from handbill.checks.passages import spoken
from handbill.checks.plain_words import plain_words
from handbill.checks.readability import readability, texts
from handbill.checks.statistics import Readability
from handbill.checks.tables import tables
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.rules import diagnostic
from handbill.document import Disclaimer, text_of
from handbill.manuscript.positions import Place, Places, folded
from handbill.manuscript.source_file import Source
from handbill.markdown.tree import variants
from handbill.publication.check_settings import ClaimSettings, Links, PlainLanguage
from handbill.publication.settings import BUILT_IN

__all__ = ["advice", "barriers", "barriers_of_disclaimer", "findings", "placed", "tell"]


def tell(source: Source, parts: Sequence[etree._Element], found: Iterable[Finding], elsewhere: Place) -> list[Diagnostic]:
    """Return warnings about what was found in the parts of an article: its title, its body, and what else there is.

    `found` are findings in the parts, headings aside: of these, each variant of the body for some formats is looked at. `elsewhere` is
    the place of what stands in parts beyond the second: an abstract of the front matter.
    """
    places = Places(source)
    told = [_diagnostic(finding, place) for finding, place in _placed(found, parts, places, elsewhere)]
    told += [_diagnostic(finding, _place_of_heading(finding, parts, places)) for finding in _skipped(parts)]
    told += left_out(source)
    for offset, name, what in open_directions(places.text):
        message = f"the direction character {name} {what}"
        told.append(diagnostic("open-direction", message, source.at(offset)))
    return list(dict.fromkeys(told))


def placed(found: Iterable[Finding], parts: Sequence[etree._Element], source: Source, elsewhere: Place) -> list[tuple[Finding, Place]]:
    """Return findings in the parts of an article, each with its place in the source."""
    return list(_placed(found, parts, Places(source), elsewhere))


def _diagnostic(finding: Finding, place: Place) -> Diagnostic:
    return diagnostic(finding.code, finding.message, place, finding.hint)


def _placed(found: Iterable[Finding], parts: Sequence[etree._Element], places: Places, elsewhere: Place) -> Iterator[tuple[Finding, Place]]:
    """Yield findings with their places; of findings that are alike, the first has the first place, and so on."""
    seen: Counter[tuple[str, str, str]] = Counter()
    tables = [table for part in parts[:2] for table in part.iter("table")]
    for finding in found:
        root = finding.element.getroottree().getroot()
        if finding.kind == "told":
            continue
        if finding.kind == "article":
            yield finding, (places.source.path, 1, 1)
            continue
        if finding.kind == "character":
            if not seen["character", finding.words, ""]:
                yield from ((finding, place) for place in _places_of_character(finding.words, places))
            seen["character", finding.words, ""] += 1
        elif root not in parts[:2]:
            yield finding, elsewhere
        elif finding.kind == "table" and len(places.tables) == len(tables):
            yield finding, places.tables[tables.index(finding.element)]
        elif finding.kind == "passage" and root is parts[0] and "title" in places.source.front_matter:
            yield finding, _place_of_title(places.source)
        else:
            key = finding.kind, folded(finding.words), finding.address
            place = places.find(finding.kind, finding.words, finding.address, seen[key])
            seen[key] += 1
            yield finding, _place_of_title(places.source) if place[1] is None and root is parts[0] else place


def _place_of_title(source: Source) -> Place:
    """Return the place of the title in the front matter."""
    stated = source.front_matter.get("title")
    return (source.path, None, None) if stated is None else (source.path, stated.line, stated.column)


def _places_of_character(character: str, places: Places) -> list[Place]:
    """Return where a character stands in the article's files, as it is or as a reference to it (HTML, 13.5); at least one place."""
    code = ord(character)
    found: list[Place] = []
    body = {(line.path, line.number) for line in places.source.lines}
    for path, number, text in written(places.source):
        if (path, number) not in body:
            found += [(path, number, column) for column, other in enumerate(text, 1) if other == character]
    for line, text in places.source.prose(code=True):
        found += [(line.path, line.number, column - line.indent + 1) for column, other in enumerate(text) if other == character]
    found += places.matches(re.compile(rf"&#(?:0*{code}|[xX]0*(?:{code:x}|{code:X}));"))
    return found or [(places.source.path, None, None)]


def _skipped(parts: Sequence[etree._Element]) -> list[Finding]:
    """Return the headings that skip a level in some variant of the article; where not in all, with the names of the formats."""
    body = parts[1]
    formats = variants.formats_named(body)
    names = sorted({*BUILT_IN, *formats}) if formats else [BUILT_IN[0]]
    found: dict[str, Finding] = {}
    where: dict[str, list[str]] = {}
    for name in names:
        variant = copy.deepcopy(body)
        variants.filter_for(variant, name, BUILT_IN)
        for finding in headings([parts[0], *parts[2:], variant]):
            key = finding.element.get("id") or finding.words
            found.setdefault(key, finding)
            where.setdefault(key, []).append(name)
    return [finding if len(where[key]) == len(names) else _only_in(finding, where[key]) for key, finding in found.items()]


def _only_in(finding: Finding, names: Sequence[str]) -> Finding:
    message = f"{finding.message}, in {', '.join(names)}"
    return Finding(finding.code, message, finding.hint, finding.barrier, finding.element, finding.kind, finding.words)


def _place_of_heading(finding: Finding, parts: Sequence[etree._Element], places: Places) -> Place:
    """Return the place of a heading: of such as have its words, counted from the last, for the first may be the front matter's title."""
    alike = [element for part in parts[:2] for element in part.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    alike = [element for element in alike if folded(text_of(element)) == folded(finding.words)]
    names = [element.get("id") for element in alike]
    number = names.index(finding.element.get("id")) if finding.element.get("id") in names else 0
    return places.find("heading", finding.words, "", number - len(alike) if alike else 0)


_MOST = 100
"""Findings of one code. To place each takes time that grows with the text."""


def findings(parts: Sequence[etree._Element], language: str, texts: Sequence[str] = ()) -> list[Finding]:
    """Return what is found in the parts of a document (title, body, abstract) wherever they stand: all but the order of headings.

    `language` is that of the document; `texts` are what else it says.
    """
    return [*images(parts), *links(parts, language), *tables(parts), *languages(parts), *characters(parts, texts)]


def advice(
    parts: Sequence[etree._Element], language: str, plain_language: PlainLanguage, addresses: Links, claims: ClaimSettings
) -> tuple[Readability, list[Finding]]:
    """Return an article's figures, and what its editor is told of the same parts that is no barrier."""
    said = spoken(parts)
    own = list(texts(said))
    figures, hard = readability(parts[0], own, language, plain_language)
    words = plain_words(own, language, plain_language)
    claimed = health_claims(parts, said, language, claims)
    structure = [*titles(parts), *sections(parts), *targets(parts, BUILT_IN), *insecure(parts, addresses)]
    return figures, list(_bounded([*structure, *hard, *words, *claimed]))


def _bounded(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings, of each code as many as somebody reads; the last of these says how many more there are."""
    counts, seen = Counter(one.code for one in found), Counter[str]()
    for one in found:
        seen[one.code] += 1
        if seen[one.code] == _MOST < counts[one.code]:
            yield dataclasses.replace(one, message=f"{one.message}; {counts[one.code] - _MOST} more such findings are not told one by one")
        elif seen[one.code] <= _MOST:
            yield one


def barriers(parts: Sequence[etree._Element], language: str, texts: Sequence[str] = ()) -> Counter[str]:
    """Return the codes of what keeps a document of these parts from a claim of accessibility, with how many there are of each."""
    in_order = [*parts[:1], *parts[2:], *parts[1:2]]
    return Counter(found.code for found in [*findings(parts, language, texts), *headings(in_order)] if found.barrier)


def barriers_of_disclaimer(disclaimer: Disclaimer) -> Counter[str]:
    """Return the same of a disclaimer."""
    texts = (disclaimer.title, disclaimer.notice, disclaimer.contact)
    return barriers([disclaimer.tree()], disclaimer.language, texts)
