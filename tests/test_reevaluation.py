"""A run is evaluated again from its folder alone, and says what is missing where it cannot be."""

from __future__ import annotations

import hashlib
import json
import os
import shutil

import pytest

import dltrain
from dltrain.errors import DltrainError, FolderError
from dltrain.reevaluation import evaluate
from dltrain.run_folder import RunFolder


def all_files(folder: RunFolder) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.path.rglob("*")
        if path.is_file()
    }


def metrics_of(folder: RunFolder) -> dict:
    """What metrics.json holds, but for the baselines, which a second evaluation leaves out."""
    facts = folder.read_json("metrics.json")
    return {name: fact for name, fact in facts.items() if name != "baselines"}


def test_the_figures_are_those_of_metrics_json_to_the_bit(finished):
    assert evaluate(finished.folder.path) == metrics_of(finished.folder)


def test_nothing_is_written(finished):
    before = all_files(finished.folder)

    evaluate(finished.folder.path)

    assert all_files(finished.folder) == before


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_to_is_evaluated(copy, shell, tmp_path):
    for folder in (copy.path, copy / "state", copy / "model"):
        folder.chmod(0o555)

    ended = shell("evaluate", copy.path, "--json", folder=tmp_path)

    assert json.loads(ended.stdout) == metrics_of(copy)


@pytest.mark.parametrize("part", ["train", "val", "test"])
def test_one_part_alone_has_the_same_figures(finished, part):
    figures = evaluate(finished.folder.path, split=part)["splits"]

    assert figures == {part: metrics_of(finished.folder)["splits"][part]}


def test_the_last_model_is_that_of_the_last_epoch(finished):
    last = evaluate(finished.folder.path, checkpoint="last", split="val")

    line = (finished.folder / "history.csv").read_text().splitlines()[-1].split(",")
    names = (finished.folder / "history.csv").read_text().splitlines()[0].split(",")
    history = dict(zip(names, map(float, line), strict=True))
    assert (last["checkpoint"], last["epoch"]) == ("last", 12)
    shown = {name: last["splits"]["val"][name] for name in last["main"]}
    assert shown == pytest.approx({name: history[f"val_{name}"] for name in shown}, rel=1e-5)


SPLITS = {
    "group": "{type: group, column: length}",
    "time": "{type: time, column: length, gap: 3}",
    "bins": "{bins: 5}",
}


@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS.keys())
def test_every_split_is_replayed_row_by_row(fruit, command, split):
    target = ["dataset.target=weight", "metrics=[]", "training.best.monitor=val_loss"]
    folder = command("fit", fruit, *target, f"split={split}", "training.epochs=1").folder

    figures = evaluate(folder)["splits"]

    assert figures == RunFolder(folder).read_json("metrics.json")["splits"]
    assert list(figures) == ["train", "val", "test"]


def test_other_data_is_evaluated_whole(finished):
    figures = evaluate(finished.folder.path, data=finished.data)["splits"]

    splits = metrics_of(finished.folder)["splits"]
    rows = {name: len(numbers) for name, numbers in finished.folder.read_split().items()}
    mean = sum(rows[name] * splits[name]["accuracy"] for name in rows) / sum(rows.values())
    assert list(figures) == ["data"]
    assert figures["data"]["accuracy"] == pytest.approx(mean)


def test_data_that_has_changed_is_refused(finished, copy, tmp_path):
    changed = shutil.copy(finished.data, tmp_path / "fruit.csv")
    changed.write_text(finished.data.read_text().replace("apple", "pear", 1))
    resolved = (copy / "config.resolved.yaml").read_text()
    (copy / "config.resolved.yaml").write_text(resolved.replace(str(finished.data), str(changed)))
    of_file = hashlib.sha256(changed.read_bytes()).digest()

    with pytest.raises(DltrainError) as caught:
        evaluate(copy.path)

    recorded = copy.read_json("environment.json")["data"]["sha256"]
    assert str(caught.value) == (
        f"got data with the sha256 {hashlib.sha256(of_file).hexdigest()[:12]}…, "
        f"expected {recorded[:12]}… as when {copy.path} was made. "
        "`--data FILE` evaluates other data."
    )
    assert caught.value.exit_code == 2
    assert list(evaluate(copy.path, data=changed)["splits"]) == ["data"]


def test_data_that_is_gone_is_named(finished, copy, tmp_path):
    resolved = (copy / "config.resolved.yaml").read_text()
    gone = tmp_path / "gone.csv"
    (copy / "config.resolved.yaml").write_text(resolved.replace(str(finished.data), str(gone)))

    with pytest.raises(DltrainError) as caught:
        evaluate(copy.path)

    assert str(caught.value) == (
        f"got {gone}, which does not exist, expected the data of the run. "
        "`--data FILE` evaluates other data."
    )


