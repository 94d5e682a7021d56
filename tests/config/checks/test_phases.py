"""Phases of a training: what they mean, what they may say, and how they resolve."""

import pytest

from dltrain.config import load
from dltrain.config.checks.phases import PlannedPhase, planned_phases
from dltrain.config.showing.resolved import resolved
from dltrain.errors import ConfigError

ADAM = {"type": "adam"}
NAMED = """\
dataset: {type: csv, path: a.csv, target: y}
architecture:
  layers:
    - {type: dense, units: 4, name: base}
    - {repeat: 2, layers: [{type: dense, units: 4, name: block}]}
"""
PLANS = {
    "no phases": ("{epochs: 5}", [PlannedPhase(5, ADAM)]),
    "other layers and rates": (
        "{phases: [{epochs: 2, trainable: {base: false}}, {epochs: 3, learning_rate: 1e-5}]}",
        [
            PlannedPhase(2, ADAM, trainable={"base": False}),
            PlannedPhase(
                3,
                ADAM | {"learning_rate": 1e-5},
                own_rate=("training", "phases", 1, "learning_rate"),
            ),
        ],
    ),
    "another optimizer": (
        "{phases: [{epochs: 2, optimizer: SGD}, {epochs: 2, optimizer: {beta_1: 0.5}}]}",
        [
            PlannedPhase(2, {"type": "sgd"}, ("training", "phases", 0, "optimizer")),
            PlannedPhase(2, ADAM | {"beta_1": 0.5}, ("training", "phases", 1, "optimizer")),
        ],
    ),
    "blocks by the number of their repetition": (
        "{phases: [{epochs: 1, trainable: {block_1: true, block_2: false}}]}",
        [PlannedPhase(1, ADAM, trainable={"block_1": True, "block_2": False})],
    ),
    "an empty list": ("{phases: []}", [PlannedPhase(10, ADAM)]),
}


@pytest.fixture
def load_named(load_text):
    """Load a file with named layers and a `training` section."""
    return lambda training, more="": load_text(f"{NAMED}training: {training}\n{more}")


@pytest.mark.parametrize(("training", "planned"), PLANS.values(), ids=PLANS.keys())
def test_a_phase_takes_from_the_file_what_it_does_not_say(load_named, training, planned):
    assert planned_phases(load_named(training).experiment) == planned


SMOKE = {
    "two epochs without phases": ("{epochs: 50}", [2]),
    "two epochs of one phase": ("{phases: [{epochs: 50}]}", [2]),
    "one epoch of each of two": ("{phases: [{epochs: 50}, {epochs: 50}]}", [1, 1]),
    "one epoch of the first two": ("{phases: [{epochs: 5}, {epochs: 5}, {epochs: 5}]}", [1, 1]),
    "no more epochs than the file has": ("{epochs: 1}", [1]),
}


@pytest.mark.parametrize(("training", "epochs"), SMOKE.values(), ids=SMOKE.keys())
def test_a_smoke_run_tries_the_first_two_phases(load_named, training, epochs):
    planned = planned_phases(load_named(training).experiment, smoke=True)

    assert [phase.epochs for phase in planned] == epochs


def test_a_phase_may_name_an_output(load_text):
    text = (
        "dataset: {type: csv, path: a.csv, target: y}\n"
        "architecture: {layers: [], output: {type: dense, units: 1, name: head}}\n"
        "training: {phases: [{epochs: 1, trainable: {head: false}}]}\n"
    )

    assert planned_phases(load_text(text).experiment)[0].trainable == {"head": False}


def test_the_epochs_of_phases_add_up(load_named):
    assert load_named("{phases: [{epochs: 2}, {epochs: 3}]}").experiment.training.epochs == 5


def test_a_resolved_file_has_the_same_phases(load_named, tmp_path):
    phases = (
        "{phases: [{epochs: 2, trainable: {base: false}}, {epochs: 3, learning_rate: {type: "
        "cosine_decay, initial_learning_rate: 0.1, decay_steps: 9}}, {epochs: 1, optimizer: sgd}]}"
    )
    first = load_named(phases).experiment
    (tmp_path / "b.yaml").write_text(resolved(first, {}), encoding="utf-8")

    second = load(tmp_path / "b.yaml").experiment
    assert resolved(second, {}) == resolved(first, {})
    assert [one.epochs for one in planned_phases(second)] == [2, 3, 1]
    optimizer = second.training.phases[2].optimizer
    assert (optimizer["type"], optimizer["momentum"]) == ("sgd", 0.0)


