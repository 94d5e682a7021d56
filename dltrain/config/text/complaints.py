"""What a text that is not YAML was meant to be: mistakes inside one value.

PyYAML says where its parser stopped; one small function for each of its complaints looks at
the text around. `indentation` has those that look at the lines above. Imports: errors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from dltrain.config.text.places import Document
from dltrain.errors import shown

CLOSERS = {"[": "]", "{": "}"}
BRACKET = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|(?<=\s)#[^\r\n]*|([\[{])|([\]}])")

LOOK = "Look at this line and the one above it."
QUOTE = "Quote it."
COMMAS = "A comma stands between entries, a colon and a space between key and value."


class Complaint(NamedTuple):
    """What is wrong at one position, counted from 0."""

    line: int
    column: int
    got: str
    expected: str
    way_out: str = ""


@dataclass(frozen=True)
class Stop:
    """Where the parser stopped, and where the thing began that it could not finish."""

    document: Document
    lines: list[str]
    line: int
    column: int
    began: tuple[int, int]

    @property
    def before(self) -> str:
        """What stands on the line in front of the stop."""
        return self.lines[self.line][: self.column]

    @property
    def rest(self) -> str:
        """What stands on the line from the stop on."""
        return self.lines[self.line][self.column :]

    def here(self, got: str, expected: str, way_out: str = "") -> Complaint:
        """Complain about the stop."""
        return Complaint(self.line, self.column, got, expected, way_out)

    def there(self, got: str, expected: str, way_out: str = "") -> Complaint:
        """Complain about the beginning."""
        return Complaint(*self.began, got, expected, way_out)


def open_quote(stop: Stop) -> Complaint:
    """A quote that the text ends in."""
    quote = stop.lines[stop.began[0]][stop.began[1]]
    got = f"a quote ({quote}) that is not closed"
    return stop.there(got, "the same quote behind the text", "Close it, or quote the whole text.")


def escape(stop: Stop) -> Complaint:
    """A backslash in double quotes before a letter that means nothing."""
    at = max(stop.before.rfind("\\"), 0) if stop.rest[:1] != "\\" else stop.column
    got = f"the escape {stop.lines[stop.line][at : at + 2]}"
    way_out = "Write two backslashes, or single quotes around the text."
    return Complaint(stop.line, at, got, "one that YAML knows", way_out)


def first_character(stop: Stop) -> Complaint:
    """A character that no unquoted value begins with."""
    got = f"a value that begins with '{stop.rest[:1]}'"
    return stop.here(got, "quotes around it", QUOTE)


def indicator(stop: Stop) -> Complaint:
    """A value that looks like an alias, an anchor or a tag, and is none."""
    got = f"a value that begins with '{stop.lines[stop.began[0]][stop.began[1]]}'"
    return stop.there(got, "quotes around it", QUOTE)


def directive(stop: Stop) -> Complaint:
    """A line that begins with a percent sign."""
    got = f"the line {shown(stop.lines[stop.line])}"
    return Complaint(stop.line, 0, got, "a line that begins otherwise", "Quote or remove it.")


def block_text(stop: Stop) -> Complaint:
    """A comparison such as `>= 0.8`, which begins like a text of several lines."""
    line, column = stop.began
    text = stop.lines[line][column:].split(" #")[0].rstrip()
    got = f"{shown(text)}, which begins like a text of several lines"
    return stop.there(got, "quotes around it", f"Write {shown(text)} with the quotes.")


def no_comma(stop: Stop) -> Complaint:
    """An entry in brackets that does not end where it should."""
    line, column = stop.began
    opener = stop.lines[line][column]
    closer = CLOSERS.get(opener, "]")
    if stop.rest[:1] and stop.rest[0] in "]}":
        got = f"'{stop.rest[0]}' for the '{opener}' on line {line + 1}"
        return stop.here(got, f"'{closer}'", f"Close '{opener}' with '{closer}'.")
    if not _is_closed(stop):
        got = f"'{opener}' that is not closed"
        return stop.there(got, f"'{closer}' behind its last entry", "Close it.")
    column = len(stop.before.rstrip()) - len(stop.before.split()[-1]) if stop.before.split() else 0
    column = column if stop.rest[:1] == ":" else stop.column
    word = re.split(r"[\s,:\]}]", stop.lines[stop.line][column:])[0]
    got = f"{shown(word)} without a comma in front of it"
    return Complaint(stop.line, column, got, f"',' or '{closer}'", COMMAS)


def _is_closed(stop: Stop) -> bool:
    line, column = stop.began
    text, level = "\n".join([stop.lines[line][column:], *stop.lines[line + 1 :]]), 0
    for found in BRACKET.finditer(text):
        level += bool(found[1]) - bool(found[2])
        if found[2] and not level:
            return True
    return False


def no_value(stop: Stop) -> Complaint:
    """A comma or bracket where a value belongs."""
    if not stop.rest:
        line = max(at for at, content in enumerate(stop.lines) if content.strip())
        column = len(stop.lines[line])
        return Complaint(line, column, "the end of the file", "a value", "Close every bracket.")
    got = f"'{stop.rest[0]}' without a value in front of it"
    return stop.here(got, "a value", f"Remove the '{stop.rest[0]}', or write the value.")


def list_behind_key(stop: Stop) -> Complaint:
    """A list that begins on the line of its key."""
    way_out = "Begin the list on the next line, or write it in brackets."
    return stop.here("a list entry behind a key", "a value", way_out)
