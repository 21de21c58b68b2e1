"""The JSON Schema of publication.toml, for editors that complete and check it: derived from the declarations of its settings."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable
from typing import Any, Literal

from handbill.contract import Exporter
from handbill.diagnostics.rules import FINDINGS, WEIGHTS
from handbill.publication.disclaimer_profiles import BUILT_IN_PROFILES, FIELDS
from handbill.publication.setting_declarations import LARGEST_NUMBER, Declaration
from handbill.publication.settings import SETTINGS

__all__ = ["schema"]


def schema(exporters: Iterable[Exporter[Any]]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of publication.toml, with the options of these exporters' editions."""
    exporters = list(exporters)
    single = [one for one in SETTINGS.values() if not one.is_table]
    tables = [one for one in SETTINGS.values() if one.is_table]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "handbill: publication.toml",
        "type": "object",
        "additionalProperties": False,
        "required": [one.key for one in single if one.required],
        "properties": {
            **{one.key: _setting_schema(one) for one in single},
            **{one.key: {"type": "object", "description": one.help, **_table_schema(one, exporters)} for one in tables},
        },
        "$defs": {exporter.name: _options_schema(exporter) for exporter in exporters},
    }


def _setting_schema(setting: Declaration) -> dict[str, Any]:
    """Return the schema of a setting that is no table."""
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    if setting.is_number:
        return {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER, "default": setting.default, "description": setting.help}
    if setting.is_list:
        return {"type": "array", "items": text, "description": setting.help}
    text["description"] = setting.help
    if setting.form:
        text["pattern"] = setting.form.pattern
    if setting.excluded:
        text["not"] = {"const": setting.excluded.value}
    if setting.choices:
        text |= {"enum": list(setting.choices), "default": setting.default}
    return text


def _table_schema(table: Declaration, exporters: Iterable[Exporter[Any]]) -> dict[str, Any]:
    """Return what the schema says of the keys of a table."""
    if table.key == "checks":
        weights = {code: {"enum": list(WEIGHTS), "default": str(rule.severity)} for code, rule in sorted(FINDINGS.items())}
        return {"additionalProperties": False, "properties": weights}
    if table.key == "profiles":
        return {"propertyNames": {"not": {"enum": sorted(BUILT_IN_PROFILES)}}, "additionalProperties": _profile_schema()}
    if table.key == "editions":
        return _editions_schema(exporters)
    return {"additionalProperties": False, "properties": _field_schemas(table.type)}


def _editions_schema(exporters: Iterable[Exporter[Any]]) -> dict[str, Any]:
    references = {exporter.name: {"$ref": f"#/$defs/{exporter.name}"} for exporter in exporters}
    others = [
        {"if": {"properties": {"exporter": {"const": name}}, "required": ["exporter"]}, "then": reference}
        for name, reference in references.items()
    ]
    return {"properties": references, "additionalProperties": {"type": "object", "allOf": others}}


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
    return {"type": "object", "additionalProperties": False, "properties": properties | _field_schemas(exporter.options_type)}


def _field_schemas(kind: type[Any]) -> dict[str, Any]:
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
