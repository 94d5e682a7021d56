"""The few forms of JSON Schema that the schema of a config file is made of.

Draft-07, in which everything beside a `$ref` is ignored: hence `allOf` around one that has a
description. Imports: the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

REFERENCE = r"\$\{.+\}"
NULL: Schema = {"type": "null"}
NO_TYPE: Schema = {"not": {"required": ["type"]}}


def ref(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def any_of(*schemas: Schema) -> Schema:
    """Accept what one of several schemas accepts; unions inside are laid flat.

    Example:
        >>> any_of({"type": "integer"}, any_of({"enum": ["full"]}, NULL))
        {'anyOf': [{'type': 'integer'}, {'enum': ['full']}, {'type': 'null'}]}
    """
    parts: list[Schema] = []
    for schema in schemas:
        for part in schema["anyOf"] if set(schema) == {"anyOf"} else [schema]:
            if part not in parts:
                parts.append(part)
    return parts[0] if len(parts) == 1 else {"anyOf": parts}


def array(items: Schema) -> Schema:
    """Accept a list."""
    return {"type": "array", "items": items}


def map_to(values: Schema) -> Schema:
    """Accept a map from any name but `type`, by which a single choice is known."""
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"not": {"const": "type"}},
        "additionalProperties": values,
    }


def described(schema: Schema, **facts: Any) -> Schema:
    """Add a description or a default to a schema, leaving out what is empty.

    Example:
        >>> described(ref("layer"), description="The cell.")
        {'allOf': [{'$ref': '#/definitions/layer'}], 'description': 'The cell.'}
    """
    facts = {name: fact for name, fact in facts.items() if fact not in (None, "")}
    if facts and "$ref" in schema:
        schema = {"allOf": [schema]}
    return schema | facts


def word(canonical: Iterable[str], spellings: Iterable[str] = ()) -> Schema:
    """Accept names: editors offer the canonical ones, and take the other spellings as well."""
    names: Schema = {"enum": sorted(canonical)}
    return any_of(names, {"type": "string", "pattern": _pattern(spellings)}) if spellings else names


def by_type(
    variants: Mapping[str, Schema],
    spellings: Mapping[str, Iterable[str]] | None = None,
    otherwise: Schema | None = None,
) -> Schema:
    """Accept a map whose `type` says which of several schemas it obeys.

    Args:
        variants: What a map of each type obeys.
        spellings: Other names of the types.
        otherwise: What a map without `type` obeys; without it there has to be one.
    """
    others = spellings or {}
    cases = [
        {"if": _of_type([name, *others.get(name, ())]), "then": schema}
        for name, schema in variants.items()
    ]
    if otherwise is not None:
        cases.append({"if": NO_TYPE, "then": otherwise})
    types = word(variants, [one for name in variants for one in others.get(name, ())])
    required = {"required": ["type"]} if otherwise is None else {}
    return {"type": "object", "properties": {"type": types}, "allOf": cases} | required


def or_reference(schema: Any) -> Any:
    """Accept `${key}` wherever a number or true and false stand; in texts it always fits.

    Example:
        >>> or_reference({"type": "integer", "minimum": 1})["type"]
        ['integer', 'string']
    """
    if isinstance(schema, list):
        return [or_reference(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {
        name: part if name == "default" else or_reference(part) for name, part in schema.items()
    }
    if schema.get("type") not in ("boolean", "integer", "number"):
        return parts
    return parts | {"type": [schema["type"], "string"], "pattern": REFERENCE}


def _of_type(names: Iterable[str]) -> Schema:
    text = {"type": "string", "pattern": _pattern(names)}
    return {"properties": {"type": text}, "required": ["type"]}


def _pattern(names: Iterable[str]) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"
