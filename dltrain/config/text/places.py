"""Where a thing stands: in a file, or in an argument of the command line.

A `Document` turns positions in its text into places, and shows the line that a message is
about with a mark below the column. Imports: the standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

BREAK = re.compile(r"\r\n|[\r\n]")
WIDTH = 76
INDENT = "    "


class Place(NamedTuple):
    """Where something stands: a file with line and column (from 1), or an argument.

    An argument has no line, and a column only where the place is inside its value.

    Example:
        >>> print(Place("a.yaml", 2, 5), Place("argument 'a=[b]'", 0, 4), sep="; ")
        a.yaml:2:5; argument 'a=[b]', column 4
    """

    name: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.name}:{self.line}:{self.column}"
        return f"{self.name}, column {self.column}" if self.column else self.name


@dataclass(frozen=True)
class Document:
    """One YAML text.

    Attributes:
        name: The file as the user named it, or the argument.
        text: The text.
        before: What stands in front of the text in an argument, such as `training.epochs=`;
            nothing in a file.
    """

    name: str
    text: str
    before: str = ""

    @property
    def lines(self) -> list[str]:
        """The lines without their ends, as YAML counts them."""
        return BREAK.split(self.text)

    def place(self, line: int, column: int) -> Place:
        """Name a position, counted from 0 as PyYAML does."""
        if not self.before:
            return Place(self.name, line + 1, column + 1)
        if line or not column:
            return Place(self.name)
        return Place(self.name, 0, len(self.before) + column + 1)

    def place_at(self, index: int) -> Place:
        r"""Name the place of a character of the text.

        Example:
            >>> print(Document("a.yaml", "seed: 1\r\nname: a").place_at(15))
            a.yaml:2:7
        """
        lines = BREAK.split(self.text[:index])
        return self.place(len(lines) - 1, len(lines[-1]))

    def excerpt(self, line: int, column: int) -> str:
        r"""Show a line, cut where it is long, with a mark below a column; both count from 0.

        Example:
            >>> print(Document("a.yaml", "a:\n  b: [1").excerpt(1, 5))
                  b: [1
                     ^
        """
        content = self.lines[line]
        if not line:
            content, column = self.before + content, column + len(self.before)
        start = max(0, min(column - WIDTH // 2, len(content) - WIDTH))
        left, right = content[start:column], content[column : start + WIDTH]
        if start:
            left = "…" + left[1:]
        if start + WIDTH < len(content):
            right = right[:-1] + "…"
        visible = (left + right).replace("\t", "→")
        shown = "".join(one if one.isprintable() else " " for one in visible)
        return f"{INDENT}{shown.rstrip()}\n{INDENT}{' ' * _cells(left)}^"


def _cells(text: str) -> int:
    """Count the cells of a terminal that a text fills."""
    wide = sum(unicodedata.east_asian_width(one) in ("F", "W") for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)
