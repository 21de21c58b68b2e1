"""Check of classes: those that handbill keeps for itself, so that no rule of its own style sheets applies to an author's element."""

from __future__ import annotations

from collections.abc import Iterator

from handbill.checks.finding import Finding
from handbill.markdown.tree.annotations import RESERVED_CLASS
from handbill.markdown.tree.document_parts import Parts

__all__ = ["reserved_classes"]

_HINT = "choose another name: handbill gives these classes a meaning, and all that begin with `handbill`"


def reserved_classes(parts: Parts) -> Iterator[Finding]:
    """Yield a finding for each reserved class that an author gave an element. The element does not have it in any handout."""
    for element in (element for part in parts.trees() for element in part.iter()):
        for name in element.get(RESERVED_CLASS, "").split():
            yield Finding("reserved-class", f"the class `{name}` is left out", _HINT, barrier=False, element=element, address=name)
