"""`runs compare`: runs are paired where they can be, and it is said where they cannot."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.config.showing.comparison import MISSING
from dltrain.errors import DltrainError
from dltrain.runs.comparing import compare, differing
from dltrain.runs.layout import LONG, long_rows, sections


def keys(compared):
    return [one.to_json() for one in compared.config]


def test_only_the_keys_that_differ_are_listed(three):
    compared = compare(["runs/heart/20261120-120000", "heart", "wide"])

    assert {letter: one.path for letter, one in compared.runs.items()} == {
        "A": "runs/heart/20261120-120000",
        "B": "runs/heart/20261121-120000",
        "C": "runs/wide/20261119-120000",
    }
    assert keys(compared) == [
        {"key": "optimizer.learning_rate", "values": {"A": 0.001, "B": 0.01, "C": 0.1}},
        {"key": "name", "values": {"A": "heart", "B": "heart", "C": "wide"}},
        {"key": "optimizer.type", "values": {"A": "adam", "B": "adam", "C": "sgd"}},
        {"key": "optimizer.momentum", "values": {"C": 0.9}},
    ]


def test_one_key_that_means_two_things_is_two_keys(home, make_run):
    layer, other = {"type": "dense", "units": 1}, {"type": "dropout", "rate": 0.1}
    for name, layers in {"a": [layer, layer], "b": [layer, other, layer], "c": [layer]}.items():
        make_run(home / "runs" / name, config={"name": "x", "architecture": {"layers": layers}})

    compared = compare(["a", "b", "c"])

    assert keys(compared) == [
        {"key": "architecture.layers.1", "values": {"B": other}},
        {"key": "architecture.layers.1", "values": {"A": layer, "B": layer}},
    ]


def test_figures_stand_side_by_side_and_differences_are_those_of_the_predictions(three, make_run):
    compared = compare(["runs/heart/20261120-120000", "heart", "wide"])

    binary, accuracy = make_run.binary, make_run.accuracy
    one, other, third = binary(1), binary(2), binary(3, noise=4.0)
    expected = {"A": one, "B": other, "C": third}
    assert compared.figures["accuracy"] == {
        letter: accuracy(table, "test") for letter, table in expected.items()
    }
    assert list(compared.figures) == ["accuracy", "loss"]
    difference = compared.pairs["C"].differences["accuracy"]
    assert difference.value == pytest.approx(accuracy(third, "test") - accuracy(one, "test"))
    assert compared.pairs["C"].rows == 30
    assert "loss" not in compared.pairs["C"].differences


def test_another_part_can_be_compared(three, make_run):
    compared = compare(["heart", "wide"], "val")

    assert compared.pairs["B"].rows == 10
    assert compared.figures["accuracy"]["A"] == make_run.accuracy(make_run.binary(2), "val")


def other_rows(table):
    return table.assign(part=np.where(np.arange(len(table)) % 2 == 0, "val", "test"))


def of_target(table):
    """Name the columns as they are where there are several targets."""
    names = {"target": "target_sold", "prediction": "prediction_sold"}
    return table.rename(columns=names | {"p_0": "p_sold_0", "p_1": "p_sold_1"})


def amounts(seed=0, unit=1.0):
    draw = np.random.default_rng(2)
    truth = draw.normal(10, 2, 40)
    given = truth + np.random.default_rng(seed + 20).normal(0, 1, 40)
    table = {"row": np.arange(40), "part": ["val", "test"] * 20}
    return pd.DataFrame(table | {"target": truth * unit, "prediction": given * unit})


REGRESSION = {"task": "regression", "names": ["target"], "classes": []}
B = "runs/b/20261120-120000"
A = "runs/a/20261120-120000"
EXPECTED = "expected two runs with predictions for the same rows."
# Name of the case: what is other than in the first run, given its predictions; the reason.
NOT_PAIRED = {
    "other data": (lambda table: {"data": "c" * 64}, f"got {B} on other data than {A}, {EXPECTED}"),
    "other rows": (
        lambda table: {"predictions": other_rows(table)},
        f"got 30 and 20 rows, of which 20 are the same, {EXPECTED}",
    ),
    "another truth": (
        lambda table: {"predictions": table.assign(target=1 - table["target"])},
        f"got 30 rows of which the truth differs, {EXPECTED}",
    ),
    "another task": (
        lambda table: {"predictions": amounts(), "target": REGRESSION},
        f"got the tasks binary and regression, {EXPECTED}",
    ),
    "named targets": (
        lambda table: {
            "predictions": of_target(table),
            "target": {"task": None, "targets": {"sold": {"task": "binary", "classes": [0, 1]}}},
        },
        f"got targets of other names in {B} than in {A}, {EXPECTED}",
    ),
    "no column of it": (
        lambda table: {"predictions": table.drop(columns="p_1")},
        f"got {B}/predictions.csv, which is broken, expected predictions as `fit` writes them.",
    ),
    "no such part": (
        lambda table: {"predictions": table.assign(part="val")},
        f"got the part test, of which {B}/predictions.csv has no row, expected val.",
    ),
}


@pytest.mark.parametrize(("changes", "reason"), NOT_PAIRED.values(), ids=NOT_PAIRED.keys())
def test_runs_that_cannot_be_paired_say_why(home, make_run, changes, reason):
    make_run(home / "runs" / "a")
    metrics = {"splits": {"test": {"loss": 0.5}}}
    make_run(home / "runs" / "b", metrics=metrics, **changes(make_run.binary()))

    compared = compare(["a", "b"])

    assert compared.pairs == {"B": reason}
    assert compared.figures["loss"] == {"A": 0.5, "B": 0.5}


def test_a_run_without_predictions_cannot_be_paired(home, make_run):
    make_run(home / "runs" / "a")
    folder = make_run(home / "runs" / "b", status={"status": "running"})
    for name in ("predictions.csv", "metrics.json"):
        (folder / name).unlink()

    compared = compare(["a", "b"])

    got = f"got {B} without predictions.csv (it is interrupted)"
    assert compared.pairs == {"B": f"{got}, {EXPECTED}"}
    assert compared.figures["accuracy"]["B"] is None


def test_predictions_in_another_order_are_paired_by_their_rows(home, make_run):
    make_run(home / "runs" / "a", seed=1)
    make_run(home / "runs" / "b", predictions=make_run.binary(2))
    make_run(home / "runs" / "c", predictions=make_run.binary(2).iloc[::-1])

    pairs = compare(["a", "b", "c"]).pairs

    assert pairs["B"] == pairs["C"]


def test_the_same_run_twice_is_not_distinguishable(three):
    compared = compare(["heart", "heart"])

    pair = compared.pairs["B"]
    assert compared.config == []
    assert pair.identical
    assert {one.verdict for one in pair.differences.values()} == {"not distinguishable"}


def test_runs_of_several_targets_are_compared_target_by_target(home, make_run):
    def table(seed, unit=1.0):
        price = amounts(seed, unit)
        added = {f"{name}_price": price[name] for name in ("target", "prediction")}
        return of_target(make_run.binary(seed)).assign(**added)

    targets = {"sold": make_run.target, "price": REGRESSION | {"names": ["price"]}}
    target = {"task": None, "targets": targets}
    make_run(home / "runs" / "a", predictions=table(1), target=target, metrics={"splits": {}})
    make_run(home / "runs" / "b", predictions=table(2), target=target, metrics={"splits": {}})
    make_run(home / "runs" / "c", predictions=table(2, 2.0), target=target, metrics={"splits": {}})

    pairs = compare(["a", "b", "c"]).pairs

    truth, given = (amounts(2)[name].to_numpy() for name in ("target", "prediction"))
    rows = make_run.binary()["part"] == "test"
    mae = np.abs(truth - given)[rows].mean()
    assert pairs["B"].differences["price_mae"].second == pytest.approx(mae)
    assert pairs["B"].differences["sold_accuracy"].mcnemar is not None
    assert pairs["B"].skipped == {}
    assert list(pairs["C"].skipped) == ["price"]
    assert pairs["C"].skipped["price"] == "30 rows of which the truth differs"
    assert {name.split("_")[0] for name in pairs["C"].differences} == {"sold"}


AUTOENCODER = {"task": "autoencoder", "shape": [4]}


def test_autoencoders_are_compared_where_their_inputs_are_the_same(home, make_run):
    draw = np.random.default_rng(3)
    for name, size, inputs in (("a", 1.0, {"x": 1}), ("b", 9.0, {"x": 1}), ("c", 1.0, {"x": 2})):
        table = {"row": range(40), "part": ["test"] * 40, "error": size + draw.random(40)}
        make_run(
            home / "runs" / name, predictions=pd.DataFrame(table), target=AUTOENCODER,
            inputs=inputs, metrics={"splits": {}},
        )  # fmt: skip

    pairs = compare(["a", "b", "c"]).pairs

    assert pairs["B"].differences["mse"].verdict == "worse"
    assert pairs["C"] == f"got inputs that were prepared otherwise, {EXPECTED}"


MISTAKES = {
    "one run": (["heart"], "test", "got 1 run, expected 2 to 26 to compare."),
    "too many": (["heart"] * 27, "test", "got 27 runs, expected 2 to 26 to compare."),
    "no run": (
        ["heart", "hart"], "test",
        "got hart, which does not exist, expected a run folder or the name of runs. "
        "Did you mean 'heart'?",
    ),
    "a part that no run has": (
        ["heart", "wide"], "train",
        "got the part train, expected one of test, val, which these runs have.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("runs", "part", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named(three, runs, part, message):
    with pytest.raises(DltrainError) as caught:
        compare(runs, part)

    assert str(caught.value) == message


def test_a_comparison_is_laid_out_for_a_reader(three):
    runs, config, pair = sections(compare(["heart", "wide"]))

    assert runs.rows == [
        ["A", "runs/heart/20261121-120000", "finished"],
        ["B", "runs/wide/20261119-120000", "finished"],
    ]
    assert config.rows == [
        ["name", "heart", "wide"],
        ["optimizer.type", "adam", "sgd"],
        ["optimizer.learning_rate", 0.01, 0.1],
        ["optimizer.momentum", "absent", 0.9],
    ]
    assert pair.title == "test, B against A, on the same 30 rows"
    assert pair.header == ["", "A", "B", "B - A", "95 % interval", "B is"]
    names = [row[0] for row in pair.rows]
    assert names[:2] == ["accuracy", "loss"]
    assert pair.rows[1] == ["loss", 0.5, 1.25, None, None, None]
    assert None not in pair.rows[names.index("log_loss")][:5]
    assert pair.notes[0].startswith("accuracy by McNemar's exact test: ")


def test_every_value_has_a_line_in_the_long_table(three):
    compared = compare(["heart", "wide", "wide"])

    rows = [dict(zip(LONG, row, strict=True)) for row in long_rows(compared)]

    assert len(rows) == 3 * (len(compared.config) + len(compared.pairs["B"].differences) + 1)
    momentum = [row["value"] for row in rows if row["key"] == "optimizer.momentum"]
    assert momentum == [None, 0.9, 0.9]
    (_, accuracy_, _) = (row for row in rows if row["key"] == "accuracy")
    test = compared.pairs["B"].differences["accuracy"]
    assert accuracy_ == {
        "section": "test", "key": "accuracy", "run": "runs/wide/20261119-120000",
        "value": compared.figures["accuracy"]["B"], "difference": test.value,
        "low": test.interval[0], "high": test.interval[1], "p": test.mcnemar.p,
        "verdict": test.verdict, "smoke": False,
    }  # fmt: skip


def test_json_holds_all_of_it(three):
    facts = json.loads(json.dumps(compare(["heart", "wide"]).to_json(), allow_nan=False))

    assert list(facts) == ["runs", "config", "part", "figures", "pairs"]
    pair = facts["pairs"]["B"]
    assert (pair["rows"], pair["identical"], pair["skipped"]) == (30, False, {})
    assert set(pair["figures"]["accuracy"]) == {
        "first", "second", "difference", "interval", "mcnemar", "verdict"
    }  # fmt: skip


def test_what_lies_below_a_key_that_a_run_lacks_is_absent_there():
    a = {"split": {"type": "random", "fractions": {"train": 0.7}}}
    b = {"split": {"type": "column"}}
    c = {"split": {"type": "random", "fractions": {"train": 0.8}}}

    rows = {one.key: one.values for one in differing({"A": a, "B": b, "C": c})}

    assert rows["split.fractions.train"] == {"A": 0.7, "B": MISSING, "C": 0.8}
    assert rows["split.fractions"]["B"] is MISSING


def test_smoke_runs_are_marked(three, make_run):
    make_run(three / "tried", smoke=True)

    compared = compare(["heart", "tried"])

    runs = next(iter(sections(compared)))
    assert runs.header == ["", "run", "status", "smoke"]
    assert [row[3] for row in runs.rows] == [None, "smoke"]
    assert [one["smoke"] for one in compared.to_json()["runs"].values()] == [False, True]
    rows = [dict(zip(LONG, row, strict=True)) for row in long_rows(compared)]
    assert {(row["run"].split("/")[1], row["smoke"]) for row in rows} == {
        ("heart", False), ("tried", True),
    }  # fmt: skip
