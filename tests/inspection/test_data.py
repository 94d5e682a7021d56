"""What `inspect data` gathers, against pandas and NumPy on the same rows."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

MIXED = "{type: csv, path: mixed.csv, target: y, missing: impute}"
PARTS = ("train", "val", "test")


@pytest.fixture
def mixed(tmp_path):
    """A table with numbers, words, gaps and a value of `c` that no train row has."""
    draw = np.random.default_rng(5)
    table = pd.DataFrame({
        "a": draw.normal(3, 2, 100).round(3),
        "b": draw.integers(0, 4, 100).astype(float),
        "c": draw.choice(["red", "green"], 100),
        "y": draw.choice(["no", "yes", "never"], 100, p=[0.5, 0.3, 0.2]),
        "part": ["train"] * 60 + ["val"] * 20 + ["test"] * 20,
    })  # fmt: skip
    table.loc[[3, 5, 70], "a"] = np.nan
    table.loc[90, "c"] = "blue"
    table.to_csv(tmp_path / "mixed.csv", index=False)
    return table


SPLIT = "split: {type: column, column: part}\n"


def test_rows_and_classes_are_counted_by_part(mixed, described):
    facts = described(MIXED, SPLIT)

    assert facts["rows"] == {
        "all": 100, "parts": {"train": 60, "val": 20, "test": 20}, "left_out": 0
    }  # fmt: skip
    counts = mixed.groupby("y")["part"].value_counts()
    (target,) = facts["targets"]
    assert (target["name"], target["task"]) == ("y", "multiclass")
    assert target["classes"] == [
        {"class": name, "rows": {part: int(counts.get((name, part), 0)) for part in PARTS}}
        for name in ("never", "no", "yes")
    ]


def test_columns_are_described_as_pandas_does(mixed, described):
    facts = described(MIXED, SPLIT)

    train = mixed[mixed["part"] == "train"]
    a, b, c = facts["inputs"][0]["columns"]
    assert [one["type"] for one in (a, b, c)] == ["number", "number", "category"]
    assert a["missing"] == {"train": 2, "val": 1, "test": 0}
    assert a["range"] == [train["a"].min(), train["a"].max()]
    assert a["unique"] == train["a"].nunique()
    assert a["learned"]["center"] == pytest.approx(train["a"].mean())
    assert a["learned"]["fill"] == pytest.approx(train["a"].median())
    top = train["b"].value_counts()
    assert b["most_frequent"] == {"value": top.index[0], "rows": top.iloc[0]}
    assert c["learned"]["values"] == ["green", "red"]
    assert c["range"] is None
    assert c["unknown"] == {"val": 0, "test": 1}


def test_ranges_tell_nothing_of_val_and_test(mixed, described, tmp_path):
    before = described(MIXED, SPLIT)["inputs"]
    mixed.loc[mixed["part"] != "train", "a"] = 1e6
    mixed.to_csv(tmp_path / "mixed.csv", index=False)

    after = described(MIXED, SPLIT)["inputs"]

    for one in (before, after):
        for column in one[0]["columns"]:
            del column["missing"], column["unknown"]
    assert after == before


def test_prepared_rows_are_those_that_the_network_is_given(mixed, looked, described):
    facts, data = described(MIXED, SPLIT, rows=3)["sample"], looked(MIXED, SPLIT).data

    train = data.parts["train"]
    assert facts["input_names"] == {"input": ["a", "b", "c=green", "c=red", "a missing"]}
    assert len(facts["rows"]) == 3
    for row in facts["rows"]:
        position = int(np.searchsorted(train.rows, row["row"]))
        assert row["inputs"]["input"] == train.x[position].tolist()
        assert row["target"] == train.y[position]


def test_the_document_is_plain_json(mixed, described):
    facts = described(MIXED, SPLIT)

    assert json.loads(json.dumps(facts, allow_nan=False)) == facts


def test_closed_test_rows_are_counted_and_no_more(mixed, described):
    facts = described(MIXED, SPLIT + "evaluation: {test: never}\n")

    assert facts["test_is_closed"] is True
    assert facts["rows"]["parts"]["test"] == 20
    told = [facts["targets"], facts["inputs"]]
    assert '"test"' not in json.dumps(told)


def test_nothing_is_said_about_closed_test_rows(mixed, described, tmp_path):
    mixed.loc[(mixed["part"] == "test") & (mixed["y"] == "never"), "y"] = "no"
    mixed.loc[90] = mixed.loc[0]
    mixed.loc[91, "c"] = "blue"
    mixed.loc[[90], "part"] = "test"
    mixed.loc[61, ["a", "b", "c", "y"]] = mixed.loc[1, ["a", "b", "c", "y"]]
    mixed.to_csv(tmp_path / "mixed.csv", index=False)

    opened = said_about_rows(described(MIXED, SPLIT))
    closed = said_about_rows(described(MIXED, SPLIT + "evaluation: {test: never}\n"))

    assert opened == [
        "exact copies: 1 val row of train rows, 1 test row of train rows",
        "no test row of class never",
        "unknown values: c (1 test row)",
    ]
    assert closed == ["exact copies: 1 val row of train rows"]


def said_about_rows(facts):
    return [one["message"] for one in facts["warnings"] if one["rule"] is None]


def test_rows_that_are_left_out_have_gaps_of_their_own(mixed, described):
    facts = described(MIXED.replace("impute", "drop"), SPLIT)

    assert facts["rows"]["left_out"] == 3
    assert facts["inputs"][0]["columns"][0]["missing"] == {
        "train": 0, "val": 0, "test": 0, "left out": 3
    }  # fmt: skip


def test_amounts_have_least_mean_and_largest_in_their_own_unit(mixed, described):
    target = "target: {b: {scaling: standard, task: regression}}"
    facts = described(f"{{type: csv, path: mixed.csv, {target}, missing: impute}}", SPLIT)

    (amounts,) = facts["targets"][0]["amounts"]
    for part in PARTS:
        rows = mixed[mixed["part"] == part]["b"]
        told = amounts["parts"][part]
        expected = (rows.min(), rows.mean(), rows.max())
        assert (told["min"], told["mean"], told["max"]) == pytest.approx(expected, rel=1e-6)


def test_labels_are_counted_one_by_one(tmp_path, described):
    draw = np.random.default_rng(1)
    table = pd.DataFrame({"a": np.arange(40.0), "p": draw.integers(0, 2, 40), "q": 1})
    table.loc[:5, "q"] = 0
    table.to_csv(tmp_path / "labels.csv", index=False)

    facts = described("{type: csv, path: labels.csv, target: [p, q]}", "split: {type: none}\n")

    (target,) = facts["targets"]
    assert (target["name"], target["task"]) == (None, "multilabel")
    assert target["labels"] == [
        {"label": "p", "rows": {"train": int(table["p"].sum())}},
        {"label": "q", "rows": {"train": 34}},
    ]


def test_each_target_and_each_input_has_a_block_of_its_own(mixed, described):
    dataset = (
        "{type: csv, path: mixed.csv, missing: impute, target: {y: {}, b: {task: regression}}, "
        "inputs: {one: [a], two: [c]}}"
    )
    layers = "{type: concatenate, inputs: [one, two]}, {type: dense, units: 2}"

    facts = described(dataset, SPLIT, layers=layers)

    assert [(one["name"], one["task"]) for one in facts["targets"]] == [
        ("y", "multiclass"), ("b", "regression")
    ]  # fmt: skip
    assert [one["name"] for one in facts["inputs"]] == ["one", "two"]
    assert set(facts["sample"]["rows"][0]["inputs"]) == {"one", "two"}


@pytest.fixture
def notes(tmp_path):
    train = ["the cat sat", "the dog", "the the mouse ran away", ""]
    table = pd.DataFrame({"note": [*train, "the bird sat"], "y": [0, 1, 0, 1, 0]})
    table["part"] = ["train"] * 4 + ["val"]
    table.to_csv(tmp_path / "notes.csv", index=False)


TEXT = (
    "{{type: csv, path: notes.csv, target: y, missing: impute, columns: "
    "{{note: {{type: text, encoding: {}, length: 4, vocabulary: 8}}}}}}"
)


def test_texts_tell_unknown_words_lengths_and_what_is_cut(notes, described):
    facts = described(TEXT.format("sequence"), SPLIT)

    text = facts["inputs"][0]["text"]
    # Of train `the` 4 times, then by the alphabet: away, cat, dog, mouse; ran and sat are unknown.
    assert text["unknown_share"] == {"train": pytest.approx(2 / 10), "val": pytest.approx(2 / 3)}
    assert text["cut"] == {"train": 1, "val": 0}
    assert text["missing"] == {"train": 1, "val": 0}
    assert text["lengths"] == {
        "min": 0, "quarter": 1.5, "median": 2.5, "three_quarters": 3.5, "max": 5
    }  # fmt: skip
    assert text["most_frequent"][0] == {"word": "the", "count": 3}


def test_a_prepared_text_is_shown_in_words(notes, described):
    facts = described(TEXT.format("sequence"), SPLIT, rows=10)

    shown = {row["row"]: row["inputs"]["input"] for row in facts["sample"]["rows"]}
    assert shown[1] == {"tokens": [0, 1, 3, 6], "text": "[begin] the dog"}
    assert shown[2]["text"] == "the mouse [unknown] away"


@pytest.mark.parametrize("encoding", ["multi_hot", "bigrams", "tf_idf"])
def test_other_encodings_count_the_same_words(notes, described, encoding):
    text = described(TEXT.format(encoding), SPLIT)["inputs"][0]["text"]

    assert text["lengths"]["max"] == 5
    assert text["cut"]["train"] >= (encoding == "bigrams")


def test_pictures_tell_mean_and_deviation_of_each_channel(tmp_path, described):
    draw = np.random.default_rng(3)
    x = draw.integers(0, 200, (30, 5, 4, 3)).astype(np.uint8)
    np.savez(tmp_path / "p.npz", x=x, y=np.arange(30) % 2)

    facts = described("{type: npz, path: p.npz}", "split: {type: none}\n")

    (one,) = facts["inputs"]
    assert (one["form"], one["shape"]) == ("images", [5, 4, 3])
    for channel, told in enumerate(one["pictures"]["channels"]):
        pixels = x[..., channel]
        expected = (pixels.min(), pixels.mean(), pixels.std(), pixels.max())
        assert tuple(told.values()) == pytest.approx(expected)
    row = facts["sample"]["rows"][0]
    assert row["inputs"]["input"]["max"] == pytest.approx(x[row["row"]].max() / 255)


def test_arrays_tell_each_variable(tmp_path, described):
    x = np.random.default_rng(3).normal(size=(20, 6, 2)).astype(np.float32)
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(20) % 2)

    (one,) = described("{type: npz, path: a.npz}", "split: {type: none}\n")["inputs"]

    assert one["form"] == "array"
    for variable, told in enumerate(one["numbers"]["variables"]):
        assert told["mean"] == pytest.approx(x[..., variable].mean(), abs=1e-6)
        assert told["max"] == x[..., variable].max()


def test_an_autoencoder_has_no_target_column(tmp_path, described):
    x = np.arange(60, dtype=np.float32).reshape(20, 3)
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(20))
    facts = described("{type: npz, path: a.npz}", "task: autoencoder\nsplit: {type: none}\n")

    assert facts["targets"] == [
        {"name": None, "task": "autoencoder", "learned": {"shape": [3]}}
    ]  # fmt: skip


def test_what_fit_would_warn_of_is_told(mixed, described):
    facts = described(
        MIXED, SPLIT + "training: {epochs: 20}\ncallbacks: [{type: early_stopping, patience: 50}]\n"
    )

    warning = next(one for one in facts["warnings"] if one["rule"] == "DL033")
    assert warning["severity"] == "warning"
    assert warning["key"] == "callbacks.0.patience"
    assert warning["place"].startswith("given.yaml") or "given.yaml:" in warning["place"]
    assert warning["message"].startswith("got 50")


def test_a_table_in_the_cache_tells_the_same(mixed, described, monkeypatch, tmp_path):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    in_memory = described(MIXED, SPLIT, rows=60)

    stored = described(MIXED.replace("}", ", cache: always}"), SPLIT, rows=60)

    assert stored["targets"] == in_memory["targets"]
    assert stored["rows"] == in_memory["rows"]
    for one, other in zip(
        stored["inputs"][0]["columns"], in_memory["inputs"][0]["columns"], strict=True
    ):
        assert {key: one[key] for key in ("missing", "range", "unique", "unknown")} == {
            key: other[key] for key in ("missing", "range", "unique", "unknown")
        }
    rows = {row["row"]: row for row in stored["sample"]["rows"]}
    for row in in_memory["sample"]["rows"]:
        assert rows[row["row"]]["target"] == row["target"]
        assert rows[row["row"]]["inputs"]["input"] == pytest.approx(row["inputs"]["input"])


def test_windows_tell_each_variable_of_the_series(tmp_path, described):
    table = pd.DataFrame({"a": np.arange(40.0), "b": np.cos(np.arange(40.0)).round(3)})
    table.to_csv(tmp_path / "s.csv", index=False)

    facts = described(
        "{type: windows, path: s.csv, target: b, window: 4}", "split: {type: time}\n", rows=1
    )

    series = facts["inputs"][0]["series"]
    train = table.iloc[: series["counted_rows"]]
    assert series["rows"] == 40
    for told in series["variables"]:
        numbers = train[told["name"]]
        assert (told["min"], told["max"]) == (numbers.min(), numbers.max())
        assert told["learned"]["center"] == pytest.approx(numbers.mean())
    assert np.shape(facts["sample"]["rows"][0]["inputs"]["input"]) == (4, 2)


def test_dates_have_a_range(tmp_path, described):
    days = pd.date_range("2024-01-31", periods=60)
    table = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "y": [0, 1] * 30})
    table.to_csv(tmp_path / "d.csv", index=False)

    facts = described("{type: csv, path: d.csv, target: y}", "split: {type: none}\n")

    (day,) = facts["inputs"][0]["columns"]
    assert day["type"] == "date"
    assert day["range"] == ["2024-01-31T00:00:00", "2024-03-30T00:00:00"]


def test_copies_across_parts_are_told(tmp_path, described):
    table = pd.DataFrame({"a": [*range(30), 0, 1], "b": 2.5, "y": [0, 1] * 16})
    table["part"] = ["train"] * 30 + ["val"] * 2
    table.to_csv(tmp_path / "c.csv", index=False)

    warnings = described("{type: csv, path: c.csv, target: y}", SPLIT)["warnings"]

    assert warnings[0]["message"] == "exact copies: 2 val rows of train rows"
    assert warnings[0]["rule"] is None
    assert any("b" in one["message"] for one in warnings[1:])
