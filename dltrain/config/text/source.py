"""Read YAML text into plain data and remember where each key and value stands.

Promises: YAML 1.2 scalars (`1e-3` is a number, `no` is text, `010` is 10), no second key
of the same name, no tags, one document, bounds on depth and on what aliases expand to. What
comes out is made of dict, list, str, int, float, bool and None alone. Imports: PyYAML.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from dltrain.config.text.places import Document, Place
from dltrain.config.text.plain import DEPTH, SIZE, depth, paths
from dltrain.config.text.scalars import FINITE, fits, scalar
from dltrain.config.text.syntax import conflict, syntax
from dltrain.errors import ConfigError, Key, dotted, sentence, shown

DIGITS = 60

# What YAML calls not printable, and the line ends that only YAML 1.1 knows.
FORBIDDEN = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Source:
    """Plain data and the places of its parts.

    Attributes:
        name: The file as the user named it.
        value: dict, list, str, int, float, bool or None.
        keys: Place of each key of a map, by its path.
        values: Place of each value, by its path; the whole document is ().
    """

    name: str
    value: Any = None
    keys: dict[Key, Place] = field(default_factory=dict)
    values: dict[Key, Place] = field(default_factory=dict)

    def place(self, key: Key, *, of_key: bool = False) -> Place:
        """Find the place of a key or its value, or of the nearest part of the file around it."""
        known = self.keys if of_key else self.values
        while key and key not in known:
            key = key[:-1]
            known = self.keys if key in self.keys else self.values
        return known.get(key) or Place(self.name, 1, 1)

    def given(self, key: Key) -> Place | None:
        """Find the place of a value that a file or an argument sets; None for a default.

        Example:
            >>> source = read("seed: 7", "a.yaml")
            >>> print(source.given(("seed",)), source.given(("name",)))
            a.yaml:1:7 None
        """
        return self.values.get(key)

    def forget(self, key: Key) -> None:
        """Drop the places of a key and of all that is below it."""
        self._pop(key)

    def move(self, old: Key, new: Key) -> None:
        """Give the places of a key, and of all that is below it, to another key."""
        for known, path, place in self._pop(old):
            known[new + path] = place

    def _pop(self, key: Key) -> list[tuple[dict[Key, Place], Key, Place]]:
        return [
            (known, path[len(key) :], known.pop(path))
            for known in (self.keys, self.values)
            for path in [path for path in known if path[: len(key)] == key]
        ]

    def take(self, key: Key, value: Any, other: Source, origin: Key) -> None:
        """Copy the places of all parts of a value from where they stand in a source."""
        for path in paths(value):
            for mine, known in ((self.keys, other.keys), (self.values, other.values)):
                if origin + path in known:
                    mine[key + path] = known[origin + path]


# What libyaml says from version 0.2.6 on, far above our own bound.
TOO_DEEP = "maximum nesting depth"


def read(text: str, name: str, before: str = "") -> Source:
    r"""Read one YAML document.

    Args:
        text: The document.
        name: What messages call it: the file as the user named it, or the argument.
        before: What stands in front of the document in an argument.

    Raises:
        ConfigError: The text is not YAML, or breaks one of the module's promises.

    Source:
        YAML 1.2.2, section 10.3.2 (core schema); PyYAML follows YAML 1.1.

    Example:
        >>> read("rate: 1e-3\nanswer: no\nunits: 010\n", "a.yaml").value
        {'rate': 0.001, 'answer': 'no', 'units': 10}
    """
    document = Document(name, text, before)
    if found := FORBIDDEN.search(text):
        got = f"the character U+{ord(found[0]):04X}"
        message = sentence(got, "text that YAML can hold", "Remove it.")
        raise ConfigError([f"{document.place_at(found.start())}: {message}"])
    if message := conflict(document):
        raise ConfigError([message])
    reader = _Reader(document)
    try:
        reader.document(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        if TOO_DEEP in str(error.problem):
            place = document.place_at(_too_deep(text))
            message = sentence("deeper nesting", f"at most {DEPTH} levels")
            raise ConfigError([f"{place}: {message}"]) from error
        raise ConfigError([syntax(document, error)]) from error
    if reader.problems:
        raise ConfigError([f"{place}: {message}" for place, message in sorted(reader.problems)])
    return reader.source


def _too_deep(text: str) -> int:
    """Find the bracket that opens the first level that is too deep."""
    level = 0
    for position, character in enumerate(text):
        level += (character in "[{") - (character in "]}")
        if level > DEPTH:
            return position
    return len(text)


class _Reader:
    """Walks over the events of a document; one method for each kind of node."""

    def __init__(self, text: Document) -> None:
        self.text = text
        self.source = Source(text.name)
        self.problems: list[tuple[Place, str]] = []
        self.anchors: dict[str, tuple[Any, Key, int] | None] = {}
        self.size = 0

    def document(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            return
        self.source.value = self.node(next(events), ())
        next(events)
        second = next(events)
        if not isinstance(second, yaml.StreamEndEvent):
            way_out = "Split the file at '---'."
            self.problem(second, (), "a second document", "one document a file", way_out)

    def node(self, event: Any, key: Key) -> Any:
        self.source.values[key] = self.place(event)
        self.count(event, 1)
        if len(key) > DEPTH:
            self.give_up(event, "deeper nesting", f"at most {DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, key)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            way_out = "Write the value without a tag."
            self.problem(event, key, f"the tag {shown(tag)}", "plain data", way_out)
        if event.anchor is not None:
            self.anchor(event, key)
        before = self.size
        value = self.content(event, key)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, key, self.size - before + 1)
        return value

    def content(self, event: Any, key: Key) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(key)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(key)
        return self.scalar(event, key) if event.implicit[0] else event.value

    def scalar(self, event: Any, key: Key) -> Any:
        if not FINITE.fullmatch(event.value):
            return scalar(event.value)
        if len(event.value) > DIGITS:
            self.give_up(event, "a longer number", f"at most {DIGITS} digits")
        value = scalar(event.value)
        if not fits(value):
            self.problem(event, key, event.value, "a number that fits into 64 bits")
        return value

    def mapping(self, key: Key) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self.key_name(event, key)
            here = (*key, name)
            first = self.source.keys.get(here)
            value = self.node(next(self.events), here)
            if name in result and first is not None:
                expected = f"each key once (the first is on line {first.line})"
                self.problem(event, here, "the key a second time", expected, "Remove one of them.")
            else:
                self.source.keys[here] = self.place(event)
                result[name] = value
        return result

    def key_name(self, event: Any, key: Key) -> str | int:
        if not isinstance(event, yaml.ScalarEvent):
            self.give_up(event, "a list, map or alias as a key", "text or a whole number")
        if event.tag is not None or event.anchor is not None:
            self.problem(event, key, "a key with a tag or an anchor", "a plain key")
        if event.implicit[0] and event.value == "<<":
            way_out = "`extends: FILE` merges files, `KEY: *NAME` repeats a whole value."
            self.problem(event, key, "the merge key '<<'", "a plain key", way_out)
        name = self.content(event, key)
        if isinstance(name, str) and (not name or CONTROL.search(name)):
            self.give_up(event, f"the key {shown(name)}", "text on one line")
        if isinstance(name, str) or (isinstance(name, int) and not isinstance(name, bool)):
            return name
        self.problem(event, key, f"the key {shown(name)}", "text or a whole number", "Quote it.")
        return str(event.value)

    def sequence(self, key: Key) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.node(event, (*key, len(result))))
        return result

    def anchor(self, event: Any, key: Key) -> None:
        if event.anchor in self.anchors:
            got, expected = f"the anchor &{event.anchor} a second time", "each anchor once"
            self.problem(event, key, got, expected, "Give one of them another name.")
        self.anchors[event.anchor] = None

    def alias(self, event: Any, key: Key) -> Any:
        if event.anchor not in self.anchors:
            self.give_up(event, f"the alias *{event.anchor}", "an anchor above it")
        anchored = self.anchors[event.anchor]
        if anchored is None:
            self.give_up(event, f"the alias *{event.anchor} inside itself", "a finite value")
        value, origin, size = anchored
        self.count(event, size)
        if len(key) + depth(value) > DEPTH:
            self.give_up(event, "deeper nesting", f"at most {DEPTH} levels")
        self.source.take(key, value, self.source, origin)
        return copy.deepcopy(value)

    def count(self, event: Any, nodes: int) -> None:
        self.size += nodes
        if self.size > SIZE:
            self.give_up(event, "more values, aliases expanded", f"at most {SIZE} values")

    def place(self, event: Any) -> Place:
        return self.text.place(event.start_mark.line, event.start_mark.column)

    def problem(self, event: Any, key: Key, got: str, expected: str, way_out: str = "") -> None:
        prefix = f"{dotted(key)}: " if key else ""
        self.problems.append((self.place(event), prefix + sentence(got, expected, way_out)))

    def give_up(self, event: Any, got: str, expected: str) -> NoReturn:
        raise ConfigError([f"{self.place(event)}: {sentence(got, expected)}"])
