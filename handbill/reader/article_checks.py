"""All checks run over an article or a disclaimer: their findings, the diagnostics at the places in the source, the barriers of a format."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from handbill.checks.characters import private_use_characters, source_lines, unclosed_direction_controls, unprintable_characters
from handbill.checks.claims.health_claims import health_claim_findings
from handbill.checks.finding import Finding
from handbill.checks.headings import empty_sections, heading_level_findings, title_findings
from handbill.checks.images import image_findings
from handbill.checks.languages import language_findings
from handbill.checks.links import insecure_links, link_text_findings, links_without_target
from handbill.checks.passages import passages_by_part
from handbill.checks.plain_words import plain_word_findings
from handbill.checks.readability import passages_without_references, readability_findings
from handbill.checks.readability_statistics import Readability
from handbill.checks.reserved_classes import reserved_classes
from handbill.checks.tables import table_findings
from handbill.diagnostics.diagnostic import Diagnostic, Place
from handbill.diagnostics.rules import diagnostic
from handbill.document import Disclaimer, text_of
from handbill.manuscript.source_file import Source
from handbill.manuscript.source_places import PlaceFinder, letters_and_digits
from handbill.markdown.tree import variants
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import HEADINGS
from handbill.publication.check_settings import ClaimSettings, Links, PlainLanguage
from handbill.publication.settings import BUILT_IN_EXPORTERS

__all__ = ["barriers", "disclaimer_barriers", "finding_diagnostics", "findings", "locate_findings", "readability_and_advice"]


def finding_diagnostics(source: Source, parts: Parts, found: Iterable[Finding], elsewhere: Place) -> list[Diagnostic]:
    """Return the diagnostics of findings in the parts of a document, each once, and those that only the source shows.

    `found` are all findings but skipped headings, which are looked for here, in each variant of the body. `elsewhere` is the place of
    what is in the abstract.
    """
    finder = PlaceFinder(source)
    diagnostics = [_diagnostic(finding, place) for finding, place in _with_places(found, parts, finder, elsewhere)]
    diagnostics += [_diagnostic(finding, _place_of_heading(finding, parts, finder)) for finding in _skipped_headings(parts)]
    diagnostics += unprintable_characters(source)
    for offset, name, what in unclosed_direction_controls(finder.text):
        message = f"the direction character {name} {what}"
        diagnostics.append(diagnostic("open-direction", message, source.place_at(offset)))
    return list(dict.fromkeys(diagnostics))


def locate_findings(found: Iterable[Finding], parts: Parts, source: Source, elsewhere: Place) -> list[tuple[Finding, Place]]:
    """Return findings in the parts of a document, each with its place in the source; `elsewhere` is that of what is in the abstract."""
    return list(_with_places(found, parts, PlaceFinder(source), elsewhere))


def _diagnostic(finding: Finding, place: Place) -> Diagnostic:
    return diagnostic(finding.code, finding.message, place, finding.hint)


def _with_places(found: Iterable[Finding], parts: Parts, finder: PlaceFinder, elsewhere: Place) -> Iterator[tuple[Finding, Place]]:
    """Yield findings with their places; of findings that are alike, the first has the first place, and so on.

    Findings that the reader has reported already are left out.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    tables = [table for part in parts.in_article_text() for table in part.iter("table")]
    for finding in found:
        root = finding.element.getroottree().getroot()
        if finding.kind == "reported":
            continue
        if finding.kind == "article":
            yield finding, (finder.source.path, 1, 1)
            continue
        if finding.kind == "character":
            if not seen["character", finding.words, ""]:
                yield from ((finding, place) for place in _places_of_character(finding.words, finder))
            seen["character", finding.words, ""] += 1
        elif root not in parts.in_article_text():
            yield finding, elsewhere
        elif finding.kind == "table" and len(finder.tables) == len(tables):
            yield finding, finder.tables[tables.index(finding.element)]
        elif finding.kind == "passage" and root is parts.heading and "title" in finder.source.front_matter:
            yield finding, finder.source.place_of_key("title")
        else:
            key = finding.kind, letters_and_digits(finding.words), finding.address
            place = finder.find(finding.kind, finding.words, finding.address, seen[key])
            seen[key] += 1
            yield finding, finder.source.place_of_key("title") if place[1] is None and root is parts.heading else place


