"""Searches from their first trial to the best one alone, also when they are interrupted."""

import csv
import json

import keras
import pytest

from dltrain import runner
from dltrain.config import load
from dltrain.errors import ConfigError, DltrainError, FolderError
from dltrain.model.digest import named_weights, weights_sha256
from dltrain.run_folder import RunFolder
from dltrain.study.search import telling, tuning
from dltrain.study.search.folder import SearchFolder
from dltrain.terminal import Terminal
from tests.study.conftest import CONVOLUTION
from tests.study.search.conftest import SEARCH, told

DIVERGING = """\
search:
  algorithm: grid
  space:
    optimizer.learning_rate: {type: choice, values: [0.01, 1e+30, 0.1]}
"""


@pytest.mark.slow
def test_each_trial_is_a_run_and_the_best_has_the_lowest_objective(search):
    study = search()

    facts = json.loads((study.folder / "study.json").read_text())
    losses = {}
    for one in facts["trials"]:
        metrics = RunFolder(study.folder / "members" / one["name"]).read_json("metrics.json")
        assert metrics["splits"]["val"]["loss"] == one["objective"]
        assert "test" not in metrics["splits"]
        losses[one["name"]] = one["objective"]
    assert list(losses) == [f"trial-000{number}" for number in (1, 2, 3, 4)]
    assert facts["best"] == min(losses, key=losses.get)
    assert study.folder.status() == "finished"
    assert list(study.metrics["splits"]) == ["train", "val", "test"]


@pytest.mark.slow
def test_the_file_of_the_best_trial_makes_its_run_again_to_the_bit(search, tmp_path):
    study = search()

    again = runner.fit(
        load(study.folder / "best.yaml"),
        output=tmp_path / "again",
        terminal=Terminal(quiet=True),
    )

    best = study.folder / "best"
    digests = [
        weights_sha256(named_weights(keras.saving.load_model(path / "model" / "best.keras")))
        for path in (best, again.folder.path)
    ]
    assert digests[0] == digests[1]
    assert (best / "metrics.json").read_bytes() == (again.folder / "metrics.json").read_bytes()
    assert (best / "history.csv").read_bytes() == (again.folder / "history.csv").read_bytes()


@pytest.mark.slow
def test_the_file_of_the_best_trial_has_the_name_and_the_bounds_of_the_file(search):
    study = search(SEARCH + "expect: {val: {loss: '< 9'}}\n")

    experiment = load(study.folder / "best.yaml").experiment
    assert experiment.name == "iris"
    assert experiment.expect.val == {"loss": "< 9"}
    assert experiment.search is None


@pytest.mark.slow
def test_a_trial_that_diverges_is_recorded_and_the_search_goes_on(search):
    study = search(DIVERGING)

    facts = json.loads((study.folder / "study.json").read_text())
    assert study.failed == ["trial-0002"]
    assert [one["objective"] is None for one in facts["trials"]] == [False, True, False]
    assert facts["failed"]["trial-0002"].startswith("epoch 1: got loss nan, ")
    rows = list(csv.DictReader((study.folder / "trials.csv").read_text().splitlines()))
    assert [row["optimizer.learning_rate"] for row in rows] == ["0.01", "1.0e+30", "0.1"]
    assert rows[1]["failed"] == facts["failed"]["trial-0002"]


def test_a_mistake_that_all_trials_share_stops_the_search_with_its_message(search):
    kernels = "architecture.layers.1.kernel_size: {type: int, min: 9, max: 11}"
    layers = (
        "[{type: reshape, target_shape: [4, 1]}, {type: conv1d, filters: 2, kernel_size: 2}, "
        "flatten]"
    )

    with pytest.raises(DltrainError) as caught:
        search(f"search: {{algorithm: grid, space: {{{kernels}}}}}", layers=layers)

    message = str(caught.value)
    assert message.startswith("got 3 trials that are all wrong, the first so: ")
    assert "architecture.layers.1" in message


def test_a_file_without_a_search_is_refused(write_config):
    path = write_config()

    with pytest.raises(ConfigError) as caught:
        tuning.tune(load(path), terminal=Terminal(quiet=True))

    assert str(caught.value) == (
        f"{path}:1:1: got no `search`, expected the keys to search and their values. Such as "
        "`search: {space: {optimizer.learning_rate: "
        "{type: float, min: 1e-4, max: 0.1, sampling: log}}}`."
    )


