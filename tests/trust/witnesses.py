# ruff: noqa: T201 - a script, which prints
"""Try the proof with random edits of finished handouts, and ask a witness what a person sees of them.

    cd tests; PYTHONPATH=support python -m trust.witnesses [--edits N] [--seed N] [FORMAT ...]

Exits 1 where an edit changes what the witness shows and is accepted, or a harmless one is refused.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import itertools
import operator
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handbill.exporters.epub import EpubOptions
from handbill.exporters.epub import exporter as epub
from handbill.exporters.text import TextOptions
from handbill.exporters.text import exporter as text

from handbill.contract import ExporterError
from handbill.diagnostics.errors import ProofError
from handbill.document import Theme
from handbill.proof.sealed import prove_sealed
from handbill.testing.documents import DISCLAIMER, PLAIN, run
from trust import epub_edits, epub_witness, text_edits
from trust.epub_edits import HARMLESS

__all__ = ["SUBJECTS", "Subject", "refusal"]

_DOCUMENT = dataclasses.replace(
    PLAIN,
    disclaimer=DISCLAIMER,
    metadata=dataclasses.replace(
        PLAIN.metadata, authors=("Ada Example",), publisher="The Press", rights="CC BY 4.0", keywords=("sleep",), version="1"
    ),
    abstract=b"<body><p>A short account.</p></body>",
    body=b'<body><h2 id="a">A section</h2><p>One paragraph with <em>weight</em>.</p><ul><li>An item</li></ul><p>Another one.</p></body>',
    theme=Theme(css=".handbill-article p { color: #036; margin: 0 0 1em }"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A handout and its sealed page, the edits of it, and the witness.

    The witness returns, for each handout, what a person sees of its disclaimer; `alike` says whether two of these are the same.
    """

    exporter: Any
    handout: bytes
    seal: bytes
    edits: Callable[[bytes, int], Iterator[tuple[str, bytes]]]
    witness: Callable[[Sequence[bytes]], Sequence[Any]]
    alike: Callable[[Any, Any], bool] = operator.eq


@functools.cache
def _epub() -> Subject:
    options = EpubOptions(embed_fonts=True)
    handout, seal = epub.export(_DOCUMENT, options, run()), epub.seal(DISCLAIMER, options).handout
    seen = functools.partial(epub_witness.photographs, page="section-1-a.xhtml", notice_height=90)
    return Subject(epub, handout, seal, epub_edits.edits, seen, epub_witness.alike)


@functools.cache
def _text() -> Subject:
    options = TextOptions()
    handout, seal = text.export(_DOCUMENT, options, run()), text.seal(DISCLAIMER, options).handout
    return Subject(text, handout, seal, text_edits.edits, lambda handouts: [text_edits.shown(each) for each in handouts])


SUBJECTS: Mapping[str, Callable[[], Subject]] = {"epub": _epub, "text": _text}


def refusal(subject: Subject, handout: bytes) -> str:
    """Return why a handout is refused; "" where it is accepted."""
    try:
        sealed = subject.exporter.disclaimer_of(subject.seal, "end")
        prove_sealed(subject.exporter.disclaimer_of(handout, "end"), sealed, "end")
    except (ExporterError, ProofError) as error:
        return str(error).split("\n", 1)[0]
    return ""


def _tried(name: str, subject: Subject, count: int, seed: int) -> int:
    """Print the counts for a format and what is wrong, and return how many edits went wrong."""
    tried = list(itertools.islice(subject.edits(subject.handout, seed), count))
    unchanged, *seen = subject.witness([subject.handout, *(handout for _, handout in tried)])
    refusals = [refusal(subject, handout) for _, handout in tried]
    changed = [not subject.alike(one, unchanged) for one in seen]
    wrong = 0
    for (edit, _), refused, differs in zip(tried, refusals, changed, strict=True):
        if differs and not refused:
            print(f"{name}: accepted, though it changes what is seen: {edit}")
        elif refused and edit.startswith(HARMLESS):
            print(f"{name}: refused, though harmless: {edit}: {refused}")
        else:
            continue
        wrong += 1
    print(f"{name}: {count} edits; {sum(changed)} changed what is seen; {sum(map(bool, refusals))} were refused; {wrong} went wrong")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--edits", type=int, default=200, help="how many edits of each format (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="where the random numbers start (default: %(default)s)")
    parser.add_argument("formats", nargs="*", metavar="FORMAT", default=list(SUBJECTS), help="epub, text (default: all)")
    arguments = parser.parse_args()
    return int(sum(_tried(name, SUBJECTS[name](), arguments.edits, arguments.seed) for name in arguments.formats) > 0)


if __name__ == "__main__":
    sys.exit(main())
