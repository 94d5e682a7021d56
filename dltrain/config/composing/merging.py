"""What is left of a section when another one is laid over it.

Maps merge, lists and single values are replaced, and a map whose `type` changes is replaced
whole, so that no argument of the old type is left over. A bare NAME is `{type: NAME}` here too,
and a section that names no type has its default one. Bases and arguments share these rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dltrain.config.sections.choosing import is_by_target
from dltrain.config.text.source import Source
from dltrain.errors import Key, plain_name

# The type of a section that names none; a stack of layers has no word of its own.
DEFAULT_TYPES: dict[Key, str] = {
    ("architecture",): "layers",
    ("optimizer",): "adam",
    ("split",): "random",
}
# Sections that are one choice of a kind, or a map from target to choice.
BY_TARGET: dict[Key, str] = {("architecture", "output"): "layer", ("loss",): "loss"}
# Keys whose text is no name of a type, although a map can stand there.
NO_NAMES: tuple[Key, ...] = (("dataset", "target"), ("metrics",), ("training", "class_weight"))


def type_of(value: Any, key: Key) -> str | None:
    """Say which type a section has, as far as it says so itself.

    Example:
        >>> type_of("sgd", ("optimizer",)), type_of({"layers": []}, ("architecture",))
        ('sgd', 'layers')
        >>> type_of({"momentum": 0.9}, ("optimizer",)) is None
        True
    """
    if isinstance(value, str):
        return None if key in NO_NAMES else value
    if not isinstance(value, dict) or not key:
        return None
    if "type" in value:
        return str(value["type"])
    if key == ("architecture",) and "layers" in value:
        return "layers"
    kind = BY_TARGET.get(key)
    return "a map by target" if kind and is_by_target(kind, value) else None


def changes_type(old: Any, new: str | None, key: Key) -> bool:
    """Tell whether a section gets another type than it has.

    Args:
        old: The section as it is.
        new: The type to come, None where nothing names one.
        key: The section's path.
    """
    before = _type_before(old, key)
    return None not in (before, new) and not _same(before, new)


def as_map(source: Source, value: Any, key: Key) -> Any:
    """Write a bare NAME as `{type: NAME}`, standing where the NAME does."""
    if not isinstance(value, str) or key in NO_NAMES:
        return value
    here = (*key, "type")
    source.keys[here] = source.values[here] = source.place(key)
    return {"type": value}


def merged(below: Source, above: Source) -> Source:
    """Lay one source over another; every part keeps the place from which it came.

    Args:
        below: The base.
        above: What wins; the result has its name.
    """
    merge = _Merge(below, above, Source(above.name, values={(): above.place(())}))
    merge.result.value = merge.joined(below.value, above.value, ())
    return merge.result


def _type_before(old: Any, key: Key) -> str | None:
    return type_of(old, key) or (DEFAULT_TYPES.get(key) if old else None)


def _same(one: str | None, other: str | None) -> bool:
    return plain_name(str(one)) == plain_name(str(other))


@dataclass
class _Merge:
    """Two sources on their way to become one."""

    below: Source
    above: Source
    result: Source

    def joined(self, old: Any, new: Any, key: Key) -> Any:
        if not _are_one_section(old, new, key):
            return self.taken(self.above, new, key)
        old, new = as_map(self.below, old, key), as_map(self.above, new, key)
        return {name: self.part(old, new, (*key, name)) for name in old | new}

    def part(self, old: Any, new: Any, key: Key) -> Any:
        name = key[-1]
        source, value = (self.above, new) if name in new else (self.below, old)
        self.result.keys[key] = source.place(key, of_key=True)
        self.result.values[key] = source.place(key)
        if name in old and name in new:
            return self.joined(old[name], new[name], key)
        return self.taken(source, value[name], key)

    def taken(self, source: Source, value: Any, key: Key) -> Any:
        self.result.take(key, value, source, key)
        return value


def _are_one_section(old: Any, new: Any, key: Key) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return not changes_type(old, type_of(new, key), key)
    if key in NO_NAMES or not isinstance(old, dict | str):
        return False
    if isinstance(old, str):
        return isinstance(new, dict) and type_of(new, key) is None
    return isinstance(new, str) and _same(_type_before(old, key), new)
