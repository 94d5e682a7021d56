"""What is learned about the inputs from the train rows alone, by the form of the data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.arrays import ArrayInputs
from dltrain.data.images import learn_images
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs, learn_table
from dltrain.data.texts.inputs import TextInputs, learn_text
from dltrain.data.texts.tokens import learn_tokens
from dltrain.data.windows import learn_windows
from dltrain.errors import DataError, Key, sentence


def learn_inputs(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> Inputs:
    """Learn from the train rows what turns features into inputs.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data.

    Raises:
        DataError: A feature is missing, not finite, or not what the file says.
    """
    if raw.form == "table" and dataset.get("inputs"):
        return _learn_named(raw, train, dataset)
    if raw.form == "table":
        return _learn_columns(raw, train, dataset)
    if raw.form == "texts":
        column = str(pd.DataFrame(raw.features).columns[0])
        return learn_text(raw, column, train, dataset["text"], "error")
    if raw.form == "windows":
        return learn_windows(raw, train, dataset)
    features = np.asarray(raw.features)
    if raw.form == "images":
        return learn_images(features, train, dataset["images"]["scaling"])
    if raw.form == "tokens":
        return learn_tokens(features, train, dataset["text"])
    if not np.isfinite(features).all():
        row = int(np.argmax(~np.isfinite(features.reshape(len(features), -1)).all(axis=1)))
        got = f"a value that is not finite in {raw.where(row)}"
        message = sentence(got, "finite numbers of at most 3.4e38", "Mend or remove the row.")
        raise DataError(message, key=("dataset", "path"))
    return ArrayInputs(features.shape[1:])


def _learn_named(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> NamedInputs:
    table = pd.DataFrame(raw.features)
    each: dict[str, Inputs] = {}
    for name, columns in dataset["inputs"].items():
        own = replace(raw, features=table[columns])
        each[name] = _learn_columns(own, train, dataset, ("dataset", "inputs", name))
    return NamedInputs(each)


def _learn_columns(
    raw: Raw, train: np.ndarray, dataset: dict[str, Any], key: Key = ("dataset", "columns")
) -> TableInputs | TextInputs:
    """Learn the columns of one input: a text alone, or a table without texts."""
    columns = dataset["columns"]
    names = [str(name) for name in pd.DataFrame(raw.features).columns]
    texts = [name for name in names if columns.get(name, {}).get("type") == "text"]
    if not texts:
        return learn_table(raw, train, dataset)
    if len(names) > 1:
        others = len(names) - 1
        got = f"the text '{texts[0]}' beside {others} other column{'s' * (others > 1)} in one input"
        way_out = "Give it one of its own with `dataset.inputs`."
        raise DataError(sentence(got, "an input for each text", way_out), key=key)
    return learn_text(raw, texts[0], train, columns[texts[0]], dataset["missing"])
