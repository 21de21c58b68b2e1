"""The data model of a tag tree: structure elements, marked content, link annotations and attributes (ISO 32000-1, 14.6 to 14.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

__all__ = ["Area", "Attributes", "Kid", "LinkArea", "MarkedContent", "Tag"]

Area: TypeAlias = tuple[float, float, float, float]
"""Left, lower, right and upper edge in points, from the lower left of the page."""


@dataclass(frozen=True, slots=True)
class MarkedContent:
    """A marked-content sequence (ISO 32000-1, 14.6): its page, counted from 0, and its number there.

    One that `is_space` separates words and paints nothing. `space_after` adds a space to its text that is not painted.
    """

    page: int
    number: int
    is_space: bool = field(default=False, compare=False)
    space_after: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A link annotation (a pydyf object) on a page, and its text for `Contents`."""

    page: int
    annotation: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Structure attributes of one owner (ISO 32000-1, 14.8.5). A str is a PDF name with its solidus; in a tuple it is a PDF string."""

    owner: str
    entries: Mapping[str, str | int | tuple[str, ...] | Area]


@dataclass(frozen=True, slots=True)
class Tag:
    """A structure element (ISO 32000-1, 14.7.2): its type, its kids in reading order, and its entries. Empty texts are not written."""

    kind: str
    kids: tuple[Kid, ...]
    language: str = ""
    alternative: str = ""
    expansion: str = ""
    identifier: str = ""
    attributes: tuple[Attributes, ...] = ()


Kid: TypeAlias = Tag | MarkedContent | LinkArea
