"""One column of a table, of whatever type: what all types share, and the way back from JSON."""

from __future__ import annotations

from typing import Any

from dltrain.data.columns.boolean import BooleanColumn
from dltrain.data.columns.category import CategoryColumn
from dltrain.data.columns.date import DateColumn, date_from_json
from dltrain.data.columns.number import NumberColumn

# Each has `name`, `type`, `missing` and `indicator`, the names of its numbers in the raw matrix,
# and reads cells as these.
Column = NumberColumn | CategoryColumn | BooleanColumn | DateColumn


def column_from_json(facts: dict[str, Any]) -> Column:
    """Restore what `to_json` wrote."""
    if facts["type"] == "number":
        return NumberColumn(**facts)
    if facts["type"] == "boolean":
        return BooleanColumn(**facts)
    if facts["type"] == "date":
        return date_from_json(facts)
    facts = {name: facts[name] for name in facts if name != "codes"}
    return CategoryColumn(**facts | {"values": tuple(facts["values"])})
