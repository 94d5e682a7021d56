"""What differs between two experiments, key by key.

Entries of lists are matched by their names, or by what they are, so that a layer put between
two others is one difference. Imports: the standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from dltrain.errors import Key, dotted

Pair = tuple[int | None, int | None]


class _Missing:
    """Stands for a value that is not there."""


MISSING = _Missing()


class Difference(NamedTuple):
    """One key whose values differ; MISSING where one side has none.

    Attributes:
        key: Its path; entries of lists go by their name, else by their position in the second
            experiment, or in the first one where only that has them.
        old: The value in the first experiment.
        new: The value in the second.
    """

    key: Key
    old: Any
    new: Any

    def to_json(self) -> dict[str, Any]:
        """Give the key and the values that there are."""
        sides = {"old": self.old, "new": self.new}
        values = {side: value for side, value in sides.items() if value is not MISSING}
        return {"key": dotted(self.key), **values}


def differences(old: Any, new: Any, key: Key = ()) -> Iterator[Difference]:
    """List the differences of two values, in the order of the first, then of the second.

    Args:
        old: Plain data.
        new: Plain data.
        key: Where both stand.

    Example:
        >>> for one in differences({"a": 1, "b": {"c": 2}}, {"b": {"c": 3}, "d": 4}):
        ...     print(one.to_json())
        {'key': 'a', 'old': 1}
        {'key': 'b.c', 'old': 2, 'new': 3}
        {'key': 'd', 'new': 4}
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from differences(old.get(name, MISSING), new.get(name, MISSING), (*key, name))
    elif _are_lists_of_maps(old, new):
        yield from _of_lists(old, new, key)
    elif _spelled(old) != _spelled(new):
        yield Difference(key, old, new)


def _are_lists_of_maps(old: Any, new: Any) -> bool:
    both = isinstance(old, list) and isinstance(new, list)
    return both and all(isinstance(item, dict) for item in (*old, *new))


def _of_lists(old: Sequence[Any], new: Sequence[Any], key: Key) -> Iterator[Difference]:
    for first, second in _matched(old, new):
        was = MISSING if first is None else old[first]
        becomes = MISSING if second is None else new[second]
        item, position = (old, first) if second is None else (new, second)
        here = (*key, _label(item, position))
        if was is MISSING or becomes is MISSING:
            yield Difference(here, was, becomes)
        else:
            yield from differences(was, becomes, here)


def _label(items: Sequence[Any], position: int | None) -> str | int:
    """Name an entry as an override would: by its name if no other has it, else by position."""
    assert position is not None
    name = items[position].get("name")
    alone = [item.get("name") for item in items].count(name) == 1
    return name if isinstance(name, str) and alone else position


def _matched(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Pair]:
    """Pair the entries that are equal, then those between them that have one name or type."""
    equal = SequenceMatcher(None, [*map(_spelled, old)], [*map(_spelled, new)], autojunk=False)
    for tag, from_, to, start, end in equal.get_opcodes():
        if tag == "equal":
            yield from zip(range(from_, to), range(start, end), strict=True)
            continue
        same = SequenceMatcher(
            None, [*map(_identity, old[from_:to])], [*map(_identity, new[start:end])], False
        )
        for kind, left, left_end, right, right_end in same.get_opcodes():
            lefts = range(from_ + left, from_ + left_end)
            rights = range(start + right, start + right_end)
            if kind == "equal":
                yield from zip(lefts, rights, strict=True)
            else:
                yield from ((at, None) for at in lefts)
                yield from ((None, at) for at in rights)


def _identity(item: dict[str, Any]) -> str:
    own = item.get("name"), item.get("type"), item.get("use")
    return _spelled(own[0] if own[0] is not None else own[1:])


def _spelled(value: Any) -> str:
    """Spell a value so that 1, 1.0 and true stay apart."""
    return "" if value is MISSING else json.dumps(value, sort_keys=True)
