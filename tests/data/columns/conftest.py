"""Tables of one column, learned from some of their rows."""

import numpy as np
import pandas as pd
import pytest

from dltrain.data.inputs import prepared
from dltrain.data.raw import Raw
from dltrain.data.table import learn_table


@pytest.fixture
def learn():
    """Learn a table from its first rows; gives the inputs, and all rows as the network sees them.

    A key that is no column is one of the `dataset` section.
    """

    def learned(table, train=None, **options):
        table = pd.DataFrame(table)
        raw = Raw(table, "table", table[[]], "", first_line=2)
        columns = {name: options.pop(name) for name in list(options) if name in table}
        dataset = {"columns": columns, "scaling": "standard", "missing": "error"} | options
        rows = np.arange(len(table) if train is None else train)
        inputs = learn_table(raw, rows, dataset)
        return inputs, prepared(inputs, raw, raw.numbers())[1]

    return learned
