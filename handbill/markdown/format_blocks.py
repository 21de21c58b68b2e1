"""Format blocks: an extension of Python-Markdown for content that is for some formats only, `::: only pdf epub` … `:::`.

A block becomes `<div data-only="pdf epub">`. The opening lines of blocks without an end are recorded as findings.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from handbill.markdown.syntax_findings import SyntaxFindings
from markdown import Markdown


class FormatBlocks(Extension):
    """The extension; `findings` records the opening lines of blocks that are not closed."""

    def __init__(self, findings: SyntaxFindings) -> None:
        super().__init__()
        self.findings = findings

    def extendMarkdown(self, md: Markdown) -> None:
        # Above all others: the lines that open and close a block end the block around them.
        md.parser.blockprocessors.register(_FormatBlock(md.parser, self.findings), "only", 105)


_OPENING = re.compile(r"^ {0,3}:::[ \t]*only[ \t]+(?P<names>[A-Za-z0-9_-]+(?:[ \t,]+[A-Za-z0-9_-]+)*)[ \t]*$", re.MULTILINE)


_CLOSING = re.compile(r"^ {0,3}:::[ \t]*$")


class _FormatBlock(BlockProcessor):
    """Turns the lines from an opening line to its closing line into an element. Fenced code and raw HTML were stored before."""

    def __init__(self, parser: BlockParser, findings: SyntaxFindings) -> None:
        super().__init__(parser)
        self.findings = findings

    def test(self, parent: etree.Element, block: str) -> bool:
        return _OPENING.search(block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        """Turn the first block for some formats into a `div`. Return False where it is not closed, and record that."""
        lines = "\n\n".join(blocks).split("\n")
        first = next(number for number, line in enumerate(lines) if _OPENING.match(line))
        depth = 0
        for last in range(first, len(lines)):
            depth += (_OPENING.match(lines[last]) is not None) - (_CLOSING.match(lines[last]) is not None)
            if depth == 0:
                break
        else:
            if lines[first] not in self.findings.unclosed_blocks:
                self.findings.unclosed_blocks.append(lines[first])
            return False
        opening = _OPENING.match(lines[first])
        assert opening is not None
        self._parse(parent, lines[:first])
        self._parse(
            etree.SubElement(parent, "div", {"data-only": " ".join(re.split(r"[ \t,]+", opening["names"]))}), lines[first + 1 : last]
        )
        blocks[:] = "\n".join(lines[last + 1 :]).split("\n\n")
        return True

    def _parse(self, parent: etree.Element, lines: list[str]) -> None:
        if any(line.strip() for line in lines):
            self.parser.parseBlocks(parent, "\n".join(lines).split("\n\n"))
