"""Sets the disclaimer's page as lines of text, and the notice that ends the article's page. Nothing of the article is in either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from handbill.document import Disclaimer, text_of

from .ascii_refusals import require_provable
from .blocks import UNDERLINES, set_block, set_content, underlined
from .characters import Characters
from .context import Layout
from .reference_numbers import References
from .wrap import wrap

__all__ = ["DisclaimerPage", "set_disclaimer", "set_notice"]


@dataclass(frozen=True, slots=True)
class DisclaimerPage:
    """The lines of the page, and beside them the lines of its title and of each of its blocks, headings without their underlines."""

    lines: Sequence[str]
    blocks: Sequence[Sequence[str]]


def set_notice(disclaimer: Disclaimer, width: int, characters: Characters) -> list[str]:
    """Return the end of the article's page: a rule and the disclaimer's notice; no lines where it has none. `width` is in cells."""
    text = characters.prose(disclaimer.notice).strip()
    return [characters.rule * width, *wrap(text, width)] if text else []


def set_disclaimer(disclaimer: Disclaimer, width: int, characters: Characters) -> DisclaimerPage:
    """Return the page: the title, and the body with each link's address after its text. `width` is in cells.

    Raises ExporterError (`not-ascii`) for characters that the proof could not tell from others in ASCII.
    """
    tree = disclaimer.tree()
    if characters.ascii:
        addresses = (link.get("href") or "" for link in tree.iter("a"))
        require_provable("\n".join((disclaimer.title, text_of(tree), disclaimer.notice, *addresses)))
    layout = Layout(characters, disclaimer.words, References({}, {}), inline_addresses=True)
    title = wrap(characters.prose(disclaimer.title).strip(), width)
    blocks = [title]
    for block in tree.iterchildren(etree.Element):
        lines = set_block(block, width, layout)
        blocks.append(lines[:-1] if block.tag in UNDERLINES else lines)
    return DisclaimerPage([*underlined(title, "="), "", *set_content(tree, width, layout)], blocks)
