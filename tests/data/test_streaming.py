"""A table in the cache is split, learned and prepared as the same table in memory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from dltrain.config.sections.dataset import Csv
from dltrain.config.sections.split import Split
from dltrain.data import blocks, prepare, prepare_rows
from dltrain.data.blocks import Blocks, rows_of
from dltrain.data.preparation import read_raw
from dltrain.errors import DataError


@pytest.fixture(autouse=True)
def small_pieces(tmp_path, monkeypatch):
    """An empty cache, and blocks of a few rows."""
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 16)
    monkeypatch.setattr(blocks, "PIECE_ROWS", 5)


def table(rows=90):
    draw = np.random.default_rng(5)
    number = draw.normal(size=rows)
    return pd.DataFrame(
        {
            "a": number,
            "b": draw.integers(0, 9, rows),
            "gaps": np.where(np.arange(rows) % 7 == 3, np.nan, draw.normal(size=rows)),
            "word": draw.choice(["x", "y", "z"], rows),
            "day": pd.date_range("2026-01-01", periods=rows).strftime("%Y-%m-%d"),
            "yes": draw.choice([True, False], rows),
            "group": draw.integers(0, 12, rows),
            "part": draw.choice(["train", "val", "test"], rows, p=[0.6, 0.2, 0.2]),
            "amount": (number * 3).round(3),
            "kind": np.where(number > 0, "good", "bad"),
        }
    )


def sections(tmp_path, split, **options):
    path = tmp_path / "a.csv"
    if not path.exists():
        table().to_csv(path, index=False)
    values = {"type": "csv", "path": str(path), "target": "kind", "missing": "impute"} | options
    section = TypeAdapter(Split).validate_python(split or {"type": "random"})
    return Csv(**values).model_dump(), section.model_dump()


CASES = {
    "classes": ({}, None),
    "amounts": ({"target": "amount"}, None),
    "bins of amounts": ({"target": "amount"}, {"type": "random", "bins": 3}),
    "several targets": ({"target": {"kind": {}, "amount": {"scaling": "standard"}}}, None),
    "several inputs": ({"inputs": {"one": ["a", "word"], "two": ["b"]}}, None),
    "rows left out": ({"missing": "drop"}, None),
    "split by column": ({}, {"type": "column", "column": "part"}),
    "split by group": ({}, {"type": "group", "column": "group"}),
    "split by time": ({}, {"type": "time", "column": "day"}),
    "split by the order of the file": ({}, {"type": "time", "gap": 2}),
    "all rows train": ({}, {"type": "none"}),
}


@pytest.mark.parametrize(("options", "split"), CASES.values(), ids=CASES.keys())
def test_rows_and_numbers_are_those_of_the_table_in_memory(tmp_path, options, split):
    dataset, section = sections(tmp_path, split, **options)

    found = prepare(dataset | {"cache": "always"}, section, None)
    expected = prepare(dataset | {"cache": "never"}, section, None)

    assert found.inputs.to_json() == _close(expected.inputs.to_json())
    assert found.target.to_json() == _close(expected.target.to_json())
    assert (found.stratified, found.left_out) == (expected.stratified, expected.left_out)
    assert list(found.parts) == list(expected.parts)
    for name, part in found.parts.items():
        order, other = np.argsort(part.rows), expected.parts[name]
        assert part.rows[order].tolist() == other.rows.tolist()
        assert isinstance(part.x, Blocks)
        _compare(rows_of(part.x, order), other.x)
        _compare(rows_of(part.raw, order), other.raw)
        _compare(rows_of(part.y, order), other.y)


def test_an_autoencoder_has_its_inputs_as_targets(tmp_path):
    dataset, section = sections(tmp_path, None, target=None)

    part = prepare(dataset | {"cache": "always"}, section, "autoencoder").parts["train"]

    assert part.y is part.x


def test_a_smoke_run_keeps_a_few_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("dltrain.data.preparation.SMOKE_ROWS", 20)
    dataset, section = sections(tmp_path, None)

    found = prepare(dataset | {"cache": "always"}, section, None, smoke=True)
    expected = prepare(dataset, section, None, smoke=True)

    for name, part in found.parts.items():
        assert sorted(part.rows.tolist()) == expected.parts[name].rows.tolist()


def test_rows_that_were_split_before_are_prepared_again(tmp_path):
    dataset, section = sections(tmp_path, None)
    dataset |= {"cache": "always"}
    data = prepare(dataset, section, None)

    again = prepare_rows(
        read_raw(dataset, section), np.sort(data.parts["val"].rows), data.inputs, data.target
    )

    assert again.rows.tolist() == data.parts["val"].rows.tolist()
    _compare(again.x[:], data.parts["val"].x[:])


def test_a_cell_of_a_test_row_is_told_before_the_training(tmp_path):
    path = tmp_path / "a.csv"
    one = table()
    one["b"] = one["b"].astype(object)
    one.loc[60, "b"] = "many"
    one["part"] = np.where(one.index == 60, "test", np.where(one.index < 10, "val", "train"))
    one.to_csv(path, index=False)
    columns = {"b": {"type": "number", "missing": "error"}}
    dataset, section = sections(tmp_path, {"type": "column", "column": "part"}, columns=columns)

    messages = []
    for cache in ("always", "never"):
        with pytest.raises(DataError) as caught:
            prepare(dataset | {"cache": cache}, section, None)
        messages.append(str(caught.value))

    assert messages[0] == messages[1]
    assert "'many' in row 60 (line 62)" in messages[0]


def test_blocks_are_taken_like_an_array():
    array = np.arange(20).reshape(10, 2)
    found = Blocks(10, lambda rows: array[rows], 4)

    assert np.array_equal(found[:], array)
    assert np.array_equal(found[3:5], array[3:5])
    assert np.array_equal(found[np.array([7, 1])], array[[7, 1]])
    assert [len(block) for block in found.in_turn()] == [4, 4, 2]


def _close(facts):
    """Let floats of learned facts differ by rounding: rows are added up in another order."""
    if isinstance(facts, dict):
        return {name: _close(one) for name, one in facts.items()}
    if isinstance(facts, list):
        return [_close(one) for one in facts]
    return pytest.approx(facts, rel=1e-12, abs=1e-15) if isinstance(facts, float) else facts


def _compare(found, expected):
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for name, one in expected.items():
            _compare(found[name], one)
        return
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert np.allclose(found, expected, rtol=1e-6, atol=1e-6, equal_nan=True)
