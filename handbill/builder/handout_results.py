"""The results of targets, as values: a handout was built, was kept unchanged, or was not built."""

from __future__ import annotations

from dataclasses import dataclass

from handbill.proof.disclaimer import ExpectedDisclaimer
from handbill.proof.manifest import Handout

__all__ = ["Built", "NotBuilt", "Result", "Unchanged"]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file of an earlier build stays. `refused` tells that one of its messages is an error in this run."""

    row: Handout
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """The handout was made, proven and written."""

    row: Handout
    expected: ExpectedDisclaimer


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """The handout could not be made; `expected` is the disclaimer that it would carry."""

    expected: ExpectedDisclaimer


Result = Unchanged | Built | NotBuilt
