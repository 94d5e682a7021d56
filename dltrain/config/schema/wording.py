"""Say in words what a schema accepts, as the messages of the loader do.

Imports: walking.
"""

from __future__ import annotations

from dltrain.config.schema.pieces import Schema
from dltrain.config.schema.walking import Walker
from dltrain.errors import shown

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a map",
    "string": "text",
}


def in_words(walker: Walker, schema: Schema) -> str:
    """Describe what a schema accepts; nothing where it accepts anything.

    Example:
        >>> in_words(Walker({}), {"type": "integer", "minimum": 1})
        'a whole number of at least 1'
    """
    found: list[str] = []
    for part in _parts(walker, schema):
        words = _one(walker, part)
        if words and words not in found:
            found.append(words)
    return ", or ".join(found)


def _parts(walker: Walker, schema: Schema) -> list[Schema]:
    if "$ref" in schema and (kind := _kind(schema)):
        return [{"kind": kind}]
    wrapped = schema.get("allOf", [])
    if len(wrapped) == 1 and "if" not in wrapped[0]:
        return _parts(walker, wrapped[0])
    if "$ref" in schema:
        return _parts(walker, walker.resolved(schema))
    if "anyOf" in schema:
        return [inner for part in schema["anyOf"] for inner in _parts(walker, part)]
    return [schema]


def _kind(schema: Schema) -> str:
    """Name the kind of choice that a reference leads to."""
    name = schema["$ref"].rpartition("/")[2].removesuffix("_map").removeprefix("inner_")
    return "" if "." in name or name in ("output", "target_output") else str(name)


def _one(walker: Walker, schema: Schema) -> str:
    if "kind" in schema:
        name = "layer" if schema["kind"] == "entry" else schema["kind"]
        return f"an {name}" if name[0] in "aeio" else f"a {name}"
    if "enum" in schema:
        choices = [word if isinstance(word, str) else shown(word) for word in schema["enum"]]
        return f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
    types = schema.get("type", [])
    if not isinstance(types, str):
        return ", or ".join(TYPES[one] for one in types)
    inner = schema.get("items", schema.get("additionalProperties"))
    if isinstance(inner, dict) and (words := in_words(walker, inner)):
        return f"{TYPES[types]}{' of names' * (types == 'object')}, each: {words}"
    return TYPES[types] + _range(schema)


def _range(schema: Schema) -> str:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    first = (
        f" of at least {low}" if low is not None else f" above {above}" if above is not None else ""
    )
    last = (
        f" of at most {high}"
        if high is not None
        else f" below {below}"
        if below is not None
        else ""
    )
    return f"{first} and{last}" if first and last else first + last
