"""Rows to predict, as a notebook has them."""

import pandas as pd
import pytest

from dltrain.data.column import CategoryColumn
from dltrain.data.inputs import NamedInputs
from dltrain.data.table import TableInputs
from dltrain.new_rows import from_table

FLAG = TableInputs((CategoryColumn("flag", ("false", "true")),))
INPUTS = {"one input": FLAG, "several": NamedInputs({"a": FLAG})}


@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS.keys())
def test_booleans_mean_the_words_that_the_file_had(inputs):
    rows = pd.DataFrame({"flag": [True, False]}, index=[7, 9])

    raw = from_table(rows, inputs)

    assert raw.features["flag"].tolist() == ["true", "false"]
    assert rows["flag"].tolist() == [True, False]
