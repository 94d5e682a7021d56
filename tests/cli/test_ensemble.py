"""`dltrain ensemble` as a user meets it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dltrain import Run
from dltrain.run_folder import RunFolder

PLAIN = """
import sys
import keras, numpy as np
rows = np.load(sys.argv[1])
models = [keras.models.load_model(path) for path in sys.argv[2:]]
said = [np.asarray(one(rows, training=False)) for one in models]
assert "dltrain" not in sys.modules
print(np.abs(said[0] - np.mean(said[1:], axis=0)).max())
"""


@dataclass(frozen=True)
class Joined:
    """Two runs and their ensemble, made once: look, do not touch."""

    members: list[Path]
    folder: RunFolder
    stderr: str


@pytest.fixture(scope="module")
def joined(finished, command, tmp_path_factory) -> Joined:
    runs = tmp_path_factory.mktemp("ensemble") / "runs"
    other = command(
        "fit", finished.config, "seed=4", "architecture.layers.0.units=5", "-o", runs
    ).folder
    members = [finished.folder.path, other]
    ended = command("ensemble", *members, "-o", runs)
    assert ended.exit_code == 0, ended.stderr
    return Joined(members, RunFolder(ended.folder), ended.stderr)


def test_it_leaves_an_ordinary_run_folder(joined):
    names = {path.name for path in joined.folder.path.iterdir()}

    assert joined.folder.status() == "finished"
    assert joined.folder.path.parent.name == "fruit-ensemble"
    assert names >= {
        "config.resolved.yaml", "ensemble.json", "environment.json", "log.txt", "metrics.json",
        "model", "predictions.csv", "preprocessing.json", "split.csv", "status.json",
    }  # fmt: skip
    facts = joined.folder.read_json("ensemble.json")
    assert [one["run"] for one in facts["members"]] == list(map(str, joined.members))
    assert [one["weight"] for one in facts["members"]] == [0.5, 0.5]
    assert facts["judged"] == ["train", "val", "test"]


def test_its_predictions_are_the_mean_of_the_members(joined):
    said = [
        pd.read_csv(path / "predictions.csv")["p_pear"]
        for path in (joined.folder.path, *joined.members)
    ]

    np.testing.assert_allclose(said[0], (said[1] + said[2]) / 2, atol=1e-6)


def test_evaluate_gives_the_same_figures(joined, command):
    ended = command("evaluate", joined.folder.path, "--json")

    metrics = joined.folder.read_json("metrics.json")
    del metrics["baselines"]
    assert json.loads(ended.stdout) == metrics


def test_rows_of_a_table_can_be_predicted(joined, finished):
    frame = pd.read_csv(finished.data)

    found = Run(joined.folder.path).predict(frame)

    stored = pd.read_csv(joined.folder.path / "predictions.csv")
    np.testing.assert_allclose(found["p_pear"][stored["row"]], stored["p_pear"], atol=1e-6)


@pytest.mark.slow
def test_plain_keras_loads_it_in_a_process_without_dltrain(joined, tmp_path):
    draw = np.random.default_rng(0)
    rows = np.stack(
        [draw.normal(150, 40, 9), draw.integers(-1, 3, 9), draw.integers(1, 5, 9),
         draw.normal(8, 2, 9)], axis=1,
    ).astype(np.float32)  # fmt: skip
    np.save(tmp_path / "rows.npy", rows)
    models = [path / "model" / "best.keras" for path in (joined.folder.path, *joined.members)]
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLAIN, tmp_path / "rows.npy", *models],
        cwd=tmp_path, env=alone, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1e-6


def test_the_terminal_shows_members_and_the_difference_to_the_mean_member(joined):
    lines = joined.stderr.splitlines()

    assert lines[0] == "fruit-ensemble average of 2 members"
    assert any(line.startswith("mean member ") for line in lines)
    assert "the ensemble minus its mean member, on the same rows" in lines
    table = lines[lines.index("the ensemble minus its mean member, on the same rows") + 2 :]
    verdicts = ("better", "worse", "not distinguishable", "not judged")
    assert all(line.endswith(verdicts) for line in table[:4])


def test_show_names_the_members(joined, command):
    shown = command("runs", "show", joined.folder.path).stdout.splitlines()

    assert "ensemble average of 2 members" in shown
    assert f"         {joined.members[0]} · weight 0.500" in shown


def test_a_report_names_the_members(joined, command):
    ended = command("report", joined.folder.path)

    card = (joined.folder.path / "model_card.md").read_text(encoding="utf-8")
    assert ended.exit_code == 0, ended.stderr
    assert "- joined by: average of 2 members" in card
    assert "optimizer" not in card


def test_weights_are_chosen_on_val(joined, command, tmp_path):
    ended = command(
        "ensemble", *joined.members, "--method", "weighted", "-o", tmp_path, "-n", "both"
    )

    facts = RunFolder(ended.folder).read_json("ensemble.json")
    weights = [one["weight"] for one in facts["members"]]
    said = [pd.read_csv(path / "predictions.csv") for path in joined.members]
    val = said[0]["part"] == "val"
    pear = said[0]["target"][val] == "pear"
    true = np.stack([np.where(pear, one["p_pear"][val], 1 - one["p_pear"][val]) for one in said])
    grid = np.linspace(0, 1, 1001)
    losses = [-np.log(one * true[0] + (1 - one) * true[1]).mean() for one in grid]
    assert weights[0] == pytest.approx(grid[int(np.argmin(losses))], abs=2e-3)
    assert facts["chosen"]["loss"] <= min(losses) + 1e-6
    assert facts["chosen"]["rows"] == val.sum()


def test_votes_are_counted(joined, command, tmp_path):
    ended = command("ensemble", *joined.members, "--method", "vote", "-o", tmp_path)

    votes = pd.read_csv(ended.folder / "predictions.csv")
    said = [
        pd.read_csv(path / "predictions.csv")["prediction"] == "pear" for path in joined.members
    ]
    np.testing.assert_allclose(votes["p_pear"], np.mean(said, axis=0), atol=1e-6)
    # Of two members that disagree neither has a majority: the negative class stays.
    assert ((votes["prediction"] == "pear") == (said[0] & said[1])).all()


@pytest.fixture
def twins(finished, tmp_path) -> list[RunFolder]:
    """Two copies of one run, to change."""
    return [
        RunFolder(shutil.copytree(finished.folder.path, tmp_path / name)) for name in ("a", "b")
    ]


def change(folder: RunFolder, name: str, **facts) -> None:
    folder.write_json(name, folder.read_json(name) | facts)


def of_target(folder: RunFolder, **facts) -> None:
    learned = folder.read_json("preprocessing.json")
    folder.write_json("preprocessing.json", learned | {"target": learned["target"] | facts})


def another_split(folder: RunFolder) -> None:
    text = (folder / "split.csv").read_text(encoding="utf-8")
    swapped = text.replace(",test", ",x").replace(",val", ",test").replace(",x", ",val")
    folder.write_text("split.csv", swapped)


def other_val_rows(folder: RunFolder) -> None:
    text = (folder / "split.csv").read_text(encoding="utf-8")
    swapped = text.replace(",val", ",x", 1).replace(",train", ",val", 1).replace(",x", ",train", 1)
    folder.write_text("split.csv", swapped)


def another_threshold(folder: RunFolder) -> None:
    text = (folder / "config.resolved.yaml").read_text(encoding="utf-8")
    assert "threshold: 0.5" in text
    folder.write_text("config.resolved.yaml", text.replace("threshold: 0.5", "threshold: 0.4"))


SHA = "0" * 64
REFUSED = {
    "other data": (
        lambda folder: change(folder, "environment.json", data={"sha256": SHA}),
        "average",
        "got data with the sha256 000000000000… in b, expected {sha}… as in a.",
    ),
    "other test rows": (
        another_split,
        "average",
        "got 24 test rows in b, of which 0 are among the 48 of a, expected the same test rows in "
        "all members. Give them one `split.seed`, or they would be judged by rows that others have "
        "seen.",
    ),
    "another task": (
        lambda folder: of_target(folder, task="multiclass"),
        "average",
        "got the task 'multiclass' in b, expected 'binary' as in a.",
    ),
    "other classes": (
        lambda folder: of_target(folder, classes=["apple", "plum"]),
        "average",
        "got the classes ['apple', 'plum'] in b, expected ['apple', 'pear'] as in a.",
    ),
    "another target": (
        lambda folder: of_target(folder, names=["kind"]),
        "average",
        "got the names ['kind'] in b, expected ['sort'] as in a.",
    ),
    "another threshold": (
        another_threshold,
        "average",
        "got evaluation.threshold 0.4 in b, expected 0.5 as in a. `--method vote` lets each member "
        "decide by its own.",
    ),
    "an unfinished run": (
        lambda folder: change(folder, "status.json", status="interrupted"),
        "average",
        "got b, which is interrupted, expected a finished run. `dltrain resume b` goes on.",
    ),
    "other val rows for weights": (
        other_val_rows,
        "weighted",
        "got other val rows in b than in a, expected the same in all members, as weights chosen by "
        "rows that a member was trained on would favour it. Use average.",
    ),
}


@pytest.mark.parametrize(("spoil", "method", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_runs_that_cannot_be_joined_are_refused(
    twins, command, monkeypatch, tmp_path, spoil, method, message
):
    monkeypatch.chdir(tmp_path)
    sha = twins[0].read_json("environment.json", "data", "sha256")[:12]
    spoil(twins[1])

    ended = command("ensemble", "a", "b", "--method", method)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == message.format(sha=sha) + "\n"
    assert not (tmp_path / "runs").exists()


def test_one_run_is_no_ensemble(twins, command, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    one, twice = command("ensemble", "a"), command("ensemble", "a", "b", "a")

    assert one.stderr == "got 1 member, expected at least 2 runs to join.\n"
    assert twice.stderr == "got a twice, expected each member once.\n"


def test_an_ensemble_is_neither_joined_nor_resumed_nor_reproduced(joined, command):
    path = joined.folder.path

    assert command("ensemble", path, joined.members[0]).stderr == (
        f"got {path}, an ensemble, expected a run that was trained. Its ensemble.json names its "
        "members: join those.\n"
    )
    assert command("resume", path).stderr == (
        f"got {path}, an ensemble, expected a run that is trained. Run `dltrain ensemble` again; "
        "members go on with `dltrain resume`.\n"
    )
    assert command("reproduce", path).stderr == (
        f"got {path}, an ensemble, expected a run that is trained. Reproduce its members and join "
        "them again.\n"
    )
    assert command("evaluate", path, "--checkpoint", "last").stderr == (
        f"got the checkpoint last of {path}, an ensemble, expected best, its only model.\n"
    )


def test_a_smoke_run_marks_its_ensemble(twins, command, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    change(twins[1], "environment.json", smoke=True)

    ended = command("ensemble", "a", "b")

    assert RunFolder(ended.folder).read_json("environment.json", "smoke") is True
    assert "        b · seed 3 (a smoke run)" in ended.stderr.splitlines()


def folds(twins: list[RunFolder], tmp_path: Path) -> Path:
    """Make a folder as of a cross-validation whose members keep the test rows closed."""
    other_val_rows(twins[1])
    for number, folder in enumerate(twins, start=1):
        text = (folder / "config.resolved.yaml").read_text(encoding="utf-8")
        folder.write_text("config.resolved.yaml", text.replace("test: at_end", "test: never"))
        metrics = folder.read_json("metrics.json")
        folder.write_json("metrics.json", metrics | {"splits": {"val": metrics["splits"]["val"]}})
        shutil.move(folder.path, tmp_path / "cv" / "members" / f"fold-{number}")
    return tmp_path / "cv"


def test_folds_that_keep_the_test_rows_closed_give_no_figures(
    twins, command, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    folds(twins, tmp_path)

    ended = command("ensemble", "cv", "-n", "folds")

    folder = RunFolder(ended.folder)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stderr.splitlines()[-2:] == [
        "judged  by nothing: the test rows are closed, and all others were seen by members",
        "        `--test` opens them.",
    ]
    assert folder.read_json("ensemble.json", "judged") == []
    assert not (folder / "metrics.json").exists()
    assert not (folder / "predictions.csv").exists()
    assert folder.file("model/best.keras").is_file()
    assert command("evaluate", folder.path).stderr == (
        f"got {folder.path}, an ensemble whose members have seen all rows that are open, expected "
        "rows to judge it by. `--split` names a part all the same. `--data FILE` evaluates other "
        "data.\n"
    )
    assert command("report", folder.path).exit_code == 0


def test_folds_are_judged_by_the_test_rows_once_these_are_opened(
    twins, command, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    folds(twins, tmp_path)

    ended = command("ensemble", "cv", "--test")

    folder = RunFolder(ended.folder)
    metrics = folder.read_json("metrics.json")
    again = json.loads(command("evaluate", folder.path, "--json").stdout)
    assert list(metrics["splits"]) == ["test"]
    assert again["splits"] == metrics["splits"]
    assert "test_opened" in folder.read_json("status.json")
    # Both members are one run, so the ensemble is that run once more.
    assert "+" not in ended.stderr.split("on the same rows")[1].split("\n\n")[0]
