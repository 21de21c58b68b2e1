"""One Markdown file of a publication read: `read_article` returns the article, or raises SourceError with all that is wrong with it.

Each step takes and returns values: what it reads, and the diagnostics of it. Only the trees of the parts are changed in place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lxml import etree

from handbill.checks.readability_statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import Disclaimer, Metadata
from handbill.language.tags import language_tag_hint, same_language
from handbill.language.translations import translated_words
from handbill.manuscript.source_file import Source, read_source
from handbill.manuscript.suppressions import Suppression, apply_suppressions, suppressions_in, unused_suppressions
from handbill.markdown.tree import structure
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import is_empty
from handbill.publication.article_urls import latest_address
from handbill.publication.settings import Publication
from handbill.reader import article_checks
from handbill.reader.article import Article, metadata_texts, serialise, title_text
from handbill.reader.article_parts import read_parts
from handbill.reader.disclaimer_rules import misplaced_claims, notice_diagnostics
from handbill.reader.link_resolution import load_images, resolve_references
from handbill.reader.metadata import (
    ARTICLE_KEYS,
    NO_DISCLAIMER,
    NO_DISCLAIMER_HINT,
    FrontMatterReader,
    article_metadata,
    declines_disclaimer,
)

__all__ = ["read_article"]

_NO_FILES: Mapping[str, bytes] = {}

FindDisclaimer = Callable[[str, str], Disclaimer]
"""Returns the disclaimer of an id in a language; raises SourceError."""


def read_article(
    root: Path,
    path: str,
    publication: Publication,
    language: str,
    find_disclaimer: FindDisclaimer,
    instead: Mapping[str, bytes] = _NO_FILES,
) -> Article:
    """Return the article at a POSIX path of the publication in `root`.

    `language` is the tag in its file's name, "" for none. `instead` are bytes to read in the place of Markdown files, by path. Raises
    SourceError with everything that is wrong.
    """
    source = read_source(root, path, publication.bounds, instead=instead)
    front_matter = FrontMatterReader(path, source.front_matter, ARTICLE_KEYS)
    stated = front_matter.language() or language
    tag = stated or publication.language
    parts, part_diagnostics = read_parts(source, front_matter, tag, publication.bounds)
    references, reference_diagnostics = resolve_references(root, parts, source)
    for part in parts.trees():
        structure.mark_figures(part)
    assets, asset_diagnostics = load_images(root, references.images, source, publication.bounds)
    latest = latest_address(publication, path, language)
    metadata = article_metadata(front_matter, publication, path, tag, latest, title_text(parts.heading, path))
    readability, check_diagnostics = _check(parts, metadata, source, publication)
    deadlines = front_matter.deadlines("article")
    disclaimer, disclaimer_diagnostics = _disclaimer(front_matter, publication, tag, find_disclaimer)
    bad_language = _language_diagnostics(front_matter, stated, publication)
    no_catalogue = [] if bad_language else _catalogue_diagnostics(front_matter, tag)
    diagnostics, suppressions = _with_suppressions(
        [
            *source.unclosed_front_matter(),
            *bad_language,
            *part_diagnostics,
            *reference_diagnostics,
            *_empty_article(parts.body, source),
            *asset_diagnostics,
            *check_diagnostics,
            *no_catalogue,
            *publication.theme_findings,
            *misplaced_claims(parts, source),
            *disclaimer_diagnostics,
            *notice_diagnostics(parts, disclaimer, source),
            *front_matter.diagnostics,
        ],
        source,
    )
    if disclaimer is None or any(one.severity is Severity.ERROR for one in diagnostics):
        raise SourceError(diagnostics)
    low_contrast = [one for one in publication.theme_findings if one.code == "low-contrast"]
    return Article(
        name=path.removesuffix(".md"),
        path=path,
        metadata=metadata,
        heading=serialise(parts.heading),
        abstract=b"" if parts.abstract is None else serialise(parts.abstract),
        body=serialise(parts.body),
        assets=assets,
        disclaimer=disclaimer,
        publication=publication,
        deadlines=deadlines,
        diagnostics=diagnostics,
        source=source,
        suppressions=suppressions,
        readability=readability,
        general_barriers=tuple(one.code for one in (*bad_language, *no_catalogue, *low_contrast[:1])),
        lookups=references.lookups,
    )


def _language_diagnostics(front_matter: FrontMatterReader, stated: str, publication: Publication) -> list[Diagnostic]:
    """Return what is wrong with the article's language; `stated` is what front matter or file name say of it."""
    if not stated and not publication.is_stated:
        message = f"nothing says what language the article is in; it is taken for `{publication.language}`"
        hint = "say lang: in its front matter, for screen readers to speak it, and for its quotation marks and hyphens"
        return [diagnostic("no-language", message, location(front_matter.path, 1, 1), hint)]
    tag = stated or publication.language
    if hint := language_tag_hint(tag):
        return [diagnostic("bad-language", f"`{tag}` names no language", front_matter.place_of_key("lang"), hint)]
    return []


