"""`missing: drop`: rows with gaps are in no part, and the others keep their numbers."""

import numpy as np
import pytest

from dltrain.data import prepare
from dltrain.data.missing import kept_rows
from dltrain.data.sources import read
from dltrain.errors import DataError

NUMBER = {"type": "number", "scaling": None}
TEXT = "a,b,y\n" + "".join(
    f"{'' if i % 10 == 0 else i},{'' if i % 25 == 7 else 'uv'[i % 2]},{i % 2}\n" for i in range(100)
)
GAPS_A = set(range(0, 100, 10))
GAPS_B = {7, 32, 57, 82}
EVERY = {"train": 0.7, "val": 0.1, "test": 0.2}
RANDOM = {"type": "random", "fractions": EVERY, "stratify": True, "seed": 0}

DROPPED = {
    "all columns": ({"missing": "drop"}, GAPS_A | GAPS_B),
    "one column": ({"columns": {"a": NUMBER | {"missing": "drop"}}}, GAPS_A),
    "all but one": (
        {"missing": "drop", "columns": {"a": NUMBER | {"missing": "impute"}}}, GAPS_B,
    ),
    "an excluded column does not count": (
        {"missing": "drop", "features": {"include": None, "exclude": ["a"]}}, GAPS_B,
    ),
    "imputed": ({"missing": "impute"}, set()),
    "an error, but later": ({"missing": "error"}, set()),
}  # fmt: skip


@pytest.mark.parametrize(("options", "dropped"), DROPPED.values(), ids=DROPPED.keys())
def test_rows_with_a_gap_are_left_out_where_the_file_says_so(csv_section, options, dropped):
    section = csv_section(TEXT, **options)

    kept = kept_rows(read(section), section)

    assert kept.tolist() == sorted(set(range(100)) - dropped)


def test_the_parts_hold_the_other_rows_by_their_numbers_in_the_file(csv_section):
    data = prepare(csv_section(TEXT, missing="drop"), RANDOM, None)

    rows = np.concatenate([part.rows for part in data.parts.values()])
    assert sorted(rows) == sorted(set(range(100)) - GAPS_A - GAPS_B)
    assert data.left_out == 14
    for part in data.parts.values():
        assert part.raw[:, 0].tolist() == part.rows.tolist()


def test_the_split_is_that_of_a_file_without_these_rows(csv_section):
    lines = TEXT.splitlines(keepends=True)
    short = "".join(lines[:1] + [lines[i + 1] for i in range(100) if i not in GAPS_A | GAPS_B])

    with_gaps = prepare(csv_section(TEXT, missing="drop"), RANDOM, None)
    without = prepare(csv_section(short), RANDOM, None)

    for name, part in with_gaps.parts.items():
        assert np.array_equal(part.x, without.parts[name].x)


def test_a_small_share_of_rows_is_drawn_from_those_that_are_kept(csv_section):
    text = "a,y\n" + "".join(f"{'' if i % 2 else i},{i % 4 // 2}\n" for i in range(1200))

    data = prepare(csv_section(text, missing="drop"), RANDOM, None, smoke=True)

    assert data.rows <= 256
    assert all((part.rows % 2 == 0).all() for part in data.parts.values())


def test_a_table_of_gaps_alone_is_refused(csv_section):
    section = csv_section("a,b,y\n,1,0\n2,,1\n", missing="drop")

    with pytest.raises(DataError) as caught:
        kept_rows(read(section), section)

    assert str(caught.value) == (
        "dataset.missing: got a missing value in every row, expected rows without. "
        "Leave out columns with many, or let `missing` be impute."
    )
