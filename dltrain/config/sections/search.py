"""`search:` what `dltrain tune` tries; KerasTuner chooses, with its algorithms and arguments."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from dltrain.config.catalogue.rules import NUMBER, POSITIVE, is_number, is_whole, whole
from dltrain.config.sections.choosing import Typed, Word
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Count, Seed, Text, obeying, or_empty

Sampling = Literal["linear", "log", "reverse_log"]
Number = Annotated[float, obeying(NUMBER)]
Positive = Annotated[float, Field(gt=0), obeying(POSITIVE)]
Whole = Annotated[int, obeying(whole(-(2**31), 2**31 - 1))]
# What KerasTuner takes from a range for a grid where no step says more.
SAMPLES = 10


class RandomSearch(Section):
    """`type: random` every trial is drawn by chance."""

    type: Literal["random"]


class BayesianSearch(Section):
    """`type: bayesian` a Gaussian process says where the objective may be best."""

    type: Literal["bayesian"]
    num_initial_points: Count | None = Field(
        None, description="Trials drawn by chance before. Default: 3 for each key, at least 3."
    )
    alpha: Positive = Field(
        1e-4, description="Variance of the noise that the objective is expected to have."
    )
    beta: Annotated[float, Field(ge=0), obeying(NUMBER)] = Field(
        2.6, description="The larger it is, the more is explored."
    )
    at_once: Count = Field(
        1,
        description="Trials that are chosen together, and so trained together, once the initial "
        "ones are done.",
    )


class HyperbandSearch(Section):
    """`type: hyperband` many trials with few epochs, of which the best get more."""

    type: Literal["hyperband"]
    max_epochs: Count | None = Field(
        None, description="Epochs of the longest training. Default: `training.epochs`."
    )
    factor: Annotated[int, Field(ge=2), obeying(whole(2))] = Field(
        3, description="Each round has so many times fewer trials with as many times more epochs."
    )
    hyperband_iterations: Count = Field(1, description="How often all brackets are gone through.")


class GridSearch(Section):
    """`type: grid` every combination; of a range without a step, 10 values."""

    type: Literal["grid"]


Algorithm = Annotated[
    RandomSearch | BayesianSearch | HyperbandSearch | GridSearch, Typed(default="random")
]


def _conditions(value: Any) -> Any:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong(value, "a map from keys of the space to lists of their values")
    return value


def _values(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        expected = "a list of values"
        raise wrong(value, expected, "Such as `{type: choice, values: [16, 32]}`.")
    for at, one in enumerate(value):
        if any(same(one, other) for other in value[:at]):
            raise wrong(one, "each value once")
    return value


NOTHING: dict[str, list[Any]] = {}
When = Annotated[
    dict[str, list[Any]],
    BeforeValidator(_conditions),
    Field(
        description="Only where keys that stand above in the space have one of some values; of a "
        "map its `type` is enough."
    ),
]


class FloatRange(Section):
    """`type: float` a number from a range."""

    type: Literal["float"]
    min: Number = Field(description="The smallest.")
    max: Number = Field(description="The largest.")
    step: Positive | None = Field(
        None, description="Distance between values; for log and reverse_log their ratio."
    )
    sampling: Annotated[Sampling, Word()] = Field(
        "linear", description="log: every power of ten is as likely; reverse_log: from the top."
    )
    when: When = NOTHING

    @model_validator(mode="after")
    def _is_a_range(self) -> FloatRange:
        _check_range(self)
        return self

    @property
    def corners(self) -> list[tuple[Any, tuple[str | int, ...]]]:
        """The ends of the range, and where they stand."""
        return [(float(self.min), ("min",)), (float(self.max), ("max",))]


class IntRange(Section):
    """`type: int` a whole number from a range."""

    type: Literal["int"]
    min: Whole = Field(description="The smallest.")
    max: Whole = Field(description="The largest.")
    step: Count | None = Field(
        None, description="Distance between values, by default 1; for log and reverse_log a ratio."
    )
    sampling: Annotated[Sampling, Word()] = Field(
        "linear", description="log: every power of ten is as likely; reverse_log: from the top."
    )
    when: When = NOTHING

    @model_validator(mode="after")
    def _is_a_range(self) -> IntRange:
        _check_range(self)
        return self

    @property
    def corners(self) -> list[tuple[Any, tuple[str | int, ...]]]:
        """The ends of the range, and where they stand."""
        return [(self.min, ("min",)), (self.max, ("max",))]


class Choice(Section):
    """`type: choice` one of some values, which may be maps."""

    type: Literal["choice"]
    values: Annotated[list[Any], Field(min_length=1), BeforeValidator(_values)] = Field(
        description="The values."
    )
    when: When = NOTHING

    @property
    def corners(self) -> list[tuple[Any, tuple[str | int, ...]]]:
        """The values, and where they stand."""
        return [(value, ("values", at)) for at, value in enumerate(self.values)]


class Boolean(Section):
    """`type: boolean` false or true."""

    type: Literal["boolean"]
    when: When = NOTHING

    @property
    def corners(self) -> list[tuple[Any, tuple[str | int, ...]]]:
        """Both values; they stand nowhere."""
        return [(False, ()), (True, ())]


class Fixed(Section):
    """`type: fixed` a value that is the same in all trials, or in all of a condition."""

    type: Literal["fixed"]
    value: Any = Field(description="The value.")
    when: When = NOTHING

    @property
    def corners(self) -> list[tuple[Any, tuple[str | int, ...]]]:
        """The value, and where it stands."""
        return [(self.value, ("value",))]


Entry = FloatRange | IntRange | Choice | Boolean | Fixed


def _check_range(entry: FloatRange | IntRange) -> None:
    if entry.min >= entry.max:
        raise wrong(entry.max, f"a `max` above `min`, {entry.min}", "Or {type: fixed, value: …}.")
    if entry.sampling != "linear":
        if entry.min <= 0:
            raise wrong(entry.min, f"a `min` above 0 for sampling: {entry.sampling}")
        if entry.step is not None and entry.step <= 1:
            expected = f"a `step` above 1 for sampling: {entry.sampling}, as it is a ratio"
            raise wrong(entry.step, expected)


class Search(Section):
    """`search:` what `dltrain tune` tries."""

    algorithm: Algorithm = Field(
        RandomSearch(type="random"), description="KerasTuner's algorithm, with its arguments."
    )
    objective: Text = Field(
        "val.loss",
        description="What is to be best: a figure of the val rows, such as val.loss; cv.loss is "
        "its mean over the folds of `cross_validation`.",
    )
    mode: Annotated[Literal["auto", "max", "min"], Word()] = Field(
        "auto", description="Whether more of the objective is better. auto: from its name."
    )
    max_trials: Count | None = Field(
        None, description="Trials at most. Default: 10, for a grid all; hyperband has its own."
    )
    seed: Seed = Field(0, description="Draws the trials; the trainings have the file's own.")
    space: Annotated[dict[str, Annotated[Entry, Typed()]], Field(min_length=1), or_empty(dict)] = (
        Field(description="For each key of the file the values that it may have.")
    )

    @property
    def by_folds(self) -> bool:
        """Tell whether a trial is trained once for each fold."""
        return self.objective.startswith(("cv.", "cv_"))

    @property
    def figure(self) -> str:
        """The figure without its part."""
        return self.objective[len("cv.") if self.by_folds else len("val.") :]

    @property
    def most(self) -> int | None:
        """Trials at most; None for as many as there are."""
        if isinstance(self.algorithm, GridSearch | HyperbandSearch):
            return self.max_trials
        return self.max_trials or SAMPLES


def matches(wanted: Any, value: Any) -> bool:
    """Tell whether a value is one that a condition names; of a map its `type` is enough.

    Example:
        >>> matches("sgd", {"type": "sgd", "momentum": 0.9}), matches(1, True)
        (True, False)
    """
    if isinstance(value, dict) and isinstance(wanted, str):
        return bool(value.get("type") == wanted)
    return same(wanted, value)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are one in YAML, where 1 is not true."""
    return type(one) is type(other) and bool(one == other)


