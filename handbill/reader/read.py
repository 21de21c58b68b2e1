"""The reader: a Markdown file of a publication becomes an article, and an article a document for each exporter."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from lxml import etree

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.document import Asset, Disclaimer, claims_of
from handbill.language.tags import same_language, wrong_tag
from handbill.language.translations import words_for
from handbill.manuscript.source_file import Source, read_source
from handbill.manuscript.suppressions import apply_suppressions, suppressions_in, unused_suppressions
from handbill.markdown import converter
from handbill.markdown.tree import links, marked_claims, structure, variants
from handbill.markdown.tree.annotations import keep_addresses
from handbill.markdown.tree.elements import is_empty
from handbill.publication.addresses import latest_address
from handbill.publication.assets.images import load_asset
from handbill.publication.settings import Publication
from handbill.reader import disclaimer_rules, review
from handbill.reader.article import Article, metadata_texts, serialised, title_text
from handbill.reader.body import rendered_body
from handbill.reader.metadata import ARTICLE_KEYS, NO_DISCLAIMER, NO_DISCLAIMER_HINT, Fields, article_metadata, declines
from handbill.reader.review import tell
from handbill.system.limits import Bounds, over
from handbill.system.paths import lookup

__all__ = ["read_article"]

_AS_THEY_ARE: Mapping[str, bytes] = {}

DisclaimerOf = Callable[[str, str], Disclaimer]
"""Returns the disclaimer of an id in a language; raises SourceError."""


def read_article(
    root: Path, path: str, publication: Publication, language: str, disclaimer_of: DisclaimerOf, instead: Mapping[str, bytes] = _AS_THEY_ARE
) -> Article:
    """Return the article at a POSIX path of the publication in `root`.

    `language` is what its file name says, or ""; `instead` is what is read in the place of Markdown files, by path. Raises SourceError
    with everything that is wrong.
    """
    bounds = publication.bounds
    source = read_source(root, path, bounds, instead=instead)
    fields = Fields(path, source.front_matter, ARTICLE_KEYS)
    diagnostics = source.unclosed_front_matter()
    said = fields.language() or language
    latest = latest_address(publication, path, language)
    language = said or publication.language
    general = _language_findings(fields, said, publication, diagnostics)
    body, rendered = rendered_body(source, source.text(), language, bounds, diagnostics)
    heading = _title(body, fields, source, diagnostics)
    _mark_uncalled([heading, body], body, rendered.notes, source, diagnostics)
    abstract = _abstract(source, fields, language, bounds, diagnostics)
    words = words_for(language)
    for part in [body, *([] if abstract is None else [abstract])]:
        structure.title_callouts(part, {kind: getattr(words, kind) for kind in structure.CALLOUTS})
    parts = [heading, body, *([] if abstract is None else [abstract])]
    for part in parts:
        keep_addresses(part)
    lookups: dict[str, str] = {}

    def find(name: str) -> str:
        return lookups.setdefault(name, lookup(root, name))

    images = _resolve(parts, heading, body, find, source, diagnostics)
    for part in parts:
        structure.mark_figures(part)
    if is_empty(body):
        where, line = (source.lines[-1].path, source.lines[-1].number) if source.lines else (path, 1)
        diagnostics.append(diagnostic("empty-article", "the article has no text", at(where, line)))
    assets = _assets(root, images, source, bounds, diagnostics)
    metadata = article_metadata(fields, publication, path, language, latest, title_text(heading, path))
    stated = fields.values.get("abstract")
    figures, advice = review.advice(parts, language, publication.plain_language, publication.links, publication.claims)
    found = [*review.findings(parts, language, metadata_texts(metadata)), *advice]
    diagnostics.extend(tell(source, parts, found, (path, None, None) if stated is None else (path, stated.line, stated.column)))
    deadlines = fields.deadlines("article")
    if not general and not same_language(language, words.language):
        # English words in another language's text are not marked as such (WCAG 2.1, 3.1.2).
        diagnostics.append(_english_words(fields, language))
        general = ("english-words",)
    diagnostics.extend(publication.theme_findings)
    general += tuple(sorted({found.code for found in publication.theme_findings if found.code == "low-contrast"}))
    diagnostics.extend(disclaimer_rules.of_mark(source, one) for one in marked_claims.misused(parts, abstract))
    disclaimer = _disclaimer(fields, publication, language, disclaimer_of, diagnostics)
    if disclaimer is not None:
        diagnostics.extend(disclaimer_rules.of_disclaimer(claims_of(body), disclaimer, source))
    diagnostics.extend(fields.diagnostics)
    allowances, wrong = suppressions_in(source)
    diagnostics, needed = apply_suppressions([*diagnostics, *wrong], source, allowances)
    diagnostics.extend(unused_suppressions(allowances, needed))
    if disclaimer is None or any(found.severity is Severity.ERROR for found in diagnostics):
        raise SourceError(dict.fromkeys(diagnostics))
    return Article(
        name=path.removesuffix(".md"),
        path=path,
        metadata=metadata,
        heading=serialised(heading),
        abstract=b"" if abstract is None else serialised(abstract),
        body=serialised(body),
        assets=assets,
        disclaimer=disclaimer,
        publication=publication,
        deadlines=deadlines,
        diagnostics=tuple(dict.fromkeys(diagnostics)),
        source=source,
        allowances=tuple(allowances),
        figures=figures,
        general_barriers=general,
        lookups=lookups,
    )


def _language_findings(fields: Fields, said: str, publication: Publication, diagnostics: list[Diagnostic]) -> tuple[str, ...]:
    """Collect what is wrong with the article's language, and return the codes; `said` is what front matter or file name say."""
    tag = said or publication.language
    if not said and not publication.is_stated:
        message = f"nothing says what language the article is in; it is taken for `{tag}`"
        hint = "say lang: in its front matter, for screen readers to speak it, and for its quotation marks and hyphens"
        diagnostics.append(diagnostic("no-language", message, at(fields.path, 1, 1), hint))
        return ("no-language",)
    if hint := wrong_tag(tag):
        stated = fields.values.get("lang")
        place = (1, 1) if stated is None else (stated.line, stated.column)
        diagnostics.append(diagnostic("bad-language", f"`{tag}` names no language", at(fields.path, *place), hint))
        return ("bad-language",)
    return ()


