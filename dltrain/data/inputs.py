"""What the model's inputs are, by the form of the data: one class a form.

Every class learns from the train rows alone, turns raw rows into the numbers that the saved
model takes, and goes into preprocessing.json and back. The network trains on the same numbers,
but for tables, which have a module of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs, learn_table
from dltrain.errors import DataError, sentence


class Inputs(Protocol):
    """What training and saving need to know about the inputs."""

    @property
    def form(self) -> str:
        """One of table, images, tokens, array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row as the network takes it."""

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as the saved model takes them."""

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""


@dataclass(frozen=True)
class ImageInputs:
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

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give pictures, uint8 (n, height, width, channels)."""
        return np.asarray(raw.features)[rows]

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        facts = {"form": self.form, "shape": list(self.shape), "scaling": self.scaling}
        if self.scaling == "standard":
            facts |= {"mean": list(self.mean), "variance": list(self.variance)}
        return facts


@dataclass(frozen=True)
class TokenInputs:
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

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give token numbers, int32 (n, length)."""
        return np.asarray(raw.features)[rows]

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {
            "form": self.form,
            "shape": list(self.shape),
            "encoding": self.encoding,
            "vocabulary": self.vocabulary,
        }


@dataclass(frozen=True)
class ArrayInputs:
    """Any other array of numbers, as it is.

    Attributes:
        shape: Shape of one row.
    """

    shape: tuple[int, ...]
    form: str = "array"

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give numbers, float32 (n, *shape)."""
        return np.asarray(raw.features)[rows]

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {"form": self.form, "shape": list(self.shape)}


def learn_inputs(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> Inputs:
    """Learn from the train rows what turns features into inputs.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data.

    Raises:
        DataError: A feature is missing, not finite, or not what the file says.
    """
    if raw.form == "table":
        return learn_table(raw, train, dataset)
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


def inputs_from_json(facts: dict[str, Any]) -> Inputs:
    """Restore what `to_json` wrote."""
    facts = dict(facts)
    form = facts.pop("form")
    if form == "table":
        return TableInputs.from_json(facts)
    facts["shape"] = tuple(facts["shape"])
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
