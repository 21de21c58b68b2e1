"""Random edits of finished text handouts, to try the proof with. The names of edits are as in `epub_edits`."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from trust.epub_edits import HARMLESS, HOSTILE

__all__ = ["edits", "shown"]

Edit = Callable[[str, random.Random], str]
"""Returns a page, or a notice, changed."""

_INSERTIONS = (
    *"\f\x1b\x08\r\x00\x7f\x9b\u200b\u2028\u202e\u2066\ufeff\n\t .•▪─│█",
    "\f\n",
    "\n\n",
    "\n" * 300,
    "\x1b[2J",
    "VOID",
    "┌──┐\n│ X│\n└──┘\n",
    " " * 6_000,
    "•   •\n • •\n  •\n",
)


def shown(handout: bytes) -> tuple[bytes, bytes]:
    """Return what a person sees: the disclaimer's page, which is the last, and the last paragraph of the article's page.

    A terminal shows a file with control characters otherwise than its bytes; each such file shows something of its own.
    """
    pages = handout.rsplit(b"\f\n", 1)
    if len(pages) != 2 or any(byte < 32 and byte not in b"\t\n\f" for byte in handout):
        return handout, b""
    return pages[1], pages[0].rpartition(b"\n\n")[2]


def edits(handout: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield edited handouts without end, whose disclaimer is at the end, each with the kind of the edit and what it did."""
    article, disclaimer = handout.decode().split("\f\n")
    body, notice = article.rpartition("\n\n")[::2]
    chance = random.Random(seed)
    while True:
        name = chance.choice(list(_EDITS))
        edit = _EDITS[name]
        if chance.random() < 0.25:
            words = body.split(" ")
            words[chance.randrange(len(words))] = "other"
            yield f"{HARMLESS}: a word of the article", f"{' '.join(words)}\n\n{notice}\f\n{disclaimer}".encode()
        elif chance.random() < 0.6:
            yield f"{HOSTILE}: {name} on the disclaimer's page", f"{article}\f\n{edit(disclaimer, chance)}".encode()
        else:
            yield f"{HOSTILE}: {name} in the notice", f"{body}\n\n{edit(notice, chance)}\f\n{disclaimer}".encode()


def _inserted(text: str, chance: random.Random) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice(_INSERTIONS) + text[place:]


def _deleted(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place + chance.randint(1, 20) :]


def _turned(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    place = chance.randrange(len(words))
    words[place] = f"\u2067{words[place]}\u2069"
    return " ".join(words)


_EDITS: Mapping[str, Edit] = {
    "something more": _inserted,
    "something less": _deleted,
    "an isolate": _turned,
    "everything twice": lambda text, chance: text + text,
    "no blanks": lambda text, chance: text.replace(" ", ""),
    "in one line": lambda text, chance: text.replace("\n", " "),
    "letters for others": lambda text, chance: text.translate({ord("n"): "m", ord("o"): "0", ord("─"): "-"}),
    "229 lines in front": lambda text, chance: "A line of an article.\n" * 229 + text,
}
