"""The article that the reader returns, and the document that it makes of it for each exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from lxml import etree

from handbill.checks.readability_statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Asset, Disclaimer, Document, Metadata, parse, text_of
from handbill.language.translations import translated_words
from handbill.manuscript.source_file import Source
from handbill.manuscript.suppressions import Suppression
from handbill.markdown.tree import marked_claims, variants
from handbill.markdown.tree.annotations import remove_annotations
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import is_empty
from handbill.publication.settings import BUILT_IN_EXPORTERS, Publication
from handbill.reader import article_checks
from handbill.reader.deadlines import Deadline

__all__ = ["Article", "Rendition"]


@dataclass(frozen=True, slots=True)
class Rendition:
    """What one exporter is given of an article.

    `barriers` are the codes of the findings for which the document must not claim to be accessible, with how many there are of each.
    """

    document: Document
    barriers: Counter[str]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read, for all exporters.

    `heading`, `body` and `abstract` (b"" where there is none) are serialised trees. They hold what is for some formats only, and the
    annotations that the checks read. `diagnostics` are the warnings and notes of the reading. `source` finds the places of what
    exporters report, and `suppressions` are the suppressions that apply to it. `general_barriers` are the codes of barriers that are not in
    the text, such as a language without a catalogue of words. `readability` are the statistics of readability. `lookups` are the paths at
    which links and images were looked for, with the file that was found there ("" for none).
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
    readability: Readability
    suppressions: tuple[Suppression, ...] = ()
    general_barriers: tuple[str, ...] = ()
    lookups: Mapping[str, str] = field(default_factory=dict, repr=False)

    def parts(self) -> Parts:
        """Return the article's trees, parsed anew, as they were read: with what is for some formats only."""
        return Parts(parse(self.heading), parse(self.body), parse(self.abstract) if self.abstract else None)

    def rendition(self, exporter: str, known: Collection[str] = BUILT_IN_EXPORTERS) -> Rendition:
        """Return what the exporter of that name is given, and its barriers; `known` are the names of all exporters."""
        parts = self._variant(exporter, known)
        title = title_text(parts.heading, self.path)
        variants.number_notes(parts)
        variants.unwrap_lost_links(parts)
        # The checks read the annotations, and do not see the boxed notice.
        barriers = self._barriers(parts)
        for part in parts.trees():
            remove_annotations(part)
        marked_claims.add_notice(parts, self.disclaimer.notice, self.metadata.language)
        shown = set(variants.image_names(parts))
        document = Document(
            name=self.name,
            metadata=replace(self.metadata, title=title),
            heading=serialise(parts.heading),
            abstract=b"" if parts.abstract is None or not len(parts.abstract) else serialise(parts.abstract),
            body=serialise(parts.body),
            disclaimer=self.disclaimer,
            assets=tuple(asset for asset in self.assets if asset.name in shown),
            disclaimer_position=self.publication.disclaimer_position,
            words=translated_words(self.metadata.language),
            theme=self.publication.theme,
            barriers=tuple(sorted(barriers)),
            source=self.source.files[self.path],
        )
        return Rendition(document, barriers)

    def document(self, exporter: str, known: Collection[str] = BUILT_IN_EXPORTERS) -> Document:
        """Return the document of the exporter's rendition."""
        return self.rendition(exporter, known).document

    def barriers(self, exporter: str, known: Collection[str] = BUILT_IN_EXPORTERS) -> Counter[str]:
        """Return the barriers of the exporter's rendition."""
        return self.rendition(exporter, known).barriers

    def _variant(self, exporter: str, known: Collection[str]) -> Parts:
        """Return the parts without what is for other formats; where nothing of the title is left, it is that of the metadata."""
        parts = self.parts()
        for part in parts.trees():
            variants.filter_formats(part, exporter, known)
        if is_empty(parts.heading):
            parts.heading.text = self.metadata.title
        return parts

    def _barriers(self, parts: Parts) -> Counter[str]:
        article = article_checks.barriers(parts, self.metadata.language, metadata_texts(self.metadata))
        return article + article_checks.disclaimer_barriers(self.disclaimer) + Counter(self.general_barriers)

    def formats(self) -> frozenset[str]:
        """Return the names of the exporters for which something in the article is set apart."""
        return frozenset[str]().union(*map(variants.format_names, self.parts().trees()))


def serialise(element: etree._Element) -> bytes:
    """Return a tree as XML in UTF-8."""
    return etree.tostring(element, encoding="utf-8")


def metadata_texts(metadata: Metadata) -> tuple[str, ...]:
    """Return the texts that handouts show of the metadata, without the title."""
    return (metadata.subtitle, *metadata.authors, metadata.publisher, metadata.contact, metadata.rights, *metadata.keywords)


def title_text(heading: etree._Element, path: str) -> str:
    """Return the title as text: its words, else the alternative text of its images, else the name of the file at `path`."""
    words = text_of(heading) if text_of(heading).strip() else " ".join(image.get("alt", "") for image in heading.iter("img"))
    return " ".join(words.split()) or PurePosixPath(path).stem
