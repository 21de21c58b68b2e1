"""What a validator says of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Failure", "Verdict"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a file breaks, by the validator's name for it, and what it says of the place."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one validator says of one file: `validator` with its release and, where it has several, the rule set; `checked`, how much."""

    path: Path
    validator: str
    checked: str
    failures: tuple[Failure, ...]
