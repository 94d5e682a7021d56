"""One run from start to end: what it leaves, and that the same file leaves the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score

from dltrain import assembly, config, run_folder, runner
from dltrain.errors import DltrainError
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

LEFT = {
    "config.resolved.yaml", "config.yaml", "diagnosis.json", "environment.json",
    "gradients.csv", "history.csv", "log.txt", "metrics.json", "model/best.keras",
    "model/last.keras", "predictions.csv", "preprocessing.json", "split.csv",
    "state/config.yaml", "state/lock", "state/training-1.npz", "status.json", "timing.csv",
}  # fmt: skip
SAME = ("history.csv", "metrics.json", "predictions.csv", "split.csv", "preprocessing.json",
        "gradients.csv", "diagnosis.json")  # fmt: skip

# A process that has Keras but no dltrain.
PLAIN_KERAS = """
import sys
import numpy as np
sys.modules["dltrain"] = None
import keras
model = keras.saving.load_model(sys.argv[1])
np.save(sys.argv[3], model.predict(np.load(sys.argv[2]), verbose=0))
assert [name for name in sys.modules if name.startswith("dltrain.")] == []
"""


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def fingerprint(model: Path) -> str:
    """Hash the named weight arrays of a saved model; the file itself holds its date."""
    digest = hashlib.sha256()
    for weight in keras.saving.load_model(model, compile=False).weights:
        digest.update(weight.path.encode() + weight.numpy().tobytes())
    return digest.hexdigest()


def quiet_fit(path: Path, output: Path, overrides: dict | None = None, **options) -> RunFolder:
    checked = config.load(path, overrides or {})
    return runner.fit(checked, output=output, terminal=Terminal(quiet=True), **options).folder


def is_same_run(one: RunFolder, other: RunFolder) -> bool:
    texts = all((one / name).read_bytes() == (other / name).read_bytes() for name in SAME)
    models = ("model/best.keras", "model/last.keras")
    return texts and all(fingerprint(one / name) == fingerprint(other / name) for name in models)


def test_a_run_leaves_its_files_and_no_other(finished):
    assert files(finished.folder.path) == LEFT
    assert not [path for path in finished.folder.path.rglob("*") if path.is_symlink()]
    assert not [path for path in finished.folder.path.rglob("*") if ":" in path.name]
    assert not list(finished.folder.path.rglob(".*"))


def test_the_config_is_kept_as_given(finished):
    assert (finished.folder / "config.yaml").read_bytes() == finished.config.read_bytes()


def test_the_status_is_finished_with_its_times(finished):
    status = finished.folder.read_json("status.json")

    assert (status["status"], status["reason"]) == ("finished", None)
    assert status["started"] <= status["ended"]
    assert list(status["seconds"]) == ["data", "tensorflow", "model", "training", "evaluation"]
    assert finished.folder.status() == "finished"


def test_a_run_has_started_before_its_data_is_read(fruit, tmp_path, monkeypatch):
    given, before_reading = [], []

    def stamp():
        given.append(f"2026-01-01T00:00:{len(given):02}+00:00")
        return given[-1]

    def read_rows(config):
        before_reading.extend(given)
        return assembly.read_rows(config)

    monkeypatch.setattr(run_folder, "timestamp", stamp)
    monkeypatch.setattr(runner, "read_rows", read_rows)

    folder = quiet_fit(fruit, tmp_path, {"training.epochs": 1})

    assert before_reading == [folder.read_json("status.json")["started"]]


def test_the_environment_says_what_a_result_may_depend_on(finished):
    facts = finished.folder.read_json("environment.json")

    of_file = hashlib.sha256(finished.data.read_bytes()).digest()
    assert facts["data"]["sha256"] == hashlib.sha256(of_file).hexdigest()
    assert facts["versions"]["keras"] == keras.__version__
    assert facts["versions"]["numpy"] == np.__version__
    assert facts["machine"]["cores"] == os.cpu_count()
    assert "CPU:0" in facts["machine"]["devices"]
    assert facts["argv"] == sys.argv
    assert facts["git"] is None  # a temporary folder belongs to no repository


def test_every_row_is_in_one_part(finished):
    rows = table(finished.folder / "split.csv")

    assert list(rows[0]) == ["row", "part"]
    assert [int(row["row"]) for row in rows] == list(range(240))
    assert {part: len(numbers) for part, numbers in finished.folder.read_split().items()} == {
        "train": 168, "val": 24, "test": 48
    }  # fmt: skip


def test_preprocessing_holds_what_the_train_rows_say(finished):
    frame = pd.read_csv(finished.data).iloc[finished.folder.read_split()["train"]]

    facts = finished.folder.read_json("preprocessing.json")

    weight, colour, crate, length = facts["inputs"]["columns"]
    assert (weight["name"], weight["scaling"]) == ("weight", "standard")
    assert weight["center"] == pytest.approx(frame["weight"].mean(), rel=1e-12)
    assert weight["scale"] == pytest.approx(frame["weight"].std(ddof=0), rel=1e-12)
    assert length["center"] == pytest.approx(frame["length"].mean(), rel=1e-12)
    assert colour["values"] == ["green", "red", "yellow"]
    assert crate["values"] == [1, 2, 3]
    assert facts["target"] == {
        "task": "binary", "names": ["sort"], "classes": ["apple", "pear"], "ordered": False,
        "scaling": None, "bins": None, "separator": None,
    }  # fmt: skip


def test_the_history_has_a_row_for_each_epoch(finished):
    history = table(finished.folder / "history.csv")
    timing = table(finished.folder / "timing.csv")

    names = ["loss", "accuracy", "auc", "f1"]
    assert list(history[0]) == ["epoch", *names, *(f"val_{name}" for name in names)]
    assert [row["epoch"] for row in history] == [str(epoch) for epoch in range(1, 13)]
    assert [row["epoch"] for row in timing] == [row["epoch"] for row in history]
    assert all(float(row["seconds"]) > 0 for row in timing)
    assert float(history[-1]["loss"]) < float(history[0]["loss"])


def test_the_best_epoch_is_the_first_with_the_best_monitored_figure(finished):
    figures = [float(row["val_accuracy"]) for row in table(finished.folder / "history.csv")]

    epoch = finished.folder.read_json("metrics.json")["epoch"]

    assert epoch == figures.index(max(figures)) + 1


def test_metrics_are_those_that_scikit_learn_finds_in_the_predictions(finished):
    predictions = pd.read_csv(finished.folder / "predictions.csv")
    metrics = finished.folder.read_json("metrics.json")

    assert list(predictions) == ["row", "part", "target", "prediction", "p_apple", "p_pear"]
    assert list(metrics["splits"]) == ["train", "val", "test"]
    for part, figures in metrics["splits"].items():
        rows = predictions[predictions["part"] == part]
        truth, said, share = rows["target"] == "pear", rows["prediction"] == "pear", rows["p_pear"]
        assert figures["loss"] == pytest.approx(log_loss(truth, share), rel=1e-5)
        assert figures["accuracy"] == pytest.approx(accuracy_score(truth, said))
        assert figures["f1"] == pytest.approx(f1_score(truth, said))
        assert figures["auc"] == pytest.approx(roc_auc_score(truth, share), abs=0.01)  # 200 bins


def test_the_baseline_is_the_majority_of_the_train_rows(finished):
    predictions = pd.read_csv(finished.folder / "predictions.csv")
    baseline = finished.folder.read_json("metrics.json")["baselines"]["majority"]

    train = predictions[predictions["part"] == "train"]["target"]
    test = predictions[predictions["part"] == "test"]["target"]

    assert baseline["test"]["accuracy"] == pytest.approx((test == train.mode()[0]).mean())
    assert baseline["test"]["auc"] == pytest.approx(0.5)


def test_predictions_stand_beside_the_truth_of_their_row(finished):
    predictions, data = pd.read_csv(finished.folder / "predictions.csv"), pd.read_csv(finished.data)
    parts = table(finished.folder / "split.csv")

    assert predictions["row"].tolist() == list(range(240))
    assert predictions["part"].tolist() == [row["part"] for row in parts]
    assert predictions["target"].tolist() == data["sort"].tolist()
    assert (predictions["p_apple"] + predictions["p_pear"]).to_numpy() == pytest.approx(1.0)


def test_the_log_is_what_the_terminal_showed(finished):
    log = (finished.folder / "log.txt").read_text(encoding="utf-8")

    assert log == finished.ended.stderr


def raw_matrix(finished) -> np.ndarray:
    """Turn the table into raw numbers by what preprocessing.json says, without dltrain."""
    columns = finished.folder.read_json("preprocessing.json")["inputs"]["columns"]
    data = pd.read_csv(finished.data)
    cells = []
    for column in columns:
        given = data[column["name"]]
        words = [value for value in column.get("values", []) if isinstance(value, str)]
        cells.append(given.map(words.index) if words else given - column.get("offset", 0.0))
    return np.stack(cells, axis=1).astype(np.float32)


def test_plain_keras_gives_the_predictions_from_raw_numbers(finished, tmp_path):
    raw, outputs = tmp_path / "raw.npy", tmp_path / "outputs.npy"
    np.save(raw, raw_matrix(finished))
    best = finished.folder / "model" / "best.keras"

    subprocess.run([sys.executable, "-c", PLAIN_KERAS, best, raw, outputs], check=True, timeout=120)

    predictions = pd.read_csv(finished.folder / "predictions.csv")
    assert np.load(outputs)[:, 0] == pytest.approx(predictions["p_pear"].to_numpy(), abs=1e-6)


def test_best_and_last_are_the_models_of_their_epochs(finished):
    metrics = finished.folder.read_json("metrics.json")
    history = table(finished.folder / "history.csv")
    val = finished.folder.read_split()["val"]
    truth = (pd.read_csv(finished.data)["sort"] == "pear").to_numpy()[val]

    for name, epoch in {"best": metrics["epoch"], "last": len(history)}.items():
        model = keras.saving.load_model(finished.folder / "model" / f"{name}.keras", compile=False)
        said = model.predict(raw_matrix(finished)[val], verbose=0)[:, 0] > 0.5
        figure = float(history[epoch - 1]["val_accuracy"])
        assert (said == truth).mean() == pytest.approx(figure)


def test_the_same_file_gives_the_same_bits(finished, tmp_path):
    again = quiet_fit(finished.config, tmp_path)

    assert is_same_run(again, finished.folder)


def test_the_resolved_file_gives_the_same_bits(finished, tmp_path):
    again = quiet_fit(finished.folder / "config.resolved.yaml", tmp_path)

    resolved = "config.resolved.yaml"
    assert is_same_run(again, finished.folder)
    assert again.path.parent.name == "fruit"
    assert (again / resolved).read_text() == (finished.folder / resolved).read_text()


@pytest.mark.slow
def test_the_resolved_file_allows_what_the_file_allows(tmp_path):
    (tmp_path / "xor.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    (tmp_path / "xor.yaml").write_text(ALLOWING)

    first = quiet_fit(tmp_path / "xor.yaml", tmp_path / "runs") / "config.resolved.yaml"
    second = quiet_fit(first, tmp_path / "again") / "config.resolved.yaml"

    assert first.read_text().startswith("# dltrain: allow DL030\n")
    assert second.read_text() == first.read_text()


@pytest.mark.slow
def test_two_processes_give_the_same_bits(finished, shell, tmp_path):
    first, second = (shell("fit", finished.config, "-o", tmp_path, folder=tmp_path) for _ in "12")

    assert first.exit_code == second.exit_code == 0
    assert is_same_run(RunFolder(first.folder), RunFolder(second.folder))
    assert is_same_run(RunFolder(first.folder), finished.folder)


@pytest.mark.slow
def test_another_seed_gives_other_weights_and_the_same_rows(finished, tmp_path):
    other = quiet_fit(finished.config, tmp_path, {"seed": 4})

    assert fingerprint(other / "model/last.keras") != fingerprint(
        finished.folder / "model/last.keras"
    )
    assert (other / "split.csv").read_bytes() == (finished.folder / "split.csv").read_bytes()


@pytest.mark.slow
def test_the_batch_can_be_all_rows(finished, tmp_path):
    full = quiet_fit(finished.config, tmp_path / "full", {"training.batch_size": "full"})
    counted = quiet_fit(finished.config, tmp_path / "168", {"training.batch_size": 168})

    assert is_same_run(full, counted)


@pytest.mark.slow
def test_class_weights_move_the_predictions(fruit, tmp_path):
    weights = {"training.class_weight": {"apple": 0.01}, "training.best.monitor": "loss"}

    weighted = quiet_fit(fruit, tmp_path, weights)

    assert (pd.read_csv(weighted / "predictions.csv")["prediction"] == "pear").mean() > 0.95


@pytest.mark.slow
def test_without_test_nothing_of_the_test_rows_is_written(finished, tmp_path):
    closed = quiet_fit(finished.config, tmp_path, {"evaluation.test": "never"})

    assert list(closed.read_json("metrics.json")["splits"]) == ["train", "val"]
    assert list(closed.read_json("metrics.json")["baselines"]["majority"]) == ["train", "val"]
    assert set(pd.read_csv(closed / "predictions.csv")["part"]) == {"train", "val"}


def test_a_callback_stops_the_training_and_the_terminal_says_why(fruit, tmp_path):
    stop = {"type": "early_stopping", "monitor": "val_accuracy", "patience": 2}
    overrides = {"callbacks": [stop], "training.epochs": 100}

    folder = quiet_fit(fruit, tmp_path, overrides)

    epochs, best = len(table(folder / "history.csv")), folder.read_json("metrics.json")["epoch"]
    line = f"stopped: val_accuracy has not improved for 2 epochs; best epoch {best}"
    assert best == epochs - 2
    assert line in (folder / "log.txt").read_text().splitlines()


@pytest.mark.slow
def test_a_checkpoint_takes_raw_numbers_as_the_best_model_does(fruit, tmp_path, finished):
    checkpoint = {"type": "model_checkpoint", "filepath": "epoch.keras"}

    folder = quiet_fit(fruit, tmp_path, {"callbacks": [checkpoint]})

    assert fingerprint(folder / "epoch.keras") == fingerprint(finished.folder / "model/last.keras")


@pytest.mark.slow
def test_callbacks_write_into_the_run_folder(fruit, tmp_path):
    callbacks = [
        {"type": "csv_logger", "filename": "keras.csv"},
        {"type": "model_checkpoint", "filepath": "checkpoints/{epoch:02d}.keras"},
    ]

    folder = quiet_fit(fruit, tmp_path, {"callbacks": callbacks, "training.epochs": 2})

    extra = {"keras.csv", "checkpoints/01.keras", "checkpoints/02.keras"}
    assert files(folder.path) == LEFT | extra


@pytest.mark.slow
def test_smoke_keeps_a_few_rows_and_two_epochs(fruit, tmp_path, monkeypatch):
    write = fruit.parent / "fruit.csv"
    lines = write.read_text().splitlines()
    write.write_text("\n".join([*lines, *lines[1:], *lines[1:], ""]))

    folder = quiet_fit(fruit, tmp_path, {"expect": {"test": {"accuracy": "> 1"}}}, smoke=True)

    assert len(table(folder / "history.csv")) == 2
    assert 250 <= len(table(folder / "predictions.csv")) <= 256
    assert folder.read_json("status.json")["status"] == "finished"


MISTAKES = {
    "missing file": ({"dataset.path": "nothing.csv"}, "dataset.path: got "),
    "missing column": (
        {"dataset.target": "sorte"},
        "dataset.target: got 'sorte', expected one of ",
    ),
    "unknown class": (
        {"training.class_weight": {"fig": 2}},
        "training.class_weight.fig: got 'fig', ",
    ),
    "misfit layer": (
        {"architecture.layers": [{"type": "conv2d", "filters": 3, "kernel_size": 3}]},
        "architecture.layers.0: got ",
    ),
    "refused callback": (
        {"callbacks": [{"type": "reduce_lr_on_plateau", "factor": 2}]},
        "callbacks.0",
    ),
    "misfit loss": ({"loss": "categorical_crossentropy"}, "loss: got "),
}


@pytest.mark.parametrize(("overrides", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_data_or_model_leaves_nothing(fruit, tmp_path, overrides, words):
    with pytest.raises(DltrainError) as caught:
        quiet_fit(fruit, tmp_path / "runs", overrides)

    assert words in str(caught.value)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_a_mistake_in_the_data_is_found_without_tensorflow(fruit, tmp_path):
    code = """
