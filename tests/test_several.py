"""Runs with several inputs and outputs, texts and autoencoders, from the file to the folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

import dltrain
from dltrain.reevaluation import evaluate
from dltrain.run_folder import RunFolder

ROWS = 150
WORDS = ("bright", "dark", "garden", "noisy", "quiet", "small")

# Two inputs, two outputs with names that no layer can have, and what can be said about each.
HOUSES = """\
dataset:
  type: csv
  path: houses.csv
  target: {sale price (€): , sold/kept: {weight: 500}}
  inputs: {table: [area, kind], note: [note]}
  columns: {note: {type: text, vocabulary: 50, length: 6}}
architecture:
  layers:
    - {type: dense, units: 4, activation: relu, inputs: table, name: t}
    - {type: embedding, output_dim: 3, inputs: note}
    - {type: global_average_pooling1d, name: n}
    - {type: concatenate, inputs: [t, n]}
    - {repeat: 2, layers: [{type: dense, units: 4, activation: relu}]}
  output: {sold/kept: {type: dense, units: 1, activation: sigmoid, name: sold}}
loss: {sale price (€): huber}
metrics: {sale price (€): [mae], sold/kept: [accuracy, f1]}
regularization: {dropout: 0.1, kernel: {type: l2, l2: 1.0e-4}}
optimizer: {type: adam, learning_rate: 0.01}
callbacks: [{type: early_stopping, monitor: val_sale price (€)_mae, patience: 9}]
training: {epochs: 3, batch_size: 32, best: {monitor: val.sold/kept_loss}}
expect: {test: {sale price (€)_mae: "< 1e6", sold/kept_f1: "> 2"}}
"""
TEXTS = """\
dataset:
  type: csv
  path: houses.csv
  target: {kind: {task: multiclass}}
  features: {include: [note]}
  columns: {note: {type: text, encoding: multi_hot, vocabulary: 5, length: 9}}
architecture: {type: mlp, units: 4}
metrics: [accuracy]
training: {epochs: 2}
"""
TABLE = """\
task: autoencoder
dataset: {type: csv, path: houses.csv, features: {include: [area, price, kind]}}
architecture: {layers: [{type: dense, units: 2}]}
metrics: [mae]
training: {epochs: 2}
"""
PICTURES = """\
task: autoencoder
dataset: {type: npz, path: pictures.npz, images: {scaling: standard}}
architecture:
  layers:
    - {type: conv2d, filters: 2, kernel_size: 3, strides: 2, padding: same, activation: relu}
  output: {type: conv2d_transpose, filters: 1, kernel_size: 3, strides: 2, padding: same}
training: {epochs: 2}
"""
SERIES = """\
task: autoencoder
dataset: {type: npz, path: series.npz}
architecture: {layers: [flatten, {type: dense, units: 3}]}
training: {epochs: 2}
"""
GRAPH = """\
dataset: {type: csv, path: houses.csv, target: kind, features: {include: [area, price]}}
architecture:
  layers:
    - {type: dense, units: 4, name: start}
    - repeat: 2
      layers:
        - {type: dense, units: 4, name: a}
        - {type: add, inputs: [start, a], name: start}
    - {type: dense, units: 4, inputs: start, name: shared}
    - {use: shared, name: again}
    - {type: concatenate, inputs: [start, again, input]}
