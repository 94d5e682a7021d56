"""Runs with every option of a target, from the file to the folder."""

from __future__ import annotations

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

ROWS = 160
FORM = """\
dataset:
  type: csv
  path: rows.csv
  target: {{{target}}}
  features: {{include: [a, b]}}
architecture: {{layers: [{{type: dense, units: 6, activation: tanh}}]}}
metrics: {metrics}
regularization: {{kernel: {{type: l2, l2: 1.0e-4}}}}
optimizer: {{type: adam, learning_rate: 0.02}}
training: {{epochs: 6, batch_size: 16}}
"""
AMOUNTS = ("standard", "min_max", "robust", "log1p")
TARGETS = {
    **{
        scaling: (f"price: {{scaling: {scaling}}}", "[mae, r2_score, rmse]")
        for scaling in AMOUNTS
    },
    "bins": ("price: {bins: 4, ordered: true}", "[accuracy, class_distance]"),
    "edges": ("price: {bins: [60000]}", "[accuracy, auc]"),
    "classes": (
        "size: {classes: [small, medium, large], ordered: true}",
        "[accuracy, quadratic_weighted_kappa]",
    ),
    "two classes": ("kept: {classes: [yes, no]}", "[sensitivity]"),
    "labels of a cell": ("mood: {separator: ';'}", "[f1]"),
    "several": (
        "price: {scaling: log1p}, b2: {scaling: standard, weight: 3}, "
        "size: {classes: [small, medium, large]}, mood: {separator: ';'}",
        "{price: [mae], b2: [r2_score]}",
    ),
}  # fmt: skip
FORMS = {
    name: FORM.format(target=target, metrics=metrics) for name, (target, metrics) in TARGETS.items()
}


def table() -> pd.DataFrame:
    draw = np.random.default_rng(6)
    a, b = draw.normal(size=(2, ROWS)).round(3)
    moods = zip(a > 0, b > 0.5, strict=True)
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "b2": (b * 9 + draw.normal(0, 1, ROWS)).round(2),
            "price": np.exp(11 + a + draw.normal(0, 0.1, ROWS)).round(),
            "size": np.select([a > 0.5, a > -0.5], ["large", "medium"], "small"),
            "count": np.clip(np.round(a * 1.2), 0, 2).astype(int),
            "twice": np.where(a > 0, 5, 1),
            "kept": np.where(a + b > 0.3, "yes", "no"),
            "mood": ["; ".join(np.array(["happy", "quiet"])[list(both)]) for both in moods],
        }
    )


