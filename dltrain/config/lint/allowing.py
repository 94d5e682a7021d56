r"""Comments that allow what a rule finds: `# dltrain: allow DL033, DL070 and a reason`.

A comment holds for its line; alone on its line, for the next one. Where a map or list begins on
that line, it holds for all that is in it. Alone above the first key, it holds for the whole file.
Text that only looks like a comment, inside a string, is none. Imports: PyYAML.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

from dltrain.config.text.places import BREAK, Place
from dltrain.config.text.source import Source
from dltrain.errors import Key

COMMENT = re.compile(
    r"(?:^|(?<=\s))#\s*dltrain:\s*allow\b(?P<rules>(?:\s*\w+(?:\s*,\s*\w+|\s+DL\d+)*)?)"
)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Allowance:
    """One rule that a comment allows.

    Attributes:
        rule: What the comment calls it.
        place: Where the comment begins.
        line: The line that it holds for; None for the whole file.
    """

    rule: str
    place: Place
    line: int | None

    def holds(self, lines: set[tuple[str, int]]) -> bool:
        """Tell whether the comment stands for one of some lines of files."""
        if self.line is None:
            return any(name == self.place.name for name, _ in lines)
        return (self.place.name, self.line) in lines


def allowances(text: str, name: str) -> Iterator[Allowance]:
    r"""Find the comments of a file.

    Args:
        text: The file's text, which is valid YAML.
        name: The file as the user named it.

    Example:
        >>> [one] = allowances("seed: 7\nname: a  # dltrain: allow DL033\n", "a.yaml")
        >>> one.rule, str(one.place), one.line
        ('DL033', 'a.yaml:2:10', 2)
    """
    lines = BREAK.split(text)
    candidates = [
        (index, found) for index, line in enumerate(lines) for found in COMMENT.finditer(line)
    ]
    scalars = list(_scalars(text)) if candidates else []
    for index, found in candidates:
        if any(_is_inside(scalar, index, found.start()) for scalar in scalars):
            continue
        line = _line(lines, index, found.start())
        for rule in re.split(r"[\s,]+", found["rules"].strip()):
            yield Allowance(rule, Place(name, index + 1, found.start() + 1), line)


def heading(rules: Collection[str]) -> str:
    r"""Write the line that allows rules for a whole file; nothing where there are none.

    Example:
        >>> heading(["DL011", "DL040"]), heading([])
        ('# dltrain: allow DL011, DL040\n', '')
    """
    return f"# dltrain: allow {', '.join(rules)}\n" if rules else ""


def lines_of(source: Source, key: Key) -> set[tuple[str, int]]:
    """Name the lines on which a comment speaks about a key: its own, and those it is below."""
    places = [source.place(key), source.place(key, of_key=True)]
    for length in range(1, len(key)):
        above = key[:length]
        places.append(source.keys.get(above) or source.place(above))
    return {(place.name, place.line) for place in places}


def _scalars(text: str) -> Iterator[yaml.ScalarToken]:
    for token in yaml.scan(text, Loader=_Loader):
        if isinstance(token, yaml.ScalarToken):
            yield token


def _is_inside(scalar: yaml.ScalarToken, line: int, column: int) -> bool:
    start, end = scalar.start_mark, scalar.end_mark
    if scalar.style in ("|", ">") and line == start.line:
        return False  # behind the mark that begins a block of text
    return (start.line, start.column) <= (line, column) < (end.line, end.column)


def _line(lines: list[str], index: int, column: int) -> int | None:
    """Tell which line a comment holds for, counted from 1."""
    if lines[index][:column].strip():
        return index + 1
    if not any(map(_is_content, lines[:index])):
        return None
    later = range(index + 1, len(lines))
    return next((number for number in later if _is_content(lines[number])), index) + 1


def _is_content(line: str) -> bool:
    """Tell whether a line says more than where a document begins."""
    return bool(line.strip()) and not line.lstrip().startswith("#") and line.rstrip() != "---"
