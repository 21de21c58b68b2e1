"""Accuracy of the checks of health claims on sentences that were labelled by hand: precision and recall by code, for each of two halves.

`make claims` prints it. The first half tunes the word lists; the second only measures, and nobody looks at its sentences to change a list.
"""

from __future__ import annotations

import hashlib
import html
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from handbill.checks.claims.health_claims import CODES, health_claim_findings
from handbill.checks.passages import passages_by_part
from handbill.markdown.tree.document_parts import Parts

FOLDER = Path(__file__).parent
HALVES = ("tuning", "measuring")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, and the codes that a person found in it."""

    text: str
    codes: frozenset[str]

    @property
    def half(self) -> str:
        """The half that it belongs to. Its digest decides, not its label or its place."""
        return HALVES[hashlib.sha256(self.text.encode()).digest()[0] % 2]


@dataclass(frozen=True, slots=True)
class Score:
    """The numbers of right, wrong and missing findings."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0


def labelled(language: str) -> list[Labelled]:
    """Return the labelled sentences of a language: a line is the codes (or a hyphen), a tab and the sentence."""
    lines = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [Labelled(text, frozenset(() if codes == "-" else codes.split())) for codes, text in rows]


def found_codes(text: str, language: str) -> frozenset[str]:
    """Return the codes that the checks find in a sentence; `[^1]` in it is a note call."""
    body = html.escape(text, quote=False)
    for number in range(1, 10):
        body = body.replace(f"[^{number}]", f'<a class="noteref">{number}</a>')
    parts = Parts.without_title(etree.fromstring(f"<body><p>{body}</p></body>"))
    return frozenset(found.code for found in health_claim_findings(parts, passages_by_part(parts), language))


def scores(sentences: Iterable[Labelled], language: str) -> dict[str, Score]:
    """Return the score of each code."""
    counts = {code: [0, 0, 0] for code in CODES}
    for sentence in sentences:
        found = found_codes(sentence.text, language)
        for code in CODES:
            if code in found or code in sentence.codes:
                counts[code][0 if code in found and code in sentence.codes else 1 if code in found else 2] += 1
    return {code: Score(*count) for code, count in counts.items()}


def report(language: str) -> Iterator[str]:
    """Yield the lines of the table for a language."""
    sentences = labelled(language)
    for half in HALVES:
        of_half = [sentence for sentence in sentences if sentence.half == half]
        clean = sum(1 for sentence in of_half if not sentence.codes)
        yield f"{language}, {half} half: {len(of_half)} sentences, {clean} of them with nothing to find"
        for code, score in scores(of_half, language).items():
            figures = f"precision {score.precision:5.3f}  recall {score.recall:5.3f}"
            yield f"  {code:17} {figures}  right {score.right:3}  wrong {score.wrong:2}  missing {score.missing:2}"


def errors(language: str) -> Iterator[str]:
    """Yield the sentences of the tuning half with wrong or missing findings, and what these are."""
    for sentence in labelled(language):
        if sentence.half == "tuning" and (found := found_codes(sentence.text, language)) != sentence.codes:
            wrong = [f"+{code}" for code in sorted(found - sentence.codes)] + [f"-{code}" for code in sorted(sentence.codes - found)]
            yield f"{' '.join(wrong)}\t{sentence.text}"


if __name__ == "__main__":
    languages = sorted(file.stem for file in FOLDER.glob("*.tsv"))
    making = errors if "--errors" in sys.argv[1:] else report
    sys.stdout.writelines(f"{line}\n" for language in languages for line in making(language))