def train(folder: Path, text: str, output: Path) -> dltrain.Run:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return dltrain.fit(folder / "a.yaml", output=output, quiet=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("targets")
    table().to_csv(folder / "rows.csv", index=False)
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


def predictions_of(run):
    return pd.read_csv(run.path / "predictions.csv", keep_default_na=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_the_resolved_config_gives_the_same_run_and_itself(runs, tmp_path, name):
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
@pytest.mark.parametrize("name", FORMS)
def test_figures_of_the_best_epoch_are_those_of_the_saved_model(runs, name):
    run = runs(name)
    epoch = RunFolder(run.path).read_json("metrics.json", "epoch")

    best = run.history.set_index("epoch").loc[epoch]

    names = [name.removeprefix("val_") for name in best.index if name.startswith("val_")]
    assert names
    for figure in names:
        value = run.metrics["val"][figure]
        assert value == pytest.approx(best[f"val_{figure}"], rel=1e-4, abs=1e-6), figure


@pytest.mark.slow
@pytest.mark.parametrize("name", AMOUNTS)
def test_what_a_user_sees_of_amounts_is_in_the_columns_own_unit(runs, folder, name):
    run, predictions = runs(name), predictions_of(runs(name))

    price = pd.read_csv(folder / "rows.csv")["price"]
    assert predictions["target"].tolist() == price.tolist()
    for part, rows in predictions.groupby("part"):
        true, given = rows["target"], rows["prediction"]
        mae = sk.mean_absolute_error(true, given)
        assert run.metrics[part]["mae"] == pytest.approx(mae, rel=1e-5)
        assert run.metrics[part]["r2_score"] == pytest.approx(sk.r2_score(true, given), rel=1e-4)
    baseline = RunFolder(run.path).read_json("metrics.json", "baselines", "mean", "test")
    test, train = (price[predictions["part"] == part] for part in ("test", "train"))
    assert baseline["mae"] == pytest.approx((test - train.mean()).abs().mean(), rel=1e-5)
    again = run.predict(pd.read_csv(folder / "rows.csv"))
    np.testing.assert_allclose(again["prediction"], predictions["prediction"], rtol=1e-5)


@pytest.mark.slow
def test_scaled_amounts_are_learned_where_large_ones_are_not(runs, folder, tmp_path):
    text = FORMS["standard"].replace("{scaling: standard}", "")
    unscaled = train(folder, text, tmp_path)

    errors = {name: runs(name).metrics["test"]["mae"] for name in ("standard", "log1p")}

    assert all(error < 0.8 * unscaled.metrics["test"]["mae"] for error in errors.values())


@pytest.mark.slow
def test_bins_have_equally_many_train_rows_and_their_names_are_columns(runs, folder):
    predictions = predictions_of(runs("bins"))
    price = pd.read_csv(folder / "rows.csv")["price"]

    train = predictions[predictions["part"] == "train"]
    assert np.ptp(train["target"].value_counts()) <= 1
    names = [name.removeprefix("p_") for name in predictions if name.startswith("p_")]
    edges = [float(name.split()[1]) for name in (names[0], names[-1])]
    edges[1:1] = [float(name.split()[0]) for name in names[2:-1]]
    expected = pd.cut(price, [-np.inf, *edges, np.inf], labels=names, right=False)
    assert predictions["target"].tolist() == expected.tolist()


@pytest.mark.slow
def test_the_second_of_two_declared_classes_is_positive(runs):
    run, predictions = runs("two classes"), predictions_of(runs("two classes"))

    assert [name for name in predictions if name.startswith("p_")] == ["p_yes", "p_no"]
    rows = predictions[predictions["part"] == "test"]
    recall = sk.recall_score(rows["target"], rows["prediction"], pos_label="no")
    assert run.metrics["test"]["sensitivity"] == pytest.approx(recall)


@pytest.mark.slow
def test_figures_of_ordered_classes_are_those_of_scikit_learn(runs):
    run, predictions = runs("classes"), predictions_of(runs("classes"))

    for part, rows in predictions.groupby("part"):
        kappa = sk.cohen_kappa_score(
            rows["target"], rows["prediction"], labels=["small", "medium", "large"],
            weights="quadratic",
        )  # fmt: skip
        assert run.metrics[part]["quadratic_weighted_kappa"] == pytest.approx(kappa, abs=1e-6)


@pytest.mark.slow
def test_labels_of_a_cell_have_a_column_each(runs, folder):
    predictions = predictions_of(runs("labels of a cell"))
    moods = pd.read_csv(folder / "rows.csv", keep_default_na=False)["mood"]

    for label in ("happy", "quiet"):
        expected = moods.str.contains(label).astype(int)
        assert predictions[f"target_{label}"].tolist() == expected.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["log1p", "bins", "standard", "robust", "min_max"])
def test_amounts_of_val_and_test_rows_are_not_learned(runs, tmp_path, name):
    split = pd.read_csv(runs(name).path / "split.csv")["part"]
    changed = table().assign(part=split)
    train(write(tmp_path / "one", changed), by_column(FORMS[name]), tmp_path / "runs")
    changed.loc[split != "train", "price"] = 77_000.0

    run = train(write(tmp_path / "other", changed), by_column(FORMS[name]), tmp_path / "more")

    [first] = (tmp_path / "runs" / "a").iterdir()
    assert (run.path / "preprocessing.json").read_bytes() == (
        first / "preprocessing.json"
    ).read_bytes()


def write(folder, rows):
    folder.mkdir()
    rows.to_csv(folder / "rows.csv", index=False)
    return folder


def by_column(text):
    return text + "split: {type: column, column: part}\n"


PLAIN = """
import sys
import keras, numpy as np
folder, rows, found = sys.argv[1:]
model = keras.saving.load_model(f"{folder}/model/best.keras")
np.save(found, model.predict(np.load(rows), verbose=0))
assert not any(name.startswith("dltrain") for name in sys.modules)
"""


@pytest.mark.slow
def test_plain_keras_predicts_amounts_in_their_own_unit(runs, folder, tmp_path):
    rows = pd.read_csv(folder / "rows.csv")[["a", "b"]].to_numpy(np.float32)
    np.save(tmp_path / "rows.npy", rows)

    ended = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, runs("log1p").path, tmp_path / "rows.npy",
         tmp_path / "found.npy"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    found = np.load(tmp_path / "found.npy")[:, 0]
    expected = predictions_of(runs("log1p"))["prediction"]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


SAID = {
    "log1p": ", standardised logarithms",
    "bins": "multiclass target, 4 ordered bins",
    "classes": "multiclass target, 3 ordered classes",
    "labels of a cell": "multilabel target, 2 labels",
    "merged": "multiclass target, 3 bins (9 bins were asked for, but too many amounts are equal)",
    "merged into two": "% >= 3 (4 bins were asked for, but too many amounts are equal)",
}
MERGED = {"merged": "count: {bins: 9}", "merged into two": "twice: {bins: 4}"}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "said"), SAID.items(), ids=SAID.keys())
def test_fit_says_what_it_predicts(folder, tmp_path, command, name, said):
    forms = FORMS | {one: FORM.format(target=MERGED[one], metrics="[]") for one in MERGED}
    (folder / "b.yaml").write_text(forms[name], encoding="utf-8")

    ended = command("fit", folder / "b.yaml", "-o", tmp_path, "--dry-run")

    assert ended.exit_code == 0
    assert said in ended.stderr
