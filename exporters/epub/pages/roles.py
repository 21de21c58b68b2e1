"""What elements are, said to screen readers."""

from __future__ import annotations

from lxml import etree

from ..package.images import is_decorative

__all__ = ["mark_roles"]


def mark_roles(body: etree._Element) -> None:
    """Make notes of the callouts, which would be landmarks that nobody can tell apart (WAI-ARIA 1.2, `note`).

    Images that are only decoration get an empty alternative and one role for it (ARIA in HTML).
    """
    for aside in body.iter("aside"):
        if "admonition" in (aside.get("class") or "").split() and aside.get("role") is None:
            aside.set("role", "note")
    for image in body.iter("img"):
        if is_decorative(image):
            image.set("alt", "")
            image.set("role", "presentation")
