"""Read YAML text into plain data and remember where each key and value stands.

Promises: YAML 1.2 scalars (`1e-3` is a number, `no` is text, `010` is 10), no second key
of the same name, no tags, one document, bounds on depth and on what aliases expand to. What
comes out is made of dict, list, str, int, float, bool and None alone. Imports: PyYAML.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import yaml

from dltrain.errors import ConfigError, Key, dotted, sentence, shown

DEPTH = 50
SIZE = 100_000
DIGITS = 60

# What YAML calls not printable, and the line ends that only YAML 1.1 knows.
FORBIDDEN = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

NULL = re.compile(r"~|null|Null|NULL|")
TRUE = re.compile(r"true|True|TRUE")
FALSE = re.compile(r"false|False|FALSE")
INTEGER = re.compile(r"[-+]?[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
FINITE = re.compile("|".join(f"({one.pattern})" for one in (INTEGER, OCTAL, HEXADECIMAL, FLOAT)))
INFINITY = re.compile(r"[-+]?\.(inf|Inf|INF)")
NAN = re.compile(r"\.(nan|NaN|NAN)")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """Where something stands: a file with line and column (from 1), or a command-line argument."""

    name: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.name}:{self.line}:{self.column}" if self.line else self.name


def place_after(text: str, name: str) -> Place:
    r"""Say where in a file goes on what begins with a text.

    Example:
        >>> place_after("seed: 1\nname", "a.yaml")
        Place(name='a.yaml', line=2, column=5)
    """
    return Place(name, text.count("\n") + 1, len(text) - text.rfind("\n"))


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


def read(text: str, name: str) -> Source:
    r"""Read one YAML document.

    Args:
        text: The document.
        name: What messages call it: the file as the user named it, nothing for an argument.

    Raises:
        ConfigError: The text is not YAML, or breaks one of the module's promises.

    Source:
        YAML 1.2.2, section 10.3.2 (core schema); PyYAML follows YAML 1.1.

    Example:
        >>> read("rate: 1e-3\nanswer: no\nunits: 010\n", "a.yaml").value
        {'rate': 0.001, 'answer': 'no', 'units': 10}
    """
    if found := FORBIDDEN.search(text):
        got = f"the character U+{ord(found[0]):04X}"
        message = sentence(got, "text that YAML can hold", "Remove it.")
        raise ConfigError([f"{place_after(text[: found.start()], name)}: {message}"])
    reader = _Reader(name)
    try:
        reader.document(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_syntax_message(text, name, error)]) from error
    if reader.problems:
        raise ConfigError([f"{place}: {message}" for place, message in sorted(reader.problems)])
    return reader.source


def scalar(text: str) -> Any:
    """Turn an unquoted YAML scalar into the value that YAML 1.2 gives it.

    Example:
        >>> scalar("1e-3"), scalar("off"), scalar("0x1F"), scalar("~"), scalar("1_000")
        (0.001, 'off', 31, None, '1_000')
    """
    if NULL.fullmatch(text):
        return None
    if TRUE.fullmatch(text):
        return True
    if FALSE.fullmatch(text):
        return False
    if INTEGER.fullmatch(text):
        return int(text)
    if OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if HEXADECIMAL.fullmatch(text):
        return int(text[2:], 16)
    if FLOAT.fullmatch(text):
        return float(text)
    if INFINITY.fullmatch(text) or NAN.fullmatch(text):
        return float(text.replace(".", ""))
    return text


class _Reader:
    """Walks over the events of a document; one method for each kind of node."""

    def __init__(self, name: str) -> None:
        self.source = Source(name)
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
            self.anchors[event.anchor] = None
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
        if not _fits(value):
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

    def alias(self, event: Any, key: Key) -> Any:
        if event.anchor not in self.anchors:
            self.give_up(event, f"the alias *{event.anchor}", "an anchor above it")
        anchored = self.anchors[event.anchor]
        if anchored is None:
            self.give_up(event, f"the alias *{event.anchor} inside itself", "a finite value")
        value, origin, size = anchored
        self.count(event, size)
        if len(key) + _depth(value) > DEPTH:
            self.give_up(event, "deeper nesting", f"at most {DEPTH} levels")
        for path in _paths(value):
            for known in (self.source.keys, self.source.values):
                if origin + path in known:
                    known[key + path] = known[origin + path]
        return copy.deepcopy(value)

    def count(self, event: Any, nodes: int) -> None:
        self.size += nodes
        if self.size > SIZE:
            self.give_up(event, "more values, aliases expanded", f"at most {SIZE} values")

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.source.name, mark.line + 1, mark.column + 1)

    def problem(self, event: Any, key: Key, got: str, expected: str, way_out: str = "") -> None:
        prefix = f"{dotted(key)}: " if key else ""
        self.problems.append((self.place(event), prefix + sentence(got, expected, way_out)))

    def give_up(self, event: Any, got: str, expected: str) -> NoReturn:
        raise ConfigError([f"{self.place(event)}: {sentence(got, expected)}"])


def _fits(value: int | float) -> bool:
    return math.isfinite(value) if isinstance(value, float) else -(2**63) <= value < 2**63


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _paths(value: Any) -> Iterator[Key]:
    for name, part in _parts(value):
        yield (name,)
        yield from ((name, *path) for path in _paths(part))


def _depth(value: Any) -> int:
    return max((1 + _depth(part) for _, part in _parts(value)), default=0)


# Way out for a character that no value begins with.
REMEDIES = {"\t": "Indent with spaces, not with tabs.", "@": "Quote it.", "`": "Quote it."}


def _syntax_message(text: str, name: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
    reason = " ".join(part for part in (error.context, error.problem) if part)
    line = "".join(text.splitlines()[place.line - 1 : place.line])
    default = "Look at this line and the one above it." if name else "Quote it."
    way_out = REMEDIES.get(line[place.column - 1 :][:1], default)
    return f"{place}: {sentence(f'text that is not YAML ({reason})', 'YAML', way_out)}"
