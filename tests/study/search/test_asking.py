"""Rounds of trials: independent of each other inside, the same in every repetition."""

import itertools

import pytest

from dltrain.config import load
from dltrain.study.search.asking import Asking
from dltrain.study.search.trial import Result

FILE = """\
dataset: {type: csv, path: a.csv, target: y}
architecture: {layers: [{type: dense, units: 4}]}
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.5}
training: {epochs: 9}
search: %s
"""


@pytest.fixture
def asking(tmp_path):
    """Make the asking side of a search over a file that is never trained."""

    def make(search, known=()):
        path = tmp_path / "file.yaml"
        path.write_text(FILE % search)
        experiment = load(path).experiment
        return Asking(experiment, experiment.search, known)

    return make


def objective(trial):
    """A made landscape: best at a learning rate of 0.01."""
    return abs(trial.values["optimizer.learning_rate"] - 0.01)


def rounds(asking, fails=()):
    """Go through a search; every trial in `fails` fails."""
    told = []
    while trials := asking.next_round():
        told.append(trials)
        for one in trials:
            failed = one.number in fails
            score = None if failed else objective(one)
            asking.tell(Result(one, score, reason="it failed" if failed else None))
    return told


RATES = "optimizer.learning_rate: {type: float, min: 1e-4, max: 1, sampling: log}"
RATES_AND_MORE = f"{{{RATES}, optimizer.momentum: {{type: float, min: 0, max: 0.9}}}}"


def test_a_grid_tries_every_combination_once(asking):
    space = (
        "{optimizer.learning_rate: {type: choice, values: [0.1, 0.01]}, "
        "architecture.layers.0.units: {type: int, min: 2, max: 6, step: 2}}"
    )

    [trials] = rounds(asking(f"{{algorithm: grid, space: {space}}}"))

    tried = [tuple(one.values.values()) for one in trials]
    assert sorted(tried) == sorted(itertools.product([0.1, 0.01], [2, 4, 6]))


def test_a_grid_stops_after_the_trials_it_may_have(asking):
    space = "{optimizer.learning_rate: {type: choice, values: [0.1, 0.01, 0.001]}}"

    [trials] = rounds(asking(f"{{algorithm: grid, max_trials: 2, space: {space}}}"))

    assert [one.values["optimizer.learning_rate"] for one in trials] == [0.1, 0.01]


def test_random_trials_are_one_round_of_different_values_within_their_bounds(asking):
    [trials] = rounds(asking(f"{{max_trials: 40, space: {{{RATES}}}}}"))

    values = [one.values["optimizer.learning_rate"] for one in trials]
    assert len(set(values)) == 40
    assert min(values) >= 1e-4
    assert max(values) <= 1
    # Half of a range on a logarithmic scale lies below its geometric middle.
    assert 10 <= sum(value < 1e-2 for value in values) <= 30


def test_another_seed_draws_other_trials_and_zero_is_a_seed(asking):
    def drawn(seed):
        [trials] = rounds(asking(f"{{max_trials: 3, seed: {seed}, space: {{{RATES}}}}}"))
        return [one.values for one in trials]

    assert drawn(0) == drawn(0)
    assert drawn(0) != drawn(1)


def test_a_condition_gives_a_key_only_where_it_is_met(asking):
    space = (
        "{optimizer: {type: choice, values: [{type: adam}, {type: sgd, nesterov: true}]}, "
        "optimizer.momentum: {type: float, min: 0.1, max: 0.9, when: {optimizer: [sgd]}}, "
        "optimizer.beta_1: {type: fixed, value: 0.8, when: {optimizer: [adam]}}}"
    )

    [trials] = rounds_without_scores(asking(f"{{max_trials: 12, space: {space}}}"))

    for one in trials:
        is_sgd = one.values["optimizer"]["type"] == "sgd"
        assert ("optimizer.momentum" in one.values) == is_sgd
        assert ("optimizer.beta_1" in one.values) != is_sgd
    assert {one.values["optimizer"]["type"] for one in trials} == {"adam", "sgd"}


def rounds_without_scores(asking):
    told = []
    while trials := asking.next_round():
        told.append(trials)
        for one in trials:
            asking.tell(Result(one, 0.5))
    return told


@pytest.mark.slow
def test_bayesian_search_begins_with_one_round_and_then_goes_on_one_by_one(asking):
    search = f"{{algorithm: bayesian, max_trials: 9, space: {RATES_AND_MORE}}}"

    told = rounds(asking(search))

    assert [len(trials) for trials in told] == [6, 1, 1, 1]
    assert [one.number for trials in told for one in trials] == list(range(1, 10))


@pytest.mark.slow
def test_bayesian_search_chooses_several_at_once_where_it_is_asked_to(asking):
    algorithm = "{type: bayesian, num_initial_points: 4, at_once: 3}"

    told = rounds(asking(f"{{algorithm: {algorithm}, max_trials: 9, space: {RATES_AND_MORE}}}"))

    assert [len(trials) for trials in told] == [4, 3, 2]


@pytest.mark.slow
def test_bayesian_search_draws_more_initial_points_for_those_that_failed(asking):
    algorithm = "{type: bayesian, num_initial_points: 4}"
    search = f"{{algorithm: {algorithm}, max_trials: 7, space: {RATES_AND_MORE}}}"

    told = rounds(asking(search), fails=(1, 3))

    assert [len(trials) for trials in told] == [4, 2, 1]


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 3, 5, 7])
def test_a_search_that_is_told_what_it_chose_goes_on_as_if_it_had_chosen_it(asking, number):
    algorithm = "{type: bayesian, num_initial_points: 3, at_once: 2}"
    space = RATES_AND_MORE.replace(
        "{opt", "{training.shuffle: {type: choice, values: [true, false]}, opt", 1
    )
    search = f"{{algorithm: {algorithm}, max_trials: 9, seed: 5, space: {space}}}"
    whole = rounds(asking(search))

    values = [one.values for trials in whole for one in trials][:number]

    assert rounds(asking(search, values)) == whole


def test_hyperband_gives_the_best_of_each_round_more_epochs(asking):
    algorithm = "{type: hyperband, factor: 3}"

    told = rounds(asking(f"{{algorithm: {algorithm}, space: {{{RATES}}}}}"))

    first, second, third = told
    by_number = {one.number: one for trials in told for one in trials}
    # Brackets of 9, 3 and 1 epochs at the end: 9 trials of 1 epoch, 5 of 3, 3 of 9.
    assert [sorted(one.epochs for one in trials) for trials in told] == [
        [1] * 9 + [3] * 5 + [9] * 3,
        [3] * 3 + [9] * 2,
        [9],
    ]
    for one in second + third:
        before = by_number[one.before]
        assert one.values == before.values
        assert before.epochs < one.epochs
    # Of the nine the three best go on.
    best = sorted((one for one in first if one.epochs == 1), key=objective)[:3]
    assert {one.before for one in second if one.epochs == 3} == {one.number for one in best}
    assert all(one.before is None for one in first)
