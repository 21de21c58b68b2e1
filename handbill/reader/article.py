"""An article as it was read, and the document that each exporter is given of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from lxml import etree

from handbill.checks.statistics import Readability
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Asset, Disclaimer, Document, Metadata, parse, text_of
from handbill.language.translations import words_for
from handbill.manuscript.source_file import Source
from handbill.manuscript.suppressions import Suppression
from handbill.markdown.tree import marked_claims, variants
from handbill.markdown.tree.annotations import without_annotations
from handbill.markdown.tree.elements import is_empty
from handbill.publication.settings import BUILT_IN, Publication
from handbill.reader import review
from handbill.reader.deadlines import Deadline

__all__ = ["Article"]


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
    figures: Readability
    allowances: tuple[Suppression, ...] = ()
    general_barriers: tuple[str, ...] = ()
    lookups: Mapping[str, str] = field(default_factory=dict, repr=False)

    def document(self, exporter: str, known: Collection[str] = BUILT_IN) -> Document:
        """Return the document that the exporter of that name is given; `known` are the names of all exporters."""
        heading, body, abstract = map(without_annotations, self._variant(exporter, known))
        marked_claims.add_notice([heading, abstract, body], body, self.disclaimer.notice, self.metadata.language)
        shown = set(variants.images_of([heading, body, abstract]))
        return Document(
            name=self.name,
            metadata=replace(self.metadata, title=title_text(self._heading(exporter, known), self.path)),
            heading=serialised(heading),
            abstract=serialised(abstract) if len(abstract) else b"",
            body=serialised(body),
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
        article = review.barriers(self._variant(exporter, known), self.metadata.language, metadata_texts(self.metadata))
        return article + review.barriers_of_disclaimer(self.disclaimer) + Counter(self.general_barriers)

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


def serialised(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8")


def metadata_texts(metadata: Metadata) -> tuple[str, ...]:
    """Return what handouts say of an article beside its title."""
    return (metadata.subtitle, *metadata.authors, metadata.publisher, metadata.contact, metadata.rights, *metadata.keywords)


def title_text(heading: etree._Element, path: str) -> str:
    """Return the title's words: an image's are its alternative text; the file's name where there are none."""
    words = text_of(heading) if text_of(heading).strip() else " ".join(image.get("alt", "") for image in heading.iter("img"))
    return " ".join(words.split()) or PurePosixPath(path).stem
