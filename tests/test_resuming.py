"""`dltrain resume`: what goes on, and what is refused with the difference shown."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import pytest

from dltrain import config, runner
from dltrain.errors import DltrainError, RunError
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal
from dltrain.training import Continuation, keeping

SAME = ("history.csv", "metrics.json", "predictions.csv", "split.csv", "preprocessing.json",
        "gradients.csv", "diagnosis.json")  # fmt: skip


def quiet_fit(path: Path, output: Path, **overrides) -> RunFolder:
    terminal = Terminal(quiet=True)
    return runner.fit(config.load(path, overrides), output=output, terminal=terminal).folder


def quiet_resume(folder: RunFolder, **overrides) -> RunFolder:
    return runner.resume(folder.path, overrides, terminal=Terminal(quiet=True)).folder


def weights(folder: RunFolder, name: str) -> list[tuple[str, bytes]]:
    model = keras.saving.load_model(folder / f"model/{name}.keras", compile=False)
    return [(one.path, one.numpy().tobytes()) for one in model.weights]


def left(folder: RunFolder) -> dict[str, object]:
    facts: dict[str, object] = {name: (folder / name).read_bytes() for name in SAME}
    return facts | {name: weights(folder, name) for name in ("best", "last")}


def interrupted(path: Path, output: Path, monkeypatch, epoch: int = 5, **overrides) -> RunFolder:
    """Run `fit` up to the end of an epoch, where somebody wishes to stop."""
    with monkeypatch.context() as patch:
        look = Continuation.look

        def look_and_stop(self, position, *, within=True):
            look(self, position, within=within)
            if position.epoch == epoch and not within:
                raise KeyboardInterrupt("stopped by the user")

        patch.setattr(keeping.Keeper, "is_due", lambda self, *, within: True)
        patch.setattr(Continuation, "look", look_and_stop)
        with pytest.raises(KeyboardInterrupt):
            quiet_fit(path, output, **overrides)
    [status] = output.glob("*/*/status.json")
    return RunFolder(status.parent)


@pytest.fixture
def broken(fruit, tmp_path, monkeypatch) -> RunFolder:
    """A run that was interrupted behind its fifth epoch of twelve."""
    return interrupted(fruit, tmp_path / "broken", monkeypatch)


def test_an_interrupted_run_says_so_and_keeps_what_was_done(broken):
    status = broken.read_json("status.json")

    assert (status["status"], status["reason"]) == ("interrupted", "stopped by the user")
    assert len((broken / "history.csv").read_text().splitlines()) == 1 + 5
    assert (broken / "model" / "best.keras").is_file()
    assert not (broken / "metrics.json").exists()


def test_a_resumed_run_leaves_what_an_unbroken_one_leaves(fruit, broken, tmp_path):
    whole = quiet_fit(fruit, tmp_path / "whole")

    quiet_resume(broken)

    assert left(broken) == left(whole)
    status = broken.read_json("status.json")
    assert (status["status"], status["reason"], len(status["resumed"])) == ("finished", None, 1)
    files = {one.relative_to(broken.path).as_posix() for one in broken.path.rglob("*")}
    assert not [name for name in files if Path(name).name.startswith(".")]


def test_log_txt_goes_on_and_says_where(broken):
    quiet_resume(broken)

    lines = (broken / "log.txt").read_text(encoding="utf-8").splitlines()
    assert "interrupted" in lines
    assert "resumed behind epoch 5" in lines
    assert lines[-1].startswith("next ")


def test_a_log_that_a_callback_writes_is_whole_again_after_a_loss(fruit, tmp_path, monkeypatch):
    logger = {"callbacks": [{"type": "csv_logger", "filename": "log.csv"}]}
    broken = interrupted(fruit, tmp_path / "broken", monkeypatch, **logger)
    (broken / "log.csv").unlink()

    quiet_resume(broken)

    whole = quiet_fit(fruit, tmp_path / "whole", **logger)
    assert (broken / "log.csv").read_bytes() == (whole / "log.csv").read_bytes()


def test_a_run_without_a_state_begins_anew_in_its_folder(fruit, broken, tmp_path):
    for name in keeping.GENERATIONS:
        (broken / name).unlink(missing_ok=True)

    quiet_resume(broken)

    assert left(broken) == left(quiet_fit(fruit, tmp_path / "whole"))
    assert "resumed from the start, as no state was written yet" in (broken / "log.txt").read_text()


def test_a_finished_run_goes_on_with_more_epochs(fruit, tmp_path):
    short = quiet_fit(fruit, tmp_path / "short", **{"training.epochs": 7})

    quiet_resume(short, **{"training.epochs": 12})

    assert left(short) == left(quiet_fit(fruit, tmp_path / "whole"))
    assert "  epochs: 12\n" in (short / "config.resolved.yaml").read_text()


def test_an_interrupted_run_can_be_evaluated(broken, command):
    ended = command("evaluate", broken.path, "--json")

    assert ended.exit_code == 0
    assert json.loads(ended.stdout)["epoch"] == broken.read_json("status.json")["best_epoch"]


def test_phases_go_on_in_the_phase_where_they_stopped(fruit, tmp_path, monkeypatch):
    phases = [
        {"epochs": 3, "trainable": {"first": False}},
        {"epochs": 3, "optimizer": {"type": "sgd", "learning_rate": 0.1}},
    ]
    text = fruit.read_text().replace("units: 8", "units: 8, name: first")
    text = text.replace("epochs: 12", "epochs: 6")
    fruit.write_text(
        text.replace("batch_size: 16", f"batch_size: 16, phases: {json.dumps(phases)}")
    )
    broken = interrupted(fruit, tmp_path / "broken", monkeypatch, epoch=4)

    quiet_resume(broken)

    assert left(broken) == left(quiet_fit(fruit, tmp_path / "whole"))


def refused(folder: RunFolder, **overrides) -> str:
    before = {one: one.read_bytes() for one in folder.path.rglob("*") if one.is_file()}
    with pytest.raises(DltrainError) as caught:
        quiet_resume(folder, **overrides)
    assert caught.value.exit_code == 2
    assert {one: one.read_bytes() for one in folder.path.rglob("*") if one.is_file()} == before
    return str(caught.value)


ANEW = "Undo the change, or start a new run with `dltrain fit`."


def test_a_file_that_has_changed_is_refused_with_the_difference(fruit, broken):
    fruit.write_text(fruit.read_text().replace("units: 8", "units: 9"))

    assert refused(broken) == (
        f"got {fruit}, which has changed since the run began "
        f"(architecture.layers.0.units 8 → 9), expected the file as it was. {ANEW}"
    )


def test_a_file_that_is_gone_is_no_obstacle(fruit, broken):
    fruit.unlink()

    quiet_resume(broken)

    assert broken.status() == "finished"


def test_a_copy_in_the_run_folder_that_was_edited_is_refused(broken):
    path = broken / "config.resolved.yaml"
    path.write_text(path.read_text().replace("seed: 3\n", "seed: 4\n"))

    assert refused(broken) == (
        f"got {path}, which has changed since the run began (seed 3 → 4), "
        f"expected the file as it was. {ANEW}"
    )


def test_data_that_has_changed_is_refused(fruit, broken):
    data = fruit.with_suffix(".csv")
    data.write_text(data.read_text().replace("pear", "apple", 1))

    assert re.fullmatch(
        rf"\S+: dataset: got data with the sha256 \w{{12}}…, expected \w{{12}}… as when "
        rf"{broken.path} was made\. Put the data back, or start a new run with `dltrain fit`\.",
        refused(broken),
    )


def test_rows_that_would_go_to_other_parts_are_refused(broken):
    path = broken / "split.csv"
    lines = path.read_text().splitlines(keepends=True)
    parts = [line.split(",")[1] for line in lines]
    one, other = parts.index("train\n"), parts.index("val\n")
    lines[one] = lines[one].replace("train", "val")
    lines[other] = lines[other].replace("val", "train")
    path.write_text("".join(lines))

    assert refused(broken).endswith(
        f"split: got another split than that of {path}, expected the rows of each part as they "
        f"were. Other versions of packages may draw otherwise; environment.json names those of "
        "the run. Or start a new run with `dltrain fit`."
    )


def test_data_that_is_gone_is_refused(fruit, broken):
    data = fruit.with_suffix(".csv")
    data.unlink()

    assert refused(broken).endswith(
        f"dataset.path: got {data}, which does not exist, expected the data of the run."
    )


def test_a_finished_run_is_refused(copy):
    assert refused(copy) == (
        f"got {copy.path}, which is finished, expected a run that was interrupted, or more epochs. "
        "More epochs continue it: `training.epochs=24`."
    )


def test_fewer_epochs_are_refused(broken):
    assert refused(broken, **{"training.epochs": 3}) == (
        "training.epochs: got 3 epochs for a run of 12, expected at least 12."
    )


def test_another_key_is_refused(broken):
    assert refused(broken, **{"optimizer.learning_rate": 1}) == (
        "got optimizer.learning_rate for a run that has begun, expected training.epochs. "
        "Start a new run with `dltrain fit`."
    )


def test_a_run_that_stopped_early_is_not_given_more_epochs(fruit, tmp_path):
    stopping = [{"type": "early_stopping", "monitor": "val_loss", "patience": 1, "min_delta": 9}]
    folder = quiet_fit(fruit, tmp_path / "early", callbacks=stopping)

    assert refused(folder, **{"training.epochs": 20}) == (
        f"got {folder.path}, which a callback has stopped after epoch 2, expected a run that "
        "lacked epochs. With more epochs it would have stopped there as well: start a new run."
    )


def test_a_folder_that_has_not_begun_is_refused(broken):
    (broken / "state" / "config.yaml").unlink()

    assert refused(broken) == (
        f"got {broken.path} without state/config.yaml, expected a run that has begun. "
        "It stopped before it had begun: start a new one with `dltrain fit`."
    )


DAMAGED = {
    "environment.json": ("environment.json", b"{}"),
    "files of environment.json": ("environment.json", b'{"files": 3, "smoke": false}'),
    "no text": ("state/config.yaml", b"\xff\xfe\xff"),
}


@pytest.mark.parametrize(("name", "content"), DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_broken_is_named(broken, name, content):
    (broken / name).write_bytes(content)

    assert (
        refused(broken)
        == f"got {broken / name}, which is broken, expected what `fit` writes there."
    )


@pytest.mark.parametrize("changes", [{"versions": 3}, {"versions": None}, {"networks": 3}])
def test_facts_of_the_environment_that_are_broken_are_named(broken, changes):
    facts = broken.read_json("environment.json") | changes
    broken.write_json(
        "environment.json", {name: one for name, one in facts.items() if one is not None}
    )

    path = broken / "environment.json"
    assert refused(broken) == f"got {path}, which is broken, expected what `fit` writes there."


def test_folders_that_somebody_has_removed_are_made_again(fruit, broken, tmp_path):
    shutil.rmtree(broken / "model")

    quiet_resume(broken)

    assert left(broken) == left(quiet_fit(fruit, tmp_path / "whole"))


def test_a_network_that_is_gone_or_another_is_refused(fruit, tmp_path, monkeypatch):
    base, kept = quiet_fit(fruit, tmp_path / "base"), tmp_path / "base.keras"
    other = quiet_fit(fruit, tmp_path / "other", seed=9)
    shutil.copy(base / "model" / "best.keras", kept)
    layer = "- {type: saved, path: base.keras}\n    - {type: dense, units: 8"
    text = fruit.read_text().replace("- {type: dense, units: 8", layer)
    above = tmp_path / "above.yaml"
    above.write_text(text)
    broken = interrupted(above, tmp_path / "broken", monkeypatch)

    shutil.copy(other / "model" / "best.keras", kept)
    changed = refused(broken)
    kept.unlink()
    gone = refused(broken)

    assert changed == (
        f"got {kept}, a network that has changed since the run began, expected the file as it "
        f"was. {ANEW}"
    )
    assert f"got {kept}, which does not exist" in gone


def test_the_engine_stays_what_it_was(broken):
    quiet_resume(broken)

    assert "engine  graph (as the run began)" in (broken / "log.txt").read_text()


def test_more_epochs_for_phases_are_refused(fruit, tmp_path):
    phases = [{"epochs": 1}, {"epochs": 1}]
    folder = quiet_fit(fruit, tmp_path / "p", **{"training.phases": phases, "training.epochs": 2})

    assert refused(folder, **{"training.epochs": 3}) == (
        "training.epochs: got more epochs for a run with phases, expected a run without."
    )


def test_a_base_that_has_changed_is_refused(fruit, tmp_path, monkeypatch):
    above = tmp_path / "above.yaml"
    above.write_text("extends: fruit.yaml\nseed: 4\n")
    broken = interrupted(above, tmp_path / "broken", monkeypatch)
    fruit.write_text(fruit.read_text().replace("units: 8", "units: 9"))

    assert refused(broken) == (
        f"got {fruit}, which has changed since the run began, expected the file as it was. {ANEW}"
    )


def test_a_second_process_on_the_same_folder_is_refused(broken, command):
    with broken.locked():
        ended = command("resume", broken.path)

    assert ended.exit_code == 2
    assert ended.stderr == (
        f"got {broken.path}, which another process is writing, expected a free run folder.\n"
    )


def test_a_full_disk_fails_the_run_which_can_go_on_later(fruit, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(keeping.Keeper, "is_due", lambda self, *, within: True)
        keep, kept = keeping.Keeper.keep, []

        def full(self, state):
            kept.append(state.position)
            if len(kept) == 9:
                patch.setattr(os, "fsync", fail)
            keep(self, state)

        def fail(number):
            raise OSError(28, "No space left on device")

        patch.setattr(keeping.Keeper, "keep", full)
        with pytest.raises(RunError):
            quiet_fit(fruit, tmp_path / "broken")
    [status] = (tmp_path / "broken").glob("*/*/status.json")
    broken = RunFolder(status.parent)

    quiet_resume(broken)

    assert left(broken) == left(quiet_fit(fruit, tmp_path / "whole"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly_and_the_run_goes_on(fruit, tmp_path, number, shell):
    words = ["fit", "fruit.yaml", "training.epochs=4000", "-o", "signalled"]
    child = subprocess.Popen(
        [sys.executable, "-m", "dltrain", *words], cwd=tmp_path, text=True,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    lines = iter(child.stderr.readline, "")
    assert any(line.startswith("epoch 1/") for line in lines)
    time.sleep(0.3)

    child.send_signal(number)
    stdout, stderr = child.communicate(timeout=60)

    [status] = (tmp_path / "signalled").glob("*/*/status.json")
    folder = RunFolder(status.parent)
    reasons = {2: "stopped by the user", 15: "stopped from outside (SIGTERM)"}
    assert (child.returncode, stdout) == (130, "")
    assert stderr.splitlines()[-1] == (
        f"interrupted: `dltrain resume {folder.path.relative_to(tmp_path)}` goes on"
    )
    assert folder.read_json("status.json")["reason"] == reasons[number]
    done = len((folder / "history.csv").read_text().splitlines()) - 1
    ended = shell("resume", folder.path, folder=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    assert f"resumed in epoch {done + 1} behind" in ended.stderr or (
        f"resumed behind epoch {done}" in ended.stderr
    )
    assert len((folder / "history.csv").read_text().splitlines()) == 4001
