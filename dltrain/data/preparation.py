"""The way of the data, in order: read, split, learn from the train rows, turn into numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data import split
from dltrain.data.inputs import Inputs, learn_inputs
from dltrain.data.raw import Raw
from dltrain.data.sources import read
from dltrain.data.table import TableInputs
from dltrain.data.target import Target, encode, labels_for_split, learn_target

SMOKE_ROWS = 256


@dataclass(frozen=True)
class Part:
    """The rows of train, val or test.

    Attributes:
        rows: Their numbers in the dataset, ascending, int64 (n,).
        raw: As the saved model takes them.
        x: As the network takes them; the same object as `raw` where nothing is prepared.
        y: Targets as numbers, see `target.encode`.
    """

    rows: np.ndarray
    raw: np.ndarray
    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Data:
    """A dataset, ready to train on.

    Attributes:
        parts: train, and val and test where the split has them.
        inputs: What was learned about the features.
        target: What was learned about the target.
        columns: Number of features before preparing.
        fingerprint: sha256 of what was read.
        stratified: Whether the split kept the shares of the classes.
    """

    parts: dict[str, Part]
    inputs: Inputs
    target: Target
    columns: int
    fingerprint: str
    stratified: bool

    @property
    def rows(self) -> int:
        """Number of rows in all parts."""
        return sum(map(len, self.parts.values()))


def prepare(
    dataset: dict[str, Any], split_section: dict[str, Any], task: str | None, *, smoke: bool = False
) -> Data:
    """Read, split, learn and prepare.

    Args:
        dataset: The `dataset` section as plain data.
        split_section: The `split` section as plain data.
        task: The file's `task`, or None to tell it from the target.
        smoke: Keep at most 256 rows.

    Raises:
        DataError: The data is missing, broken, or not what the file says.
    """
    raw = read(dataset)
    labels = labels_for_split(raw, task)
    kept = labels if split_section.get("stratify") else None
    rows = _split(raw, split_section, kept)
    if smoke:
        rows = split.sampled(rows, labels, at_most=SMOKE_ROWS, seed=split_section.get("seed", 0))
    target = learn_target(raw, rows["train"], task)
    inputs = learn_inputs(raw, rows["train"], dataset)
    return Data(
        parts={name: prepare_rows(raw, numbers, inputs, target) for name, numbers in rows.items()},
        inputs=inputs,
        target=target,
        columns=raw.features.shape[1],
        fingerprint=raw.fingerprint,
        stratified=kept is not None,
    )


def prepare_rows(raw: Raw, rows: np.ndarray, inputs: Inputs, target: Target) -> Part:
    """Turn some rows into numbers by what was learned before."""
    y = encode(raw, rows, target)
    if isinstance(inputs, TableInputs):
        matrix = inputs.matrix(raw, rows)
        return Part(rows, matrix.astype(np.float32), inputs.prepared_matrix(matrix), y)
    x = inputs.raw(raw, rows)
    return Part(rows, x, x, y)


def _split(raw: Raw, section: dict[str, Any], labels: np.ndarray | None) -> split.Parts:
    if section["type"] == "none":
        return split.all_train(len(raw))
    if section["type"] == "given":
        val = section["fractions"]["val"]
        return split.given_parts(raw.own_test, val, labels=labels, seed=section["seed"])
    return split.random_parts(len(raw), section["fractions"], labels=labels, seed=section["seed"])
