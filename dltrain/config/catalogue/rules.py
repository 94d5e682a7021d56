"""Rules for plain values: each tests a value and describes what passes.

The words stand in messages and the schema in the JSON Schema, so neither says anything else
than the test does. Imports: none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rule:
    """A test of a value, the words for what passes it, and the same as JSON Schema."""

    expected: str
    accepts: Callable[[Any], bool]
    schema: dict[str, Any] = field(default_factory=dict)


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number; true and false are not numbers."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; true and false are not numbers."""
    is_one = is_whole(value) or isinstance(value, float)
    return is_one and abs(value) <= sys.float_info.max


def whole(at_least: int, at_most: int | None = None) -> Rule:
    """Accept whole numbers from a smallest one on, up to a largest one if there is one."""
    if at_most is None:
        expected = f"a whole number of at least {at_least}"
    else:
        expected = f"a whole number from {at_least} to {at_most}"
    return Rule(
        expected,
        lambda value: (
            is_whole(value) and at_least <= value and (at_most is None or value <= at_most)
        ),
        {"type": "integer", "minimum": at_least}
        | ({} if at_most is None else {"maximum": at_most}),
    )


def sizes(at_least: int) -> Rule:
    """Accept one size, or a list with one for each dimension."""
    one = whole(at_least)
    return Rule(
        f"{one.expected}, or a list of them",
        lambda value: (
            one.accepts(value)
            or (isinstance(value, list) and bool(value) and all(map(one.accepts, value)))
        ),
        {"anyOf": [one.schema, {"type": "array", "minItems": 1, "items": one.schema}]},
    )


def optional(rule: Rule) -> Rule:
    """Accept null as well."""
    return Rule(
        f"{rule.expected}, or null",
        lambda value: value is None or rule.accepts(value),
        {"anyOf": [rule.schema, {"type": "null"}]},
    )


def either(first: Rule, second: Rule) -> Rule:
    """Accept what one of two rules accepts."""
    return Rule(
        f"{first.expected}, or {second.expected}",
        lambda value: first.accepts(value) or second.accepts(value),
        {"anyOf": [first.schema, second.schema]},
    )


def list_of(rule: Rule, parts: str, length: int | None = None) -> Rule:
    """Accept a list whose parts obey a rule; `parts` says in words what they are."""
    size = {"minItems": 1} if length is None else {"minItems": length, "maxItems": length}
    return Rule(
        f"a list of {parts}",
        lambda value: (
            isinstance(value, list)
            and len(value) >= size["minItems"]
            and len(value) <= size.get("maxItems", len(value))
            and all(map(rule.accepts, value))
        ),
        {"type": "array", "items": rule.schema, **size},
    )


def names(*choices: str) -> Rule:
    """Accept one of a few words."""
    return Rule(
        f"one of {', '.join(choices)}", lambda value: value in choices, {"enum": list(choices)}
    )


NUMBER = Rule("a number", is_number, {"type": "number"})
NUMBERS = Rule(
    "a number, or a list of numbers",
    lambda value: is_number(value) or (isinstance(value, list) and all(map(is_number, value))),
    {"anyOf": [NUMBER.schema, {"type": "array", "items": NUMBER.schema}]},
)
BOOLEAN = Rule("true or false", lambda value: isinstance(value, bool), {"type": "boolean"})
TEXT = Rule("text", lambda value: isinstance(value, str), {"type": "string"})
FILE = Rule(
    "a path inside the run folder",
    lambda value: isinstance(value, str) and value != "" and "\0" not in value,
    {"type": "string", "minLength": 1},
)
POSITIVE = Rule(
    "a number above 0",
    lambda value: is_number(value) and value > 0,
    {"type": "number", "exclusiveMinimum": 0},
)
NOT_NEGATIVE = Rule(
    "a number of at least 0",
    lambda value: is_number(value) and value >= 0,
    {"type": "number", "minimum": 0},
)
RATE = Rule(
    "a number from 0 to below 1",
    lambda value: is_number(value) and 0 <= value < 1,
    {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
)
SHARE = Rule(
    "a number from 0 to 1",
    lambda value: is_number(value) and 0 <= value <= 1,
    {"type": "number", "minimum": 0, "maximum": 1},
)
POSITIVE_SHARE = Rule(
    "a number above 0 and of at most 1",
    lambda value: is_number(value) and 0 < value <= 1,
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
)
