"""The JSON Schema of publication.toml, for editors that complete and check it: made from what the reader of settings knows."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable
from typing import Any, Literal

from handbill.contract import Exporter
from handbill.diagnostics.rules import FINDINGS, WEIGHTS
from handbill.language.tags import LANGUAGE_PATTERN
from handbill.publication.disclaimer_profiles import BUILT_IN, FIELDS
from handbill.publication.settings import HELP, LISTS, NUMBERS, REMIND_DAYS, REQUIRED, TABLES, TYPED, URL_PATTERN

__all__ = ["schema"]


def schema(exporters: Iterable[Exporter[Any]]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of publication.toml, with the options of these exporters' editions."""
    exporters = list(exporters)
    texts: dict[str, Any] = {
        key: {"type": "string", "minLength": 1, "description": text} for key, text in HELP.items() if key not in TABLES
    }
    for key in NUMBERS:
        texts[key] = {"type": "integer", "minimum": 0, "default": REMIND_DAYS, "description": HELP[key]}
    for key in LISTS:
        texts[key] = {"type": "array", "items": {"type": "string", "minLength": 1}, "description": HELP[key]}
    texts["language"]["pattern"] = LANGUAGE_PATTERN
    texts["base-url"]["pattern"] = URL_PATTERN
    texts["disclaimer"]["not"] = {"const": "none"}
    texts["disclaimer-position"] |= {"enum": ["end", "front"], "default": "end"}
    editions = {exporter.name: {"$ref": f"#/$defs/{exporter.name}"} for exporter in exporters}
    named = [
        {
            "if": {"properties": {"exporter": {"const": exporter.name}}, "required": ["exporter"]},
            "then": {"$ref": f"#/$defs/{exporter.name}"},
        }
        for exporter in exporters
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "handbill: publication.toml",
        "type": "object",
        "additionalProperties": False,
        "required": list(REQUIRED),
        "properties": {
            **texts,
            "checks": {
                "type": "object",
                "description": HELP["checks"],
                "additionalProperties": False,
                "properties": {code: {"enum": list(WEIGHTS), "default": str(rule.severity)} for code, rule in sorted(FINDINGS.items())},
            },
            **{
                key: {"type": "object", "description": HELP[key], "additionalProperties": False, "properties": _properties(kind)}
                for key, kind in TYPED.items()
            },
            "profiles": {
                "type": "object",
                "description": HELP["profiles"],
                "propertyNames": {"not": {"enum": sorted(BUILT_IN)}},
                "additionalProperties": _profile_schema(),
            },
            "editions": {
                "type": "object",
                "description": HELP["editions"],
                "properties": editions,
                "additionalProperties": {"type": "object", "allOf": named},
            },
        },
        "$defs": {exporter.name: _options_schema(exporter) for exporter in exporters},
    }


def _profile_schema() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    wordings = {"type": "array", "minItems": 1, "items": text, "description": "One of these is enough."}
    asked = {key: {"type": "boolean", "default": True, "description": f"Whether `{key}` must stand in its front matter."} for key in FIELDS}
    phrases = {
        "type": "object",
        "description": "The phrases that must stand in it, by language (BCP 47).",
        "additionalProperties": {"type": "array", "items": {"anyOf": [text, wordings]}},
    }
    return {"type": "object", "additionalProperties": False, "properties": {**asked, "phrases": phrases}}


def _options_schema(exporter: Exporter[Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "exporter": {"type": "string", "description": "The exporter that makes this edition."},
        "enabled": {"type": "boolean", "default": True, "description": "Whether this edition is built."},
    }
    return {"type": "object", "additionalProperties": False, "properties": properties | _properties(exporter.options_type)}


def _properties(kind: type[Any]) -> dict[str, Any]:
    """Return the schemas of a dataclass's fields."""
    hints = typing.get_type_hints(kind)
    properties: dict[str, Any] = {}
    for item in dataclasses.fields(kind):
        default = item.default if item.default is not dataclasses.MISSING else None
        properties[item.name.replace("_", "-")] = {
            **_type_schema(hints[item.name]),
            **({"minimum": 1, "maximum": item.metadata["most"]} if "most" in item.metadata else {}),
            "default": list(default) if isinstance(default, tuple) else default,
            "description": item.metadata.get("help", ""),
        }
    return properties


def _type_schema(kind: Any) -> dict[str, Any]:
    if typing.get_origin(kind) is Literal:
        return {"enum": list(typing.get_args(kind))}
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": {bool: "boolean", int: "integer", float: "number", str: "string"}[kind]}
