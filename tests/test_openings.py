"""Test rows are opened once, at the end, and it is known by how many configs."""

from __future__ import annotations

import json

import pytest

from dltrain import openings
from dltrain.run_folder import RunFolder

SMALL = ("training.epochs=1",)


def noted(folder: RunFolder) -> dict[str, str]:
    status = folder.read_json("status.json")
    return {key: status[key] for key in status if key.startswith(("test_", "config_"))}


@pytest.fixture
def fitted(fruit, command):
    """Fit the made table with some overrides; gives the folder and what was said."""

    def fit(*overrides: str, output: str = "runs"):
        ended = command("fit", fruit, *SMALL, *overrides, "-o", output)
        assert ended.exit_code == 0, ended.stderr
        return RunFolder(ended.folder), ended.stderr

    return fit


@pytest.mark.slow
def test_fit_counts_the_other_configs_that_have_opened_the_same_test_rows(fitted):
    first, said = fitted()
    assert "opened before" not in said
    assert list(noted(first)) == ["test_opened", "test_rows_sha256", "config_sha256"]
    assert first.read_json("status.json")["started"] <= noted(first)["test_opened"]

    again, said = fitted("-n", "fruit-again")
    assert "opened before" not in said  # the same config under another name
    assert noted(again)["config_sha256"] == noted(first)["config_sha256"]

    other, said = fitted("optimizer.learning_rate=0.01")
    assert "rows opened before by 1 other config in runs\n" in said
    assert noted(other)["test_rows_sha256"] == noted(first)["test_rows_sha256"]

    assert "rows opened before by 2 other configs in runs\n" in fitted("seed=9")[1]
    assert "opened before" not in fitted("split.seed=9")[1]  # other test rows
    assert "opened before" not in fitted("seed=10", output="elsewhere")[1]


CLOSED = {
    "never": "evaluation={test: never}",
    "no test rows": "split={type: random, fractions: {train: 0.8, val: 0.2, test: 0}}",
}


@pytest.mark.slow
@pytest.mark.parametrize("override", CLOSED.values(), ids=CLOSED.keys())
def test_test_rows_that_are_not_evaluated_stay_closed(fitted, override):
    folder, _ = fitted(override)

    assert noted(folder) == {}
    assert "test" not in folder.read_json("metrics.json")["splits"]


def test_no_row_of_the_test_part_is_judged_before_the_end(fruit, command, monkeypatch):
    """Let the evaluation fail: until then nothing may be known, or said to be opened."""
    from dltrain.evaluation import judging

    def refuse(*_):
        raise RuntimeError("evaluated")

    monkeypatch.setattr(judging, "figures_by_part", refuse)

    with pytest.raises(RuntimeError):
        command("fit", fruit, *SMALL, "-o", "runs")

    (path,) = fruit.parent.glob("runs/fruit/*")
    history = (path / "history.csv").read_text(encoding="utf-8")
    assert "test" not in history
    assert not (path / "metrics.json").exists()
    assert "test_opened" in noted(RunFolder(path))  # it was about to be


def test_a_training_that_fails_opens_nothing(fruit, command, monkeypatch):
    from dltrain import training

    def fail(*_, **__):
        raise RuntimeError("trained")

    monkeypatch.setattr(training, "train_in_phases", fail)

    with pytest.raises(RuntimeError):
        command("fit", fruit, *SMALL, "-o", "runs")

    (path,) = fruit.parent.glob("runs/fruit/*")
    assert noted(RunFolder(path)) == {}


def status(folder, **facts):
    folder.mkdir(parents=True)
    (folder / "status.json").write_text(json.dumps({"status": "finished"} | facts))


def test_broken_and_foreign_files_are_no_openings(tmp_path):
    status(tmp_path / "a" / "1", **openings.opening("rows", "one"))
    status(tmp_path / "a" / "2", **openings.opening("rows", "one"))
    status(tmp_path / "b" / "1", **openings.opening("rows", "two"))
    status(tmp_path / "b" / "2", **openings.opening("other rows", "three"))
    status(tmp_path / "b" / "3", reason="rows")
    for name, text in {"4": b"\xff\xfe rows", "5": b'{"test_rows', "6": b'["rows"]'}.items():
        (tmp_path / "b" / name).mkdir()
        (tmp_path / "b" / name / "status.json").write_bytes(text)

    assert openings.other_configs(tmp_path, "rows", "one") == 1
    assert openings.other_configs(tmp_path, "rows", "new") == 2
    assert openings.other_configs(tmp_path / "missing", "rows", "new") == 0


def test_a_thousand_runs_are_counted_without_reading_their_other_files(tmp_path, monkeypatch):
    for number in range(1000):
        status(tmp_path / "a" / str(number), **openings.opening("rows", str(number)))
        (tmp_path / "a" / str(number) / "predictions.csv").mkdir()  # reading it would fail

    assert openings.other_configs(tmp_path, "rows", "0") == 999