def test_other_data_without_a_column_is_refused(finished, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("weight,colour,length,sort\n1,red,2,pear\n")

    with pytest.raises(DltrainError) as caught:
        evaluate(finished.folder.path, data=other)

    assert "crate" in str(caught.value)
    assert caught.value.exit_code == 2


HALF_DELETED = {
    "config.resolved.yaml": "got {} without config.resolved.yaml, expected a complete run folder. "
    "Its status is finished.",
    "environment.json": "got {} without environment.json, expected a complete run folder. "
    "Its status is finished.",
    "model/best.keras": "got {} without model/best.keras, expected a complete run folder. "
    "Its status is finished.",
    "preprocessing.json": "got {} without preprocessing.json, expected a complete run folder. "
    "Its status is finished.",
    "split.csv": "got {} without split.csv, expected a complete run folder. "
    "Its status is finished.",
    "status.json": "got {}, which has no status.json, expected a run folder. "
    "`fit` prints it as its last line.",
}


@pytest.mark.parametrize(("name", "message"), HALF_DELETED.items(), ids=HALF_DELETED.keys())
def test_what_is_missing_is_named(copy, name, message):
    os.remove(copy / name)

    with pytest.raises(FolderError) as caught:
        evaluate(copy.path)

    assert str(caught.value) == message.format(copy.path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "name",
    ["config.yaml", "history.csv", "log.txt", "metrics.json", "predictions.csv", "timing.csv"],
)
def test_what_is_not_needed_may_be_missing(copy, name):
    os.remove(copy / name)

    assert evaluate(copy.path, split="val")["splits"].keys() == {"val"}


BROKEN = {
    "environment.json": ("{}", "what `fit` writes there"),
    "status.json": ('{"status": "finished"}', "what `fit` writes there"),
    "model/best.keras": ("no model", "a Keras model"),
    "preprocessing.json": ('{"inputs": {"form": "table"}}', "what `fit` writes there"),
    "split.csv": ("row,part\n9999,train\n", "rows 0 to 239 of the data"),
}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [(name, *case) for name, case in BROKEN.items()],
    ids=BROKEN.keys(),
)
def test_a_file_that_is_broken_is_named(copy, name, text, expected):
    (copy / name).write_text(text)

    with pytest.raises(FolderError) as caught:
        evaluate(copy.path)

    assert str(caught.value) == f"got {copy / name}, which is broken, expected {expected}."
    assert caught.value.exit_code == 2


def test_a_resolved_config_that_is_broken_is_named(copy):
    (copy / "config.resolved.yaml").write_text("seed: many\n")

    with pytest.raises(DltrainError) as caught:
        evaluate(copy.path)

    assert f"{copy / 'config.resolved.yaml'}:1:7: seed: got 'many', expected " in str(caught.value)


STATES = {
    "running": "got {} without model/best.keras, expected a complete run folder. "
    "Its status is interrupted.",
    "failed": "got {} without model/best.keras, expected a complete run folder. "
    "Its status is failed.",
}


@pytest.mark.parametrize(("status", "message"), STATES.items(), ids=STATES.keys())
def test_a_run_without_a_model_cannot_be_evaluated(copy, status, message):
    copy.write_json("status.json", {"status": status})
    (copy / "model/best.keras").unlink()

    with pytest.raises(FolderError) as caught:
        evaluate(copy.path)

    assert str(caught.value) == message.format(copy.path)


def test_a_part_that_the_run_does_not_have_is_named(copy):
    split = (copy / "split.csv").read_text().replace("val", "train")
    (copy / "split.csv").write_text(split)

    with pytest.raises(FolderError) as caught:
        evaluate(copy.path, split="val")

    assert str(caught.value) == "got the part val, expected one of test, train, which this run has."


@pytest.mark.parametrize("split", ["random", "none"])
def test_what_the_loss_and_callbacks_take_over_can_be_read_back(fruit, tmp_path, split):
    overrides = {
        "split": split,
        "regularization.label_smoothing": 0.1,
        "callbacks": [{"type": "model_checkpoint", "filepath": "each.keras"}],
        "training": {"epochs": 1},
    }

    run = dltrain.fit(fruit, overrides, output=tmp_path, quiet=True)

    assert evaluate(run.path)["splits"] == run.metrics


def test_a_run_on_a_bundled_set_takes_no_other_data(tmp_path):
    (tmp_path / "iris.yaml").write_text(
        "dataset: {type: sklearn, name: iris}\narchitecture: {layers: []}\ntraining: {epochs: 1}\n"
    )
    run = dltrain.fit(tmp_path / "iris.yaml", output=tmp_path, quiet=True)

    with pytest.raises(DltrainError) as caught:
        evaluate(run.path, data=tmp_path / "iris.yaml")

    assert str(caught.value) == (
        "got --data for a run on `type: sklearn`, expected a run whose data is a file."
    )


def test_a_model_with_flipped_bytes_is_said_to_be_broken(copy):
    path = copy / "model" / "best.keras"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(255 - byte for byte in content[middle : middle + 200])
    path.write_bytes(content)

    with pytest.raises(FolderError) as caught:
        evaluate(copy.path)

    assert str(caught.value) == f"got {path}, which is broken, expected a Keras model."
