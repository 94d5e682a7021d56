"""`extends:` lay a file over its bases.

Later bases win over earlier ones and the file over all. A base is named relative to the file
that names it, and may extend others itself; what it says keeps its place in messages. The key
is gone from what comes out.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dltrain.config.composing.merging import merged
from dltrain.config.text.places import Place
from dltrain.config.text.plain import SIZE, size
from dltrain.config.text.source import Source, read
from dltrain.config.text.text_file import UnreadableError, text_of
from dltrain.errors import ConfigError, Key, dotted, nearest, sentence, shown

EXTENDS = "extends"
MOST_IN_A_ROW = 10
MOST_IN_ALL = 30


@dataclass(frozen=True)
class Base:
    """A file that another one extends.

    Attributes:
        name: Its path, beginning where the path of the extending file begins.
        text: Its text, as given.
    """

    name: str
    text: str


def extended(source: Source) -> tuple[Source, tuple[Base, ...]]:
    """Lay a source over the files that it extends.

    Args:
        source: What the file says; its name is the file's path.

    Returns:
        The whole, without `extends`, and each base once in the order of reading.

    Raises:
        ConfigError: A base is missing, wrong, or extends itself through others.
    """
    extending = _Extending()
    whole = extending.whole(source, (source.name,))
    if extending.problems:
        raise ConfigError(extending.problems)
    return whole, tuple(Base(name, text) for name, text in extending.texts.items())


@dataclass
class _Extending:
    """One file and all its bases on their way to become one."""

    texts: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    count: int = 0
    size: int = 0

    def whole(self, source: Source, chain: tuple[str, ...]) -> Source:
        """Lay a source over its bases; `chain` holds the files from the first to this one."""
        if not isinstance(source.value, dict) or EXTENDS not in source.value:
            return source
        names = list(self.names(source))
        del source.value[EXTENDS]
        source.forget((EXTENDS,))
        below = Source(source.name, {})
        for key, name, place in names:
            if (base := self.base(key, name, place, chain)) is not None:
                below = merged(below, base)
        return merged(below, source)

    def names(self, source: Source) -> Iterator[tuple[Key, str, Place]]:
        """List the paths of the bases, with where they are named."""
        given = source.value[EXTENDS]
        entries: list[tuple[Key, Any]] = [((EXTENDS,), given)]
        if isinstance(given, list):
            entries = [((EXTENDS, position), name) for position, name in enumerate(given)]
        for key, name in entries if given is not None else ():
            if isinstance(name, str) and name and "\0" not in name:
                folder = os.path.dirname(source.name)
                path = os.path.normpath(os.path.join(folder, os.path.expanduser(name)))
                yield key, path, source.place(key)
            else:
                expected = "the path of a YAML file, or a list of them"
                self.problem(source.place(key), key, shown(name), expected)

    def base(self, key: Key, name: str, place: Place, chain: tuple[str, ...]) -> Source | None:
        """Read a base and lay it over its own bases; None, with a problem, where it is wrong."""
        self.count += 1
        way = _way(chain, name)
        if os.path.realpath(name) in map(os.path.realpath, chain):
            expected, way_out = "files that do not extend each other", "Remove one `extends`."
            self.problem(place, key, f"a circle ({way})", expected, way_out)
        elif len(chain) > MOST_IN_A_ROW:
            expected = f"at most {MOST_IN_A_ROW} bases in a row"
            self.problem(place, key, f"a longer chain ({way})", expected)
        elif self.count > MOST_IN_ALL or self.size > SIZE:
            expected = f"at most {MOST_IN_ALL} with {SIZE} values in all"
            self.problem(place, key, "more bases", expected)
        elif (source := self.read(key, name, place, chain)) is not None:
            self.size += size(source.value)
            return self.whole(source, (*chain, name))
        return None

    def read(self, key: Key, name: str, place: Place, chain: tuple[str, ...]) -> Source | None:
        """Read a base; None, with a problem, where it is no map."""
        try:
            self.texts[name] = self.texts.get(name) or text_of(name)
            source = read(self.texts[name], name)
        except UnreadableError as error:
            got = f"{shown(name)}, {error} ({_way(chain, name)})"
            self.problem(place, key, got, "a YAML file", _near(name, chain))
        except ConfigError as error:
            self.problems.extend(one for one in error.problems if one not in self.problems)
        else:
            if isinstance(source.value, dict):
                return source
            got = "an empty file" if source.value is None else shown(source.value)
            self.problem(source.place(()), (), got, "a map")
        return None

    def problem(self, place: Place, key: Key, got: str, expected: str, way_out: str = "") -> None:
        prefix = f"{dotted(key)}: " if key else ""
        message = f"{place}: {prefix}{sentence(got, expected, way_out)}"
        if message not in self.problems:
            self.problems.append(message)


def _way(chain: tuple[str, ...], name: str) -> str:
    return " → ".join(map(os.path.basename, (*chain, name)))


def _near(name: str, chain: tuple[str, ...]) -> str:
    """Ask for the file beside a missing one that has nearly its name."""
    folder, file = os.path.split(name)
    if not os.path.lexists(name):
        with contextlib.suppress(OSError):
            others = set(os.listdir(folder or ".")) - set(map(os.path.basename, chain))
            # By what stands before the dot: the ending alone makes all of them alike.
            stems = {os.path.splitext(other)[0]: other for other in sorted(others, reverse=True)}
            near = nearest(os.path.splitext(file)[0], stems)
            return f"Did you mean '{stems[near]}'?" if near else ""
    return ""
