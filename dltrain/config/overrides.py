"""`KEY=VALUE` arguments: change plain data before it is checked.

Values are parsed as YAML, never evaluated. A `type` that changes replaces its map whole, so no
argument of the old type is left over, also where the old type is the default and not written;
that is why shorter keys are set before longer ones, and types before what stands beside them,
whatever their order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any, NamedTuple

from dltrain.config.source import Place, Source, read
from dltrain.errors import ConfigError, Key, did_you_mean, dotted, plain_name, sentence, shown

# The type of a section that names none; a stack of layers has no word of its own.
DEFAULT_TYPES: dict[Key, str] = {
    ("architecture",): "layers",
    ("optimizer",): "adam",
    ("split",): "random",
}


class Override(NamedTuple):
    """One change: the key's path, the new value, and the argument as it was typed."""

    key: Key
    value: Any
    place: Place


def from_arguments(arguments: Iterable[str]) -> list[Override]:
    """Parse `KEY=VALUE` arguments.

    Raises:
        ConfigError: An argument has no `=`, or its value is not YAML.

    Example:
        >>> from_arguments(["optimizer.learning_rate=1e-3"])[0].value
        0.001
    """
    overrides, problems = [], []
    for argument in arguments:
        name, equals, text = argument.partition("=")
        place = _argument(argument)
        if not equals or "" in _key(name):
            problems.append(f"argument {_no_key(argument)}")
            continue
        try:
            overrides.append(Override(_key(name), read(text, "").value, place))
        except ConfigError as error:
            problems.extend(f"{place}: {_without_place(line)}" for line in error.problems)
    if problems:
        raise ConfigError(problems)
    return overrides


def from_mapping(values: Mapping[str, Any]) -> list[Override]:
    """Take overrides from Python: dotted keys and plain values, which are copied.

    Raises:
        ConfigError: A key has an empty part.
    """
    if keyless := [name for name in values if "" in _key(name)]:
        raise ConfigError([f"argument {_no_key(name)}" for name in keyless])
    return [
        Override(_key(name), _plain(value), _argument(f"{name}={value}"))
        for name, value in values.items()
    ]


def apply(source: Source, overrides: Iterable[Override], without: Iterable[str] = ()) -> None:
    """Change a source's value in place; the places of what changed become the arguments.

    Args:
        source: What the file says.
        overrides: Keys to set; maps on the way are made where there are none.
        without: Dotted keys to remove, positions in lists as the file has them.

    Raises:
        ConfigError: A key leads nowhere.
    """
    problems: list[str] = []
    if not isinstance(source.value, dict):
        return
    _remove(source, without, problems)
    for override in sorted(overrides, key=lambda one: (len(one.key), one.key[-1] != "type")):
        _set(source, override, problems)
    if problems:
        raise ConfigError(problems)


def _set(source: Source, override: Override, problems: list[str]) -> None:
    path: Key = ()
    container = source.value
    for position, part in enumerate(override.key):
        step = _step(container, part)
        if step is None:
            problems.append(_lost(override.place, path, container, part))
            return
        path = (*path, step)
        if position < len(override.key) - 1:
            container = _descend(container, step)
            source.keys.setdefault(path, override.place)
            source.values.setdefault(path, override.place)
    if path[-1] == "type" and _changes_type(container, path[:-1], override.value):
        container.clear()
        _place(source, path[:-1], override.place)
    container[path[-1]] = override.value
    _place(source, path, override.place)


def _place(source: Source, path: Key, place: Place) -> None:
    """Make an argument the place of a key and forget those of all that was below it."""
    _move(source, path, None)
    source.keys[path] = source.values[path] = place


def _move(source: Source, old: Key, new: Key | None) -> None:
    """Give the places of a key, and of all below it, to another one; None drops them."""
    for known in (source.keys, source.values):
        for path in [path for path in known if path[: len(old)] == old]:
            place = known.pop(path)
            if new is not None:
                known[new + path[len(old) :]] = place


def _descend(container: Any, step: Any) -> Any:
    """Go one level down; a bare NAME becomes {type: NAME}, nothing becomes a map."""
    inner = container[step] if isinstance(container, list) else container.get(step)
    if inner is None:
        inner = {}
    elif isinstance(inner, str):
        inner = {"type": inner}
    container[step] = inner
    return inner


def _step(container: Any, part: Any) -> str | int | None:
    """Find the key or position that one part of a dotted key means, or None."""
    number = int(part) if part.isascii() and part.isdecimal() else None
    if isinstance(container, dict):
        return number if part not in container and number in container else part
    if not isinstance(container, list):
        return None
    if number is not None:
        return number if number < len(container) else None
    names = [item.get("name") if isinstance(item, dict) else None for item in container]
    return names.index(part) if part in names else None


def _changes_type(container: dict[Any, Any], section: Key, value: Any) -> bool:
    old = container.get("type", DEFAULT_TYPES.get(section) if container else None)
    return old is not None and plain_name(str(old)) != plain_name(str(value))


def _remove(source: Source, without: Iterable[str], problems: list[str]) -> None:
    found = {_found(source, name, problems) for name in without}
    # Deep before shallow and last before first, so that no removal shifts the next one.
    for path in sorted(found - {()}, key=_depth_and_position, reverse=True):
        container = source.value
        for step in path[:-1]:
            container = container[step]
        del container[path[-1]]
        _move(source, path, None)
        if isinstance(container, list):
            for position in range(int(path[-1]), len(container)):
                _move(source, (*path[:-1], position + 1), (*path[:-1], position))


def _depth_and_position(path: Key) -> tuple[int, int]:
    return len(path), path[-1] if isinstance(path[-1], int) else 0


def _found(source: Source, name: str, problems: list[str]) -> Key:
    """Find what a dotted key of `--without` means; the empty path where it is nothing."""
    path: Key = ()
    container = source.value
    for part in name.split("."):
        step: Any = _step(container, part)
        if step is None or (isinstance(container, dict) and step not in container):
            place = Place(f"argument {shown(f'--without {name}')}")
            way_out = did_you_mean(part, container) if isinstance(container, dict) else ""
            problems.append(f"{place}: {sentence(shown(part), 'a key that the file has', way_out)}")
            return ()
        path, container = (*path, step), container[step]
    return path


def _lost(place: Place, path: Key, container: Any, part: Any) -> str:
    where = dotted(path) or "the file"
    if not isinstance(container, list):
        got, expected = f"{shown(part)} below {shown(container)}", f"a map at {where}"
    elif container:
        positions = f"a position from 0 to {len(container) - 1}"
        got, expected = shown(part), f"{positions} or a name in {where}"
    else:
        got, expected = f"{shown(part)} in an empty list", f"an entry in {where}"
    return f"{place}: {sentence(got, expected)}"


def _plain(value: Any) -> Any:
    """Copy a Python value into what YAML can hold; what YAML cannot hold stays for the check."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _argument(text: str) -> Place:
    return Place(f"argument {shown(text)}")


def _no_key(argument: str) -> str:
    return f"{shown(argument)}: {sentence('no KEY=VALUE', 'a key such as training.epochs=5')}"


def _key(name: str) -> Key:
    return tuple(name.split("."))


def _without_place(message: str) -> str:
    return message.split(": ", 1)[1]
