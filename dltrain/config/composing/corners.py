"""The corners of a search's space: what is checked with the file before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.sections.search import Entry, is_active, matches

Corner = tuple[Any, tuple[str | int, ...]]


def combined(space: dict[str, Entry], most: int) -> Iterator[dict[str, Corner]]:
    """List corners of a space: all combinations of the corners of its entries where they are few.

    Args:
        space: The checked entries.
        most: Combinations beyond which each corner of each entry comes once, beside the first
            corners of the others.

    Returns:
        By key the value and where it stands in its entry; only keys whose condition is met.
    """
    found = []
    for one in _product(space, list(space)):
        found.append(one)
        if len(found) > most:
            break
    else:
        yield from found
        return
    for key, entry in space.items():
        for at in range(len(entry.corners)):
            yield from _with_corner(space, key, at)


def _product(space: dict[str, Entry], keys: list[str]) -> Iterator[dict[str, Corner]]:
    def go_on(at: int, chosen: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if at == len(keys):
            yield dict(chosen)
            return
        entry = space[keys[at]]
        if not is_active(entry, {key: value for key, (value, _) in chosen.items()}):
            yield from go_on(at + 1, chosen)
            return
        for corner in entry.corners:
            yield from go_on(at + 1, {**chosen, keys[at]: corner})

    return go_on(0, {})


def _with_corner(space: dict[str, Entry], key: str, at: int) -> Iterator[dict[str, Corner]]:
    """Choose one corner of an entry, what it needs of those above, and the first of all others."""
    needed: dict[str, list[Any]] = {}
    waiting = [key]
    while waiting:
        conditions = space[waiting.pop()].when
        needed |= {name: wanted for name, wanted in conditions.items() if name not in needed}
        waiting += conditions
    chosen: dict[str, Corner] = {}
    for name, entry in space.items():
        if not is_active(entry, {one: value for one, (value, _) in chosen.items()}):
            continue
        fitting = entry.corners
        if name == key:
            fitting = [entry.corners[at]]
        elif name in needed:
            told = [one for one in entry.corners if any(matches(w, one[0]) for w in needed[name])]
            fitting = told or [(needed[name][0], ())]
        chosen[name] = fitting[0]
    if key in chosen:
        yield chosen
