"""What the model's inputs are, by the form of the data: one class a form.

Every class learns from the train rows alone, turns raw rows into the numbers that the saved
model takes, and goes into preprocessing.json and back. The network trains on the same numbers,
but for tables, which have a module of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs, learn_table
from dltrain.data.text import TextInputs, learn_text
from dltrain.errors import DataError, Key, sentence

# The rows of one input, or those of several by name.
Arrays = np.ndarray | dict[str, np.ndarray]


class Inputs(Protocol):
    """What training and saving need to know about the inputs."""

    @property
    def form(self) -> str:
        """One of table, images, tokens, array, several."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row as the network takes it."""

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read; none where rows are arrays."""

    def raw(self, raw: Raw, rows: np.ndarray) -> Arrays:
        """Give rows as the saved model takes them."""

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""


class _OfArrays:
    """What all inputs share whose rows are arrays."""

    columns_read: ClassVar[list[str]] = []

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as they are, (n, …): uint8 pictures, int32 tokens or float32 numbers."""
        return np.asarray(raw.features)[rows]


@dataclass(frozen=True)
class ImageInputs(_OfArrays):
    """Pictures: they stay uint8 and are scaled inside the step.

    Attributes:
        shape: (height, width, channels).
        scaling: "0_1", "standard" or "none".
        mean: Mean of each channel over the train rows, for "standard".
        variance: Variance of each channel over the train rows, for "standard".
    """

    shape: tuple[int, ...]
    scaling: str
    mean: tuple[float, ...] = ()
    variance: tuple[float, ...] = ()
    form: str = "images"

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        facts = {"form": self.form, "shape": list(self.shape), "scaling": self.scaling}
        if self.scaling == "standard":
            facts |= {"mean": list(self.mean), "variance": list(self.variance)}
        return facts

    def scaled(self, pictures: np.ndarray) -> np.ndarray:
        """Scale pictures as the network does inside its step, float32 (n, *shape)."""
        if self.scaling == "standard":
            mean, variance = np.float32(self.mean), np.float32(self.variance)
            return (pictures - mean) / np.sqrt(variance)
        return pictures * np.float32(1 / 255 if self.scaling == "0_1" else 1)


@dataclass(frozen=True)
class TokenInputs(_OfArrays):
    """Texts as token numbers: they stay integers and are expanded inside the step.

    Attributes:
        shape: (length,).
        encoding: "sequence" or "multi_hot".
        vocabulary: Number of different tokens.
    """

    shape: tuple[int, ...]
    encoding: str
    vocabulary: int
    form: str = "tokens"

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {
            "form": self.form,
            "shape": list(self.shape),
            "encoding": self.encoding,
            "vocabulary": self.vocabulary,
        }


@dataclass(frozen=True)
class ArrayInputs(_OfArrays):
    """Any other array of numbers, as it is.

    Attributes:
        shape: Shape of one row.
    """

    shape: tuple[int, ...]
    form: str = "array"

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {"form": self.form, "shape": list(self.shape)}


@dataclass(frozen=True)
class NamedInputs:
    """Several inputs, each with columns of its own.

    Attributes:
        each: The inputs by name.
    """

    each: dict[str, TableInputs | TextInputs]
    form: str = "several"

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of one row, all inputs together."""
        return (sum(math.prod(one.shape) for one in self.each.values()),)

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read."""
        return [name for one in self.each.values() for name in one.columns_read]

    def raw(self, raw: Raw, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Give the rows of each input as the saved model takes them."""
        return {name: one.raw(raw, rows) for name, one in self.each.items()}

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        inputs = {name: one.to_json() for name, one in self.each.items()}
        return {"form": self.form, "inputs": inputs}


def prepared(inputs: Inputs, raw: Raw, rows: np.ndarray) -> tuple[Arrays, Arrays]:
    """Turn rows into numbers.

    Returns:
        Rows as the saved model takes them, and as the network does; the same object where
        nothing is prepared; a dict of arrays where there are several inputs.
    """
    if isinstance(inputs, NamedInputs):
        both = {name: prepared(one, raw, rows) for name, one in inputs.each.items()}
        return {name: one[0] for name, one in both.items()}, {
            name: one[1] for name, one in both.items()
        }
    if isinstance(inputs, TableInputs):
        matrix = inputs.matrix(raw, rows)
        return matrix.astype(np.float32), inputs.prepared_matrix(matrix)
    x = inputs.raw(raw, rows)
    return x, x


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
    features = np.asarray(raw.features)
    if raw.form == "images":
        return _learn_images(features, train, dataset["images"]["scaling"])
    if raw.form == "tokens":
        text = dataset["text"]
        return TokenInputs(features.shape[1:], text["encoding"], text["vocabulary"])
    if not np.isfinite(features).all():
        row = int(np.argmax(~np.isfinite(features.reshape(len(features), -1)).all(axis=1)))
        got = f"a value that is not finite in {raw.where(row)}"
        message = sentence(got, "finite numbers of at most 3.4e38", "Mend or remove the row.")
        raise DataError(message, key=("dataset", "path"))
    return ArrayInputs(features.shape[1:])


def _learn_named(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> NamedInputs:
    table = pd.DataFrame(raw.features)
    each = {}
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
        got = f"the text '{texts[0]}' beside {len(names) - 1} other columns in one input"
        way_out = "Give it one of its own with `dataset.inputs`."
        raise DataError(sentence(got, "an input for each text", way_out), key=key)
    return learn_text(raw, texts[0], train, columns[texts[0]], dataset["missing"])


def inputs_from_json(facts: dict[str, Any]) -> Inputs:
    """Restore what `to_json` wrote."""
    facts = dict(facts)
    form = facts.pop("form")
    if form == "table":
        return TableInputs.from_json(facts)
    if form == "several":
        return NamedInputs({name: inputs_from_json(one) for name, one in facts["inputs"].items()})
    facts["shape"] = tuple(facts["shape"])
    if "words" in facts:
        return TextInputs(**facts | {"words": tuple(facts["words"])})
    if form == "images":
        facts |= {name: tuple(facts[name]) for name in ("mean", "variance") if name in facts}
        return ImageInputs(**facts)
    return TokenInputs(**facts) if form == "tokens" else ArrayInputs(**facts)


def _learn_images(features: np.ndarray, train: np.ndarray, scaling: str) -> ImageInputs:
    shape = features.shape[1:]
    if scaling != "standard":
        return ImageInputs(shape, scaling)
    levels = np.arange(256)
    counts = np.stack(
        [np.bincount(features[train, ..., c].ravel(), minlength=256) for c in range(shape[-1])]
    )
    mean = (counts @ levels) / counts.sum(axis=1)
    variance = (counts * (levels - mean[:, None]) ** 2).sum(axis=1) / counts.sum(axis=1)
    variance[variance == 0] = 1.0
    return ImageInputs(shape, scaling, tuple(mean.tolist()), tuple(variance.tolist()))
