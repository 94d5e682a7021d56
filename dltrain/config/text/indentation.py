"""What a text that is not YAML was meant to be: mistakes in how lines follow each other.

A missing colon, an entry among keys and an uneven indentation all end in a complaint about the
next line; these functions look at the lines above it. Imports: errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dltrain.config.text.complaints import LOOK, QUOTE, Complaint, Stop
from dltrain.errors import one_of, shown


def indentation_of(line: str) -> str:
    """Cut off what stands in front of the first character that is no space or tab."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def second_colon(stop: Stop) -> Complaint:
    """A colon whose key is none: this line has another, or the one above lacks its own."""
    if re.search(r"\S:\s", stop.before):
        way_out = "Quote the value, or put its map on lines of its own."
        return stop.here("a second colon in one line", "a key and its value", way_out)
    above = next(_contents(stop), None)
    if above is None:
        return stop.here("a colon where no key is", "a key of at most 1024 characters", QUOTE)
    if re.search(r"\S:(\s|$)", stop.lines[above]):
        line, column = stop.line, len(indentation_of(stop.lines[stop.line]))
        got = f"more indentation than line {above + 1}, which has its value already"
        return Complaint(line, column, got, "the same indentation", "Indent both lines alike.")
    return _no_pair(stop.lines, above)


def no_colon(stop: Stop) -> Complaint:
    """A line that is no `KEY: VALUE`."""
    return _no_pair(stop.lines, stop.began[0])


def _no_pair(lines: list[str], line: int) -> Complaint:
    """Complain about a line that should be `KEY: VALUE` or `- ENTRY`."""
    content = lines[line].strip()
    column = len(indentation_of(lines[line]))
    if found := re.fullmatch(r"-(\w.*)", content):
        return Complaint(
            line, column, shown(content), "a space behind '-'", f"Write `- {found[1]}`."
        )
    found = re.fullmatch(r"((?:- +)*[^\s:=]+)(:| *=| )\s*(\S.*)", content)
    if found is None:
        return Complaint(line, column, shown(content), "a key, a colon and a value", LOOK)
    way_out = f"Write `{found[1]}: {found[3]}`."
    expected = "a space behind the colon" if found[2] == ":" else "a colon behind the key"
    return Complaint(line, column, shown(content), expected, way_out)


def no_key(stop: Stop) -> Complaint:
    """Something in a map where a key or the end of a line should be."""
    before, first = stop.before.rstrip(), stop.rest[:1]
    if first and first in "]}":
        return stop.here(f"'{first}' that closes nothing", "the end of the line", "Remove it.")
    if not before:
        return _at_start(stop)
    if before[-1] in "'\"":
        inside = "''" if before[-1] == "'" else '\\"'
        way_out = f"A quote inside quotes is written {inside}; or one above is not closed."
        return stop.here(
            f"{shown(stop.rest)} behind a closing quote", "the end of the line", way_out
        )
    way_out = "Remove it, or quote the whole value."
    return stop.here(f"{shown(stop.rest)} behind a value", "the end of the line", way_out)


def _at_start(stop: Stop) -> Complaint:
    """Complain about what begins a line where a key or an entry was expected."""
    if stop.rest.startswith(":"):
        return stop.here("a colon without a key", "a key in front of it")
    indents = _indents(stop)
    if stop.column not in indents:
        got, expected = f"an indentation by {stop.column}", f"{one_of(indents)} as further up"
        return stop.here(got, expected, "Indent the lines of one map or list alike.")
    if re.match(r"-(\s|$)", stop.rest):
        return stop.here("a list entry among keys", "a key", "Indent the list below its key.")
    return stop.here(shown(stop.rest), "a key, a colon and a value", LOOK)


def no_entry(stop: Stop) -> Complaint:
    """Something in a list that is no entry of it."""
    if not stop.before.strip() and stop.column not in _indents(stop):
        return _at_start(stop)
    way_out = "Begin it with '- ', or indent it like the key of the list."
    return stop.here(f"{shown(stop.rest)} among the entries of a list", "'- '", way_out)


def second_value(stop: Stop) -> Complaint:
    """Something behind the one value that a file holds."""
    first = next((line for line in stop.lines if line.strip() and line[0] not in "#%"), "")
    indent = len(indentation_of(first))
    if not stop.before.strip() and stop.column < indent:
        way_out = "Indent the keys at the top of the file alike."
        return stop.here(f"an indentation by {stop.column}", f"{indent} as further up", way_out)
    if stop.rest.startswith(":"):
        return stop.here(shown(stop.rest), "a space behind the colon")
    got = f"{shown(stop.rest)} behind the end of the document"
    return stop.here(got, "one value, such as a map of keys", LOOK)


def _contents(stop: Stop) -> Iterator[int]:
    """List the lines above the stop that hold something, the nearest first."""
    for line in reversed(range(stop.line)):
        if stop.lines[line].strip() and not stop.lines[line].lstrip().startswith("#"):
            yield line


def _indents(stop: Stop) -> list[int]:
    """List the columns in which maps and lists that are still open begin."""
    found: set[int] = set()
    nearest = len(stop.lines[stop.line]) + 1000
    for line in _contents(stop):
        content = stop.lines[line]
        indent = len(indentation_of(content))
        if indent < nearest:
            entry = re.match(r"\s*(?:-\s+)+(?=\S+:(\s|$))", content)
            found |= {indent} | ({entry.end()} if entry and entry.end() < nearest else set())
            nearest = indent
    return sorted(found)
