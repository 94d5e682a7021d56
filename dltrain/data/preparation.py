"""The way of the data, in order: read, split, learn from the train rows, turn into numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data import split
from dltrain.data.input_learning import learn_inputs
from dltrain.data.inputs import Arrays, Inputs, prepared
from dltrain.data.missing import kept_rows
from dltrain.data.raw import Raw
from dltrain.data.sources import read
from dltrain.data.targets import Targets, encode_targets, learn_targets
from dltrain.data.targets import labels as class_labels

SMOKE_ROWS = 256


@dataclass(frozen=True)
class Part:
    """The rows of train, val or test.

    Attributes:
        rows: Their numbers in the dataset, ascending, int64 (n,).
        raw: As the saved model takes them; here and below a dict of arrays by name where
            there are several inputs or targets.
        x: As the network takes them; the same object as `raw` where nothing is prepared.
        y: Targets as numbers, see `targets.encode_targets`.
    """

    rows: np.ndarray
    raw: Arrays
    x: Arrays
    y: Arrays

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
        left_out: Number of rows in no part, because a value is missing.
    """

    parts: dict[str, Part]
    inputs: Inputs
    target: Targets
    columns: int
    fingerprint: str
    stratified: bool
    left_out: int = 0

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
    labels = class_labels(raw, dataset, task)
    classes = labels if split_section.get("stratify") else None
    kept = kept_rows(raw, dataset)
    rows = _split(raw, kept, split_section, classes)
    if smoke:
        rows = split.sampled(rows, labels, at_most=SMOKE_ROWS, seed=split_section.get("seed", 0))
    inputs = learn_inputs(raw, rows["train"], dataset)
    target = learn_targets(raw, rows["train"], dataset, task, inputs)
    return Data(
        parts={name: prepare_rows(raw, numbers, inputs, target) for name, numbers in rows.items()},
        inputs=inputs,
        target=target,
        columns=raw.features.shape[1],
        fingerprint=raw.fingerprint,
        stratified=classes is not None,
        left_out=len(raw) - len(kept),
    )


def prepare_rows(raw: Raw, rows: np.ndarray, inputs: Inputs, target: Targets) -> Part:
    """Turn some rows into numbers by what was learned before."""
    as_saved, x = prepared(inputs, raw, rows)
    return Part(rows, as_saved, x, encode_targets(raw, rows, target, x, inputs))


def _split(
    raw: Raw, kept: np.ndarray, section: dict[str, Any], labels: np.ndarray | None
) -> split.Parts:
    """Divide the rows that are kept; the parts hold their numbers in the whole dataset."""
    labels = None if labels is None else labels[kept]
    own_test = None if raw.own_test is None else raw.own_test[kept]
    if section["type"] == "none":
        parts = split.all_train(len(kept))
    elif section["type"] == "given":
        val = section["fractions"]["val"]
        parts = split.given_parts(own_test, val, labels=labels, seed=section["seed"])
    else:
        fractions, seed = section["fractions"], section["seed"]
        parts = split.random_parts(len(kept), fractions, labels=labels, seed=seed)
    return {name: kept[positions] for name, positions in parts.items()}