RATE = (
    "a number above 0, or a schedule: one of cosine_decay, cosine_decay_restarts, "
    "exponential_decay, inverse_time_decay, piecewise_constant_decay, polynomial_decay"
)
LAYERS = "expected one of base, block_1, block_2"
WRONG = {
    "epochs that are another number": (
        "{epochs: 7, phases: [{epochs: 2}, {epochs: 3}]}",
        "6:20: training.epochs: got 7, expected 5, the sum of the phases. Leave it out.",
    ),
    "no epochs": (
        "{phases: [{learning_rate: 0.1}]}",
        "6:21: training.phases.0.epochs: got nothing, expected a value: passes over the train "
        "rows, at most.",
    ),
    "an unknown layer": (
        "{phases: [{epochs: 2, trainable: {bas: false}}]}",
        f"6:45: training.phases.0.trainable.bas: got an unknown layer, {LAYERS}. "
        "Did you mean 'base'?",
    ),
    "a layer that has no name": (
        "{phases: [{epochs: 2, trainable: {flatten: false}}]}",
        f"6:45: training.phases.0.trainable.flatten: got an unknown layer, {LAYERS}. "
        "Give the layer a `name`.",
    ),
    "a word for true": (
        "{phases: [{epochs: 2, trainable: {base: no}}]}",
        "6:51: training.phases.0.trainable.base: got 'no', expected true or false.",
    ),
    "a list of layers": (
        "{phases: [{epochs: 2, trainable: [base]}]}",
        "6:44: training.phases.0.trainable: got ['base'], expected a map from the name of a layer "
        "to true or false.",
    ),
    "a rate beside an optimizer": (
        "{phases: [{epochs: 2, learning_rate: 0.1, optimizer: sgd}]}",
        "6:48: training.phases.0.learning_rate: got a rate beside an optimizer, expected one of "
        "the two. Give the rate to the optimizer.",
    ),
    "a rate below 0": (
        "{phases: [{epochs: 2, learning_rate: -1}]}",
        f"6:48: training.phases.0.learning_rate: got -1, expected {RATE}.",
    ),
    "a misspelled schedule": (
        "{phases: [{epochs: 2, learning_rate: {type: cosine_decai}}]}",
        "6:55: training.phases.0.learning_rate.type: got 'cosine_decai', expected "
        f"{RATE.rpartition('schedule: ')[2]}. Did you mean 'cosine_decay'?",
    ),
    "a misspelled key": (
        "{phases: [{epochs: 2, trainabel: {base: true}}]}",
        "6:33: training.phases.0.trainabel: got an unknown key, expected one of epochs, "
        "learning_rate, optimizer, trainable. Did you mean 'trainable'?",
    ),
    "a map": (
        "{phases: {epochs: 2}}",
        "6:20: training.phases: got {'epochs': 2}, expected a list.",
    ),
    "averages that nobody sees": (
        "{phases: [{epochs: 2, optimizer: {type: sgd, use_ema: true}}]}",
        "6:65: training.phases.0.optimizer.use_ema: got averages that are never evaluated, "
        "expected the callback swap_ema_weights. Add `swap_ema_weights` to `callbacks`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("training", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_phase_is_named_at_its_place(load_named, training, message):
    with pytest.raises(ConfigError) as caught:
        load_named(training)

    assert str(caught.value) == f"a.yaml:{message}"


CALLBACKS = {
    "a schedule in a phase beside a callback that lowers rates": (
        "{phases: [{epochs: 2}, {epochs: 9, learning_rate: {type: cosine_decay, "
        "initial_learning_rate: 0.1, decay_steps: 9}}]}",
        "callbacks: [reduce_lr_on_plateau]\n",
        "7:13: callbacks.0: got reduce_lr_on_plateau beside a learning-rate schedule, expected one "
        "of the two. Remove one of them.",
    ),
    "averages in one phase only": (
        "{phases: [{epochs: 2, optimizer: {type: sgd, use_ema: true}}, {epochs: 2}]}",
        "callbacks: [swap_ema_weights]\n",
        "7:13: callbacks.0: got swap_ema_weights without averages, expected `use_ema: true` in the "
        "optimizer.",
    ),
}


@pytest.mark.parametrize(("training", "more", "message"), CALLBACKS.values(), ids=CALLBACKS.keys())
def test_phases_agree_with_the_callbacks(load_named, training, more, message):
    with pytest.raises(ConfigError) as caught:
        load_named(training, more)

    assert str(caught.value) == f"a.yaml:{message}"
