"""`KEY=VALUE` arguments: change plain data before it is checked.

Values are parsed as YAML, never evaluated. A `type` that changes replaces its map whole, so no
argument of the old type is left over, also where the old type is the default and not written;
that is why shorter keys are set before longer ones, and types before what stands beside them,
whatever their order. A part of a key that holds a point is quoted, for the shell once more:
`'dataset.columns."a.b".type=number'`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any, NamedTuple

from dltrain.config.composing.dotted_keys import lost, split_key, step
from dltrain.config.composing.extending import EXTENDS
from dltrain.config.composing.merging import as_map, changes_type
from dltrain.config.text.places import Place
from dltrain.config.text.plain import DEPTH, SIZE, depth, paths, size
from dltrain.config.text.scalars import fits
from dltrain.config.text.source import Source, read
from dltrain.errors import ConfigError, Key, did_you_mean, sentence, shown


class Override(NamedTuple):
    """One change: the key's path, and the new value with the places of its parts."""

    key: Key
    source: Source

    @property
    def value(self) -> Any:
        """The new value."""
        return self.source.value

    @property
    def place(self) -> Place:
        """The argument as it was typed."""
        return Place(self.source.name)


def from_arguments(arguments: Iterable[str]) -> list[Override]:
    """Parse `KEY=VALUE` arguments.

    Raises:
        ConfigError: An argument has no `=`, its value is not YAML, or it sets `extends`.

    Example:
        >>> from_arguments(["optimizer.learning_rate=1e-3"])[0].value
        0.001
        >>> from_arguments(['dataset.columns."a.b".type=number'])[0].key
        ('dataset', 'columns', 'a.b', 'type')
    """
    overrides: list[Override] = []
    problems: list[str] = []
    for argument in arguments:
        key, rest = split_key(argument)
        try:
            _check_key(key if rest[:1] == "=" else (), argument)
            before = argument[: len(argument) - len(rest) + 1]
            overrides.append(_override(key, read(rest[1:], _argument(argument), before)))
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(problems)
    return overrides


def from_mapping(values: Mapping[str, Any]) -> list[Override]:
    """Take overrides from Python: dotted keys and plain values, which are copied.

    Raises:
        ConfigError: A key has an empty part or is `extends`, or a value is beyond the bounds.
    """
    overrides: list[Override] = []
    problems: list[str] = []
    for name, value in values.items():
        key, rest = split_key(name)
        try:
            _check_key(() if rest else key, name)
            plain = _plain(value, name, DEPTH)
            overrides.append(_override(key, Source(_argument(f"{name}={plain}"), plain)))
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(problems)
    return overrides


def apply(source: Source, overrides: Iterable[Override], without: Iterable[str] = ()) -> None:
    """Change a source's value in place; the places of what changed become the arguments.

    Args:
        source: What the file says.
        overrides: Keys to set; maps on the way are made where there are none.
        without: Dotted keys to remove, positions in lists as the file has them.

    Raises:
        ConfigError: A key leads nowhere, or the values become too many.
    """
    problems: list[str] = []
    if not isinstance(source.value, dict):
        return
    _remove(source, without, problems)
    for override in sorted(overrides, key=lambda one: (len(one.key), one.key[-1] != "type")):
        _set(source, override, problems)
    if problems:
        raise ConfigError(problems)
    if size(source.value) > SIZE:
        message = sentence("more values, arguments included", f"at most {SIZE} values")
        raise ConfigError([f"{source.place(())}: {message}"])


def _override(key: Key, source: Source) -> Override:
    """Give every part of a value its place, and check that it is not too deep."""
    for path in [(), *paths(source.value)]:
        for known in (source.keys, source.values):
            known.setdefault(path, Place(source.name))
    if len(key) + depth(source.value) > DEPTH:
        message = sentence("deeper nesting", f"at most {DEPTH} levels")
        raise ConfigError([f"{source.name}: {message}"])
    return Override(key, source)


