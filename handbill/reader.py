"""The reader: a Markdown file of a publication becomes an article, and an article a document for each exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from lxml import etree

from handbill import checks
from handbill.assets import load_asset
from handbill.bounds import BoundError, Bounds, over
from handbill.checks import marking
from handbill.checks.allowing import Allowance, allowances_in, settled, unused
from handbill.checks.languages import wrong_tag
from handbill.checks.telling import tell
from handbill.config import BUILT_IN, Publication
from handbill.contract import Diagnostic, Severity
from handbill.document import Asset, Disclaimer, Document, Metadata, claims_of, parse, text_of
from handbill.errors import SourceError
from handbill.figures import Figures
from handbill.freshness import Deadline
from handbill.languages import same_language
from handbill.markdown import dialect, html, links, markedclaims, structure, variants
from handbill.markdown.canonical import shape
from handbill.markdown.elements import is_empty
from handbill.markdown.holding import hold_calls, hold_tables
from handbill.markdown.marks import keep_addresses, without_marks
from handbill.metadata import (
    ARTICLE_KEYS,
    NO_DISCLAIMER,
    NO_DISCLAIMER_HINT,
    Fields,
    article_metadata,
    declines,
    latest_address,
)
from handbill.source import Source, lookup, read_source
from handbill.words import words_for

__all__ = ["Article", "read_article", "rendered_body"]

_AS_THEY_ARE: Mapping[str, bytes] = {}

DisclaimerOf = Callable[[str, str], Disclaimer]
"""Returns the disclaimer of an id in a language; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read, before it is known for which exporter.

    `body` still holds what is for some formats only, and marks for the checks. `diagnostics` are the warnings and notes of its reading;
    `source` locates those of exporters, of which `allowances` allow some. `general_barriers` are the codes of such findings as stand
    nowhere in the text. `figures` tell how it reads. `lookups` are the paths at which links and images were looked for, with what was
    found there ("" for nothing).
    """

    name: str
    path: str
    metadata: Metadata
    heading: bytes = field(repr=False)
    abstract: bytes = field(repr=False)
    body: bytes = field(repr=False)
    assets: tuple[Asset, ...] = field(repr=False)
    disclaimer: Disclaimer
    publication: Publication = field(repr=False)
    deadlines: tuple[Deadline, ...]
    diagnostics: tuple[Diagnostic, ...] = field(repr=False)
    source: Source = field(repr=False)
    figures: Figures
    allowances: tuple[Allowance, ...] = ()
    general_barriers: tuple[str, ...] = ()
    lookups: Mapping[str, str] = field(default_factory=dict, repr=False)

    def document(self, exporter: str, known: Collection[str] = BUILT_IN) -> Document:
        """Return the document that the exporter of that name is given; `known` are the names of all exporters."""
        heading, body, abstract = map(without_marks, self._variant(exporter, known))
        markedclaims.add_notice([heading, abstract, body], body, self.disclaimer.notice, self.metadata.language)
        shown = set(variants.images_of([heading, body, abstract]))
        return Document(
            name=self.name,
            metadata=replace(self.metadata, title=_title_text(self._heading(exporter, known), self.path)),
            heading=_bytes(heading),
            abstract=_bytes(abstract) if len(abstract) else b"",
            body=_bytes(body),
            disclaimer=self.disclaimer,
            assets=tuple(asset for asset in self.assets if asset.name in shown),
            disclaimer_position=self.publication.disclaimer_position,
            words=words_for(self.metadata.language),
            theme=self.publication.theme,
            barriers=tuple(sorted(self.barriers(exporter, known))),
            source=self.source.files[self.path],
        )

    def barriers(self, exporter: str, known: Collection[str] = BUILT_IN) -> Counter[str]:
        """Return what keeps that document from a claim of accessibility: codes of findings, with how many there are of each."""
        article = checks.barriers(self._variant(exporter, known), self.metadata.language, _texts_of(self.metadata))
        return article + checks.barriers_of_disclaimer(self.disclaimer) + Counter(self.general_barriers)

    def _variant(self, exporter: str, known: Collection[str]) -> tuple[etree._Element, etree._Element, etree._Element]:
        """Return the title, the body and the abstract (an empty element where there is none) as an exporter is given them."""
        heading, body, abstract = self._heading(exporter, known), parse(self.body), parse(self.abstract or b"<body/>")
        parts = [heading, abstract, body]
        for part in (abstract, body):
            variants.filter_for(part, exporter, known)
        variants.number_notes(parts, body)
        variants.tidy(parts)
        return heading, body, abstract

    def _heading(self, exporter: str, known: Collection[str]) -> etree._Element:
        """Return the title as an exporter is given it: the whole of it where nothing of it is for that one."""
        heading = parse(self.heading)
        variants.filter_for(heading, exporter, known)
        if is_empty(heading):
            heading.text = self.metadata.title
        return heading

    def formats(self) -> frozenset[str]:
        """Return the names of the exporters for which something in the article is set apart."""
        return frozenset[str]().union(*(variants.formats_named(parse(part)) for part in (self.heading, self.body, self.abstract) if part))


def _bytes(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8")


def rendered_body(
    source: Source, text: str, language: str, bounds: Bounds, diagnostics: list[Diagnostic]
) -> tuple[etree._Element, dialect.Rendered]:
    """Return the canonical tree of a Markdown text and what the dialect found in it; collect what is wrong. Raises SourceError."""
    try:
        rendered = dialect.render(text, language, bounds)
        if len(rendered.notes) > bounds.footnotes:
            label = f"[^{rendered.notes[bounds.footnotes].label}]:"
            raise BoundError("footnotes", f"the article has {len(rendered.notes):,} footnotes", label)
        cleaned = [html.clean(rendered.html, bounds.nesting), *(html.clean(note.html, bounds.nesting) for note in rendered.notes)]
        hold_tables([part.tree for part in cleaned], bounds)
        lost = [one for part in cleaned for one in markedclaims.settle(part.tree)]
        body = shape(cleaned[0].tree, [note.tree for note in cleaned[1:]])
        hold_calls(body, rendered.notes, bounds)
    except BoundError as error:
        raise SourceError(over(bounds, error.name, error.message, *source.locate(error.excerpt))) from None
    except (RecursionError, html.TooDeepError):
        deepest = max(source.prose(), key=lambda line: len(line[1].rstrip()) - len(line[1].strip().lstrip("> \t")) + line[1].count("<"))[0]
        raise SourceError(
            Diagnostic(
                Severity.ERROR,
                "too-deep",
                f"lists, quotations or elements are nested more than {bounds.nesting} deep",
                deepest.path,
                deepest.number,
                hint="take a level or two out",
            )
        ) from None
    diagnostics.extend(_of_dialect(source, rendered))
    diagnostics.extend(marking.of_mark(source, one) for one in lost)
    # Each once, though body and notes were cleaned one by one.
    diagnostics.extend(dict.fromkeys(found for part in cleaned for found in _of_html(source, part)))
    return body, rendered


def _of_dialect(source: Source, rendered: dialect.Rendered) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    seen: dict[str, int] = {}
    for label in rendered.undefined_notes:
        occurrence = seen.get(label, 0)
        seen[label] = occurrence + 1
        message = f"the footnote [^{label}] is not defined"
        hint = f"add a line [^{label}]: … or put a backslash before the bracket"
        found.append(source.diagnostic(Severity.ERROR, "undefined-note", message, f"[^{label}]", hint, occurrence))
    for label in rendered.duplicate_notes:
        message = f"the footnote [^{label}] is defined twice"
        found.append(source.diagnostic(Severity.ERROR, "duplicate-note", message, f"[^{label}]:", "give one another name", 1))
    for row in rendered.long_rows:
        occurrence = seen[row] = seen.get(row, -1) + 1
        message = "the row has more cells than the head of its table, which gets another column"
        hint = "a bar that belongs to the text is written \\|"
        found.append(source.diagnostic(Severity.WARNING, "long-row", message, row, hint, occurrence))
    for row in rendered.short_rows:
        occurrence = seen[row] = seen.get(row, -1) + 1
        message = "the row has fewer cells than the head of its table; empty ones stand in"
        hint = "give every row as many cells as the head: an empty cell is two bars"
        found.append(source.diagnostic(Severity.WARNING, "short-row", message, row, hint, occurrence))
    for tag in rendered.unclosed_tags:
        occurrence = seen.get(tag, 0)
        seen[tag] = occurrence + 1
        message = f"{' '.join(tag.split())} is never closed; it ends at the next blank line"
        first = tag.partition("\n")[0]
        found.append(source.diagnostic(Severity.WARNING, "unbalanced-html", message, first, "close it where it is to end", occurrence))
    for line in rendered.unclosed_blocks:
        message = "the block for some formats is not closed"
        found.append(source.diagnostic(Severity.ERROR, "unclosed-block", message, line, "close it with a line ::: at the margin"))
    return found


def _of_html(source: Source, cleaned: html.Cleaned) -> list[Diagnostic]:
    warning = Severity.WARNING
    return [
        *(
            source.diagnostic(warning, "raw-html", f"{tag} is read as text, not as HTML", tag, "write it as `code`, or with &lt;")
            for tag in cleaned.literal
        ),
        *(
            source.diagnostic(
                warning,
                "raw-html",
                f"the element <{tag}> is left out, {'with its code' if tag in html.WITHOUT_CONTENT else 'its text stays'}",
                f"<{tag}",
                "delete it, or say in words what it is to show",
            )
            for tag in cleaned.unkept
        ),
        *(
            source.diagnostic(
                warning,
                "unbalanced-html",
                f"{tag} is not opened and closed in pairs",
                tag[:-1],
                "close it in its paragraph, or delete it: its text stays",
            )
            for tag in cleaned.unbalanced
        ),
    ]


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
        hint = "write its text, below the front matter where it has one"
        diagnostics.append(Diagnostic(Severity.ERROR, "empty-article", "the article has no text", where, line, hint=hint))
    assets = _assets(root, images, source, bounds, diagnostics)
    metadata = article_metadata(fields, publication, path, language, latest, _title_text(heading, path))
    stated = fields.values.get("abstract")
    figures, advice = checks.advice(parts, language, publication.plain_language, publication.links, publication.claims)
    found = [*checks.findings(parts, language, _texts_of(metadata)), *advice]
    diagnostics.extend(tell(source, parts, found, (path, None, None) if stated is None else (path, stated.line, stated.column)))
    deadlines = fields.deadlines("article")
    if not general and not same_language(language, words.language):
        # English words in another language's text are not marked as such (WCAG 2.1, 3.1.2).
        diagnostics.append(_english_words(fields, language))
        general = ("english-words",)
    diagnostics.extend(publication.theme_findings)
    general += tuple(sorted({found.code for found in publication.theme_findings if found.code == "low-contrast"}))
    diagnostics.extend(marking.of_mark(source, one) for one in markedclaims.misused(parts, abstract))
    disclaimer = _disclaimer(fields, publication, language, disclaimer_of, diagnostics)
    if disclaimer is not None:
        diagnostics.extend(marking.of_disclaimer(claims_of(body), disclaimer, source))
    diagnostics.extend(fields.diagnostics)
    allowances, wrong = allowances_in(source)
    diagnostics, needed = settled([*diagnostics, *wrong], source, allowances)
    diagnostics.extend(unused(allowances, needed))
    if disclaimer is None or any(found.severity is Severity.ERROR for found in diagnostics):
        raise SourceError(dict.fromkeys(diagnostics))
    return Article(
        name=path.removesuffix(".md"),
        path=path,
        metadata=metadata,
        heading=_bytes(heading),
        abstract=b"" if abstract is None else _bytes(abstract),
        body=_bytes(body),
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
        diagnostics.append(Diagnostic(Severity.WARNING, "no-language", message, fields.path, 1, 1, hint))
        return ("no-language",)
    if hint := wrong_tag(tag):
        stated = fields.values.get("lang")
        place = (1, 1) if stated is None else (stated.line, stated.column)
        diagnostics.append(Diagnostic(Severity.WARNING, "bad-language", f"`{tag}` names no language", fields.path, *place, hint=hint))
        return ("bad-language",)
    return ()


def _texts_of(metadata: Metadata) -> tuple[str, ...]:
    """Return what handouts say of an article beside its title."""
    return (metadata.subtitle, *metadata.authors, metadata.publisher, metadata.contact, metadata.rights, *metadata.keywords)


def _title(body: etree._Element, fields: Fields, source: Source, diagnostics: list[Diagnostic]) -> etree._Element:
    structure.remove_contents_markers(body)
    for marker in structure.mark_alerts(body):
        message = f"{marker} is no callout that is known; it stands as text in a quotation"
        known = ", ".join(f"[!{kind.upper()}]" for kind in structure.CALLOUTS)
        diagnostics.append(source.diagnostic(Severity.WARNING, "unknown-alert", message, marker, f"there are: {known}"))
    heading = structure.take_title(body, fields.text("title"))
    if heading is None:
        heading = etree.Element("h1")
        heading.text = PurePosixPath(source.path).stem.replace("-", " ").replace("_", " ").strip() or source.path
        message = f"the article has no title; its file name stands in: {heading.text}"
        diagnostics.append(
            Diagnostic(
                Severity.WARNING,
                "no-title",
                message,
                source.path,
                1,
                1,
                "write a first line: # The title, or title: in front matter",
            )
        )
    return heading


def _english_words(fields: Fields, language: str) -> Diagnostic:
    stated = fields.values.get("lang")
    place = (1, 1) if stated is None else (stated.line, stated.column)
    message = f"there is no catalogue of words in {language}: “Contents”, “Page 1 of 2” and dates are English"
    hint = "docs/reference/languages.md lists the languages, and says how to add one"
    return Diagnostic(Severity.WARNING, "english-words", message, fields.path, *place, hint)


def _title_text(heading: etree._Element, path: str) -> str:
    """Return the title's words: an image's are its alternative text; the file's name where there are none."""
    words = text_of(heading) if text_of(heading).strip() else " ".join(image.get("alt", "") for image in heading.iter("img"))
    return " ".join(words.split()) or PurePosixPath(path).stem


