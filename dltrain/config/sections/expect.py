"""`expect:` bounds that the finished run has to meet; unmet, the exit code is 3."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from dltrain.config.catalogue.rules import is_number
from dltrain.config.sections.choosing import Word
from dltrain.config.sections.section import wrong
from dltrain.config.sections.values import Text, or_empty
from dltrain.config.text.scalars import scalar
from dltrain.errors import DltrainError, sentence, shown

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_BOUND = re.compile(r"\s*(<=|>=|<|>)\s*(\S+)\s*")


def meets(figure: float, bound: str) -> bool:
    """Tell whether a figure keeps to a bound such as `>= 0.80`; NaN keeps to none.

    Example:
        >>> meets(0.85, ">= 0.80"), meets(0.85, "< 0.6")
        (True, False)
    """
    comparison, value = _parts(bound)
    return bool(COMPARISONS[comparison](figure, value))


def unmet(
    expect: Mapping[Any, Mapping[str, str]], figures: Mapping[str, Mapping[str, float | None]]
) -> list[DltrainError]:
    """List the bounds that figures do not keep to, each with its key in the file.

    Args:
        expect: Bounds by part and figure.
        figures: Figures by part and name; None where one is undefined.
    """
    found = []
    for part, bounds in expect.items():
        for name, bound in bounds.items():
            value = figures.get(part, {}).get(name)
            if value is None or not meets(value, bound):
                message = sentence(shown(value), bound.strip())
                found.append(DltrainError(message, key=("expect", part, name)))
    return found


def _parts(text: Any) -> tuple[str, float]:
    found = _BOUND.fullmatch(text) if isinstance(text, str) else None
    if found is None or not is_number(scalar(found[2])):
        raise wrong(text, 'a bound such as ">= 0.8"')
    return found[1], float(scalar(found[2]))


def _bound(text: Any) -> Any:
    _parts(text)
    return text


Bound = Annotated[str, BeforeValidator(_bound)]
Part = Annotated[Literal["train", "val", "test"], Word()]
Figures = Annotated[dict[Text, Bound], or_empty(dict)]
Expect = Annotated[dict[Part, Figures], or_empty(dict)]
