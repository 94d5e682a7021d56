"""The columns of a table: one module for each type, what is learned of it and how it is read."""

from dltrain.data.columns.boolean import BooleanColumn
from dltrain.data.columns.category import CategoryColumn
from dltrain.data.columns.cells import LARGEST, as_numbers, column_key, missing_cells, too_coarse
from dltrain.data.columns.column import Column, column_from_json
from dltrain.data.columns.date import DateColumn, DatePart, are_dates
from dltrain.data.columns.learning import learn_column
from dltrain.data.columns.number import NumberColumn

__all__ = [
    "LARGEST",
    "BooleanColumn",
    "CategoryColumn",
    "Column",
    "DateColumn",
    "DatePart",
    "NumberColumn",
    "are_dates",
    "as_numbers",
    "column_from_json",
    "column_key",
    "learn_column",
    "missing_cells",
    "too_coarse",
]
