"""Say in words of our own what is wrong with a text that is not YAML, and show the line.

Each message has the source line and a mark below it; none has PyYAML's words, from which only
the kind of mistake and its position are taken. Imports: PyYAML, for the type of its errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

import yaml

from dltrain.config.text import complaints, indentation
from dltrain.config.text.complaints import LOOK, QUOTE, Complaint, Stop
from dltrain.config.text.indentation import indentation_of
from dltrain.config.text.places import Document
from dltrain.errors import SHOWN, sentence, shown

# A line that a version control system leaves where two versions meet.
CONFLICT = re.compile(r"(?:^|(?<=\r))(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)", re.MULTILINE)

# Words of PyYAML's complaint, the more special ones first.
COMPLAINTS: dict[str, Callable[[Stop], Complaint]] = {
    "scanning a quoted scalar": complaints.open_quote,
    "parsing a quoted scalar": complaints.escape,
    "cannot start any token": complaints.first_character,
    "scanning an alias": complaints.indicator,
    "scanning an anchor": complaints.indicator,
    "scanning a tag": complaints.indicator,
    "undefined tag handle": complaints.indicator,
    "scanning a directive": complaints.directive,
    "incompatible YAML document": complaints.directive,
    "duplicate %YAML directive": complaints.directive,
    "scanning a block scalar": complaints.block_text,
    "did not find expected ',' or": complaints.no_comma,
    "expected node content": complaints.no_value,
    "mapping values are not allowed": indentation.second_colon,
    "mapping keys are not allowed": complaints.first_character,
    "could not find expected ':'": indentation.no_colon,
    "did not find expected key": indentation.no_key,
    "did not find expected '-' indicator": indentation.no_entry,
    "block sequence entries are not allowed": complaints.list_behind_key,
    "<document start>": indentation.second_value,
}


def conflict(document: Document) -> str:
    """Find the markers that a version control system leaves where two versions meet.

    Returns:
        The message; nothing where there are none.
    """
    found = list(islice(CONFLICT.finditer(document.text), SHOWN))
    if document.before or not any(one[0][0] in "<>" for one in found):
        return ""
    place = document.place_at(found[0].start())
    others = [document.place_at(one.start()).line for one in found[1:]]
    got = f"the merge-conflict marker {shown(found[0][0])}"
    more = f" (others on {_lines(others)})" if others else ""
    way_out = "Keep one of the versions and remove the markers."
    message = sentence(got + more, "one version of the lines", way_out)
    return f"{place}: {message}\n{document.excerpt(place.line - 1, 0)}"


def syntax(document: Document, error: yaml.MarkedYAMLError) -> str:
    """Turn an error of PyYAML into a message with the line that it is about."""
    one = _complaint(document, error)
    place = document.place(one.line, one.column)
    message = sentence(one.got, one.expected, one.way_out)
    return f"{place}: {message}\n{document.excerpt(one.line, one.column)}"


def _lines(numbers: list[int]) -> str:
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _complaint(document: Document, error: yaml.MarkedYAMLError) -> Complaint:
    stop = _stop(document, error)
    lead = indentation_of(stop.lines[stop.line])
    if "\t" in lead[: stop.column + 1] or stop.rest.startswith("\t"):
        column = lead.find("\t") if "\t" in lead else stop.column
        way_out = "YAML is indented with spaces only."
        return Complaint(stop.line, column, "a tab", "spaces", way_out)
    reason = f"{error.context}: {error.problem}"
    for words, complain in COMPLAINTS.items():
        if words in reason:
            return complain(stop)
    return stop.here("text that is not YAML", "YAML", QUOTE if document.before else LOOK)


def _stop(document: Document, error: yaml.MarkedYAMLError) -> Stop:
    lines = document.lines
    mark, began = error.problem_mark or error.context_mark, error.context_mark
    line = min(mark.line, len(lines) - 1) if mark else 0
    column = min(mark.column, len(lines[line])) if mark else 0
    return Stop(document, lines, line, column, (began.line, began.column) if began else (0, 0))
