"""Rows to predict, as a notebook has them."""

import pandas as pd
import pytest

from dltrain.data.columns import CategoryColumn, NumberColumn
from dltrain.data.inputs import NamedInputs
from dltrain.data.table import TableInputs
from dltrain.data.windows import WindowInputs
from dltrain.errors import DataError
from dltrain.new_rows import from_table, index_of

FLAG = TableInputs((CategoryColumn("flag", ("false", "true")),))
INPUTS = {"one input": FLAG, "several": NamedInputs({"a": FLAG})}


@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS.keys())
def test_booleans_mean_the_words_that_the_file_had(inputs):
    rows = pd.DataFrame({"flag": [True, False]}, index=[7, 9])

    raw = from_table(rows, inputs)

    assert raw.features["flag"].tolist() == ["true", "false"]
    assert rows["flag"].tolist() == [True, False]


HEAT = WindowInputs((NumberColumn("heat", "standard", 5.0, 2.0),), window=3, horizon=2, stride=2)


def test_a_series_is_predicted_up_to_its_last_rows():
    rows = pd.DataFrame({"heat": range(8), "day": "?"}, index=list("abcdefgh"))

    raw = from_table(rows, HEAT)

    windows = HEAT.raw(raw, raw.numbers())[..., 0]
    assert windows.tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert list(index_of(rows, raw)) == ["c", "e", "g"]


SERIES = {
    "too few rows": ([1.0, 2.0], "got 2 rows, expected at least 3, which a window sees."),
    "a gap": (
        [1.0, None, 2.0],
        "dataset.columns.heat: got 1 missing value, the first in row 1, expected a value in every "
        "row. Fill them in, or leave the column out with `dataset.features.exclude`.",
    ),
}


@pytest.mark.parametrize(("heat", "message"), SERIES.values(), ids=SERIES.keys())
def test_a_series_that_cannot_be_predicted_is_refused(heat, message):
    with pytest.raises(DataError) as caught:
        from_table(pd.DataFrame({"heat": heat}), HEAT)

    assert str(caught.value) == message
