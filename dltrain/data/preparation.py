"""The way of the data, in order: read, split, learn from the train rows, turn into numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dltrain.data import splitting
from dltrain.data.input_learning import learn_inputs
from dltrain.data.inputs import Arrays, Inputs, prepared, text_inputs
from dltrain.data.missing import kept_rows
from dltrain.data.quality import Quality, quality_of
from dltrain.data.raw import Raw, Stored
from dltrain.data.sources import read
from dltrain.data.sources.features import WEIGHT
from dltrain.data.strata import strata
from dltrain.data.streaming import blocks_of, in_file_order, numbers_in_file, places_of
from dltrain.data.targets import Targets, encode_targets, learn_targets
from dltrain.data.targets import labels as class_labels
from dltrain.data.texts.written import Written, written_texts
from dltrain.data.weights import weights_of

SMOKE_ROWS = 256


@dataclass(frozen=True)
class Part:
    """The rows of train, val or test.

    Attributes:
        rows: Their numbers in the dataset, (n,); ascending, but for a table in the cache.
        raw: As the saved model takes them; here and below a dict of arrays by name where
            there are several inputs or targets. `Blocks` for a table in the cache.
        x: As the network takes them; the same object as `raw` where nothing is prepared.
        y: Targets as numbers, see `targets.encode_targets`.
        weights: What each row weighs in the loss, float32 (n,); of train rows alone, and None
            where the file names no column of weights.
    """

    rows: np.ndarray
    raw: Arrays
    x: Arrays
    y: Arrays
    weights: np.ndarray | None = None

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
        stratified: Whether the split kept the shares of the classes, labels or bins.
        left_out: Number of rows in no part, because a value is missing.
        in_gaps: Number of rows in no part, because they lie in a gap between two.
        stored: For a table in the cache, what it is there.
        quality: What is doubtful about rows and columns.
        written: Texts as they stand in the data; None where there are none.
    """

    parts: dict[str, Part]
    inputs: Inputs
    target: Targets
    columns: int
    fingerprint: str
    stratified: bool
    left_out: int = 0
    in_gaps: int = 0
    stored: Stored | None = None
    quality: Quality = field(default_factory=Quality)
    written: Written | None = None

    @property
    def rows(self) -> int:
        """Number of rows in all parts."""
        return sum(map(len, self.parts.values()))


def prepare(
    dataset: dict[str, Any],
    split_section: dict[str, Any],
    task: str | None,
    *,
    sample_weight: str | None = None,
    smoke: bool = False,
    raw: Raw | None = None,
) -> Data:
    """Read, split, learn and prepare.

    Args:
        dataset: The `dataset` section as plain data.
        split_section: The `split` section as plain data.
        task: The file's `task`, or None to tell it from the target.
        sample_weight: The column of what each train row weighs in the loss, if there is one.
        smoke: Keep at most 256 rows.
        raw: What `read_raw` has read, where somebody else looks at it too.

    Raises:
        DataError: The data is missing, broken, or not what the file says.
    """
    raw = read_raw(dataset, split_section, sample_weight) if raw is None else raw
    kept = numbers_in_file(raw, kept_rows(raw, dataset))
    rows, stratified = _divided(in_file_order(raw), kept, dataset, split_section, task, smoke)
    places = {name: places_of(raw, rows.pop(name)) for name in list(rows)}
    left_out, divided = len(raw) - len(kept), len(kept)
    del kept  # of 20 million rows 160 MB
    inputs = learn_inputs(raw, places["train"], dataset)
    target = learn_targets(raw, places["train"], dataset, task, inputs)
    parts = {name: _part(raw, numbers, inputs, target) for name, numbers in places.items()}
    if sample_weight is not None:
        weights = weights_of(raw, places["train"], sample_weight)
        parts["train"] = replace(parts["train"], weights=weights)
    y = {name: part.y for name, part in parts.items()}
    return Data(
        parts=parts,
        inputs=inputs,
        target=target,
        columns=raw.features.shape[1],
        fingerprint=raw.fingerprint,
        stratified=stratified,
        left_out=left_out,
        in_gaps=0 if smoke else divided - sum(map(len, places.values())),
        stored=raw.stored,
        quality=quality_of(raw, places, y, inputs, target),
        written=written_texts(raw, [one.column for one in text_inputs(inputs)]),
    )


def _divided(
    raw: Raw,
    kept: np.ndarray,
    dataset: dict[str, Any],
    split_section: dict[str, Any],
    task: str | None,
    smoke: bool,
) -> tuple[splitting.Parts, bool]:
    """Divide the rows that are kept; tells as well whether by class, label or bin."""
    labels = class_labels(raw, dataset, task)
    shared = strata(raw, split_section, labels)
    rows = splitting.divide_fold(raw, kept, split_section, shared)
    if smoke:
        seed = split_section.get("seed", 0)
        rows = splitting.sampled(rows, labels, at_most=SMOKE_ROWS, seed=seed)
    return rows, shared is not None


def read_raw(
    dataset: dict[str, Any], split_section: dict[str, Any], sample_weight: str | None = None
) -> Raw:
    """Read the rows, and beside them the columns by which they are split and weighed.

    Raises:
        DataError: The data is missing or broken.
    """
    weighed = {} if sample_weight is None else {sample_weight: WEIGHT}
    return read(dataset | {"aside": splitting.columns_read(split_section) | weighed})


def prepare_rows(raw: Raw, rows: np.ndarray, inputs: Inputs, target: Targets) -> Part:
    """Turn some rows into numbers by what was learned before; block by block where they stream."""
    return _part(raw, places_of(raw, rows), inputs, target)


def _part(raw: Raw, places: np.ndarray, inputs: Inputs, target: Targets) -> Part:
    if raw.stored is not None:
        return Part(raw.stored.order[places], *blocks_of(raw, places, inputs, target))
    as_saved, x = prepared(inputs, raw, places)
    return Part(places, as_saved, x, encode_targets(raw, places, target, x, inputs))
