"""Say pydantic's errors in the message grammar, at the keys that the file really has."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError

from dltrain.config.experiment import Experiment
from dltrain.config.section import spelled, type_words
from dltrain.config.training import ELSEWHERE, Training
from dltrain.errors import Key, did_you_mean, dotted, one_of, sentence, shown

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


def problems_of(error: ValidationError, value: Any) -> list[Problem]:
    """Translate every error of one check.

    A required key that is missing where a key of nearly its name is unknown is one mistake, and
    so is a wrong value of a key that is wrong itself.

    Args:
        error: What pydantic found.
        value: The plain data that was checked.
    """
    problems = [_problem(detail, value) for detail in error.errors(include_url=False)]
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


def _problem(detail: Detail, value: Any) -> Problem:
    kind, facts, key = detail["type"], detail.get("ctx", {}), detail["loc"]
    of_key = bool(key) and key[-1] == "[key]"
    if of_key:
        key = key[:-1]
    if kind == "sentence":
        at_key = of_key or facts["at_key"]
        return Problem(key, facts["got"], facts["expected"], facts["way_out"], at_key)
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown_key(key, _owner(key, value))
    if kind == "missing":
        return Problem(key, "nothing", f"a value{_described(_owner(key, value), key[-1])}")
    return Problem(key, shown(detail["input"]), EXPECTED.get(kind, detail["msg"]), at_key=of_key)


def _owner(key: Key, value: Any) -> type[BaseModel] | None:
    """Find the section class that the last part of a key belongs to."""
    owner: type[BaseModel] | None = Experiment
    below: list[type[BaseModel]] = []
    part: Any
    for part in key[:-1]:
        value = value[part] if isinstance(value, dict | list) else None
        field = owner.model_fields.get(str(part)) if owner else None
        if field is not None:
            below = _sections(field.annotation)
        in_map = field is not None and get_origin(field.annotation) is dict
        owner = None if in_map else _chosen(below, value)
    return owner


def _chosen(sections: list[type[BaseModel]], value: Any) -> type[BaseModel] | None:
    """Find the section class that checks a value: by its `type`, or the one that needs none."""
    name = value.get("type") if isinstance(value, dict) else value
    for section in sections:
        named = type_words(section)
        if spelled(name, named) in named if name is not None else _needs_no_type(section):
            return section
    return next((section for section in sections if not type_words(section)), None)


def _needs_no_type(section: type[BaseModel]) -> bool:
    field = section.model_fields.get("type")
    return field is None or not field.is_required()


def _sections(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _sections(part)]


def _unknown_key(key: Key, owner: type[BaseModel] | None) -> Problem:
    names = list(owner.model_fields) if owner else []
    name = str(key[-1])
    way_out = did_you_mean(name, names)
    if owner is Training:
        way_out = ELSEWHERE.get(name, way_out)
    return Problem(key, "an unknown key", one_of(names), way_out, at_key=True)


def _described(owner: type[BaseModel] | None, name: str | int) -> str:
    field = owner.model_fields.get(str(name)) if owner else None
    if field is None or not field.description:
        return ""
    description = field.description.rstrip(".")
    return f": {description[0].lower()}{description[1:]}"
