"""`dltrain fit` as a user meets it: stdout, stderr, exit codes, options."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dltrain.run_folder import RunFolder

QUICK = ("training.epochs=1",)


def test_stdout_holds_the_run_folder_alone(finished):
    ended = finished.ended

    assert ended.stdout == f"{finished.folder.path}\n"
    assert ended.folder.parent == finished.config.parent / "runs" / "fruit"


def test_stderr_ends_with_the_next_command(finished):
    last = finished.ended.stderr.splitlines()[-1]

    assert last == f"next        dltrain report {finished.folder.path} --open"


@pytest.mark.slow
def test_a_process_of_its_own_shows_nothing_of_tensorflow(fruit, shell, tmp_path):
    ended = shell("fit", "fruit.yaml", *QUICK, folder=tmp_path)

    assert ended.exit_code == 0
    assert re.fullmatch(r"runs/fruit/\d{8}-\d{6}\n", ended.stdout)
    assert ended.stderr == (tmp_path / ended.folder / "log.txt").read_text()


@pytest.mark.slow
def test_verbose_lets_tensorflow_speak(fruit, shell, tmp_path):
    ended = shell("fit", "fruit.yaml", *QUICK, "--verbose", folder=tmp_path)

    log = (tmp_path / ended.folder / "log.txt").read_text()
    assert ended.exit_code == 0
    assert ended.stderr.endswith(log[-200:])
    assert len(ended.stderr) > len(log)


@pytest.mark.slow
@pytest.mark.parametrize("options", [["-n", "pears"], ["--name", "pears"]], ids=["short", "long"])
def test_a_name_and_a_place_can_be_given(fruit, command, tmp_path, options):
    ended = command("fit", "fruit.yaml", *QUICK, *options, "-o", "deep/out")

    assert ended.folder.parent == Path("deep/out/pears")
    assert "name: pears" in (ended.folder / "config.resolved.yaml").read_text()


def test_a_dry_run_leaves_nothing(fruit, command, tmp_path):
    before = sorted(tmp_path.rglob("*"))

    ended = command("fit", "fruit.yaml", "--dry-run")

    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr.startswith("fruit   fruit.yaml · seed 3\n")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_without_removes_a_key(fruit, command):
    ended = command("fit", "fruit.yaml", "--without", "metrics", "--without", "training")

    history = (ended.folder / "history.csv").read_text().splitlines()
    assert history[0] == "epoch,loss,val_loss"
    assert len(history) == 1 + 10


def test_an_override_names_a_path_from_the_current_folder(fruit, command, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    ended = command("fit", "../fruit.yaml", "dataset.path=fruit.csv", "--dry-run")
    found = command("fit", "../fruit.yaml", "dataset.path=../fruit.csv", "--dry-run")

    assert ended.exit_code == 2
    assert ended.stderr == (
        f"argument 'dataset.path=fruit.csv': dataset.path: got {tmp_path}/elsewhere/fruit.csv, "
        "which does not exist, expected a file. Name another with `dataset.path=…`.\n"
    )
    assert found.exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("smoke", [[], ["--smoke"]], ids=["real run", "smoke"])
def test_an_expectation_that_is_not_met_ends_with_3_and_a_finished_folder(fruit, command, smoke):
    bounds = 'expect={test: {accuracy: "> 1", loss: ">= 0"}}'

    ended = command("fit", "fruit.yaml", *QUICK, bounds, *smoke)

    assert ended.exit_code == (0 if smoke else 3)
    assert ("expect      1 of 2 met\n" in ended.stderr) == (not smoke)
    assert bool(re.search(r"\ntest\.accuracy  +0\.\d+  +> 1  +no\n", ended.stderr)) == (not smoke)
    assert RunFolder(ended.folder).status() == "finished"


MISTAKES = {
    "no such file": (
        ["nothing.yaml"],
        "nothing.yaml: got no such file, expected a YAML file.\n",
    ),
    "a folder": (["."], ".: got a folder, expected a YAML file.\n"),
    "a wrong key": (
        ["fruit.yaml", "trainin.epochs=3"],
        "argument 'trainin.epochs=3': trainin",
    ),
    "a wrong value": (
        ["fruit.yaml", "training.epochs=0"],
        "argument 'training.epochs=0': training.epochs: got 0, "
        "expected a whole number of at least 1.\n",
    ),
    "a name that is a path": (
        ["fruit.yaml", "-n", "a/b"],
        "got 'a/b', expected a name of letters, digits, '.', '_' and '-'. "
        "It becomes the name of a folder.\n",
    ),
    "an output that is a file": (
        ["fruit.yaml", "-o", "fruit.csv"],
        "got the output folder fruit.csv, but {}/fruit.csv is a file, "
        "expected a folder to write to. Name another with `-o`.\n",
    ),
    "an unknown option": (["fruit.yaml", "--smok"], "Usage: "),
    "no config": ([], "Usage: "),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_ends_with_2_and_leaves_nothing(fruit, command, tmp_path, arguments, message):
    ended = command("fit", *arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(message.format(tmp_path))
    assert "Traceback" not in ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fruit.csv", "fruit.yaml"]


def test_a_loss_that_is_no_number_ends_with_1(fruit, command):
    ended = command("fit", "fruit.yaml", "optimizer={type: sgd, learning_rate: 1e30}")

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1] == (
        "epoch 1: got loss nan, expected a finite number. Try a lower `optimizer.learning_rate`, "
        "`optimizer.clipnorm=1`, or scaled inputs."
    )


def start(folder: Path, *arguments: str) -> subprocess.Popen:
    """Start `fit` on a training without end and wait until it is in its epochs."""
    words = ["fit", "fruit.yaml", "training.epochs=1000000", *arguments]
    # A shell lets what it starts in the background ignore Ctrl-C, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "dltrain", *words],
        cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    while not process.stderr.readline().startswith("epoch 1/"):
        assert process.poll() is None
    return process


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_an_interruption_ends_with_130_and_a_true_status(fruit, tmp_path, number):
    process = start(tmp_path)
    (path,) = (tmp_path / "runs" / "fruit").iterdir()
    while_running = RunFolder(path).status()

    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)

    status = RunFolder(path).read_json("status.json")
    kept = path.relative_to(tmp_path)
    assert while_running == "running"
    assert (process.returncode, stdout) == (130, "")
    assert stderr.splitlines()[-1] == f"interrupted: `dltrain resume {kept}` goes on"
    reasons = {2: "stopped by the user", 15: "stopped from outside (SIGTERM)"}
    assert (status["status"], status["reason"]) == ("interrupted", reasons[number])
    assert len((path / "history.csv").read_text().splitlines()) > 1


@pytest.mark.slow
def test_a_run_that_was_killed_is_shown_as_interrupted(fruit, tmp_path):
    process = start(tmp_path)

    process.kill()
    process.communicate()

    (folder,) = map(RunFolder, (tmp_path / "runs" / "fruit").iterdir())
    assert folder.read_json("status.json", "status") == "running"
    assert folder.status() == "interrupted"


@pytest.mark.parametrize("during", ["prepare", "goal_of"])
def test_an_interruption_before_the_training_leaves_nothing(
    fruit, tmp_path, command, monkeypatch, during
):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"dltrain.assembly.{during}", interrupted)

    ended = command("fit", "fruit.yaml")

    assert (ended.exit_code, ended.stdout) == (130, "")
    assert ended.stderr == "interrupted: nothing is left behind\n"
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_two_runs_of_one_second_get_two_folders(fruit, tmp_path):
    words = [sys.executable, "-m", "dltrain", "fit", "fruit.yaml", "training.epochs=1"]
    both = [
        subprocess.Popen(
            words, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]

    printed = {process.communicate(timeout=120)[0] for process in both}

    assert [process.returncode for process in both] == [0, 0]
    assert len(printed) == len(os.listdir(tmp_path / "runs" / "fruit")) == 2


@pytest.mark.slow
def test_another_backend_of_keras_is_not_used(fruit, shell, tmp_path):
    ended = shell("fit", "fruit.yaml", *QUICK, folder=tmp_path, KERAS_BACKEND="jax")

    assert ended.exit_code == 0


@pytest.mark.slow
def test_the_settings_of_keras_do_not_matter(fruit, shell, tmp_path, finished):
    (tmp_path / "keras.json").write_text(
        json.dumps({"backend": "torch", "floatx": "float64", "image_data_format": "channels_first"})
    )

    ended = shell("fit", finished.config, folder=tmp_path, KERAS_HOME=str(tmp_path))

    history = (tmp_path / ended.folder / "history.csv").read_bytes()
    assert history == (finished.folder / "history.csv").read_bytes()


def test_what_the_file_does_badly_is_told_before_it_trains(fruit, command):
    poor = ("optimizer.learning_rate=7", "training.shuffle=false", "training.batch_size=999")

    ended = command("fit", "fruit.yaml", *poor, "--dry-run")

    told = [line for line in ended.stderr.splitlines() if " DL" in line]
    assert ended.exit_code == 0
    assert [line.split(": ")[1] for line in told] == [
        "warning DL060 learning_rate_range", "hint DL071 batch_larger_than_train",
        "hint DL070 rows_not_shuffled",
    ]  # fmt: skip


UNTRAINABLE = {
    "by the file, before the data is read": (
        "metrics=[mae]", "dataset.path=nowhere.csv", "task=binary",
        "architecture.output={type: dense, units: 2}",
    ),
    "by the data": ("architecture.output={type: dense, units: 5, activation: sigmoid}",),
}  # fmt: skip


@pytest.mark.parametrize("arguments", UNTRAINABLE.values(), ids=UNTRAINABLE.keys())
def test_an_error_of_lint_ends_with_2_and_leaves_nothing(fruit, command, tmp_path, arguments):
    ended = command("fit", "fruit.yaml", "--without", "training.best", *arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert " error DL015 output_units: architecture.output.units: got " in ended.stderr
    assert not (tmp_path / "runs").exists()


def test_an_error_that_a_comment_allows_does_not_stop(fruit, command):
    text = fruit.read_text(encoding="utf-8").replace(
        "best: {monitor: val_accuracy}}", "best: {monitor: val_accuracy, mode: min}}"
    )
    fruit.write_text(text, encoding="utf-8")
    stopped = command("fit", "fruit.yaml", "--dry-run")
    fruit.write_text(text.rstrip() + "  # dltrain: allow DL030 to see it fail\n", encoding="utf-8")

    went_on = command("fit", "fruit.yaml", "--dry-run")

    assert (stopped.exit_code, went_on.exit_code) == (2, 0)
    assert "DL0" not in went_on.stderr
