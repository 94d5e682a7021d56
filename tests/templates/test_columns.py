"""What stands in a column is told from all of its cells."""

import numpy as np
import pandas as pd
import pytest

from dltrain.templates.columns import see

N = 100
MANY = [f"w{i}" for i in range(N)]
CASES = {
    "fractions": ([i / 8 for i in range(N)], "number", "0 to 12.375"),
    "whole numbers": ([i % 30 for i in range(N)], "number", "0 to 29"),
    "zeros and ones": ([i % 2 for i in range(N)], "number", "0 to 1"),
    "codes": (
        [i % 3 for i in range(N)], "category", "3 codes: 0, 1, 2; `number` if they are amounts",
    ),
    "words": (["ab"[i % 2] for i in range(N)], "category", "a, b"),
    "many words": ([f"w{i % 9}" for i in range(N)], "category", "w0, w1, w2, w3, w4, w5, …"),
    "words and numbers": ([["a", "1"][i % 2] for i in range(N)], "category", "1, a"),
    "gaps": ([None if i % 4 else i / 2 for i in range(N)], "number", "0 to 48"),
    "numbered rows": (list(range(N)), "left out", "identifier: a number of its own in every row"),
    "numbered backwards": (
        list(range(N))[::-1], "left out", "identifier: a number of its own in every row",
    ),
    "different whole numbers in no order": (
        [i * 37 % 101 for i in range(N)], "number", "0 to 100",
    ),
    "free text": (MANY, "left out", "names, codes or free text: 100 different in 100 rows"),
    "dates": (
        [str(day.date()) for day in pd.date_range("2026-01-01", periods=N)],
        "date", "2026-01-01 to 2026-04-10",
    ),
    "months": (["2026-01", "2026-02"] * (N // 2), "date", "2026-01 to 2026-02"),
    "dates in another format": (
        [day.strftime("%d.%m.%Y") for day in pd.date_range("2026-01-01", periods=N)],
        "left out", "dates, such as '01.01.2026'",
    ),
    "words of truth": (["True", "False"] * (N // 2), "boolean", "False, True"),
    "always the same": ([7] * N, "left out", "always 7"),
    "the same or missing": ([None, *[7] * (N - 1)], "number", "7 to 7"),
    "empty": ([None] * N, "left out", "empty"),
    "nearly empty": ([1, 2, *[None] * (N - 2)], "left out", "missing in 98 of 100 rows"),
    "a mistake among numbers": (
        ["3o", *map(str, range(N - 1))], "left out", "numbers, but for 3o; mend the file",
    ),
    "infinity": (
        [np.inf, *[1.5] * (N - 1)],
        "left out", "holds numbers that are not finite or beyond 3.4e38",
    ),
    "numbers too near each other": (
        [1e-300 * (i % 7) for i in range(N)],
        "left out", "numbers that differ by too little for float32",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "kind", "seen"), CASES.values(), ids=CASES.keys())
def test_kind_and_content_are_told(cells, kind, seen):
    column = see(pd.Series(cells, name="a"))

    assert (column.kind, column.seen) == (kind, seen)


NAMES = {"PassengerId": True, "user_id": True, "ID": True, "row number": True, "paid": False}


@pytest.mark.parametrize(("name", "is_identifier"), NAMES.items(), ids=NAMES.keys())
def test_different_whole_numbers_identify_rows_where_their_name_says_so(name, is_identifier):
    column = see(pd.Series([i * 37 % 101 for i in range(N)], name=name))

    assert (column.kind == "left out") == is_identifier


def test_a_name_that_no_key_may_have_is_left_out():
    column = see(pd.Series([1.5, 2.5], name="x\ty"))

    assert column.seen == "its name has characters that no key may have"
