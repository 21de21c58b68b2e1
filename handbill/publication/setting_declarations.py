"""The declaration of a setting: the one place that says its key, type, help, default, and which values are valid.

A setting is a field of a frozen dataclass whose `metadata` has a `help`. `declarations` returns the settings of such a dataclass; the
parser of publication.toml and the JSON Schema are both derived from them.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["LARGEST_NUMBER", "Declaration", "ExcludedValue", "TextForm", "declarations", "setting"]

LARGEST_NUMBER = 999_999_999
"""The largest value of a setting that is a whole number."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form that a text must have.

    `pattern` is a regular expression of both Python and ECMA-262, which JSON Schema uses. `message` is what is wrong with another text;
    it may name `{key}` and `{value}`. `strip` leaves out the white space around a text before it is compared.
    """

    pattern: str
    message: str
    hint: str
    strip: bool = False

    def matches(self, text: str) -> bool:
        """Return whether a text has this form."""
        return re.match(self.pattern, text.strip() if self.strip else text) is not None


@dataclass(frozen=True, slots=True)
class ExcludedValue:
    """A text of the right form that a setting cannot have all the same: its message has a code of its own."""

    value: str
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A setting: its key in publication.toml, and the name, the type and the default of the field that holds its value.

    The type is str, a Literal of texts, int, a tuple of str, or that of a table. `unit` is what a number counts.
    """

    key: str
    field: str
    type: Any
    default: Any
    help: str
    required: bool = False
    form: TextForm | None = None
    excluded: ExcludedValue | None = None
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its value is a whole number, of 0 or more."""
        return self.type is int

    @property
    def is_list(self) -> bool:
        """Whether its value is a list of texts, none of them empty."""
        return bool(self.type == tuple[str, ...])

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts to choose from; empty where other texts are valid too."""
        return typing.get_args(self.type) if typing.get_origin(self.type) is Literal else ()

    @property
    def is_table(self) -> bool:
        """Whether it is a table with settings of its own."""
        return not (self.type is str or self.choices or self.is_number or self.is_list)

    @property
    def is_dataclass(self) -> bool:
        """Whether it is a table whose settings are the fields of its type, a dataclass."""
        return dataclasses.is_dataclass(self.type)


def setting(text: str, default: Any = "", **rules: Any) -> Any:
    """Return a dataclass field that declares a setting: its help, its default, and further attributes of Declaration."""
    return field(default=default, metadata={"help": text, **rules})


def declarations(kind: type[Any]) -> list[Declaration]:
    """Return the settings that a dataclass declares, in its order. A field without a help is none."""
    hints = typing.get_type_hints(kind)
    return [
        Declaration(item.name.replace("_", "-"), item.name, hints[item.name], item.default, **item.metadata)
        for item in dataclasses.fields(kind)
        if "help" in item.metadata
    ]
