"""Which columns of a table the model sees, and whether every name in the config is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.config.text.scalars import reads_as_number
from dltrain.data.sources.files import PATH
from dltrain.errors import DataError, Key, did_you_mean, one_of, sentence, shown

COLUMNS: Key = ("dataset", "columns")
FEATURES: Key = ("dataset", "features")
SPLIT_COLUMN: Key = ("split", "column")
SAMPLE_WEIGHT: Key = ("training", "sample_weight")
# What the key `aside` says of the column of weights; of others it says the type of the split.
WEIGHT = "weight"
# What pandas calls a column whose name is empty: `Unnamed: 0`; and an index in a Parquet file.
NAMELESS = "Unnamed: "
INDEX = "__index_level_"


def target_columns(dataset: dict[str, Any]) -> list[str]:
    """List the columns of `dataset.target`: none, one, a list, or the keys of a map."""
    target = dataset["target"]
    if target is None:
        return []
    return [target] if isinstance(target, str) else list(target)


def check_targets(names: list[str], targets: list[str], dataset: dict[str, Any]) -> None:
    """Check that the targets are there, with a hint where the header line is missing.

    Raises:
        DataError: A target is none of the names.
    """
    for target in targets:
        if target not in names:
            no_header = dataset.get("header") and any(reads_as_number(name) for name in names)
            hint = "Let `dataset.header` be false, if the first line holds values."
            way_out = did_you_mean(target, names) or (hint if no_header else "")
            message = sentence(shown(target), one_of(names), way_out)
            raise DataError(message, key=("dataset", "target"))


def check_same_columns(first: Path, names: list[str], other: Path, others: list[str]) -> None:
    """Check that two files have the same columns in the same order.

    Raises:
        DataError: They differ; the message names the files and the first difference.
    """
    if names == others:
        return
    way_out = "Mend the file, or leave it out."
    if len(names) != len(others):
        got = f"{other} with {_counted(others)}"
        raise DataError(sentence(got, f"{len(names)}, as {first} has", way_out), key=PATH)
    at = next(index for index, name in enumerate(names) if name != others[index])
    got = f"{other} with {shown(others[at])} as column {at + 1}"
    raise DataError(sentence(got, f"{shown(names[at])}, as {first} has", way_out), key=PATH)


def _counted(names: list[str]) -> str:
    return f"{len(names)} column{'s' * (len(names) != 1)}"


def features_table(
    table: pd.DataFrame, targets: list[str], dataset: dict[str, Any]
) -> pd.DataFrame:
    """Choose the columns that the model sees, in the table's order.

    Args:
        table: All columns.
        targets: Names of the columns that are predicted.
        dataset: `columns`, `features` and `inputs` of the section, and perhaps `aside`.

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
        if name.startswith((NAMELESS, INDEX)) and name not in named:
            got = f"a column without a name, which is most often the number of the row ({name!r})"
            way_out = "Name it, or add it to `dataset.features.exclude`."
            raise DataError(sentence(got, "a name for every column", way_out), key=FEATURES)
    return table[names]


def aside_columns(
    table: pd.DataFrame, targets: list[str], dataset: dict[str, Any]
) -> pd.DataFrame | None:
    """Choose the columns that the split reads, and that of the weights.

    Args:
        table: All columns.
        targets: Names of the columns that are predicted.
        dataset: The section with `aside`, a map from each such column to the split's type, or
            to "weight".

    Returns:
        None where neither reads a column.

    Raises:
        DataError: The table lacks one, or it is a target.
    """
    aside = dataset.get("aside") or {}
    for name, use in aside.items():
        key = SAMPLE_WEIGHT if use == WEIGHT else SPLIT_COLUMN
        check_names(table, [name], key)
        if name in targets:
            raise DataError(sentence(f"the target {shown(name)}", "another column"), key=key)
    return table[list(aside)] if aside else None


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
    wanted -= {*features["exclude"], *targets, *_only_aside(dataset)}
    return [name for name in table.columns if name in wanted]


def _only_aside(dataset: dict[str, Any]) -> Iterator[str]:
    """Name the columns that stand aside and are no features.

    A time may be both, where the section names it; a group, a part or a weight says nothing about
    new rows.

    Raises:
        DataError: A group, a part or a weight is named as a feature.
    """
    for name, use in (dataset.get("aside") or {}).items():
        place = _named_at(name, dataset)
        if place is None:
            yield name
        elif use != "time":
            reader = "training.sample_weight" if use == WEIGHT else "split"
            got = f"{shown(name)}, which `{reader}` reads"
            raise DataError(sentence(got, "features", "Remove it."), key=place)


def _named_at(name: str, dataset: dict[str, Any]) -> Key | None:
    """Find where the section names a column as a feature."""
    lists = {(*FEATURES, "include"): dataset["features"]["include"] or []}
    lists |= {("dataset", "inputs", key): one for key, one in (dataset.get("inputs") or {}).items()}
    places = [(*key, names.index(name)) for key, names in lists.items() if name in names]
    places += [(*COLUMNS, name)] * (name in dataset["columns"])
    return places[0] if places else None
