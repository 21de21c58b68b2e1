"""Front matter: parses the YAML or TOML block at the head of a Markdown file into values, scalars as text, each with its place."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handbill.diagnostics.diagnostic import Place
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.toml_places import toml_error, toml_places
from handbill.language.characters import UNPRINTABLE

__all__ = ["FrontMatter", "Value", "is_unclosed", "parse_front_matter", "place_of_key"]

_MOST_NODES = 5_000
_NOT_IN_YAML = re.compile(f"{UNPRINTABLE.pattern}|[\u2028\u2029]")
_KEY = re.compile(r"[\w-]+ *(?::(?: |$)|=)")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the front matter: text, a tuple of values, or a mapping of values; with its line and column, from 1."""

    content: str | tuple[Value, ...] | Mapping[str, Value]
    line: int
    column: int

    def texts(self) -> Iterator[str]:
        """Yield the scalars of a scalar or of a list of scalars (or of mappings with a `name`, as pandoc has for authors)."""
        if isinstance(self.content, str):
            if self.content.strip():
                yield self.content.strip()
        elif isinstance(self.content, Mapping):
            if "name" in self.content:
                yield from self.content["name"].texts()
        else:
            for item in self.content:
                yield from item.texts()


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values by key, and the number of lines of the block with its delimiters (0 where there is none)."""

    values: Mapping[str, Value]
    lines: int


def place_of_key(path: str, values: Mapping[str, Value], key: str, line: int | None = None, column: int | None = None) -> Place:
    """Return the place of a key in the front matter of the file at `path`; where it is absent, that line and column of the file."""
    value = values.get(key)
    return location(path, line, column) if value is None else location(path, value.line, value.column)


def parse_front_matter(text: str, path: str) -> FrontMatter:
    r"""Return the front matter of a Markdown text whose lines end in "\\n".

    A block opens with `---` (YAML; closed by `---` or `...`, as pandoc has it) or `+++` (TOML, as Hugo has it) on the very first
    line. Raises SourceError, with the place, where the block cannot be read.
    """
    lines = text.split("\n")
    closings = _closings(lines)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in closings:
            read = _read_toml if "+++" in closings else _read_yaml
            values = read("\n".join(lines[1:number]), path)
            return FrontMatter({}, 0) if values is None else FrontMatter(values, number + 1)
    return FrontMatter({}, 0)


def is_unclosed(text: str) -> bool:
    """Return whether a Markdown text opens front matter, with a key on its second line, and never closes it."""
    lines = text.split("\n")
    closings = _closings(lines)
    return bool(closings) and _KEY.match(lines[1]) is not None and not any(line.rstrip() in closings for line in lines[1:])


def _closings(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that may close the front matter that the first line opens; none where it opens none."""
    opening = lines[0].rstrip()
    if len(lines) > 1 and opening == "---" and lines[1].strip():
        return "---", "..."
    return ("+++",) if len(lines) > 1 and opening == "+++" else ()


def _error(path: str, line: int, column: int, message: str, hint: str = "") -> SourceError:
    return SourceError(diagnostic("front-matter", message, location(path, line, column), hint))


def _too_deep(path: str) -> SourceError:
    return _error(path, 1, 1, "the front matter is nested too deeply", "take a level or two out; an alias must not name what holds it")


def _read_yaml(block: str, path: str) -> dict[str, Value] | None:
    """Return the values; None where the block is no mapping, so that it is a part of the text between two rules."""
    import yaml

    loader = yaml.SafeLoader(_without_controls(block))
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            return {} if node is None else None
        value = _yaml_value(node, path, [_MOST_NODES])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
        raise _error(
            path,
            line,
            column,
            f"the front matter is not YAML: {error.problem or error.context}",
            "put a value that holds a colon, a bracket or a leading symbol in quotes",
        ) from None
    except RecursionError:
        raise _too_deep(path) from None
    finally:
        loader.dispose()
    assert isinstance(value.content, dict)
    return value.content


def _without_controls(block: str) -> str:
    """Replace unprintable characters, and line ends of YAML 1.1 alone (5.4), by spaces, so that every line and column stays."""
    return _NOT_IN_YAML.sub(" ", block)


def _yaml_value(node: object, path: str, budget: list[int]) -> Value:
    """Return the value of a YAML node with its place. `budget` has the number of values that may still follow, and is counted down."""
    import yaml

    assert isinstance(node, yaml.Node)
    line, column = node.start_mark.line + 2, node.start_mark.column + 1
    budget[0] -= 1
    if budget[0] < 0:
        message = f"the front matter holds more than {_MOST_NODES} values (aliases count each time)"
        raise _error(path, line, column, message, "put fewer there, and no aliases")
    if isinstance(node, yaml.ScalarNode):
        text = "" if node.style is None and node.value in ("~", "null", "Null", "NULL") else node.value
        return Value(_checked_text(text, path, line, column), line, column)
    if isinstance(node, yaml.SequenceNode):
        return Value(tuple(_yaml_value(item, path, budget) for item in node.value), line, column)
    assert isinstance(node, yaml.MappingNode)
    mapping: dict[str, Value] = {}
    for key_node, value_node in node.value:
        place = key_node.start_mark.line + 2, key_node.start_mark.column + 1
        key = _checked_text(key_node.value, path, *place) if isinstance(key_node, yaml.ScalarNode) else ""
        if key in mapping:
            message = f"`{key}` stands twice in the front matter"
            raise _error(path, *place, message, "leave one of them out")
        value = _yaml_value(value_node, path, budget)
        mapping[key] = Value(value.content, *place)
    return Value(mapping, line, column)


def _checked_text(text: str, path: str, line: int, column: int) -> str:
    """Return the text of a scalar. Raises SourceError where an escape of YAML or TOML spells a character that no format can hold."""
    if found := UNPRINTABLE.search(text):
        message = f"U+{ord(found[0]):04X} is no character of a text"
        raise _error(path, line, column, message, "take the escape out, or write what was meant")
    return text


def _read_toml(block: str, path: str) -> dict[str, Value] | None:
    """Return the values of a TOML block by key, each with its place. Raises SourceError where it is not TOML."""
    try:
        data = tomllib.loads(block)
    except RecursionError:
        raise _too_deep(path) from None
    except tomllib.TOMLDecodeError as error:
        line, column, problem = toml_error(error, block)
        hint = "texts stand in quotes, lists of them in brackets"
        raise _error(path, line + 1, column, f"the front matter is not TOML: {problem}", hint) from None
    places = toml_places(block)
    return {
        _checked_text(key, path, *place): _toml_value(value, path, *place)
        for key, value, place in ((key, value, _below_delimiter(places.get((key,), (1, 1)))) for key, value in data.items())
    }


def _below_delimiter(place: tuple[int, int]) -> tuple[int, int]:
    """Return the place in the file of a place in the block, which begins on the file's second line."""
    return place[0] + 1, place[1]


def _toml_value(value: object, path: str, line: int, column: int) -> Value:
    if isinstance(value, dict):
        return Value({key: _toml_value(item, path, line, column) for key, item in value.items()}, line, column)
    if isinstance(value, list):
        return Value(tuple(_toml_value(item, path, line, column) for item in value), line, column)
    if isinstance(value, datetime.date | datetime.time):
        return Value(value.isoformat(), line, column)
    if isinstance(value, bool):
        return Value(str(value).lower(), line, column)
    return Value(_checked_text(str(value), path, line, column), line, column)
