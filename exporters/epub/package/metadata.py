"""What the package document says of the book: the article's metadata, and what is added to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handbill.document import Metadata

__all__ = ["MetaElement", "PackageMetadata"]


@dataclass(frozen=True, slots=True)
class MetaElement:
    """A `meta` element of the package document (EPUB 3.3, 5.5.5).

    `name` is its property, `language` that of its value, `identifier` its own id, `refines` the id of the element that it refines.
    """

    name: str
    value: str
    language: str = ""
    identifier: str = ""
    refines: str = ""


@dataclass(frozen=True, slots=True)
class PackageMetadata:
    """The metadata of the package document.

    `modified` is the time of `dcterms:modified`, in UTC. `languages` are those of the book beside the article's own.
    """

    article: Metadata
    modified: datetime
    description: str = ""
    languages: Sequence[str] = ()
    accessibility: Sequence[MetaElement] = ()