def test_a_missing_package_is_named_with_its_command(write_config, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(DltrainError) as caught:
        tuning.tune(load(write_config(SEARCH)), terminal=Terminal(quiet=True))

    assert str(caught.value) == (
        "got no KerasTuner, expected the package keras-tuner. "
        "Install it: pip install 'dltrain[tune]'."
    )


@pytest.mark.slow
def test_the_objective_can_be_the_mean_over_folds(search):
    study = search(
        "cross_validation: {folds: 3}\n"
        + SEARCH.replace("max_trials: 4", "max_trials: 2\n  objective: cv.accuracy")
    )

    facts = json.loads((study.folder / "study.json").read_text())
    for one in facts["trials"]:
        scores = [
            RunFolder(study.folder / "members" / f"{one['name']}-fold-{number}").read_json(
                "metrics.json"
            )["splits"]["val"]["accuracy"]
            for number in (1, 2, 3)
        ]
        assert one["objective"] == pytest.approx(sum(scores) / 3, abs=1e-12)
    assert facts["mode"] == "max"


def interrupted_after(monkeypatch, members):
    """Let the training stop, as Ctrl-C does, after some members."""

    def show(self, told, original=telling.TrialLines.show):
        original(self, told)
        if self.done == members:
            raise KeyboardInterrupt

    monkeypatch.setattr(telling.TrialLines, "show", show)


SEARCHES = {
    "random": SEARCH,
    "bayesian": SEARCH.replace(
        "max_trials: 4", "max_trials: 5\n  algorithm: {type: bayesian, num_initial_points: 3}"
    ),
    "hyperband": SEARCH.replace("max_trials: 4", "algorithm: {type: hyperband, factor: 2}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("more", SEARCHES.values(), ids=SEARCHES.keys())
def test_a_search_that_was_interrupted_ends_as_if_it_had_not_been(
    search, more, tmp_path, monkeypatch
):
    whole = search(more)

    with monkeypatch.context() as patch:
        interrupted_after(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            search(more)
    [other] = {*(tmp_path / "runs" / "iris").iterdir()} - {whole.folder.path}
    tuning.resume(other, workers=1, terminal=Terminal(quiet=True))

    assert told(other) == told(whole.folder.path)


@pytest.fixture
def interrupted(search, tmp_path, monkeypatch):
    """A search that somebody has stopped."""
    with monkeypatch.context() as patch:
        interrupted_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            search()
    [path] = (tmp_path / "runs" / "iris").iterdir()
    return path


def refusal(path):
    """Give the message that a search cannot go on with."""
    with pytest.raises(DltrainError) as caught:
        tuning.resume(path, workers=1, terminal=Terminal(quiet=True))
    return str(caught.value)


@pytest.mark.slow
def test_a_changed_space_is_refused_with_the_difference(interrupted, tmp_path):
    file = tmp_path / "iris.yaml"
    file.write_text(file.read_text().replace("max: 1,", "max: 2,"))

    assert refusal(interrupted) == (
        f"got {file}, which has changed since the run began "
        '(search.space."optimizer.learning_rate".max 1 → 2), expected the file as it was. '
        "Undo the change, or start a new search with `dltrain tune`."
    )


@pytest.mark.slow
def test_changed_data_is_refused(interrupted, monkeypatch):
    facts = RunFolder(interrupted).read_json("environment.json")
    facts["data"]["sha256"] = "0" * 64
    RunFolder(interrupted).write_json("environment.json", facts)

    message = refusal(interrupted)

    assert message.endswith(
        f"expected 000000000000… as when {interrupted} was made. "
        "Put the data back, or start a new search with `dltrain tune`."
    )


@pytest.mark.slow
def test_other_trials_than_before_are_refused(interrupted):
    facts = SearchFolder(RunFolder(interrupted)).facts()
    was = facts["trials"][2]["values"]["optimizer.learning_rate"]
    facts["trials"][2]["values"]["optimizer.learning_rate"] = 0.5
    RunFolder(interrupted).write_json("study.json", facts)

    assert refusal(interrupted) == (
        f'got another trial-0003 than before (values."optimizer.learning_rate" 0.5 → {was!r}), '
        f"expected that of {interrupted}. Another version of KerasTuner may draw otherwise: start "
        "a new search."
    )


@pytest.mark.slow
def test_a_finished_search_is_not_resumed(search):
    path = search().folder.path

    with pytest.raises(FolderError) as caught:
        tuning.resume(path, terminal=Terminal(quiet=True))

    assert str(caught.value) == (
        f"got {path}, which is finished, expected a search that was interrupted. Start a new one."
    )


@pytest.mark.slow
def test_the_command_prints_its_folder_alone_and_draws_its_page(write_config, shell, tmp_path):
    write_config(SEARCH)

    ended = shell(
        "tune", "iris.yaml", "search.max_trials=10", "evaluation.report=true", folder=tmp_path
    )

    assert ended.exit_code == 0
    study = tmp_path / ended.folder
    assert (study / "best" / "report.html").is_file()
    page = (study / "report.html").read_text(encoding="utf-8")
    assert "of 10 trials" in page
    assert (study / "plots" / "parallel-coordinates.svg").is_file()
    assert ended.stderr.count("trial ") >= 10
    lines = [line for line in ended.stderr.splitlines() if line.startswith("best ")]
    best = json.loads((study / "study.json").read_text())
    [chosen] = [one for one in best["trials"] if one["name"] == best["best"]]
    rate = chosen["values"]["optimizer.learning_rate"]
    assert lines == [f"best    optimizer.learning_rate={rate}"]


@pytest.mark.slow
def test_hyperband_continues_a_training_to_the_bits_of_one_from_the_start(search, tmp_path):
    study = search(
        SEARCH.replace("max_trials: 4", "algorithm: {type: hyperband, factor: 3, max_epochs: 3}"),
        layers=CONVOLUTION,
    )

    facts = json.loads((study.folder / "study.json").read_text())
    continued = [one for one in facts["trials"] if one["before"] is not None]
    assert continued
    for one in continued:
        folder = study.folder / "members" / one["name"]
        assert "resumed" in RunFolder(folder).read_json("status.json")
        whole = runner.fit(
            load(study.folder / "state" / "members" / f"{one['name']}.yaml"),
            output=tmp_path / "whole",
            terminal=Terminal(quiet=True),
        )
        for name in ("history.csv", "metrics.json", "predictions.csv"):
            assert (folder / name).read_bytes() == (whole.folder / name).read_bytes()
