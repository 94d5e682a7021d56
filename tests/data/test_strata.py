"""What the parts of a split have equal shares of."""

import numpy as np
import pandas as pd
import pytest

from dltrain.data.raw import Raw
from dltrain.data.strata import strata
from dltrain.errors import DataError

LABELS = np.array([0, 1, 1, 0])


def raw_of(**targets):
    table = pd.DataFrame({"x": range(4)})
    return Raw(table, "table", pd.DataFrame(targets, index=table.index), "")


STRATA = {
    "classes": ({"stratify": True, "bins": None}, {"y": LABELS}, LABELS, [0, 1, 1, 0]),
    "classes that are not wanted": ({"stratify": False, "bins": None}, {"y": LABELS}, LABELS, None),
    "amounts": ({"stratify": True, "bins": None}, {"y": [1.0, 9.0, 2.0, 8.0]}, None, None),
    "bins of amounts": ({"bins": 2}, {"y": [1.0, 9.0, 2.0, 8.0]}, None, [0, 1, 0, 1]),
    "one amount in all rows": ({"bins": 2}, {"y": [3.0, 3.0, 3.0, 3.0]}, None, None),
    "a split that draws nothing": ({}, {"y": LABELS}, LABELS, None),
}


@pytest.mark.parametrize(
    ("section", "targets", "labels", "expected"), STRATA.values(), ids=STRATA.keys()
)
def test_strata_are_classes_or_bins_of_amounts(section, targets, labels, expected):
    found = strata(raw_of(**targets), section, labels)

    assert (found if found is None else found.tolist()) == expected


UNFIT = {
    "classes": (
        {"y": LABELS}, LABELS,
        "got bins for classes, expected one target that is an amount. "
        "Remove them; classes are stratified as they are.",
    ),
    "two amounts": (
        {"y": [1.0] * 4, "z": [2.0] * 4}, None,
        "got bins for 2 targets, expected one target that is an amount. Remove them.",
    ),
    "no target": (
        {}, None, "got bins for 0 targets, expected one target that is an amount. Remove them.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("targets", "labels", "message"), UNFIT.values(), ids=UNFIT.keys())
def test_bins_need_one_target_that_is_an_amount(targets, labels, message):
    with pytest.raises(DataError) as caught:
        strata(raw_of(**targets), {"bins": 3}, labels)

    assert str(caught.value) == f"split.bins: {message}"
