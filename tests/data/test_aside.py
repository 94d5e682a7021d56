"""Columns that the split reads: kept apart from the features, in every source of tables."""

import numpy as np
import pandas as pd
import pytest

from dltrain import openings
from dltrain.config.sections.dataset import Csv
from dltrain.data import prepare
from dltrain.errors import DataError

FRACTIONS = {"train": 0.6, "val": 0.2, "test": 0.2}
GROUP = {"type": "group", "column": "patient", "fractions": FRACTIONS, "seed": 0}
PART = {"type": "column", "column": "part"}
TIME = {"type": "time", "column": "day", "fractions": FRACTIONS, "gap": 0}
ROWS = 40
TABLE = pd.DataFrame({
    "x": np.random.default_rng(0).normal(size=ROWS).round(3),
    "patient": [f"{row // 4:03}" for row in range(ROWS)],
    "part": (["train"] * 6 + ["val"] * 2 + ["TEST"] * 2) * 4,
    "day": [f"2026-{1 + row % 12:02}-{1 + row // 12:02}" for row in range(ROWS)],
    "y": np.arange(ROWS) % 2,
})  # fmt: skip


def written(tmp_path, kind, table=TABLE, **options):
    """Write the table as a file of some kind, and give its section."""
    path = tmp_path / f"a.{kind}"
    section = Csv(type="csv", path=str(path), target="y").model_dump() | {"type": kind}
    if kind == "parquet":
        pytest.importorskip("pyarrow")
        table.to_parquet(path)
    else:
        path.write_text(table.to_csv(index=False), encoding="utf-8")
    return section | options


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("split", [GROUP, PART, TIME], ids=lambda one: one["type"])
def test_the_column_divides_the_rows_and_is_no_feature(tmp_path, kind, split):
    others = {"patient", "part", "day"} - {split["column"]}
    features = {"include": None, "exclude": sorted(others)}

    data = prepare(written(tmp_path, kind, features=features), split, None)

    assert data.inputs.columns_read == ["x"]
    cells = {name: TABLE[split["column"]].iloc[part.rows] for name, part in data.parts.items()}
    if split is PART:
        assert {name: set(words) for name, words in cells.items()} == {
            "train": {"train"}, "val": {"val"}, "test": {"TEST"}
        }  # fmt: skip
    elif split is TIME:
        assert cells["train"].max() < cells["val"].min() <= cells["val"].max() < cells["test"].min()
    else:
        assert sum(map(len, map(set, cells.values()))) == TABLE["patient"].nunique()


def test_a_group_keeps_its_spelling(tmp_path):
    table = TABLE.assign(patient=["7", "7", "07", "07", "007", "007", "7.0", "7.0"] * 5)
    features = {"include": ["x"], "exclude": []}

    data = prepare(written(tmp_path, "csv", table, features=features), GROUP, None)

    assert {name: len(part) for name, part in data.parts.items()} == {
        "train": 20, "val": 10, "test": 10
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("split", [GROUP, PART, TIME], ids=lambda one: one["type"])
def test_a_table_in_the_cache_is_divided_alike(tmp_path, kind, split, monkeypatch):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    features = {"include": ["x"], "exclude": []}

    whole, stored = (
        prepare(written(tmp_path, kind, features=features, cache=cache), split, None)
        for cache in ("never", "always")
    )

    for name, part in whole.parts.items():
        assert sorted(stored.parts[name].rows) == part.rows.tolist()
    assert openings.rows_sha256(stored) == openings.rows_sha256(whole)


NAMED = {
    "include": {"features": {"include": ["x", "day"], "exclude": []}},
    "inputs": {"inputs": {"a": ["x"], "b": ["day"]}},
}


@pytest.mark.parametrize("options", NAMED.values(), ids=NAMED.keys())
def test_a_time_that_is_named_is_a_feature_too(tmp_path, options):
    table = TABLE.assign(day=np.arange(ROWS) * 1.5)

    data = prepare(written(tmp_path, "csv", table, **options), TIME, None)

    assert data.inputs.columns_read == ["x", "day"]
    assert data.parts["test"].rows.tolist() == list(range(32, 40))


NUMBER = {"type": "number", "scaling": None, "missing": None}
WRONG = {
    "a column that is not there": (
        {}, GROUP | {"column": "pateint"},
        "split.column: got 'pateint', expected one of day, part, patient, x, y. "
        "Did you mean 'patient'?",
    ),
    "the target": (
        {}, GROUP | {"column": "y"},
        "split.column: got the target 'y', expected another column.",
    ),
    "a group as a feature": (
        {"features": {"include": ["x", "patient"], "exclude": []}}, GROUP,
        "dataset.features.include.1: got 'patient', which `split` reads, expected features. "
        "Remove it.",
    ),
    "a part with a type": (
        {"columns": {"part": {"type": "category", "values": None, "unknown": "zeros",
                              "encoding": "one_hot", "dimension": None, "missing": None}}}, PART,
        "dataset.columns.part: got 'part', which `split` reads, expected features. Remove it.",
    ),
    "a group in an input": (
        {"inputs": {"one": ["patient"], "two": ["x"]}}, GROUP,
        "dataset.inputs.one.0: got 'patient', which `split` reads, expected features. Remove it.",
    ),
    "nothing but the column": (
        {"features": {"include": None, "exclude": ["x", "part", "day"]}}, GROUP,
        "dataset.features: got no column beside the target, expected at least one feature.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "split", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_column_that_cannot_be_used_says_why(tmp_path, options, split, message):
    with pytest.raises(DataError) as caught:
        prepare(written(tmp_path, "csv", **options), split, None)

    assert str(caught.value) == message


def test_a_column_that_is_left_out_of_the_features_still_divides(tmp_path):
    features = {"include": None, "exclude": ["patient", "part", "day"]}

    for kind in ("csv", "parquet"):
        data = prepare(written(tmp_path, kind, features=features), GROUP, None)
        assert data.inputs.columns_read == ["x"]


def test_pictures_have_no_column(idx_section):
    with pytest.raises(DataError) as caught:
        prepare(idx_section(), GROUP, None)

    assert str(caught.value) == (
        "split.column: got the column 'patient' for rows that are no table, expected a table. "
        "Use another split."
    )