import sys
from dltrain import assembly, config, run_folder, runner
try:
    runner.fit(config.load(sys.argv[1], {"dataset.target": "sorte"}))
except Exception as error:
    print(type(error).__name__, "tensorflow" in sys.modules)
"""

    done = subprocess.run(
        [sys.executable, "-c", code, fruit], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout == "DataError False\n"


def test_a_loss_that_is_no_number_fails_the_run_and_names_the_way_out(fruit, tmp_path):
    overrides = {"optimizer": {"type": "sgd", "learning_rate": 1e30}}
    message = (
        "epoch 1: got loss nan, expected a finite number. Try a lower `optimizer.learning_rate`, "
        "`optimizer.clipnorm=1`, or scaled inputs."
    )

    with pytest.raises(DltrainError) as caught:
        quiet_fit(fruit, tmp_path / "runs", overrides)

    (folder,) = map(RunFolder, (tmp_path / "runs" / "fruit").iterdir())
    status = folder.read_json("status.json")
    assert str(caught.value) == message
    assert caught.value.exit_code == 1
    assert (status["status"], status["reason"]) == ("failed", message)
    assert (folder / "log.txt").read_text().endswith(f"\n{message}\n")
    assert len(table(folder / "history.csv")) == len(table(folder / "timing.csv")) == 1
    assert not files(folder.path) & {"metrics.json", "predictions.csv", "model/best.keras"}


@pytest.mark.slow
def test_where_no_epoch_has_the_monitored_figure_the_last_is_kept_and_it_says_so(fruit, tmp_path):
    stop = {"type": "early_stopping", "monitor": "loss", "patience": 1, "min_delta": 10}
    overrides = {"callbacks": [stop], "training.validation_freq": 12}

    folder = quiet_fit(fruit, tmp_path, overrides)

    line = (
        "stopped: loss has not improved for 1 epoch; "
        "best epoch 2, the last: none had a val_accuracy"
    )
    assert line in (folder / "log.txt").read_text().splitlines()
    assert folder.read_json("metrics.json")["epoch"] == 2


def test_an_interrupted_training_keeps_its_epochs(fruit, tmp_path, monkeypatch):
    def stop_in_third(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(
        keras.callbacks.TerminateOnNaN, "on_epoch_end", stop_in_third, raising=False
    )

    with pytest.raises(KeyboardInterrupt) as caught:
        quiet_fit(fruit, tmp_path / "runs", {"callbacks": ["terminate_on_nan"]})

    (folder,) = map(RunFolder, (tmp_path / "runs" / "fruit").iterdir())
    status = folder.read_json("status.json")
    assert str(caught.value) == f"`dltrain resume {folder.path}` goes on"
    assert (status["status"], status["reason"]) == ("interrupted", "stopped by the user")
    assert len(table(folder / "history.csv")) == 3
    assert keras.saving.load_model(folder / "model" / "best.keras").count_params() == 81
    assert (folder / "log.txt").read_text().endswith("\ninterrupted\n")


def test_a_run_folder_can_be_moved(copy, tmp_path, command, finished):
    copy.path.rename(tmp_path / "elsewhere")

    ended = command("evaluate", tmp_path / "elsewhere", "--json")

    assert json.loads(ended.stdout)["splits"] == finished.folder.read_json("metrics.json")["splits"]


ALLOWING = """\
dataset: {type: csv, path: xor.csv, target: y}
split: none
architecture: {type: mlp, units: 4, activation: tanh}
training: {epochs: 1, best: {mode: max}}  # dltrain: allow DL030 the worst one
"""
XOR = """\
dataset: {type: csv, path: xor.csv, target: y}
split: none
architecture: {layers: [{type: dense, units: 4, activation: tanh}]}
training: {epochs: 3, batch_size: full}
"""


@pytest.mark.slow
def test_a_run_without_val_and_test_is_judged_on_its_train_rows(tmp_path):
    (tmp_path / "xor.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    (tmp_path / "xor.yaml").write_text(XOR)

    folder = quiet_fit(tmp_path / "xor.yaml", tmp_path / "runs")

    history = table(folder / "history.csv")
    metrics = folder.read_json("metrics.json")
    losses = [float(row["loss"]) for row in history]
    assert list(history[0]) == ["epoch", "loss"]
    assert list(metrics["splits"]) == ["train"]
    assert metrics["epoch"] == losses.index(min(losses)) + 1
    assert {row["part"] for row in table(folder / "split.csv")} == {"train"}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_the_commit_of_the_config_is_recorded(fruit, tmp_path):
    def git(*words):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        done = subprocess.run(
            ["git", *identity, *words], cwd=fruit.parent, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init")
    git("add", "fruit.yaml")
    git("commit", "-m", "fruit")
    clean = quiet_fit(fruit, tmp_path / "runs", smoke=True)
    fruit.write_text(fruit.read_text() + "# changed\n")
    dirty = quiet_fit(fruit, tmp_path / "runs", smoke=True)

    commit = git("rev-parse", "HEAD")
    assert clean.read_json("environment.json")["git"] == {"commit": commit, "dirty": False}
    assert dirty.read_json("environment.json")["git"] == {"commit": commit, "dirty": True}