training: {epochs: 2}
"""
FORMS = {
    "several inputs and outputs": HOUSES,
    "texts as 0 and 1": TEXTS,
    "an autoencoder of a table": TABLE,
    "an autoencoder of pictures": PICTURES,
    "an autoencoder of arrays": SERIES,
    "a graph": GRAPH,
}
PRICE, SOLD = "sale price (€)", "sold/kept"


def write_data(folder: Path) -> None:
    draw = np.random.default_rng(5)
    area, words = draw.normal(90, 20, ROWS).round(1), draw.choice(WORDS, (ROWS, 4))
    table = pd.DataFrame(
        {
            "area": area,
            "kind": draw.choice(["flat", "house", "hut"], ROWS),
            "note": [" ".join(row) + "." for row in words],
            "price": (area * 3 + draw.normal(0, 9, ROWS)).round(1),
            PRICE: (area * 4).round(1),
            SOLD: np.where((words == "quiet").any(axis=1), "sold", "kept"),
        }
    )
    table.to_csv(folder / "houses.csv", index=False)
    np.savez(
        folder / "pictures.npz", x=draw.integers(0, 255, (60, 6, 6), np.uint8), y=np.arange(60) % 2
    )
    np.savez(folder / "series.npz", x=draw.normal(size=(60, 4, 2)), y=np.arange(60) % 2)


def train(folder: Path, text: str, output: Path, **options) -> dltrain.Run:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return dltrain.fit(folder / "a.yaml", output=output, quiet=True, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    write_data(folder)
    return folder


@pytest.fixture(scope="module")
def runs(folder):
    """One run of each form: look, do not touch."""
    made = {}

    def run(name):
        if name not in made:
            made[name] = train(folder, FORMS[name], folder / "runs")
        return made[name]

    return run


@pytest.fixture(scope="module")
def houses(runs):
    return runs("several inputs and outputs")


@pytest.fixture(scope="module")
def table(folder):
    return pd.read_csv(folder / "houses.csv")


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_the_resolved_config_gives_the_same_run_and_itself(folder, runs, tmp_path, name):
    first = runs(name)

    again = dltrain.fit(first.path / "config.resolved.yaml", output=tmp_path, quiet=True)

    for file in ("config.resolved.yaml", "history.csv", "metrics.json", "predictions.csv",
                 "preprocessing.json", "split.csv"):  # fmt: skip
        assert (again.path / file).read_bytes() == (first.path / file).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_an_evaluation_gives_the_figures_of_the_run(runs, name):
    run = runs(name)

    assert evaluate(run.path)["splits"] == run.metrics


@pytest.mark.slow
def test_the_columns_of_the_history_stand_by_target(houses):
    figures = [f"{PRICE}_loss", f"{PRICE}_mae", f"{SOLD}_loss", f"{SOLD}_accuracy", f"{SOLD}_f1"]

    names = ["loss", *figures]
    assert [*houses.history] == ["epoch", *names, *(f"val_{name}" for name in names)]
    assert [*houses.metrics["test"]][: len(names)] == names


@pytest.mark.slow
def test_the_best_epoch_is_that_of_the_figure_that_the_file_names(houses):
    epoch = RunFolder(houses.path).read_json("metrics.json", "epoch")

    assert epoch == 1 + int(houses.history[f"val_{SOLD}_loss"].argmin())


@pytest.mark.slow
def test_expectations_of_single_targets_are_judged(houses):
    [unmet] = houses.unmet

    assert f"expect.test.{SOLD}_f1" in unmet


@pytest.mark.slow
def test_the_figures_are_those_of_scikit_learn_over_the_predictions(houses):
    predictions = pd.read_csv(houses.path / "predictions.csv")

    for part, rows in predictions.groupby("part"):
        figures = houses.metrics[part]
        true, given = rows[f"target_{PRICE}"], rows[f"prediction_{PRICE}"]
        assert figures[f"{PRICE}_mae"] == pytest.approx(
            sk.mean_absolute_error(true, given), rel=1e-5
        )
        true, given = rows[f"target_{SOLD}"], rows[f"prediction_{SOLD}"]
        assert figures[f"{SOLD}_accuracy"] == pytest.approx(sk.accuracy_score(true, given))
        assert figures[f"{SOLD}_f1"] == pytest.approx(
            sk.f1_score(true, given, pos_label="sold", zero_division=0)
        )
        share = rows[f"p_{SOLD}_sold"]
        assert figures[f"{SOLD}_loss"] == pytest.approx(
            sk.log_loss(true == "sold", share), rel=1e-4
        )
    assert len(predictions) == ROWS


@pytest.mark.slow
def test_the_loss_is_the_weighted_sum_and_the_penalty(houses):
    penalty = float(sum(houses.model.losses))

    for figures in houses.metrics.values():
        expected = figures[f"{PRICE}_loss"] + 500 * figures[f"{SOLD}_loss"] + penalty
        assert figures["loss"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.slow
def test_the_baseline_is_a_constant_for_each_target(houses, table):
    baselines = RunFolder(houses.path).read_json("metrics.json", "baselines", "constant")
    split = pd.read_csv(houses.path / "split.csv")["part"]
    train, test = table[split == "train"], table[split == "test"]

    figures = baselines["test"]

    mean, share = train[PRICE].mean(), (train[SOLD] == "sold").mean()
    assert figures[f"{PRICE}_mae"] == pytest.approx((test[PRICE] - mean).abs().mean(), rel=1e-5)
    assert figures[f"{SOLD}_loss"] == pytest.approx(
        sk.log_loss(test[SOLD] == "sold", np.full(len(test), share)), rel=1e-5
    )


PLAIN = """
import sys
import keras, numpy as np
folder, rows, found = sys.argv[1:]
model = keras.saving.load_model(f"{folder}/model/best.keras")
x = dict(np.load(rows))
y = model.predict(x, verbose=0)
np.savez(found, **{f"output{at}": one for at, one in enumerate(y.values())})
print(list(y))
assert not any(name.startswith("dltrain") for name in sys.modules)
"""


@pytest.mark.slow
def test_plain_keras_predicts_from_raw_numbers_without_dltrain(houses, table, tmp_path):
    kinds = {"flat": 0, "house": 1, "hut": 2}
    numbers = np.stack([table["area"], table["kind"].map(kinds)], axis=1).astype(np.float32)
    notes = RunFolder(houses.path).read_json("preprocessing.json", "inputs", "inputs", "note")
    codes = {word: number for number, word in enumerate(notes["words"], 3)}
    tokens = np.array(
        [[0, 1, *(codes[word] for word in note.strip(".").split())] for note in table["note"]],
        np.int32,
    )
    np.savez(tmp_path / "rows.npz", table=numbers, note=tokens)

    ended = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, houses.path, tmp_path / "rows.npz",
         tmp_path / "found.npz"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{[PRICE, SOLD]}\n"
    predictions = pd.read_csv(houses.path / "predictions.csv")
    found = np.load(tmp_path / "found.npz")
    np.testing.assert_allclose(
        found["output0"][:, 0], predictions[f"prediction_{PRICE}"], rtol=1e-5
    )
    np.testing.assert_allclose(found["output1"][:, 0], predictions[f"p_{SOLD}_sold"], rtol=1e-4)


@pytest.mark.slow
def test_new_rows_are_predicted_from_a_table_or_from_arrays(houses, table):
    predictions = pd.read_csv(houses.path / "predictions.csv").drop(columns=["row", "part"])

    from_table = houses.predict(table[["note", "kind", "area"]])
    x = {
        "table": np.stack([table["area"], table["kind"].map({"flat": 0, "house": 1, "hut": 2})], 1),
        "note": np.zeros((ROWS, 6), np.int32),
    }
    from_arrays = houses.predict(x)

    columns = [f"prediction_{PRICE}", f"prediction_{SOLD}", f"p_{SOLD}_kept", f"p_{SOLD}_sold"]
    assert [*from_table] == [*from_arrays] == columns
    assert np.allclose(from_table[columns[0]], predictions[columns[0]], rtol=1e-5)
    assert from_table[columns[1]].tolist() == predictions[columns[1]].tolist()
    assert len(from_arrays) == ROWS


WRONG_ROWS = {
    "a list": ([1, 2], "got a list, expected a table, or a dict of arrays: note, table."),
    "an input is missing": (
        {"table": np.zeros((2, 2))},
        "got the inputs table, expected a table, or a dict of arrays: note, table.",
    ),
    "inputs of different lengths": (
        {"table": np.zeros((2, 2)), "note": np.zeros((3, 6), np.int32)},
        "got inputs with different numbers of rows (table 2, note 3), expected one number.",
    ),
    "an input of another shape": (
        {"table": np.zeros((2, 3)), "note": np.zeros((2, 6), np.int32)},
        "got rows of shape (2, 3), expected (n, 2).",
    ),
    "a column is missing": (
        pd.DataFrame({"area": [1.0], "note": ["quiet"]}),
        "got no column 'kind' among area, note, expected the columns of the training.",
    ),
    "a text is missing": (
        pd.DataFrame({"area": [1.0], "kind": ["flat"], "note": [None]}),
        "dataset.columns.note: got 1 missing value, the first in row 0, expected a value in every "
        "row.",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "message"), WRONG_ROWS.values(), ids=WRONG_ROWS.keys())
def test_rows_that_are_not_those_of_the_training_are_refused(houses, rows, message):
    with pytest.raises(dltrain.DataError) as caught:
        houses.predict(rows)

    assert str(caught.value).startswith(message)


@pytest.mark.slow
def test_other_data_is_evaluated_by_what_the_train_rows_taught(houses, table, tmp_path, command):
    table.iloc[::-1].to_csv(tmp_path / "other.csv", index=False)

    ended = command("evaluate", houses.path, "--data", tmp_path / "other.csv", "--json")

    assert ended.exit_code == 0
    figures = json.loads(ended.stdout)["splits"]["data"]
    predictions = pd.read_csv(houses.path / "predictions.csv")
    wrong = predictions[f"target_{PRICE}"] - predictions[f"prediction_{PRICE}"]
    assert figures[f"{PRICE}_mae"] == pytest.approx(wrong.abs().mean(), rel=1e-5)


@pytest.mark.slow
def test_what_val_and_test_rows_hold_is_not_learned(folder, houses, table, tmp_path):
    split = pd.read_csv(houses.path / "split.csv")["part"]
    changed = table.copy()
    others = split != "train"
    changed.loc[others, "note"] = "zebra " * 5
    changed.loc[others, "area"] = 1e4
    changed.loc[others, PRICE] = 1.0
    changed.to_csv(tmp_path / "houses.csv", index=False)

    run = train(tmp_path, HOUSES, tmp_path / "runs")

    for file in ("preprocessing.json", "split.csv"):
        assert (run.path / file).read_bytes() == (houses.path / file).read_bytes()
    losses = [name for name in run.history if not name.startswith("val_")]
    pd.testing.assert_frame_equal(run.history[losses], houses.history[losses])


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_smoke_and_dry_runs_take_every_form(folder, tmp_path, command, name):
    (folder / "b.yaml").write_text(FORMS[name], encoding="utf-8")

    dry = command("fit", folder / "b.yaml", "-o", tmp_path, "--dry-run")
    smoke = command("fit", folder / "b.yaml", "-o", tmp_path, "--smoke")

    assert (dry.exit_code, smoke.exit_code) == (0, 0), smoke.stderr
    assert len(pd.read_csv(smoke.folder / "history.csv")) == 2


@pytest.mark.slow
def test_the_errors_of_reconstructions_stand_beside_the_rows(runs):
    run = runs("an autoencoder of pictures")

    predictions = pd.read_csv(run.path / "predictions.csv")

    assert [*predictions] == ["row", "part", "error"]
    for part, rows in predictions.groupby("part"):
        assert rows["error"].mean() == pytest.approx(run.metrics[part]["loss"], rel=1e-4)


@pytest.mark.slow
def test_an_autoencoder_is_compared_with_the_mean_of_the_train_rows(runs, folder):
    run = runs("an autoencoder of arrays")
    x = np.load(folder / "series.npz")["x"].astype(np.float32)
    split = pd.read_csv(run.path / "split.csv")["part"].to_numpy()

    baselines = RunFolder(run.path).read_json("metrics.json", "baselines", "mean")

    mean = x[split == "train"].mean(axis=0)
    expected = ((x[split == "test"] - mean) ** 2).mean()
    assert baselines["test"]["loss"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.slow
def test_reconstructions_of_new_rows_are_flat_columns(runs, folder):
    run = runs("an autoencoder of arrays")
    x = np.load(folder / "series.npz")["x"].astype(np.float32)

    found = run.predict(x[:3])

    assert [*found] == [f"prediction_{at}" for at in range(8)]
    np.testing.assert_allclose(found, run.model.predict(x[:3], verbose=0).reshape(3, 8), rtol=1e-5)
