"""A strategy for articles whose words are known: each word occurs once, so that a lost, doubled or moved one is noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

__all__ = ["KnownWords", "known_articles"]

_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "zi")
# The markup around a word; the last one is a call of a note.
_KINDS = (
    *("{}", "{}", "{}", "*{}*", "**{}**", "***{}***", "`{}`", "~~{}~~", "[{}](https://e.org)", "({})", "“{}”", "{},", "{}\\*"),
    *("<b>{}</b>", "<span lang=es>{}</span>", "<kbd>{}</kbd>", "<u>{}</u>", "&lt;{}&gt;", "{}[^]"),
)


@dataclass(slots=True)
class KnownWords:
    """An article's text, and its words by block: those of `body` in order; those `aside`, in notes and cells, in any order."""

    text: str = ""
    body: list[list[str]] = field(default_factory=list)
    aside: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    """Writes random blocks; `body` collects the words of each, `aside` those of notes and cells, `definitions` those of notes."""

    draw: st.DrawFn
    body: list[list[str]] = field(default_factory=list)
    aside: list[list[str]] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    count: int = 0

    def word(self) -> str:
        """Return a new word, of no language: the count of words written in syllables."""
        self.count += 1
        number, word = self.count, ""
        for _ in range(4):
            number, digit = divmod(number, len(_SYLLABLES))
            word = _SYLLABLES[digit] + word
        return f"q{word}"

    def line(self, *, notes: bool = True) -> str:
        """Return inline content, and add its words to `body` as a block."""
        self.body.append([])
        return self.inline(self.body[-1], notes=notes)

    def inline(self, block: list[str], *, notes: bool) -> str:
        pieces = []
        for _ in range(self.draw(st.integers(1, 4))):
            word = self.word()
            block.append(word)
            kind = self.draw(st.sampled_from(_KINDS))
            if kind == "{}[^]":
                kind = f"{{}}[^{self.note()}]" if notes else "{}"
            pieces.append(kind.format(word))
        return self.draw(st.sampled_from((" ", " ", " ", "  \n", "\n"))).join(pieces) if notes else " ".join(pieces)

    def note(self) -> str:
        self.aside.append([])
        label = f"n{len(self.aside)}"
        self.definitions.append(f"[^{label}]: {self.inline(self.aside[-1], notes=False)}")
        return label

    def block(self, depth: int) -> str:
        kinds: list[Callable[[], str]] = [self.line, self.line, self.table, self.code, self.definition, self.figure]
        if depth < 3:
            kinds += [lambda: self.listed(depth), lambda: self.quoted(depth), lambda: self.boxed(depth), lambda: self.admonished(depth)]
        return self.draw(st.sampled_from(kinds))()

    def blocks(self, depth: int, most: int = 2) -> str:
        return "\n\n".join(self.block(depth) for _ in range(self.draw(st.integers(1, most))))

    def listed(self, depth: int) -> str:
        mark = self.draw(st.sampled_from(("- ", "* ", "1. ", "- [ ] ", "- [x] ")))
        indent = "    " if mark[0] == "1" else self.draw(st.sampled_from(("  ", "    ")))
        items = []
        for number in range(self.draw(st.integers(1, 3))):
            text = self.line().replace("\n", f"\n{indent}")
            inner = f"\n\n{_indented(self.blocks(depth + 1, 1), indent)}" if self.draw(st.integers(0, 3)) == 0 else ""
            items.append(f"{number + 1}. {text}{inner}" if mark[0] == "1" else f"{mark}{text}{inner}")
        return self.draw(st.sampled_from(("\n", "\n\n"))).join(items) if not any("\n\n" in item for item in items) else "\n\n".join(items)

    def quoted(self, depth: int) -> str:
        head = self.draw(st.sampled_from(("", "", "> [!NOTE]\n", "> [!WARNING]\n")))
        return head + _indented(self.blocks(depth + 1), "> ")

    def boxed(self, depth: int) -> str:
        head = self.draw(st.sampled_from(("<div>", '<section markdown="1">', "<blockquote>", "::: only pdf epub text")))
        tag = head[1:].partition(" ")[0].partition(">")[0]
        return f"{head}\n\n{self.blocks(depth + 1)}\n\n{':::' if head[0] == ':' else f'</{tag}>'}"

    def admonished(self, depth: int) -> str:
        return f'!!! note "{self.line(notes=False)}"\n{_indented(self.blocks(depth + 1, 1), "    ")}'

    def table(self) -> str:
        columns = self.draw(st.integers(1, 3))
        rows = [[self.cell() for _ in range(columns)] for _ in range(self.draw(st.integers(2, 4)))]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * columns, *lines[1:]])

    def cell(self) -> str:
        self.aside.append([])
        return self.inline(self.aside[-1], notes=False)

    def code(self) -> str:
        self.body.append([self.word() for _ in range(3)])
        return "```\n{}\n  <{}> & {}\n```".format(*self.body[-1])

    def definition(self) -> str:
        return f"{self.line(notes=False)}\n:   {self.line(notes=False)}"

    def figure(self) -> str:
        return f'![alt](figures/plain.png "{self.caption()}")'

    def caption(self) -> str:
        self.body.append([self.word(), self.word()])
        return " ".join(self.body[-1])


def _indented(text: str, indent: str) -> str:
    return "\n".join(indent + line if line or indent.strip() else "" for line in text.split("\n"))


@st.composite
def known_articles(draw: st.DrawFn) -> KnownWords:
    """Return an article of well-formed constructs, with its words."""
    writer = _Writer(draw)
    parts = [f"# {writer.line(notes=False)}"]
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.integers(0, 3)) == 0:
            parts.append(f"## {writer.line(notes=False)}")
        parts.append(writer.block(0))
        # A paragraph after each block, so that no two blocks merge.
        parts.append(writer.line())
    return KnownWords("\n\n".join([*parts, *writer.definitions]) + "\n", writer.body, writer.aside)
