"""Rows that stand in two parts: found whatever they hold, and no others."""

import numpy as np
import pandas as pd
import pytest

from dltrain.data.quality.duplicates import copies
from dltrain.data.raw import Raw

PARTS = {"train": np.arange(6), "val": np.arange(6, 8), "test": np.arange(8, 12)}
Y = pd.DataFrame({"y": ["a", "b"] * 6})


def table(**columns):
    features = pd.DataFrame(columns)
    return Raw(features, "table", Y, "")


def test_rows_with_equal_cells_and_targets_are_counted_by_pair_of_parts():
    x = np.arange(12.0)
    x[[6, 8, 10]] = x[0], x[2], x[2]  # 0 and 2 are train rows with the same target
    x[9] = x[7]

    found = copies(table(x=x, word=["w"] * 12), PARTS)

    assert found == {("train", "val"): 1, ("train", "test"): 2, ("val", "test"): 1}


def test_one_other_cell_or_another_target_makes_another_row():
    x, word = np.arange(12.0), ["w"] * 12
    x[6] = x[1]  # whose target is another one
    x[8], word[8] = x[0], "v"

    assert copies(table(x=x, word=word), PARTS) == {}


def test_missing_cells_are_equal():
    x = np.arange(12.0)
    x[[0, 6]] = np.nan

    assert copies(table(x=x), PARTS) == {("train", "val"): 1}


def test_counts_are_those_of_pandas():
    draw = np.random.default_rng(0)
    features = pd.DataFrame({"a": draw.integers(0, 5, 400), "b": draw.choice(["p", "q"], 400)})
    targets = pd.DataFrame({"y": draw.integers(0, 3, 400)})
    parts = {"train": np.arange(200), "val": np.arange(200, 300), "test": np.arange(300, 400)}
    features.loc[:40, "a"] += 100  # so that some are alone

    found = copies(Raw(features, "table", targets, ""), parts)

    rows = features.assign(y=targets["y"]).apply(tuple, axis=1)
    for (one, other), count in found.items():
        assert count == rows[parts[other]].isin(rows[parts[one]]).sum()


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_pictures_and_arrays_are_compared_number_by_number(dtype):
    x = np.random.default_rng(0).integers(0, 9, (12, 4, 4, 1)).astype(dtype)
    x[6], x[9] = x[0], x[1]
    x[11] = x[1]
    x[11, 0, 0, 0] += 1

    assert copies(Raw(x, "images", Y, ""), PARTS) == {("train", "val"): 1, ("train", "test"): 1}


def test_signs_alone_make_another_row():
    x = np.ones((12, 4), np.float32)
    x *= np.arange(12, dtype=np.float32)[:, np.newaxis] + 1
    x[6] = x[0] * [-1, 1, -1, 1]

    assert copies(Raw(x, "array", Y, ""), PARTS) == {}


def test_rows_without_targets_are_compared_too():
    raw = Raw(pd.DataFrame({"x": [1, 2, 1]}), "table", pd.DataFrame(index=range(3)), "")

    found = copies(raw, {"train": np.array([0, 1]), "val": np.array([2])})

    assert found == {("train", "val"): 1}