def _title(body: etree._Element, fields: Fields, source: Source, diagnostics: list[Diagnostic]) -> etree._Element:
    structure.remove_contents_markers(body)
    for marker in structure.mark_alerts(body):
        message = f"{marker} is no callout that is known; it stands as text in a quotation"
        known = ", ".join(f"[!{kind.upper()}]" for kind in structure.CALLOUTS)
        diagnostics.append(source.diagnostic("unknown-alert", message, marker, f"there are: {known}"))
    heading = structure.take_title(body, fields.text("title"))
    if heading is None:
        heading = etree.Element("h1")
        heading.text = PurePosixPath(source.path).stem.replace("-", " ").replace("_", " ").strip() or source.path
        message = f"the article has no title; its file name stands in: {heading.text}"
        diagnostics.append(
            diagnostic("no-title", message, at(source.path, 1, 1), "write a first line: # The title, or title: in front matter")
        )
    return heading


def _english_words(fields: Fields, language: str) -> Diagnostic:
    stated = fields.values.get("lang")
    place = (1, 1) if stated is None else (stated.line, stated.column)
    message = f"there is no catalogue of words in {language}: “Contents”, “Page 1 of 2” and dates are English"
    hint = "docs/reference/languages.md lists the languages, and says how to add one"
    return diagnostic("english-words", message, at(fields.path, *place), hint)


def _mark_uncalled(
    parts: list[etree._Element], body: etree._Element, notes: Sequence[converter.Note], source: Source, diagnostics: list[Diagnostic]
) -> None:
    for note in variants.uncalled_notes(parts, body):
        note.set("data-uncalled", "")
        label = f"[^{notes[int(note.get('data-note', '')) - 1].label}]"
        message = f"nothing in the text calls the footnote {label}; it stands at the end of the notes"
        hint = f"write {label} where the text needs it, or delete the note"
        diagnostics.append(source.diagnostic("uncalled-note", message, f"{label}:", hint))


def _abstract(source: Source, fields: Fields, language: str, bounds: Bounds, diagnostics: list[Diagnostic]) -> etree._Element | None:
    text = fields.block("abstract")
    if not text:
        return None
    abstract, _ = rendered_body(source, text, language, bounds, diagnostics)
    for element in abstract.iter():
        element.attrib.pop("id", "")
    return None if is_empty(abstract) else abstract


def _resolve(
    parts: list[etree._Element],
    heading: etree._Element,
    body: etree._Element,
    find: links.Find,
    source: Source,
    diagnostics: list[Diagnostic],
) -> list[str]:
    """Give ids, resolve links and images; return the images' paths in the publication."""
    targets, twice = structure.name_targets(body, heading)
    for name in twice:
        written = [f"{{#{name}", f"#{name} ", f"#{name}}}", f'id="{name}"', f"id='{name}'", f'name="{name}"', name]
        places = {place[:3]: place for text in written if (place := source.locate(text, 1))[1] is not None}
        path, line, column = next(iter(places), (source.path, None, None))
        message = f"the id `{name}` is given twice"
        diagnostics.append(diagnostic("duplicate-id", message, at(path, line, column)))
    seen: dict[tuple[str, str], int] = {}

    def found(code: str, message: str, excerpt: str, hint: str) -> None:
        occurrence = seen.get((code, excerpt), 0)
        seen[code, excerpt] = occurrence + 1
        diagnostics.append(source.diagnostic(code, message, excerpt, hint, occurrence))

    images: dict[str, None] = {}
    for part in parts:
        images |= dict.fromkeys(links.resolve_images(part, find, source.path, found))
        links.resolve_links(part, targets, find, source.path, found)
    return list(images)


def _assets(root: Path, names: list[str], source: Source, bounds: Bounds, diagnostics: list[Diagnostic]) -> tuple[Asset, ...]:
    assets: list[Asset] = []
    room = bounds.assets_size
    for name in names:
        try:
            asset = load_asset(root, name, bounds)
            assets.append(asset)
            room -= len(asset.content)
            if room < 0:
                # The others are not read.
                raise SourceError(over(bounds, "assets_size", f"with the image {name} the article's images are too large together"))
        except SourceError as error:
            for found in error.diagnostics:
                excerpt = PurePosixPath(name).name
                diagnostics.append(source.diagnostic(found.code, found.message, excerpt, found.hint))
        if room < 0:
            break
    return tuple(assets)


def _disclaimer(
    fields: Fields, publication: Publication, language: str, disclaimer_of: DisclaimerOf, diagnostics: list[Diagnostic]
) -> Disclaimer | None:
    named = fields.text("disclaimer")
    if "disclaimer" in fields.values and declines(named):
        fields.error("disclaimer", NO_DISCLAIMER, NO_DISCLAIMER_HINT, "no-disclaimer")
        return None
    try:
        return disclaimer_of(named or publication.disclaimer, language)
    except SourceError as error:
        for found in error.diagnostics:
            if not found.path and named:
                fields.error("disclaimer", found.message, found.hint, found.code)
            else:
                diagnostics.append(found if found.path else _at(found, fields.path))
        return None


def _at(found: Diagnostic, path: str) -> Diagnostic:
    return dataclasses.replace(found, path=path, line=1, column=1)
