"""`expect:` bounds that the finished run has to meet; unmet, the exit code is 3."""

from __future__ import annotations

import operator
import re
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from dltrain.config.catalogue.rules import is_number
from dltrain.config.catalogue.scores import BASELINES
from dltrain.config.sections.choosing import spelled
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Text
from dltrain.config.text.scalars import scalar
from dltrain.errors import nearest, one_of, plain_name, shown
from dltrain.terms import PARTS

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
OF_RUN = ("epochs", "seconds")
HUMAN = "human"  # a key of `evaluation`, not a baseline
_BOUND = re.compile(r"\s*(<=|>=|<|>)\s*(\S+)\s*")


class Limit(NamedTuple):
    """What a bound says.

    Attributes:
        comparison: One of COMPARISONS.
        number: The number; None where a baseline gives it.
        baseline: Name of the baseline; empty for a number.
    """

    comparison: str
    number: float | None
    baseline: str = ""


def parse(bound: str) -> Limit:
    """Read a bound.

    Raises:
        PydanticCustomError: The text is none.

    Example:
        >>> parse(">= 0.80"), parse("> Linear")
        (Limit(comparison='>=', number=0.8, baseline=''), Limit(comparison='>', number=None, baseline='linear'))
    """  # noqa: E501
    limit = _read(bound)
    if limit is None:
        raise wrong(bound, A_BOUND, _with_a_sign(bound, ">=", "<=") or _of_baselines(bound))
    return limit


def keeps(figure: float, comparison: str, limit: float) -> bool:
    """Tell whether a figure keeps to a bound; NaN keeps to none.

    Example:
        >>> keeps(0.85, ">=", 0.80), keeps(0.85, "<", 0.6)
        (True, False)
    """
    return bool(COMPARISONS[comparison](figure, limit))


def _bound(text: Any) -> Any:
    parse(text)
    return text


def _number_bound(text: Any) -> Any:
    limit = _read(text)
    if text is not None and (limit is None or limit.baseline):
        no_baselines = "Baselines have figures of the parts alone." * (limit is not None)
        raise wrong(text, A_NUMBER_BOUND, _with_a_sign(text, "<=") or no_baselines)
    return text


def _read(bound: Any) -> Limit | None:
    """Read a bound; None for what is none."""
    found = _BOUND.fullmatch(bound) if isinstance(bound, str) else None
    if found is None:
        return None
    comparison, text = found.groups()
    if is_number(number := scalar(text)):
        return Limit(comparison, float(number))
    name = spelled(text, BASELINES)
    return Limit(comparison, None, name) if name in BASELINES else None


def _with_a_sign(value: Any, *signs: str) -> str:
    """Spell a number that has no sign as the bounds that it may mean; empty for what is none."""
    number = scalar(value) if isinstance(value, str) else value
    if not is_number(number):
        return ""
    bounds = " or ".join(f'"{sign} {shown(number)}"' for sign in signs)
    return f"Did you mean {bounds}?"


def _of_baselines(bound: Any) -> str:
    """Name the nearest baseline, or all of them, where a word stands behind the sign."""
    found = _BOUND.fullmatch(bound) if isinstance(bound, str) else None
    if found is None or not found[2][0].isalpha():
        return ""
    names = f"A baseline is {one_of(BASELINES)}."
    if plain_name(found[2]) == HUMAN:
        return f"{names} What people reach is none: write its number."
    near = nearest(found[2], BASELINES)
    return f"Did you mean '{found[1]} {near}'?" if near else names


A_BOUND = 'a bound such as ">= 0.8", or "> linear"'
A_NUMBER_BOUND = 'a bound such as "<= 60"'
Bound = Annotated[str, BeforeValidator(_bound)]
NumberBound = Annotated[str | None, BeforeValidator(_number_bound)]
Figures = dict[Text, Bound] | None


class Expect(Section):
    """`expect:` bounds that the run has to meet, or it ends with exit code 3."""

    train: Figures = Field(
        None,
        description="Bounds for figures of the train rows, such as '> 0.8' or '> linear', the "
        "same figure of a baseline.",
    )
    val: Figures = Field(None, description="The same for the val rows.")
    test: Figures = Field(None, description="The same for the test rows.")
    epochs: NumberBound = Field(None, description="Number of the last epoch, such as '<= 50'.")
    seconds: NumberBound = Field(
        None, description="Seconds of all phases in status.json, such as '< 60'."
    )

    @model_validator(mode="before")
    @classmethod
    def _in_any_case(cls, value: Any) -> Any:
        """Take the keys without regard to case; of two spellings of one, the other is unknown."""
        if not isinstance(value, dict):
            return value
        names = {key: spelled(key, (*PARTS, *OF_RUN)) for key in value}
        twice = len({*names.values()}) < len(names)
        return value if twice else {names[key]: bound for key, bound in value.items()}

    @property
    def parts(self) -> dict[str, dict[str, str]]:
        """Bounds by part and figure."""
        return {part: getattr(self, part) or {} for part in PARTS}

    @property
    def of_run(self) -> dict[str, str]:
        """Bounds of the run as a whole."""
        given = {name: getattr(self, name) for name in OF_RUN}
        return {name: bound for name, bound in given.items() if bound is not None}
