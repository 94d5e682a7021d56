"""Texts as they stand in the data, whatever the order in which they are kept."""

import numpy as np
import pandas as pd
import pytest

from dltrain.data.raw import Raw, Stored
from dltrain.data.texts.written import written_texts

TEXTS = ["One, two", None, "three!", "Four"]


def raw_of(order, dtype=object):
    cells = pd.Series([TEXTS[at] for at in order], dtype=dtype)
    table = pd.DataFrame({"a": cells, "n": range(4)})
    stored = None if order == [0, 1, 2, 3] else Stored(np.array(order, np.int32))
    return Raw(table, "table", table[["n"]], "", stored=stored)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [2, 0, 3, 1]], ids=["as read", "drawn"])
@pytest.mark.parametrize("dtype", [object, "category"])
def test_texts_are_found_by_the_number_of_their_row(order, dtype):
    written = written_texts(raw_of(order, dtype), ["a"])

    assert written.of("a", np.array([3, 0, 1])) == ["Four", "One, two", ""]
    assert list(written.cells) == ["a"]


def test_where_there_are_no_texts_nothing_is_kept():
    assert written_texts(raw_of([0, 1, 2, 3]), []) is None
