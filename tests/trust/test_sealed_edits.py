"""Random edits of finished handouts: each that touches the disclaimer is refused, each that is harmless is accepted."""

from __future__ import annotations

import itertools

import pytest

from trust.epub_edits import HARMLESS, HOSTILE, OF_ARTICLE
from trust.witnesses import SUBJECTS, refusal

pytestmark = pytest.mark.slow

EDITS = 60
SEED = 20261122


@pytest.mark.parametrize("name", SUBJECTS)
def test_hostile_edits_are_refused_and_harmless_ones_accepted(name: str) -> None:
    subject = SUBJECTS[name]()
    assert refusal(subject, subject.handout) == ""
    kinds = set()
    for edit, handout in itertools.islice(subject.edits(subject.handout, SEED), EDITS):
        kind = edit.partition(":")[0]
        refused = refusal(subject, handout)
        kinds.add(kind)
        assert kind != HARMLESS or refused == "", edit
        assert kind != HOSTILE or refused != "", edit
    assert kinds >= {HARMLESS, HOSTILE}
    assert kinds <= {HARMLESS, HOSTILE, OF_ARTICLE}


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_same_seed_gives_the_same_edits(name: str) -> None:
    subject = SUBJECTS[name]()
    first, second, other = (list(itertools.islice(subject.edits(subject.handout, seed), 5)) for seed in (1, 1, 2))
    assert first == second != other
