"""Members of studies: what they change, what they are called, and how they are kept."""

import pytest

from dltrain.config import load
from dltrain.errors import ConfigError
from dltrain.run_folder import RunFolder
from dltrain.study import cross_validation, sweep
from dltrain.study.member import read_members, write_members


def test_a_cross_validation_has_a_member_for_each_repeat_fold_and_seed(write_config):
    config = load(write_config("cross_validation: {folds: 2, repeats: 2, seeds: 2}"))

    members = list(cross_validation.members_of(config, test=False))

    assert [one.name for one in members] == [
        f"repeat-{repeat}-fold-{fold}-seed-{seed}"
        for repeat in (1, 2)
        for fold in (1, 2)
        for seed in (3, 4)
    ]
    assert {one.config.experiment.evaluation.test for one in members} == {"never"}
    folds = {(one.config.experiment.split.fold.number, one.facts["fold"]) for one in members}
    assert folds == {(1, 1), (2, 2)}


def test_the_test_rows_are_opened_where_somebody_says_so(write_config):
    [first, *_] = cross_validation.members_of(load(write_config()), test=True)

    assert first.config.experiment.evaluation.test == "at_end"


def test_references_to_what_a_study_changes_follow_it(write_config):
    path = write_config("sweep: {seed: [5, 6]}\nsplit: {seed: '${seed}'}")

    members = list(sweep.members_of(load(path), test=False))

    assert [one.config.experiment.split.seed for one in members] == [5, 6]


def test_members_have_no_section_that_studies_alone_read(write_config):
    config = load(write_config("sweep: {training.batch_size: [8, 16]}\ncross_validation: {}"))

    members = list(sweep.members_of(config, test=False))

    assert {one.config.experiment.sweep for one in members} == {None}
    assert {one.config.experiment.cross_validation for one in members} == {None}


def test_the_names_of_a_sweep_are_folders_that_say_what_they_hold(write_config):
    more = (
        "sweep: {optimizer: [sgd, {type: sgd, momentum: 0.9}], training.batch_size: [8], seeds: 2}"
    )
    members = list(sweep.members_of(load(write_config(more)), test=False))

    assert [one.name for one in members] == [
        "001-optimizer-sgd-batch_size-8-seed-3",
        "001-optimizer-sgd-batch_size-8-seed-4",
        "002-optimizer-sgd-momentum-0.9-batch_size-8-seed-3",
        "002-optimizer-sgd-momentum-0.9-batch_size-8-seed-4",
    ]


def test_members_that_were_written_are_read_back(write_config, tmp_path):
    path = write_config("sweep: {optimizer.learning_rate: [0.1, 0.01]}")
    config, folder = load(path), RunFolder.new(tmp_path / "study")
    members = list(sweep.members_of(config, test=False))

    write_members(folder, members)
    told = [one.to_json() for one in members]
    given = {"path": config.path, "text": config.text, "bases": config.bases}
    again = list(read_members(folder, given, told))

    assert [one.config.experiment for one in again] == [one.config.experiment for one in members]
    assert [one.to_json() for one in again] == told
    assert {one.config.path for one in again} == {path}


REFUSED = {
    "no split": (
        "split: none",
        cross_validation,
        "iris.yaml:8:8: split: got split: none, expected a split that can be folded. "
        "Such as `split={type: random, fractions: {train: 0.9, val: 0.1, test: 0}}`.",
    ),
    "one fold": (
        "split: {fold: {number: 1}}",
        cross_validation,
        "iris.yaml:8:15: split.fold: got one fold for `cv`, which trains all, expected no `fold`. "
        "Remove it.",
    ),
    "no val rows to judge by": (
        "sweep: {split.fractions: [{train: 0.8, val: 0, test: 0.2}]}",
        sweep,
        "iris.yaml:8:9: split.fractions: got fractions {train: 0.8, val: 0, test: 0.2}, which is "
        "judged by loss, expected val_loss, as in the file. Say `training.best.monitor`.",
    ),
    "no sweep": (
        "",
        sweep,
        "iris.yaml:1:1: got no `sweep`, expected the keys to change and their values. "
        "Such as `sweep: {optimizer.learning_rate: [0.1, 0.01], seeds: 3}`.",
    ),
}


@pytest.mark.parametrize(("more", "study", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_makes_no_study_is_refused(write_config, monkeypatch, more, study, message):
    path = write_config(more)
    monkeypatch.chdir(path.parent)

    with pytest.raises(ConfigError) as caught:
        list(study.members_of(load(path.name), test=False))

    assert str(caught.value) == message


def test_test_rows_stay_closed_whatever_a_sweep_says(write_config):
    path = write_config("sweep: {evaluation.test: [at_end]}")

    [member] = sweep.members_of(load(path), test=False)

    assert member.config.experiment.evaluation.test == "never"


def test_the_seed_of_a_member_is_the_one_it_trains_with(write_config):
    members = list(sweep.members_of(load(write_config("sweep: {seed: [5, 6]}")), test=False))

    assert [one.facts["seed"] for one in members] == [5, 6]


def test_a_sweep_is_ordered_by_what_the_file_monitors(write_config):
    config = load(write_config("sweep: {seed: [5, 6]}"), ["training.best.monitor=loss"])
    [one, *_] = sweep.members_of(config, test=False)
    figures = {"train": {"loss": 0.25}, "val": {"loss": 0.5}}

    row = sweep._row([one], {one.name: {"splits": figures}}, {one.name: 3}, "loss")

    assert row["monitored"]["mean"] == 0.25
