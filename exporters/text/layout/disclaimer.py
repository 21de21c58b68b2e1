"""The disclaimer's page, which holds nothing else."""

from __future__ import annotations

from lxml import etree

from handbill.contract import ExporterError, diagnostic
from handbill.document import Disclaimer, Words, text_of

from ..readback.reading import read_pages
from .ascii import require_provable
from .blocks import UNDERLINES, set_block, set_content, underlined
from .characters import Characters
from .layout import Layout
from .references import References
from .wrap import wrap

__all__ = ["set_disclaimer"]


def set_disclaimer(disclaimer: Disclaimer, width: int, characters: Characters, words: Words) -> list[str]:
    """Return the lines of the page: the title, and the body with each address after its link's text.

    Raises ExporterError: `not-ascii` for characters that the proof would miss in ASCII, `taken-for-rule` for lines that would not be
    read back as text.
    """
    tree = disclaimer.tree()
    if characters.ascii:
        addresses = (link.get("href") or "" for link in tree.iter("a"))
        require_provable("\n".join((disclaimer.title, text_of(tree), disclaimer.notice, *addresses)))
    layout = Layout(characters, words, References({}, {}), inline_addresses=True)
    title = wrap(characters.prose(disclaimer.title).strip(), width)
    _require_text(title)
    for block in tree.iterchildren(etree.Element):
        lines = set_block(block, width, layout)
        _require_text(lines[:-1] if block.tag in UNDERLINES else lines)
    return [*underlined(title, "="), "", *set_content(tree, width, layout)]


def _require_text(lines: list[str]) -> None:
    """Refuse lines of which a part would be read back as a rule, an underline or a table's frame: they are text."""
    written = "\n".join(lines)
    read = "".join(page.body for page in read_pages(written.encode()))
    if "".join(read.split()).replace("*", "•") == "".join(written.split()).replace("*", "•"):
        return
    raise ExporterError(
        diagnostic(
            "taken-for-rule",
            "the disclaimer has a line that reads as a rule, an underline or a frame, so that it could not be proven whole",
            hint="leave out the line of dashes, or put words into it",
            excerpt=next((line for line in lines if line.strip() and not any(map(str.isalnum, line))), lines[0]),
        )
    )
