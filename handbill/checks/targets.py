"""Links inside an article to what some formats do not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.checks.finding import Finding
from handbill.document import text_of
from handbill.markdown.tree.annotations import WRITTEN
from handbill.markdown.tree.variants import formats_named, is_shown
from handbill.publication.settings import BUILT_IN

__all__ = ["targets"]


def targets(parts: Sequence[etree._Element]) -> Iterator[Finding]:
    """Yield each link that stands in some format which leaves out what it leads to: there its words stay alone."""
    formats = formats_named(parts[1])
    if not formats:
        return
    names = sorted({*BUILT_IN, *formats})
    there = {name: element for part in parts for element in part.iter() if (name := element.get("id"))}
    for link in (link for part in parts for link in part.iter("a")):
        target = there.get(link.get("href", "")[1:]) if link.get("href", "").startswith("#") else None
        if target is None:
            continue
        lost = [name for name in names if is_shown(link, name, BUILT_IN) and not is_shown(target, name, BUILT_IN)]
        if lost:
            address = link.get(WRITTEN, link.get("href", ""))
            message = f"what the link {address} leads to is left out in {', '.join(lost)}"
            hint = "its text stays there, the link is left out"
            yield Finding("dead-link", message, hint, False, link, "link", text_of(link), address)