def _mark_uncalled(
    parts: list[etree._Element], body: etree._Element, notes: Sequence[dialect.Note], source: Source, diagnostics: list[Diagnostic]
) -> None:
    for note in variants.uncalled_notes(parts, body):
        note.set("data-uncalled", "")
        label = f"[^{notes[int(note.get('data-note', '')) - 1].label}]"
        message = f"nothing in the text calls the footnote {label}; it stands at the end of the notes"
        hint = f"write {label} where the text needs it, or delete the note"
        diagnostics.append(source.diagnostic(Severity.WARNING, "uncalled-note", message, f"{label}:", hint))


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
        diagnostics.append(Diagnostic(Severity.ERROR, "duplicate-id", message, path, line, column, "give one of them another"))
    seen: dict[tuple[str, str], int] = {}

    def found(severity: Severity, code: str, message: str, excerpt: str, hint: str) -> None:
        occurrence = seen.get((code, excerpt), 0)
        seen[code, excerpt] = occurrence + 1
        diagnostics.append(source.diagnostic(severity, code, message, excerpt, hint, occurrence))

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
                diagnostics.append(source.diagnostic(found.severity, found.code, found.message, excerpt, found.hint))
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
    return Diagnostic(found.severity, found.code, found.message, path, 1, 1, found.hint)