def _catalogue_diagnostics(front_matter: FrontMatterReader, language: str) -> list[Diagnostic]:
    """Return a diagnostic where handbill's own words on handouts are in another language than the article.

    English words in another language's text are not marked as such (WCAG 2.1, 3.1.2).
    """
    if same_language(language, translated_words(language).language):
        return []
    message = f"there is no catalogue of words in {language}: “Contents”, “Page 1 of 2” and dates are English"
    hint = "docs/reference/languages.md lists the languages, and says how to add one"
    return [diagnostic("english-words", message, front_matter.place_of_key("lang"), hint)]


def _empty_article(body: etree._Element, source: Source) -> list[Diagnostic]:
    if not is_empty(body):
        return []
    place = location(source.lines[-1].path, source.lines[-1].number) if source.lines else location(source.path, 1)
    return [diagnostic("empty-article", "the article has no text", place)]


def _check(parts: Parts, metadata: Metadata, source: Source, publication: Publication) -> tuple[Readability, list[Diagnostic]]:
    """Return the statistics of readability, and what all checks find in the article."""
    language = metadata.language
    readability, advice = article_checks.readability_and_advice(
        parts, language, publication.plain_language, publication.links, publication.claims
    )
    found = [*article_checks.findings(parts, language, metadata_texts(metadata)), *advice]
    return readability, article_checks.finding_diagnostics(source, parts, found, source.place_of_key("abstract"))


def _disclaimer(
    front_matter: FrontMatterReader, publication: Publication, language: str, find_disclaimer: FindDisclaimer
) -> tuple[Disclaimer | None, list[Diagnostic]]:
    """Return the article's disclaimer; None where it has none, and why. What is wrong with the key itself is left to the front matter."""
    name = front_matter.text("disclaimer")
    if "disclaimer" in front_matter.values and declines_disclaimer(name):
        front_matter.error("disclaimer", NO_DISCLAIMER, NO_DISCLAIMER_HINT, "no-disclaimer")
        return None, []
    try:
        return find_disclaimer(name or publication.disclaimer, language), []
    except SourceError as error:
        elsewhere = []
        for found in error.diagnostics:
            if found.path:
                elsewhere.append(found)
            elif name:
                front_matter.error("disclaimer", found.message, found.hint, found.code)
            else:
                elsewhere.append(dataclasses.replace(found, path=front_matter.path, line=1, column=1))
        return None, elsewhere


def _with_suppressions(found: Iterable[Diagnostic], source: Source) -> tuple[tuple[Diagnostic, ...], tuple[Suppression, ...]]:
    """Return the diagnostics, each once, as the article's suppressions leave them and with those about them; and the suppressions."""
    suppressions, wrong = suppressions_in(source)
    diagnostics, needed = apply_suppressions([*found, *wrong], source, suppressions)
    return tuple(dict.fromkeys([*diagnostics, *unused_suppressions(suppressions, needed)])), tuple(suppressions)