def may_be(entry: Entry, wanted: Any) -> bool:
    """Tell whether an entry of the space can have a value."""
    if isinstance(entry, IntRange):
        return is_whole(wanted) and entry.min <= wanted <= entry.max
    if isinstance(entry, FloatRange):
        return is_number(wanted) and entry.min <= wanted <= entry.max
    return any(matches(wanted, value) for value, _ in entry.corners)


def is_active(entry: Entry, values: dict[str, Any]) -> bool:
    """Tell whether an entry counts beside the values of those above it."""
    return all(
        key in values and any(matches(one, values[key]) for one in wanted)
        for key, wanted in entry.when.items()
    )


def place_of(entry: Entry, value: Any) -> float:
    """Say where a value lies in its entry, from 0 to 1 on the entry's scale.

    Example:
        >>> place_of(FloatRange(type="float", min=0.01, max=1, sampling="log"), 0.1)
        0.5
        >>> place_of(Choice(type="choice", values=["sgd", "adam"]), "adam")
        0.75
    """
    if isinstance(entry, FloatRange | IntRange):
        return _in_range(entry, float(value))
    values = [one for one, _ in entry.corners]
    return (next(at for at, one in enumerate(values) if same(one, value)) + 0.5) / len(values)


def _in_range(entry: FloatRange | IntRange, value: float) -> float:
    low, high = float(entry.min), float(entry.max)
    if entry.sampling == "linear":
        return (value - low) / (high - low)
    if entry.sampling == "log":
        return math.log(value / low) / math.log(high / low)
    return 1 - math.log((high + low - value) / low) / math.log(high / low)
