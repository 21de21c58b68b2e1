"""The options of a text edition."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["TextOptions"]

_NARROWEST = 30
_WIDEST = 200


@dataclass(frozen=True, slots=True)
class TextOptions:
    """The options of an edition. Raises ValueError where a value is out of its range."""

    width: int = field(
        default=72,
        metadata={"help": f"the longest line, in cells of a terminal ({_NARROWEST} to {_WIDEST}); addresses and code may be longer"},
    )
    ascii: bool = field(
        default=False,
        metadata={"help": "write ASCII alone: punctuation is replaced, any other character stops the handout"},
    )

    def __post_init__(self) -> None:
        """Refuse a width that is too narrow or too wide for reading."""
        if not _NARROWEST <= self.width <= _WIDEST:
            raise ValueError(f"width is {self.width}, and must be from {_NARROWEST} to {_WIDEST}")