def _check_key(key: Key, argument: str) -> None:
    if not key:
        message = sentence("no KEY=VALUE", "a key such as training.epochs=5")
        raise ConfigError([f"{_argument(argument)}: {message}"])
    if key[0] == EXTENDS:
        way_out = "Write `extends` in the file."
        message = sentence("`extends`", "a key of the merged file", way_out)
        raise ConfigError([f"{_argument(argument)}: {message}"])


def _set(source: Source, override: Override, problems: list[str]) -> None:
    path: Key = ()
    container: Any = source.value
    for position, part in enumerate(override.key):
        found = step(container, part)
        if found is None:
            problems.append(f"{override.place}: {lost(path, container, part)}")
            return
        path = (*path, found)
        if position < len(override.key) - 1:
            container = _descend(source, container, path)
            source.keys.setdefault(path, override.place)
            source.values.setdefault(path, override.place)
    if path[-1] == "type" and changes_type(container, str(override.value), path[:-1]):
        container.clear()
        source.forget(path[:-1])
        source.keys[path[:-1]] = source.values[path[:-1]] = override.place
    container[path[-1]] = override.value
    source.forget(path)
    source.keys[path] = override.place
    source.values[path] = override.source.values.get((), override.place)
    source.take(path, override.value, override.source, ())


def _descend(source: Source, container: Any, path: Key) -> Any:
    """Go one level down; a bare NAME becomes {type: NAME}, nothing becomes a map."""
    name: Any = path[-1]
    inner = container[name] if isinstance(container, list) else container.get(name)
    container[name] = {} if inner is None else as_map(source, inner, path)
    return container[name]


def _remove(source: Source, without: Iterable[str], problems: list[str]) -> None:
    found = {_found(source, name, problems) for name in without}
    # Deep before shallow and last before first, so that no removal shifts the next one.
    for path in sorted(found - {()}, key=_depth_and_position, reverse=True):
        container = source.value
        for part in path[:-1]:
            container = container[part]
        del container[path[-1]]
        source.forget(path)
        if isinstance(container, list):
            for position in range(int(path[-1]), len(container)):
                source.move((*path[:-1], position + 1), (*path[:-1], position))


def _depth_and_position(path: Key) -> tuple[int, int]:
    return len(path), path[-1] if isinstance(path[-1], int) else 0


def _found(source: Source, name: str, problems: list[str]) -> Key:
    """Find what a dotted key of `--without` means; the empty path where it is nothing."""
    path: Key = ()
    container = source.value
    key, rest = split_key(name)
    for part in key if key and not rest else (name,):
        found: Any = step(container, part)
        if found is None or (isinstance(container, dict) and found not in container):
            way_out = did_you_mean(part, container) if isinstance(container, dict) else ""
            if part == EXTENDS:
                way_out = "Remove `extends` in the file."
            message = sentence(shown(part), "a key that the file has", way_out)
            problems.append(f"{_argument(f'--without {name}')}: {message}")
            return ()
        path, container = (*path, found), container[found]
    return path


def _plain(value: Any, name: str, levels: int) -> Any:
    """Copy a Python value into what YAML can hold; what YAML cannot hold stays for the check."""
    if isinstance(value, Mapping | list | tuple) and not levels:
        message = sentence("deeper nesting", f"at most {DEPTH} levels")
        raise ConfigError([f"{_argument(name)}: {message}"])
    if isinstance(value, Mapping):
        return {key: _plain(part, name, levels - 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part, name, levels - 1) for part in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    if isinstance(value, Integral) and not fits(int(value)):
        message = sentence("a number beyond 64 bits", "a number that fits into 64 bits")
        raise ConfigError([f"{_argument(name)}: {message}"])
    return int(value) if isinstance(value, Integral) else float(value)


def _argument(text: str) -> str:
    return f"argument {shown(text)}"
