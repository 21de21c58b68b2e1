"""The structure of a document as PDF has it: structure elements, and what they hold of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

__all__ = ["Area", "Attributes", "Kid", "LinkArea", "Mark", "Tag"]

Area: TypeAlias = tuple[float, float, float, float]
"""Left, lower, right and upper edge in points, from the lower left of the page."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked-content sequence (ISO 32000-1, 14.6): its page, counted from 0, and its number there.

    A `space` parts words and paints nothing. After one that is `parted` a space is read that is not painted.
    """

    page: int
    number: int
    space: bool = field(default=False, compare=False)
    parted: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A link's annotation on a page, and what it says of itself. `annotation` is its PDF object."""

    page: int
    annotation: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Structure attributes of one owner (ISO 32000-1, 14.8.5). Names have their solidus; tuples of str are strings."""

    owner: str
    entries: Mapping[str, str | int | tuple[str, ...] | Area]


@dataclass(frozen=True, slots=True)
class Tag:
    """A structure element (ISO 32000-1, 14.7.2): its type and kids, and what is known about it. Empty texts are left out."""

    kind: str
    kids: tuple[Kid, ...]
    language: str = ""
    alternative: str = ""
    expansion: str = ""
    identifier: str = ""
    attributes: tuple[Attributes, ...] = ()


Kid: TypeAlias = Tag | Mark | LinkArea