def _places_of_character(character: str, finder: PlaceFinder) -> list[Place]:
    """Return where a character stands in the article's files, as it is or as a reference to it (HTML, 13.5); at least one place."""
    code = ord(character)
    found: list[Place] = []
    body = {(line.path, line.number) for line in finder.source.lines}
    for path, number, text in source_lines(finder.source):
        if (path, number) not in body:
            found += [(path, number, column) for column, other in enumerate(text, 1) if other == character]
    for line, text in finder.source.prose(code=True):
        found += [(line.path, line.number, column - line.indent + 1) for column, other in enumerate(text) if other == character]
    found += finder.matches(re.compile(rf"&#(?:0*{code}|[xX]0*(?:{code:x}|{code:X}));"))
    return found or [(finder.source.path, None, None)]


def _skipped_headings(parts: Parts) -> list[Finding]:
    """Return the headings that skip a level in some variant of the article; where not in all, with the names of the formats."""
    formats = variants.format_names(parts.body)
    names = sorted({*BUILT_IN_EXPORTERS, *formats}) if formats else [BUILT_IN_EXPORTERS[0]]
    found: dict[str, Finding] = {}
    formats_of: dict[str, list[str]] = {}
    for name in names:
        variant = dataclasses.replace(parts, body=copy.deepcopy(parts.body))
        variants.filter_formats(variant.body, name, BUILT_IN_EXPORTERS)
        for finding in heading_level_findings(variant):
            key = finding.element.get("id") or finding.words
            found.setdefault(key, finding)
            formats_of.setdefault(key, []).append(name)
    return [one if len(formats_of[key]) == len(names) else _in_formats(one, formats_of[key]) for key, one in found.items()]


def _in_formats(finding: Finding, names: Sequence[str]) -> Finding:
    return dataclasses.replace(finding, message=f"{finding.message}, in {', '.join(names)}")


def _place_of_heading(finding: Finding, parts: Parts, finder: PlaceFinder) -> Place:
    """Return the place of a heading. Of headings with the same words, it counts from the last: the first may be the front matter's."""
    alike = [element for part in parts.in_article_text() for element in part.iter(*HEADINGS)]
    alike = [element for element in alike if letters_and_digits(text_of(element)) == letters_and_digits(finding.words)]
    names = [element.get("id") for element in alike]
    number = names.index(finding.element.get("id")) if finding.element.get("id") in names else 0
    return finder.find("heading", finding.words, "", number - len(alike) if alike else 0)


_MOST_REPORTED = 100
"""How many findings of one code are reported. To find the place of each takes time that grows with the text."""


def findings(parts: Parts, language: str, texts: Sequence[str] = ()) -> list[Finding]:
    """Return what the checks find that holds for every format, so for all but the order of headings.

    `language` is the document's; `texts` are what it shows beside its parts.
    """
    return [
        *image_findings(parts),
        *link_text_findings(parts, language),
        *table_findings(parts),
        *language_findings(parts),
        *private_use_characters(parts, texts),
    ]


def readability_and_advice(
    parts: Parts, language: str, plain_language: PlainLanguage, addresses: Links, claims: ClaimSettings
) -> tuple[Readability, list[Finding]]:
    """Return an article's statistics of readability, and the findings of the same parts that are advice to its editor, not barriers."""
    passages = passages_by_part(parts)
    own = list(passages_without_references(passages))
    statistics, hard = readability_findings(parts.heading, own, language, plain_language)
    words = plain_word_findings(own, language, plain_language)
    claimed = health_claim_findings(parts, passages, language, claims)
    structure = [
        *title_findings(parts),
        *empty_sections(parts),
        *links_without_target(parts, BUILT_IN_EXPORTERS),
        *insecure_links(parts, addresses),
        *reserved_classes(parts),
    ]
    return statistics, list(_limit_each_code([*structure, *hard, *words, *claimed]))


def _limit_each_code(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield at most _MOST_REPORTED findings of each code; the last of these says how many more there are."""
    counts, seen = Counter(one.code for one in found), Counter[str]()
    for one in found:
        seen[one.code] += 1
        if seen[one.code] == _MOST_REPORTED < counts[one.code]:
            more = counts[one.code] - _MOST_REPORTED
            yield dataclasses.replace(one, message=f"{one.message}; {more} more such findings are not told one by one")
        elif seen[one.code] <= _MOST_REPORTED:
            yield one


def barriers(parts: Parts, language: str, texts: Sequence[str] = ()) -> Counter[str]:
    """Return the codes of the findings for which a document of these parts must not claim to be accessible, with their numbers.

    `parts` are those of one format; `language` and `texts` as for `findings`.
    """
    return Counter(found.code for found in [*findings(parts, language, texts), *heading_level_findings(parts)] if found.barrier)


def disclaimer_barriers(disclaimer: Disclaimer) -> Counter[str]:
    """Return the same of a disclaimer's page."""
    texts = (disclaimer.title, disclaimer.notice, disclaimer.contact)
    return barriers(Parts.without_title(disclaimer.tree()), disclaimer.language, texts)
