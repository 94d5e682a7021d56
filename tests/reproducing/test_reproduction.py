"""`dltrain reproduce`: the same bits from the folder alone, what differs, and what is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from dltrain import environment
from dltrain.errors import DltrainError
from dltrain.reproducing import Reproduction, reproduce
from dltrain.reproducing.comparison import compared, other_facts
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

CONFIGS = Path(__file__).parents[2] / "configs"
EQUAL = """\
weights of the best model    equal
weights of the last model    equal
history.csv                  equal
predictions.csv              equal
split.csv                    equal
metrics.json                 equal
preprocessing.json           equal

same bits: {run} and {again}
"""


def quietly(run: RunFolder, output: Path):
    return reproduce(run.path, output=output, terminal=Terminal(quiet=True))


def all_files(folder: RunFolder) -> dict[Path, bytes]:
    return {one: one.read_bytes() for one in folder.path.rglob("*") if one.is_file()}


def test_a_run_is_made_again_to_the_bit_and_stays_as_it_is(run, command, tmp_path):
    for path in (run.path, run / "state", run / "model"):
        path.chmod(0o555)
    before = all_files(run)

    ended = command("reproduce", run.path, "-o", tmp_path / "again")

    [status] = (tmp_path / "again").glob("small/*/status.json")
    assert ended.exit_code == 0  # what the file expects is not judged here
    assert ended.stdout == EQUAL.format(run=run.path, again=status.parent)
    assert all_files(run) == before
    resolved = [folder / "config.resolved.yaml" for folder in (run, RunFolder(status.parent))]
    assert resolved[0].read_bytes() == resolved[1].read_bytes()


def test_what_differs_is_shown_with_the_facts_that_differ(run, command, tmp_path, monkeypatch):
    path = run / "history.csv"
    lines = path.read_text().splitlines()
    was = lines[2].split(",")[1]
    path.write_text("\n".join([*lines[:2], lines[2].replace(was, "0.125"), ""]))
    (run / "environment.json").write_text(
        (run / "environment.json").read_text().replace(environment.versions()["keras"], "3.0.0")
    )
    threads = run.read_json("environment.json", "machine", "threads")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(7), raising=False)

    ended = command("reproduce", run.path, "-o", tmp_path / "again")

    column = lines[0].split(",")[1]
    assert ended.exit_code == 1
    assert ended.stdout.splitlines()[2] == (
        f"history.csv                  different  epoch 2, {column}: 0.125 → {was}"
    )
    assert ended.stdout.splitlines()[8:12] == [
        "recorded facts that differ",
        f"versions.keras     3.0.0 → {environment.versions()['keras']}",
        f"machine.threads    {threads} → 7",
        "",
    ]
    assert ended.stdout.splitlines()[12].startswith(f"other bits: {run.path} and ")


def beside(run: RunFolder, other: RunFolder) -> Reproduction:
    """Stand a folder for the same run made again."""
    return Reproduction(run, other, list(compared(run, other)), other_facts(run, other))


def test_json_says_the_same(run, other):
    metrics = run.read_json("metrics.json")
    was = metrics["splits"]["test"]["loss"]
    metrics["splits"]["test"]["loss"] = was + 1
    run.write_json("metrics.json", metrics)

    said = json.loads(json.dumps(beside(run, other).to_json()))

    assert [one for one in said.pop("compared") if not one["same"]] == [
        {
            "name": "metrics.json",
            "same": False,
            "difference": {"where": "splits.test.loss", "old": was + 1, "new": was, "number": 1},
        }
    ]
    paths = {"run": str(run.path), "again": str(other.path)}
    assert said == paths | {"same": False, "facts": []}


@pytest.mark.slow
def test_the_command_prints_json(run, command, tmp_path):
    ended = command("reproduce", run.path, "-o", tmp_path / "again", "--json")

    said = json.loads(ended.stdout)
    assert (ended.exit_code, said["same"], said["facts"]) == (0, True, [])
    assert Path(said["again"]).parent == tmp_path / "again" / "small"


def test_where_no_fact_differs_it_is_said(run, other):
    (run / "split.csv").write_text("row,part\n")

    lines = list(beside(run, other).lines())

    assert lines[8:] == [
        "no recorded fact differs: versions, code, machine, data and git commit agree",
        "",
        f"other bits: {run.path} and {other.path}",
    ]


def test_facts_that_change_no_bit_are_named_as_such(run, other):
    facts = run.read_json("environment.json")
    run.write_json("environment.json", facts | {"versions": facts["versions"] | {"rich": "1"}})

    lines = list(beside(run, other).lines())

    assert lines[8:] == [
        "recorded facts that differ, and change no bit",
        f"versions.rich    1 → {facts['versions']['rich']}",
        "",
        f"same bits: {run.path} and {other.path}",
    ]


@pytest.mark.slow
def test_a_smoke_run_is_made_again_as_one(small, fit, tmp_path):
    config = small.path.parents[2] / "small.yaml"
    run = fit(config, tmp_path / "runs", smoke=True, **{"training.epochs": 9})

    found = quietly(run, tmp_path / "again")

    assert found.same
    assert found.again.read_json("environment.json")["smoke"]
    assert found.again.read_json("status.json")["epochs"] == 2


@pytest.mark.slow
def test_a_run_that_was_given_more_epochs_is_made_again_in_one_go(small, fit, tmp_path):
    from dltrain import runner

    config = small.path.parents[2] / "small.yaml"
    run = fit(config, tmp_path / "runs")
    runner.resume(run.path, ["training.epochs=4"], terminal=Terminal(quiet=True))

    found = quietly(run, tmp_path / "again")

    assert found.same, list(found.lines())
    assert len(run.read_json("environment.json")["resumed"]) == 1
    assert found.facts == []


@pytest.mark.slow
def test_the_engine_stays_what_it_was(small, fit, tmp_path):
    config = small.path.parents[2] / "small.yaml"
    run = fit(config, tmp_path / "runs", **{"training.engine": "xla"})

    found = quietly(run, tmp_path / "again")

    assert found.same
    assert "engine  xla (the file says so)" in (found.again / "log.txt").read_text()


@pytest.mark.slow
def test_a_folder_without_its_state_can_be_made_again(run, tmp_path):
    shutil.rmtree(run / "state")

    assert quietly(run, tmp_path / "again").same


def refused(run: RunFolder, tmp_path: Path) -> str:
    before = all_files(run)
    with pytest.raises(DltrainError) as caught:
        quietly(run, tmp_path / "again")
    assert caught.value.exit_code == 2
    assert all_files(run) == before
    assert not (tmp_path / "again").exists()
    return str(caught.value)


ENDINGS = {
    "interrupted": ("which was interrupted", " `dltrain resume {run}` goes on."),
    "failed": ("which has failed", ""),
    "running": ("which was interrupted", " `dltrain resume {run}` goes on."),
}


@pytest.mark.parametrize(("status", "ending"), ENDINGS.items(), ids=ENDINGS.keys())
def test_a_run_that_is_not_finished_is_refused(run, tmp_path, status, ending):
    run.write_json("status.json", run.read_json("status.json") | {"status": status})

    which, way_out = ending
    assert refused(run, tmp_path) == (
        f"got {run.path}, {which}, expected a run that is finished.{way_out.format(run=run.path)}"
    )


def test_a_run_that_goes_on_in_another_process_is_refused(run, tmp_path):
    run.write_json("status.json", run.read_json("status.json") | {"status": "running"})

    with run.locked():
        message = refused(run, tmp_path)

    assert message == f"got {run.path}, which is still running, expected a run that is finished."


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    assert refused(RunFolder(tmp_path / "nothing"), tmp_path) == (
        f"got {tmp_path / 'nothing'}, which does not exist, expected a run folder. "
        "`fit` prints it as its last line."
    )


def test_a_file_that_is_missing_is_told_before_anything_trains(run, tmp_path):
    (run / "predictions.csv").unlink()

    assert refused(run, tmp_path) == (
        f"got {run.path} without predictions.csv, expected a complete run folder. "
        "Its status is finished."
    )


def test_an_edited_config_is_refused(run, tmp_path):
    path = run / "config.resolved.yaml"
    path.write_text(path.read_text().replace("epochs: 2\n", "epochs: 3\n"))

    assert refused(run, tmp_path) == (
        f"got {path}, which has changed since the run began (training.epochs 2 → 3), expected "
        "the file as it was. Undo the change, or start a new run with `dltrain fit`."
    )


def own_data(run: RunFolder, tmp_path: Path) -> Path:
    """Give the run data of its own, to break."""
    data = tmp_path / "fruit.csv"
    for name in ("config.resolved.yaml", "state/config.yaml"):
        text = (run / name).read_text()
        shutil.copy(re.search(r"path: (\S+fruit\.csv)", text)[1], data)
        (run / name).write_text(re.sub(r"path: \S+fruit\.csv", f"path: {data}", text))
    return data


def test_data_that_has_changed_is_refused(run, tmp_path):
    data = own_data(run, tmp_path)
    data.write_text(data.read_text().replace("red", "blue", 1))

    assert re.fullmatch(
        rf"{run.path}/config\.resolved\.yaml:\d+:\d+: dataset: got data with the sha256 "
        rf"\w{{12}}…, expected \w{{12}}… as when {run.path} was made\. "
        r"Put the data back, or start a new run with `dltrain fit`\.",
        refused(run, tmp_path),
    )


def test_data_that_lacks_a_column_is_refused(run, tmp_path):
    data = own_data(run, tmp_path)
    data.write_text(data.read_text().replace("sort", "kind", 1))

    assert refused(run, tmp_path).endswith(
        ": dataset.target: got 'sort', expected one of colour, crate, kind, length, weight."
    )


def test_data_that_is_gone_is_refused(run, tmp_path):
    data = own_data(run, tmp_path)
    data.unlink()

    assert refused(run, tmp_path).endswith(
        f"dataset.path: got {data}, which does not exist, expected the data of the run."
    )


def test_an_output_that_takes_no_folder_is_refused(run, command, tmp_path):
    (tmp_path / "file").touch()

    ended = command("reproduce", run.path, "-o", tmp_path / "file")

    assert ended.exit_code == 2
    assert ended.stderr == (
        f"got the output folder {tmp_path / 'file'}, but {tmp_path / 'file'} is a file, "
        "expected a folder to write to. Name another with `-o`.\n"
    )


@pytest.mark.slow
def test_networks_that_changed_or_are_gone_are_refused(small, fit, tmp_path):
    kept = tmp_path / "base.keras"
    shutil.copy(small / "model" / "best.keras", kept)
    config = small.path.parents[2] / "small.yaml"
    above = config.with_name("above.yaml")
    layer = f"layers: [{{type: saved, path: {kept}}}, "
    above.write_text(config.read_text().replace("layers: [", layer))
    run = fit(above, tmp_path / "runs")
    assert quietly(run, tmp_path / "first").same

    shutil.copy(small / "model" / "last.keras", kept)
    kept.write_bytes((small / "model" / "last.keras").read_bytes())
    fit(config, tmp_path / "other", seed=9)
    [other] = (tmp_path / "other").glob("*/*/model/best.keras")
    shutil.copy(other, kept)
    changed = refused(run, tmp_path)
    kept.unlink()
    gone = refused(run, tmp_path)

    assert changed == (
        f"got {kept}, a network that has changed since the run began, expected the file as it "
        "was. Undo the change, or start a new run with `dltrain fit`."
    )
    assert f"got {kept}, which does not exist" in gone


MODULE = """\
import numpy as np

