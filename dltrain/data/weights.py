"""What each train row weighs in the loss: the column that `training.sample_weight` names.

Imports: NumPy and pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.data.blocks import changed, pieces
from dltrain.data.cache.scratch import on_disk
from dltrain.data.columns import LARGEST, as_numbers
from dltrain.data.columns.cells import plain
from dltrain.data.raw import Raw, as_words
from dltrain.data.sources.features import SAMPLE_WEIGHT
from dltrain.data.targets import NamedTargets, Reconstruction, Targets
from dltrain.data.targets.classes import class_weights
from dltrain.errors import DataError, sentence, shown

if TYPE_CHECKING:
    from dltrain.data.preparation import Part


def loss_weights(
    part: Part, target: Targets, by_class: str | dict[Any, float] | None
) -> Any | None:
    """Give what the loss of each train row is multiplied by: its own weight times its class's.

    Args:
        part: The train rows.
        target: What was learned about the target.
        by_class: The file's `class_weight`, see `class_weights`.

    Returns:
        None where the file weighs nothing; else float32 (n,), or blocks of it; a dict of them
        for several targets, which weigh alike; for an autoencoder (n, 1, …), with as many
        dimensions as its loss has: Keras multiplies the two as NumPy would.

    Raises:
        DataError: The weights of classes do not fit the target.
    """
    weights: Any = part.weights
    if by_class is not None:
        each: Any = class_weights(part.y, target, by_class)  # whatever has no classes is refused
        given = {"y": part.y} | ({} if weights is None else {"own": weights})
        weights = changed(
            given, part.x, lambda rows: each[rows["y"].reshape(-1).astype(int)] * rows.get("own", 1)
        )
    if weights is not None and isinstance(target, NamedTargets):
        return dict.fromkeys(target.each, weights)
    if weights is not None and isinstance(target, Reconstruction):
        return weights.reshape(-1, *[1] * (len(target.shape) - 1))
    return weights


def weights_of(raw: Raw, rows: np.ndarray, name: str) -> np.ndarray:
    """Read the weights of the train rows; those of other rows are not looked at.

    Args:
        raw: All rows, with the column among those that stand aside.
        rows: Numbers of the train rows.
        name: The column.

    Returns:
        float32 (n,); by memory map for a table in the cache.

    Raises:
        DataError: There is no such column, a cell is empty or no weight, or all of them are 0.
    """
    if raw.aside is None or name not in raw.aside:
        got = f"the column {shown(name)} for rows that are no table"
        raise DataError(sentence(got, "a table", "Remove it."), key=SAMPLE_WEIGHT)
    if raw.stored is None:
        weights = _read(raw, rows, name)
    else:
        weights = on_disk(_read(raw, some, name) for some in pieces(rows))
    if not weights.any():
        got = f"{shown(name)}, which is 0 in every train row"
        raise DataError(sentence(got, "a weight above 0", "Use another column."), key=SAMPLE_WEIGHT)
    return weights


def _read(raw: Raw, rows: np.ndarray, name: str) -> np.ndarray:
    assert raw.aside is not None
    cells = as_words(raw.aside[name].iloc[rows])
    gaps = cells.isna().to_numpy()
    if gaps.any():
        got = f"no {shown(name)} in {raw.where(int(rows[np.argmax(gaps)]))}"
        way_out = "Mend or remove the row."
        raise DataError(sentence(got, "a weight in every train row", way_out), key=SAMPLE_WEIGHT)
    numbers = as_numbers(cells)
    wrong = ~((numbers >= 0) & (numbers <= LARGEST))
    if wrong.any():
        at = int(np.argmax(wrong))
        got = f"{shown(plain(cells.iloc[at]))} in {raw.where(int(rows[at]))}"
        expected = "a finite number of at least 0"
        raise DataError(sentence(got, expected, "Mend the cell."), key=SAMPLE_WEIGHT)
    return numbers.astype(np.float32)
