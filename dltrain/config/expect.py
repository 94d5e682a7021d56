"""`expect:` bounds that the finished run has to meet; unmet, the exit code is 3."""

from __future__ import annotations

import operator
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from dltrain.config.arguments import is_number
from dltrain.config.section import Text, Word, or_empty, wrong
from dltrain.config.source import scalar

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
