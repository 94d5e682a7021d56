"""The check of a `{type: NAME, argument: value}` against the catalogue, down to its bottom.

A checked choice is a plain dict: canonical names, the given arguments, nothing filled in.
Imports: pydantic, for errors with paths.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from dltrain.config.catalogue.arguments import ALWAYS_LISTED, LISTED, kind_of_argument, rule_for
from dltrain.config.catalogue.names import canonical, kinds
from dltrain.config.catalogue.rules import POSITIVE
from dltrain.config.catalogue.unavailable import REFUSED
from dltrain.config.catalogue.ways_out import way_to_argument, way_to_name
from dltrain.errors import Key, did_you_mean, one_of, plain_name, shown

Choice = dict[str, Any]


def checked(kind: str, value: Any) -> Choice:
    """Check a choice of one kind down to the choices inside its arguments.

    Args:
        kind: One of the catalogue's kinds, such as "layer".
        value: A name, or a map with `type` and arguments.

    Returns:
        {"type": canonical name, argument: value, …}.

    Raises:
        ValidationError: Every problem, each with its path inside `value`.

    Example:
        >>> checked("optimizer", {"type": "SGD", "momentum": 0.9})
        {'type': 'sgd', 'momentum': 0.9}
    """
    found: list[InitErrorDetails] = []
    choice = _choice(kind, value, (), found)
    if found:
        raise ValidationError.from_exception_data(kind, found)
    return choice


def checked_activation(value: Any) -> str:
    """Check the name of an activation: an argument, not a layer, so it has no arguments itself.

    Example:
        >>> checked_activation("LeakyReLU"), checked_activation({"type": "relu"})
        ('leaky_relu', 'relu')
    """
    found: list[InitErrorDetails] = []
    name = _activation(value, (), found)
    if found:
        raise ValidationError.from_exception_data("activation", found)
    return str(name)


def problem(
    loc: Key, got: str, expected: str, way_out: str = "", *, at_key: bool = False
) -> InitErrorDetails:
    """Make a pydantic error that already speaks the message grammar."""
    facts = {"got": got, "expected": expected, "way_out": way_out, "at_key": at_key}
    error = PydanticCustomError("sentence", "got {got}, expected {expected}. {way_out}", facts)
    return InitErrorDetails(type=error, loc=loc, input=None)


def _choice(kind: str, value: Any, loc: Key, found: list[InitErrorDetails]) -> Choice:
    if isinstance(value, str):
        value = {"type": value}
        type_loc = loc
    else:
        type_loc = (*loc, "type")
    if not isinstance(value, dict):
        way_out = "For example: `{type: l2, l2: 1e-4}`." if kind == "regularizer" else ""
        expected = f"the name of {_a(kind)}, or a map with `type`"
        found.append(problem(loc, shown(value), expected, way_out))
        return {}
    if "type" not in value:
        near = [key for key in value if plain_name(str(key)) == "type"]
        way_out = f"Did you mean 'type' for {shown(near[0])}?" if near else ""
        found.append(problem(loc, "no `type`", one_of(kinds()[kind]), way_out))
        return {}
    name = _name(kind, value["type"], type_loc, found)
    if name is None:
        return {}
    return {"type": name} | _arguments(kind, name, value, loc, found)


def _name(
    kind: str, value: Any, loc: Key, found: list[InitErrorDetails], expected: str = ""
) -> str | None:
    name = canonical(kind, value) if isinstance(value, str) else None
    if name is not None:
        return name
    for refused, way_out in REFUSED.get(kind, {}).items():
        if isinstance(value, str) and plain_name(refused) == plain_name(value):
            found.append(problem(loc, shown(value), f"{_a(kind)} that dltrain can use", way_out))
            return None
    found.append(
        problem(loc, shown(value), expected or one_of(kinds()[kind]), way_to_name(kind, value))
    )
    return None


def _arguments(
    kind: str, name: str, value: Choice, loc: Key, found: list[InitErrorDetails]
) -> Choice:
    arguments = kinds()[kind][name]["arguments"]
    result: Choice = {}
    meant = set()
    for argument, given in value.items():
        here = (*loc, argument)
        if argument == "type":
            continue
        if argument in arguments:
            result[argument] = _argument(kind, name, argument, given, here, found)
            continue
        expected = f"{one_of(arguments)} of {name}" if arguments else f"no argument of {name}"
        way_out = way_to_argument(kind, name, argument)
        meant.add(way_out)
        found.append(problem(here, "an unknown argument", expected, way_out, at_key=True))
    for argument, fact in arguments.items():
        missing = fact.get("required") and argument not in value
        if missing and not any(f"'{argument}'" in way_out for way_out in meant):
            found.append(problem((*loc, argument), "nothing", f"a value: {name} needs it"))
    return result


def _argument(
    kind: str, name: str, argument: str, given: Any, loc: Key, found: list[InitErrorDetails]
) -> Any:
    nested = kind_of_argument(kind, argument)
    fact = kinds()[kind][name]["arguments"][argument]
    if nested and given is None and _takes_null(nested, fact):
        return None
    if nested == "activation":
        return _activation(given, loc, found)
    if nested == "schedule" and not isinstance(given, dict):
        return _learning_rate(given, loc, found)
    if argument in ALWAYS_LISTED and not isinstance(given, list):
        found.append(problem(loc, shown(given), f"a list of {nested}s, each a map with `type`"))
        return given
    if argument in LISTED and isinstance(given, list):
        return [_choice("layer", cell, (*loc, index), found) for index, cell in enumerate(given)]
    if nested:
        return _choice(nested, given, loc, found)
    rule = rule_for(kind, argument, fact, name)
    if rule is not None and not rule.accepts(given):
        way_out = did_you_mean(given, _words(rule.schema)) if isinstance(given, str) else ""
        found.append(problem(loc, shown(given), rule.expected, way_out))
    return given


def _words(schema: dict[str, Any]) -> list[str]:
    """List the words that a rule accepts."""
    parts = [schema, *schema.get("anyOf", [])]
    return [word for part in parts for word in part.get("enum", []) if isinstance(word, str)]


def _takes_null(nested: str, fact: Choice) -> bool:
    may_be_left_out = "default" in fact and fact["default"] is None
    return may_be_left_out or nested not in ("layer", "schedule")


def _learning_rate(given: Any, loc: Key, found: list[InitErrorDetails]) -> Any:
    if POSITIVE.accepts(given):
        return given
    expected = f"{POSITIVE.expected}, or a schedule: {one_of(kinds()['schedule'])}"
    name = _name("schedule", given, loc, found, expected)
    return name and {"type": name} | _arguments("schedule", name, {}, loc, found)


def _activation(given: Any, loc: Key, found: list[InitErrorDetails]) -> str | None:
    if isinstance(given, dict):
        if set(given) == {"type"}:
            return _name("activation", given["type"], (*loc, "type"), found)
        way_out = "Put an activation with arguments behind this one as a layer of its own."
        found.append(problem(loc, shown(given), "the name of an activation", way_out))
        return None
    return _name("activation", given, loc, found)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
