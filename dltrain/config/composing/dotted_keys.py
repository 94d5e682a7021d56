"""Keys as one word: `architecture.layers.hidden.units`, and what each part means in a file.

A part is the key of a map, the position in a list, or the `name` of what stands in a list. A
part that holds a point or an equals sign is quoted: `dataset.columns."a.b".type`.
"""

from __future__ import annotations

import re
from typing import Any

from dltrain.errors import Key, dotted, sentence, shown

PART = re.compile(r"\"([^\"]+)\"(?=[.=]|$)|'([^']+)'(?=[.=]|$)|([^.=\"'][^.=]*)")


def split_key(text: str) -> tuple[Key, str]:
    """Read a dotted key from the beginning of a text.

    Returns:
        The parts and what follows the key; no parts where the text begins with none.

    Example:
        >>> split_key("optimizer.momentum=0.9")
        (('optimizer', 'momentum'), '=0.9')
        >>> split_key('columns."a.b=c".type')
        (('columns', 'a.b=c', 'type'), '')
        >>> split_key("a..b"), split_key("=1")
        (((), 'a..b'), ((), '=1'))
    """
    parts: list[str | int] = []
    position = 0
    while found := PART.match(text, position):
        parts.append(found[1] or found[2] or found[3])
        position = found.end()
        if text[position : position + 1] != ".":
            return tuple(parts), text[position:]
        position += 1
    return (), text


def step(container: Any, part: Any) -> str | int | None:
    """Find the key or position that one part of a dotted key means, or None.

    Example:
        >>> step([{"name": "hidden"}, "relu"], "hidden"), step(["relu"], "3"), step({1: "a"}, "1")
        (0, None, 1)
    """
    number = int(part) if part.isascii() and part.isdecimal() and len(part) < 20 else None
    if isinstance(container, dict):
        return number if part not in container and number in container else part
    if not isinstance(container, list):
        return None
    if number is not None:
        return number if number < len(container) else None
    names = [item.get("name") if isinstance(item, dict) else None for item in container]
    return names.index(part) if part in names else None


def lost(path: Key, container: Any, part: Any) -> str:
    """Say that a part leads nowhere in what stands at a path."""
    where = dotted(path) or "the file"
    if not isinstance(container, list):
        return sentence(f"{shown(part)} below {shown(container)}", f"a map at {where}")
    if not container:
        return sentence(f"{shown(part)} in an empty list", f"an entry in {where}")
    expected = f"a position from 0 to {len(container) - 1} or a name in {where}"
    return sentence(shown(part), expected)
