"""Which columns of a table the model sees, and whether every name in the config is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from dltrain.errors import DataError, Key, did_you_mean, one_of, sentence, shown

COLUMNS: Key = ("dataset", "columns")
FEATURES: Key = ("dataset", "features")
# What pandas calls a column whose name is empty: `Unnamed: 0`.
NAMELESS = "Unnamed: "


def features_table(
    table: pd.DataFrame, targets: list[str], dataset: dict[str, Any]
) -> pd.DataFrame:
    """Choose the columns that the model sees, in the table's order.

    Args:
        table: All columns.
        targets: Names of the columns that are predicted.
        dataset: `columns`, `features` and `inputs` of the section.

    Raises:
        DataError: A named column is not there, is a target or has no name, or none is left.
    """
    _check_columns(table, targets, dataset["columns"])
    names = _chosen(table, targets, dataset)
    if not names:
        message = sentence("no column beside the target", "at least one feature")
        raise DataError(message, key=FEATURES)
    named = {*dataset["columns"], *(dataset["features"]["include"] or [])}
    named.update(*(dataset.get("inputs") or {}).values())
    for name in names:
        if name.startswith(NAMELESS) and name not in named:
            got = f"a column without a name, which is most often the number of the row ({name!r})"
            way_out = "Name it, or add it to `dataset.features.exclude`."
            raise DataError(sentence(got, "a name for every column", way_out), key=FEATURES)
    return table[names]


def check_names(table: pd.DataFrame, names: Iterable[str], key: Key) -> None:
    """Check that a table has columns of these names.

    Raises:
        DataError: It lacks one; the error's key is the name's place in its list, if it has one.
    """
    for index, name in enumerate(names):
        if name not in table.columns:
            listed = key[1:2] in (("features",), ("inputs",))
            way_out = did_you_mean(name, table.columns)
            message = sentence(shown(name), one_of(table.columns), way_out)
            raise DataError(message, key=(*key, index) if listed else key)


def refuse_columns(dataset: dict[str, Any], form: str) -> None:
    """Refuse what the section says about columns where the data has none.

    Raises:
        DataError: `columns`, `features` or `inputs` is given.
    """
    features = dataset["features"]
    given = {COLUMNS: dataset["columns"], FEATURES: features["include"] or features["exclude"]}
    given |= {("dataset", "inputs"): dataset.get("inputs")}
    for key, value in given.items():
        if value:
            got = f"names of columns for a dataset of {form}"
            raise DataError(sentence(got, "them for tables alone", "Remove them."), key=key)


def _check_columns(table: pd.DataFrame, targets: list[str], columns: dict[str, Any]) -> None:
    for name in columns:
        check_names(table, [name], (*COLUMNS, name))
        if name in targets:
            way_out = "`task` says what kind of target it is."
            message = sentence("the target", "a feature", way_out)
            raise DataError(message, key=(*COLUMNS, name))


def _chosen(table: pd.DataFrame, targets: list[str], dataset: dict[str, Any]) -> list[str]:
    features, inputs = dataset["features"], dataset.get("inputs") or {}
    for word in ("include", "exclude"):
        check_names(table, features[word] or [], (*FEATURES, word))
    for name, columns in inputs.items():
        check_names(table, columns, ("dataset", "inputs", name))
        if hidden := [column for column in columns if column in targets]:
            message = sentence(f"the target {shown(hidden[0])}", "features", "Remove it.")
            raise DataError(message, key=("dataset", "inputs", name))
    named = [column for columns in inputs.values() for column in columns] or features["include"]
    wanted = set(table.columns if named is None else named)
    wanted -= {*features["exclude"], *targets}
    return [name for name in table.columns if name in wanted]
