"""`cross_validation:` and `sweep:` many trainings of one file; `fit` leaves them aside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator

from dltrain.config.catalogue.rules import whole
from dltrain.config.sections.choosing import spelled
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.values import Count, obeying

MODES = ("grid", "one_at_a_time")
# Keys of `sweep` that are none of the file.
OPTIONS = ("mode", "seeds")
# Sections that only studies read: no member of a study has them.
STUDIES = ("cross_validation", "search", "sweep")
# What a member of a study leaves out: these, and bounds that one run has to meet.
NOT_OF_MEMBERS = (*STUDIES, "expect")


class CrossValidation(Section):
    """`cross_validation:` how `dltrain cv` divides the train and val rows."""

    folds: Annotated[int, Field(ge=2), obeying(whole(2))] = Field(
        5, description="Folds; each is val once, and the others train."
    )
    repeats: Count = Field(1, description="How often the folds are drawn.")
    seeds: Count = Field(
        1, description="Trainings of each fold, with initial weights and orders of their own."
    )


def _sweep(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise wrong(value, "a map from keys to lists of values")
    if "seed" in value and value.get("seeds", 1) != 1:
        raise wrong("`seed` beside `seeds`", "one of them", "`seeds` draws others by itself.")
    checked = dict(each(((name, (name, one)) for name, one in value.items()), _entry))
    if not set(checked) - set(OPTIONS):
        way_out = "Such as `sweep: {optimizer.learning_rate: [0.1, 0.01]}`."
        raise wrong(value, "a key of the file and its values", way_out)
    return checked


def _entry(pair: tuple[Any, Any]) -> Any:
    """Check an option, or the values of a key."""
    name, value = pair
    if name == "mode":
        mode = spelled(value, MODES)
        if mode not in MODES:
            raise wrong(value, "grid or one_at_a_time")
        return mode
    if name == "seeds":
        if not (rule := whole(1)).accepts(value):
            raise wrong(value, rule.expected)
        return value
    if not isinstance(value, list) or not value:
        raise wrong(value, "a list of values", "One value needs no sweep: write it in the file.")
    for at, one in enumerate(value):
        if any(_same(one, other) for other in value[:at]):
            raise wrong(one, "each value once")
    return value


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are one in YAML, where 1 is not true."""
    return type(one) is type(other) and bool(one == other)


Sweep = Annotated[dict[str, Any] | None, PlainValidator(_sweep)]
