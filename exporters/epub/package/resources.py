"""The files that a package holds: publication resources (EPUB 3.3, 1.3), and licences that the package document links to."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Licence", "Resource"]


@dataclass(frozen=True, slots=True)
class Resource:
    """A publication resource: its path from the package document, its IANA media type, its bytes.

    `in_spine` is true of a content document that is an item of the spine, the reading order.
    """

    path: str
    media_type: str
    content: bytes
    in_spine: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """The text of a licence, and the paths of the resources that it covers. No page shows it."""

    path: str
    content: bytes
    covers: tuple[str, ...]
