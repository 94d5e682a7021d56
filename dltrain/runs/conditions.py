"""`--where KEY=VALUE`: which runs a list shows.

A value is read as YAML reads it; names match without regard to case and underscores, as they do
in the file, and a choice matches its type: `optimizer=adam`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dltrain.config.catalogue.rules import is_number
from dltrain.config.text.scalars import scalar
from dltrain.errors import DltrainError, plain_name, sentence, shown
from dltrain.runs.columns import Column, parse
from dltrain.runs.stored_run import StoredRun

ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
CONDITION = re.compile(
    r"\s*(?P<key>(?:\"[^\"]*\"|'[^']*'|[^<>=!\"'])+)(?P<sign><=|>=|!=|==|=|<|>)(?P<value>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        column: What is looked at.
        sign: = != < <= > >=
        text: The value as it was written.
        value: The value as YAML reads it.
    """

    column: Column
    sign: str
    text: str
    value: Any

    def holds(self, record: StoredRun) -> bool:
        """Tell whether a run meets it; what a run lacks is null and neither less nor more."""
        found = self.column.value(record)
        if self.sign in ORDERS:
            return self._is_ordered(found)
        return self._is_equal(found) == (self.sign == "=")

    def _is_ordered(self, found: Any) -> bool:
        compare = ORDERS[self.sign]
        if is_number(found) and is_number(self.value):
            return bool(compare(found, self.value))
        return isinstance(found, str) and bool(compare(found, self.text))

    def _is_equal(self, found: Any) -> bool:
        if isinstance(found, dict) and isinstance(self.value, str):
            found = found.get("type")
        if isinstance(found, str):
            if self.column.kind == "config":
                return plain_name(found) == plain_name(self.text)
            return found == self.text
        if isinstance(found, bool) or isinstance(self.value, bool):
            return found is self.value
        return bool(found == self.value)


def condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        DltrainError: It is none.

    Example:
        >>> one = condition("val_loss<=0.4")
        >>> one.column.name, one.sign, one.value
        ('val.loss', '<=', 0.4)
    """
    found = CONDITION.fullmatch(text)
    value = found["value"].strip() if found else ""
    if found is None or (not value and found["sign"] in ORDERS):
        expected = "KEY=VALUE, KEY!=VALUE, KEY<VALUE or KEY>VALUE"
        raise _refused(sentence(shown(text), expected))
    sign = "=" if found["sign"] == "==" else found["sign"]
    text, read = _value(value)
    return Condition(parse(found["key"]), sign, text, read)


def check(conditions: Iterable[Condition], records: Sequence[StoredRun]) -> None:
    """Check that no column of numbers is ordered by a word, which no run could meet.

    Raises:
        DltrainError: One is; a column in which no run has a word is one of numbers.
    """
    for one in conditions:
        if one.sign not in ORDERS or is_number(one.value):
            continue
        found = [one.column.value(record) for record in records]
        if any(map(is_number, found)) and not any(isinstance(value, str) for value in found):
            got = f"{shown(one.text)} for {one.column.name}, whose values are numbers"
            raise _refused(sentence(got, "a number"))


def _refused(message: str) -> DltrainError:
    error = DltrainError(message)
    error.place = "--where"
    return error


def _value(text: str) -> tuple[str, Any]:
    """Read a value: a scalar, quoted or not, or a list or map in brackets."""
    if text[:1] in ("[", "{", '"', "'"):
        from dltrain.config.text.source import read

        value = read(text, "--where").value
        return (value if isinstance(value, str) else text), value
    return text, scalar(text)
