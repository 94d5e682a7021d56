"""Find keys in the schema: the values that a dotted key can mean, and what stands around them.

Imports: pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from dltrain.config.schema.pieces import Schema
from dltrain.errors import plain_name

# What stands for a name or a position of the user's own on the way to a key.
OWN = "NAME"


@dataclass(frozen=True)
class Frame:
    """One step on the way to a value.

    Attributes:
        name: The key; OWN in a map from names of the user's own; None for an entry of a list.
        map: The schema of the map around it, where its keys are fixed.
    """

    name: str | None
    map: Schema | None = None


@dataclass(frozen=True)
class Found:
    """A value of the file.

    Attributes:
        schema: What it may be.
        frames: From the top of the file to it.
    """

    schema: Schema
    frames: tuple[Frame, ...] = ()

    @property
    def variant(self) -> str:
        """The `type` of the map around it; empty where that has none."""
        return type_of(self.frames[-1].map) if self.frames else ""

    def below(self, schema: Schema, frame: Frame) -> Found:
        """Go one step down."""
        return Found(schema, (*self.frames, frame))


def type_of(around: Schema | None) -> str:
    """Name the `type` that chooses a map; empty where it has none."""
    has_type = around is not None and "type" in around.get("properties", ())
    return str(around.get("title", "")) if around is not None and has_type else ""


class Walker:
    """Walks over one schema.

    Args:
        schema: The schema of a whole file.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.top = Found(schema)
        self._narrowed: dict[tuple[int, str], Schema] = {}

    def find(self, parts: Iterable[str], start: Found | None = None) -> list[Found]:
        """Find what a key can mean: one value for each `type` that has such a key.

        Args:
            parts: The key's parts; names of types may stand among them, and positions in lists
                and names in maps may be left out.
            start: Where the key begins. Default: the top of the file.
        """
        here, rest = start or self.top, list(parts)
        if not rest:
            return [here]
        for step in self._steps(here, rest[0]):
            below = (found for one in step for found in self.find(rest[1:], one))
            if distinct := self._distinct(below):
                return distinct
        return []

    def resolved(self, schema: Schema) -> Schema:
        """Follow references, also those that a description wraps."""
        wrapped = schema.get("allOf", [])
        if "$ref" in schema:
            return self.resolved(self.definition(schema["$ref"].rpartition("/")[2]))
        if len(wrapped) == 1 and "$ref" in wrapped[0]:
            facts = {name: fact for name, fact in schema.items() if name != "allOf"}
            return self.resolved(wrapped[0]) | facts
        return schema

    def definition(self, name: str) -> Schema:
        """Look a definition up."""
        found: Schema = self.schema["definitions"][name]
        return found

    def alternatives(self, schema: Schema) -> Iterator[Schema]:
        """List what a value may be one of, choices by `type` included."""
        schema = self.resolved(schema)
        inner = [part.get("then", part) for part in schema.get("allOf", [])]
        refused = schema.get("propertyNames", {}).get("not", {}).get("const", "")
        for part in [*schema.get("anyOf", []), *inner]:
            for one in self.alternatives(part):
                yield self._without(one, refused)
        if not schema.get("anyOf") and not inner:
            yield schema

    def maps(self, schema: Schema) -> list[Schema]:
        """List the maps with fixed keys that a value can be."""
        found: list[Schema] = []
        for one in self.alternatives(schema):
            if "properties" in one and not any(one is other for other in found):
                found.append(one)
        return found

    def keys(self, one: Found) -> Iterator[tuple[str, Found]]:
        """List the fixed keys below a value, but for `type`, which chooses among the maps."""
        for around in self.maps(one.schema):
            for name, schema in around["properties"].items():
                if schema is not True:
                    yield name, one.below(schema, Frame(name, around))

    def inner(self, one: Found) -> Iterator[Found]:
        """List the entries of a list and the values of a map with names of the user's own."""
        for part in self.alternatives(one.schema):
            if isinstance(part.get("items"), dict):
                yield one.below(part["items"], Frame(None))
            if isinstance(part.get("additionalProperties"), dict):
                yield one.below(part["additionalProperties"], Frame(OWN))

    def variants(self, one: Found) -> Iterator[tuple[str, Found]]:
        """List the types that a value can have."""
        for around in self.maps(one.schema):
            if name := type_of(around):
                yield name, Found(around, one.frames)

    def _without(self, around: Schema, refused: str) -> Schema:
        """Leave a key out of a map; the same map each time."""
        names = around.get("properties", {})
        if refused not in names:
            return around
        kept = {name: names[name] for name in names if name != refused}
        return self._narrowed.setdefault((id(around), refused), around | {"properties": kept})

    def _steps(self, one: Found, part: str) -> Iterator[list[Found]]:
        """Give what a part of a key can mean, the first that leads on: a type, a key, an entry."""
        name = plain_name(part)
        yield [child for variant, child in self.variants(one) if plain_name(variant) == name]
        yield [child for key, child in self.keys(one) if key == part]
        inner = list(self.inner(one))
        for step in zip_longest(*(self._steps(entry, part) for entry in inner), fillvalue=[]):
            yield [child for of_entry in step for child in of_entry]
        yield [entry for entry in inner if entry.frames[-1].name or part.isdecimal()]

    def _distinct(self, found: Iterable[Found]) -> list[Found]:
        """Keep one of those that mean the same, by the schema and the type around it."""
        kept: dict[Any, Found] = {}
        for one in found:
            kept.setdefault((id(self.resolved(one.schema)), one.variant), one)
        return list(kept.values())
