"""Gives callouts and decorative images the roles that screen readers need."""

from __future__ import annotations

from lxml import etree

from handbill.document import has_class

from ..package.images import is_decorative

__all__ = ["set_roles"]


def set_roles(body: etree._Element) -> None:
    """Give callouts the role `note` (WAI-ARIA 1.2), decorative images an empty alternative and the role `presentation` (ARIA in HTML).

    Without a role each callout, an `aside`, would be a landmark, and none of these could be told from another.
    """
    for aside in body.iter("aside"):
        if has_class(aside, "admonition") and aside.get("role") is None:
            aside.set("role", "note")
    for image in body.iter("img"):
        if is_decorative(image):
            image.set("alt", "")
            image.set("role", "presentation")
