"""Say pydantic's errors in the message grammar, at the keys that the file really has."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import ValidationError

from dltrain.errors import Key, did_you_mean, dotted, sentence, shown

Detail = Any


class Problem(NamedTuple):
    """One mistake, still without its place."""

    key: Key
    got: str
    expected: str
    way_out: str = ""
    at_key: bool = False

    def __str__(self) -> str:
        text = sentence(self.got, self.expected, self.way_out)
        return f"{dotted(self.key)}: {text}" if self.key else text


EXPECTED = {
    "dict_type": "a map",
    "list_type": "a list",
    "model_attributes_type": "a map",
    "model_type": "a map",
    "string_type": "text",
    "too_short": "at least one entry",
}


def problems_of(error: ValidationError) -> list[Problem]:
    """Translate every error of one check.

    A required key that is missing where a key of nearly its name is unknown is one mistake, and
    so is a wrong value of a key that is wrong itself.

    Args:
        error: What pydantic found.
    """
    problems = [_problem(detail) for detail in error.errors(include_url=False)]
    at_keys = [one for one in problems if one.at_key]
    misspelled = {(one.key[:-1], one.way_out) for one in at_keys}
    wrong_keys = {one.key for one in at_keys}
    return [
        one
        for one in problems
        if (one.at_key or not any(one.key[: len(key)] == key for key in wrong_keys))
        and not (one.got == "nothing" and (one.key[:-1], _hint(one.key)) in misspelled)
    ]


def _hint(key: Key) -> str:
    return did_you_mean(key[-1], [key[-1]])


def _problem(detail: Detail) -> Problem:
    kind, facts, key = detail["type"], detail.get("ctx", {}), detail["loc"]
    of_key = bool(key) and key[-1] == "[key]"
    if of_key:
        key = key[:-1]
    if kind == "sentence":
        at_key = of_key or facts["at_key"]
        return Problem(key, facts["got"], facts["expected"], facts["way_out"], at_key)
    return Problem(key, shown(detail["input"]), EXPECTED.get(kind, detail["msg"]), at_key=of_key)
