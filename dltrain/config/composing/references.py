"""`${a.b}` in a value: what another key of the file says.

A value that is nothing but a reference takes the other's value with its type; inside a longer
text the other is put in as text. References see the file as it is after bases and arguments,
follow each other, and mean what a dotted key of an argument means. `$${` is the text `${`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from dltrain.config.composing.dotted_keys import lost, split_key, step
from dltrain.config.sections.experiment import Experiment
from dltrain.config.text.plain import DEPTH, SIZE, depth, parts, size
from dltrain.config.text.source import Source
from dltrain.errors import ConfigError, Key, did_you_mean, dotted, one_of, sentence, shown

REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
MOST_IN_A_ROW = 20
MOST_CHARACTERS = 1_000_000


def resolve(source: Source) -> None:
    """Replace every reference by what it refers to, in place.

    Raises:
        ConfigError: A reference leads nowhere or back to itself, or is put in as text and is
            none; or the values become too many, too long or too deep.

    Example:
        >>> from dltrain.config.text.source import read
        >>> source = read("{seed: 7, split: {seed: '${seed}'}, name: 'run-${seed}-$${x}'}", "a")
        >>> resolve(source)
        >>> source.value
        {'seed': 7, 'split': {'seed': 7}, 'name': 'run-7-${x}'}
    """
    if not isinstance(source.value, dict):
        return
    resolving = _Resolving(source, dict(_texts(source.value)), size(source.value))
    for key in list(resolving.waiting):
        resolving.settle(key)
    if resolving.problems:
        raise ConfigError(resolving.problems)


def escaped(value: Any) -> Any:
    """Write plain data so that reading it finds no references.

    Example:
        >>> escaped({"name": "a${b}"})
        {'name': 'a$${b}'}
    """
    if isinstance(value, dict):
        return {name: escaped(part) for name, part in value.items()}
    if isinstance(value, list):
        return [escaped(part) for part in value]
    return value.replace("${", "$${") if isinstance(value, str) else value


def _texts(value: Any, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """List the texts that hold a reference, or an escaped one."""
    if isinstance(value, str) and "${" in value:
        yield key, value
    for name, part in parts(value):
        yield from _texts(part, (*key, name))


class _UnsettledError(Exception):
    """A reference that has no value; holds the message, nothing where it has been given."""


@dataclass
class _Resolving:
    """The references of one file on their way to values."""

    source: Source
    waiting: dict[Key, str]
    size: int
    characters: int = 0
    row: list[Key] = field(default_factory=list)
    failed: set[Key] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def settle(self, key: Key) -> None:
        """Give one text its value, and before it those that it refers to."""
        if key not in self.waiting:
            return
        self.row.append(key)
        try:
            value = self.value(self.waiting[key], key)
        except _UnsettledError as error:
            self.failed.add(key)
            if message := str(error):
                self.problems.append(f"{self.source.place(key)}: {dotted(key)}: {message}")
        else:
            self.put(key, value)
        self.row.pop()
        del self.waiting[key]

    def put(self, key: Key, value: Any) -> None:
        container = self.source.value
        for part in key[:-1]:
            container = container[part]
        container[key[-1]] = value

    def value(self, text: str, key: Key) -> Any:
        """Find what a text with references means."""
        if (whole := REFERENCE.fullmatch(text)) and whole[1] is not None:
            origin = self.found(whole)
            for inner, _ in _texts(self.at(origin), origin):
                self.follow(inner)
            value = self.at(origin)
            self.size += size(value)
            if self.size > SIZE:
                self.give_up(key, "more values, references put in", f"at most {SIZE} values")
            if len(key) + depth(value) > DEPTH:
                self.refuse("deeper nesting", f"at most {DEPTH} levels")
            self.source.take(key, value, self.source, origin)
            return copy.deepcopy(value)
        result = REFERENCE.sub(self.text, text)
        self.characters += len(result)
        if self.characters > MOST_CHARACTERS:
            expected = f"at most {MOST_CHARACTERS} characters"
            self.give_up(key, "longer text, references put in", expected)
        return result

    def text(self, reference: re.Match[str]) -> str:
        """Find what a reference inside a text is replaced by."""
        if reference[0] == "$${":
            return "${"
        value = self.at(self.found(reference))
        if isinstance(value, dict | list) or value is None:
            got = f"{shown(reference[0])}, which is {shown(value)}, inside a text"
            self.refuse(got, "text, a number, true or false")
        return value if isinstance(value, str) else shown(value)

    def found(self, reference: re.Match[str]) -> Key:
        """Find the path that a reference means; what stands there is settled, not its parts."""
        parts_of_key, rest = split_key(reference[1].strip()) if reference[1] else ((), "")
        if not parts_of_key or rest:
            way_out = "A text that holds ${ is written with $${."
            self.refuse(shown(reference[0]), "a reference such as ${training.epochs}", way_out)
        path: Key = ()
        for part in parts_of_key:
            container = self.at(path)
            position = step(container, part)
            if position is None:
                raise _UnsettledError(lost(path, container, part))
            if isinstance(container, dict) and position not in container:
                self.missing(reference[0], path, container, part)
            path = (*path, position)
            self.follow(path)
        return path

    def follow(self, key: Key) -> None:
        """Settle a text that another one needs."""
        if key in self.row:
            circle = [*self.row[self.row.index(key) :], key]
            way = " → ".join(map(dotted, circle))
            self.failed.update(circle)
            self.refuse(f"a reference that leads back to itself ({way})", "one that ends")
        if len(self.row) >= MOST_IN_A_ROW and key in self.waiting:
            way = " → ".join([*map(dotted, self.row[:3]), "…"])
            self.refuse(f"a longer chain ({way})", f"at most {MOST_IN_A_ROW} references in a row")
        self.settle(key)
        if key in self.failed:
            raise _UnsettledError

    def missing(self, reference: str, path: Key, container: Any, part: Any) -> NoReturn:
        """Refuse a reference to a key that the file does not set."""
        way_out = did_you_mean(part, container)
        if not way_out and _has_default((*path, part)):
            way_out = "It has its default; write it in the file to refer to it."
        expected = f"a key that the file sets: {one_of(container)}" if container else "a key"
        self.refuse(shown(reference), expected, way_out)

    def at(self, key: Key) -> Any:
        value = self.source.value
        for part in key:
            value = value[part]
        return value

    def refuse(self, got: str, expected: str, way_out: str = "") -> NoReturn:
        raise _UnsettledError(sentence(got, expected, way_out))

    def give_up(self, key: Key, got: str, expected: str) -> NoReturn:
        place = self.source.place(key)
        raise ConfigError([f"{place}: {dotted(key)}: {sentence(got, expected)}"])


def _has_default(key: Key) -> bool:
    """Tell whether the file format has a key, which is then not set."""
    section: Any = Experiment
    for part in key:
        field_of = getattr(section, "model_fields", {}).get(part)
        if field_of is None:
            return False
        section = field_of.annotation
    return True
