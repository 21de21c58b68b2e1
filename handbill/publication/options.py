"""An edition's options: the values of publication.toml and of `--set` on the command line become an instance of an exporter's dataclass.

`convert` turns a value into one of the type of a field; it is used for the tables of publication.toml too.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable
from typing import Any, Literal

from handbill.contract import Exporter
from handbill.diagnostics.diagnostic import Diagnostic, suggestion
from handbill.diagnostics.errors import ConfigurationError
from handbill.diagnostics.rules import diagnostic, location
from handbill.publication.settings import FILE, EditionSettings, OptionOverride

__all__ = ["alternatives", "convert", "edition_options", "toml_value"]


def edition_options(exporter: Exporter[Any], edition: EditionSettings, settings: Iterable[OptionOverride] = ()) -> Any:
    """Return the options of an edition: an instance of the exporter's `options_type`.

    Raises ConfigurationError, with the place in publication.toml, for every unknown key and every bad value.
    """
    fields = {item.name.replace("_", "-"): item for item in dataclasses.fields(exporter.options_type)}
    hints = typing.get_type_hints(exporter.options_type)
    given = dict(edition.options) | {setting.key: setting.value for setting in settings if setting.edition == edition.name}
    typed = {setting.key for setting in settings if setting.edition == edition.name}

    def wrong(key: str, message: str, hint: str = "") -> Diagnostic:
        if key in typed:
            return diagnostic("setting", message, location(f"--set {edition.name}.{key}"), hint)
        line, column = edition.places.get(key, edition.places.get("", (1, 1)))
        return diagnostic("setting", message, location(FILE, line, column), hint)

    errors: list[Diagnostic] = []
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in fields:
            message = f"the exporter `{exporter.name}` has no option `{key}`"
            errors.append(wrong(key, message, suggestion(key, [*fields, "exporter", "enabled"])))
            continue
        try:
            values[fields[key].name] = convert(value, hints[fields[key].name], from_text=key in typed)
        except ValueError as error:
            default = getattr(exporter.options_type(), fields[key].name)
            errors.append(wrong(key, f"`{key}` {error}", f"its default is {toml_value(default)}"))
    if errors:
        raise ConfigurationError(errors)
    try:
        return exporter.options_type(**values)
    except ValueError as error:
        # The exporter refuses the value; its text names the option by its key or by its field.
        named = (key for key in given if key in str(error) or fields[key].name in str(error))
        raise ConfigurationError(wrong(next(named, next(iter(given), "")), str(error), "handbill exporters lists the options")) from None


def convert(value: Any, kind: Any, *, from_text: bool) -> Any:
    """Return a value as an instance of a field's type. Raises ValueError, its text a predicate.

    The type is bool, int, float, str, Literal, or a tuple of str. `from_text` is whether the value is text of the command line.
    """
    origin = typing.get_origin(kind)
    if origin is Literal:
        choices = typing.get_args(kind)
        for choice in choices:
            if (value == choice and type(value) is type(choice)) or (from_text and value == str(choice)):
                return choice
        raise ValueError(f"is {alternatives(choices)}, not {value!r}")
    if origin is tuple:
        items = [item.strip() for item in value.split(",")] if from_text else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValueError("is a list of texts")
        return tuple(items)
    if kind is bool:
        if isinstance(value, bool):
            return value
        if from_text and value in ("true", "false"):
            return value == "true"
        raise ValueError(f"is true or false, not {value!r}")
    if kind in (int, float):
        if from_text:
            try:
                return kind(value)
            except ValueError:
                raise ValueError(f"is a number, not {value!r}") from None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or (kind is int and not isinstance(value, int)):
            raise ValueError(f"is a {'whole ' if kind is int else ''}number, not {value!r}")
        try:
            return kind(value)
        except OverflowError:
            raise ValueError("is too large a number") from None
    if kind is str:
        if not isinstance(value, str):
            raise ValueError(f"is a text, in quotes, not {value!r}")
        return value
    raise TypeError(f"options cannot be of type {kind!r}")


def toml_value(value: object) -> str:
    """Return a value in the syntax of publication.toml."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def alternatives(choices: Iterable[Any]) -> str:
    """Return values, at least one, as the alternatives of a sentence, in quotes."""
    *head, last = [f'"{choice}"' for choice in choices]
    return f"{', '.join(head)} or {last}" if head else last
