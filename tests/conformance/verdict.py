"""The verdict of a validator on a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Failure", "Verdict"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a file breaks, by the validator's name for it, with its message."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one validator: `validator` is its name, release and rule set; `checked` is how much it checked, in words."""

    path: Path
    validator: str
    checked: str
    failures: tuple[Failure, ...]