def load():
    x = np.random.default_rng(0).normal(size=(40, 3))
    return x, (x.sum(axis=1) > 0).astype(int)
"""


@pytest.mark.slow
def test_code_of_its_own_needs_trust_again(command, tmp_path):
    (tmp_path / "made_again.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        "dataset: {type: python, function: made_again:load}\n"
        "architecture: {layers: [{type: dense, units: 2, activation: relu}]}\n"
        "training: {epochs: 1}\n"
    )
    run = command("fit", tmp_path / "own.yaml", "-o", tmp_path / "runs", "--trust").folder

    without = command("reproduce", run, "-o", tmp_path / "again")
    trusted = command("reproduce", run, "-o", tmp_path / "again", "--trust")

    assert without.exit_code == 2
    assert without.stderr.endswith(
        "dataset.function: got 'made_again:load', code that would run on this machine, "
        "expected your consent. Read it, then say `--trust`; in Python `trust=True`.\n"
    )
    assert trusted.exit_code == 0, trusted.stdout


@pytest.mark.slow
@pytest.mark.parametrize("package", [False, True], ids=["module", "package"])
def test_a_function_that_gives_other_rows_is_named_and_not_the_data(command, tmp_path, package):
    file = tmp_path / ("drawn/__init__.py" if package else "drawn.py")
    file.parent.mkdir(exist_ok=True)
    file.write_text(MODULE.replace("default_rng(0)", "default_rng()"), encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        "dataset: {type: python, function: drawn:load}\n"
        "architecture: {layers: [{type: dense, units: 2, activation: relu}]}\n"
        "training: {epochs: 1}\n"
    )
    run = command("fit", tmp_path / "own.yaml", "-o", tmp_path / "runs", "--trust").folder

    ended = command("reproduce", run, "-o", tmp_path / "again", "--trust")

    was = RunFolder(run).read_json("environment.json", "data", "sha256")
    message = re.sub(r"sha256 \w{12}…", "sha256 NEW…", ended.stderr.splitlines()[-1])
    assert ended.exit_code == 2
    assert re.sub(r"yaml:\d+:\d+", "yaml", message) == (
        f"{run}/config.resolved.yaml: dataset.function: got rows with the sha256 NEW… from "
        f"drawn:load in {file}, which gave others this time, expected {was[:12]}… as when {run} "
        "was made. A python source has to give the same rows each time: seed what it draws. Where "
        "its code or what it reads was changed, put that back, or start a new run with "
        "`dltrain fit`."
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digits", "houses_two_outputs", "iris", "neuron", "xor"])
def test_a_shipped_config_has_the_same_bits_in_processes_of_their_own(name, shell, tmp_path):
    fitted = shell("fit", CONFIGS / f"{name}.yaml", "-o", "runs", folder=tmp_path)
    assert fitted.exit_code == 0, fitted.stderr

    ended = shell("reproduce", fitted.folder, "-o", "again", folder=tmp_path)

    [again] = (tmp_path / "again").glob("*/*")
    expected = EQUAL.format(run=fitted.folder, again=again.relative_to(tmp_path))
    assert (ended.exit_code, ended.stdout) == (0, expected)
