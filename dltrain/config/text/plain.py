"""Plain data, as YAML holds it: dict, list, str, int, float, bool and None, nested.

Its bounds are those of the whole file, also after bases, arguments and references have been put
in; every walk here may recurse, because nothing is deeper than `DEPTH`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.errors import Key

DEPTH = 50
SIZE = 100_000


def parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    """List what a map or list holds, with its keys or positions; nothing for other values."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def paths(value: Any) -> Iterator[Key]:
    """List the path of every value below a value, outer ones first.

    Example:
        >>> list(paths({"a": [1, 2]}))
        [('a',), ('a', 0), ('a', 1)]
    """
    for name, part in parts(value):
        yield (name,)
        yield from ((name, *path) for path in paths(part))


def depth(value: Any) -> int:
    """Count the levels below a value.

    Example:
        >>> depth(1), depth([]), depth({"a": [1]})
        (0, 0, 2)
    """
    return max((1 + depth(part) for _, part in parts(value)), default=0)


def size(value: Any) -> int:
    """Count a value and all values below it.

    Example:
        >>> size({"a": [1, 2]})
        4
    """
    return 1 + sum(size(part) for _, part in parts(value))
