"""Keras's names and their arguments as definitions of the JSON Schema.

For each kind of the catalogue there is `KIND` (a name or a map), `KIND_map`, and `KIND.NAME` with
the arguments of one name. Imports: arguments, catalogue, meanings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from dltrain.config.catalogue.arguments import ALWAYS_LISTED, LISTED, kind_of_argument, rule_for
from dltrain.config.catalogue.augmentation import augmenting
from dltrain.config.catalogue.meanings import meaning
from dltrain.config.catalogue.names import ALIASES, kinds
from dltrain.config.catalogue.rules import POSITIVE
from dltrain.config.schema.pieces import (
    NULL,
    Schema,
    any_of,
    array,
    by_type,
    described,
    map_to,
    ref,
    word,
)

# The name that a map without `type` means.
DEFAULTS = {"optimizer": "adam"}

# What a layer of `architecture.layers` reads; layers inside layers read nothing by name.
WIRING: Schema = described(
    any_of(
        {"type": "string", "minLength": 1}, array({"type": "string"}), map_to({"type": "string"})
    ),
    description="What it reads: a name, a list, or a map from keyword to name.",
)


def definitions() -> dict[str, Schema]:
    """Define every kind of the catalogue and every name in it."""
    found = {name: schema for kind in kinds() for name, schema in _kind(kind)}
    shared: dict[str, Schema] = {}
    for schema in found.values():
        if schema.get("additionalProperties") is False:
            _share(schema["properties"], shared)
    return found | shared


def _share(properties: dict[str, Any], shared: dict[str, Schema]) -> None:
    """Move arguments to definitions of their own, one for all that are alike."""
    for argument, schema in properties.items():
        if schema is True:
            continue
        alike = (f"argument.{argument}.{number}" for number in count(1))
        name = next(one for one in alike if shared.get(one, schema) == schema)
        shared[name] = schema
        properties[argument] = ref(name)


def _kind(kind: str) -> Iterator[tuple[str, Schema]]:
    names = kinds()[kind]
    if kind == "activation":
        words = word(names, [one for name in names for one in _spellings(kind, name)])
        only_type = {"type": "object", "required": ["type"], "additionalProperties": False}
        yield kind, any_of(words, only_type | {"properties": {"type": words}})
        return
    otherwise = ref(f"{kind}.{DEFAULTS[kind]}") if kind in DEFAULTS else None
    yield kind, any_of(_words(kind, names), ref(f"{kind}_map"))
    yield f"{kind}_map", _map(kind, names, otherwise)
    for name in names:
        yield f"{kind}.{name}", _arguments(kind, name)
    if kind == "layer":
        yield "inner_layer", _without_wiring(kind)
        kept = augmenting()
        yield "augmenting_layer", any_of(_words(kind, kept), _map(kind, kept))
        yield "augmentation", _without_wiring("augmenting_layer")


def _words(kind: str, names: Iterable[str]) -> Schema:
    """Accept those of some names that need no argument, in every spelling."""
    bare = [name for name in names if not required(kind, name)]
    return word(bare, [one for name in bare for one in _spellings(kind, name)])


def _map(kind: str, names: Iterable[str], otherwise: Schema | None = None) -> Schema:
    """Accept a map whose `type` is one of some names."""
    variants = {name: ref(f"{kind}.{name}") for name in names}
    return by_type(variants, {name: _spellings(kind, name) for name in names}, otherwise)


def _without_wiring(name: str) -> Schema:
    """Accept a layer whose inputs follow from its place."""
    return {"allOf": [ref(name)], "propertyNames": {"not": {"const": "inputs"}}}


def required(kind: str, name: str) -> list[str]:
    """List the arguments that a name needs."""
    facts = kinds()[kind][name]["arguments"]
    return [argument for argument in facts if facts[argument].get("required")]


def _spellings(kind: str, name: str) -> list[str]:
    entry = kinds()[kind][name]
    aliases = [alias for alias, meant in ALIASES.get(kind, {}).items() if meant == name]
    found = [entry.get("class", name), *entry.get("aliases", []), *aliases]
    return list(dict.fromkeys(one for one in found if one != name))


def _arguments(kind: str, name: str) -> Schema:
    entry = kinds()[kind][name]
    properties: dict[str, Any] = {"type": True}
    for argument, fact in entry["arguments"].items():
        properties[argument] = _argument(kind, name, argument, fact)
    if kind == "layer":
        properties["inputs"] = WIRING
    schema: Schema = {"type": "object", "title": name, "properties": properties}
    schema["required"] = ["type", *required(kind, name)] if name != DEFAULTS.get(kind) else []
    return schema | {"additionalProperties": False}


def _argument(kind: str, name: str, argument: str, fact: dict[str, Any]) -> Schema:
    default = fact.get("default")
    told = default if not (isinstance(default, str) and default.startswith("<")) else None
    value = _value(kind, name, argument, fact)
    return described(value, description=meaning(kind, argument), default=told)


def _value(kind: str, name: str, argument: str, fact: dict[str, Any]) -> Schema:
    nested = kind_of_argument(kind, argument)
    if nested is None:
        rule = rule_for(kind, argument, fact, name)
        return rule.schema if rule else {}
    if nested == "schedule":
        return any_of(POSITIVE.schema, ref(nested))
    value = _inner_layer(argument) if nested == "layer" else ref(nested)
    may_be_left_out = "default" in fact and fact["default"] is None
    return any_of(value, NULL) if may_be_left_out or nested != "layer" else value


def _inner_layer(argument: str) -> Schema:
    """Accept a layer inside a layer, or a list of them where Keras takes one."""
    layer = ref("inner_layer")
    if argument in ALWAYS_LISTED:
        return array(layer)
    return any_of(layer, array(layer)) if argument in LISTED else layer
