"""What `training` says, beside the rest of the file."""

import inspect

import pytest

from dltrain.config.checks.phases import PlannedPhase, planned_phases
from dltrain.config.sections.training import ELSEWHERE, Training

NO_EPOCH = "No epoch would be {}: lower it, or raise `training.epochs`."
CASES = {
    "no epoch to validate": (
        "training: {epochs: 4, validation_freq: 5}\n",
        "a.yaml:3:40: training.validation_freq: got 5, expected at most 4, the number of epochs. "
        + NO_EPOCH.format("validated"),
    ),
    "no epoch to validate behind the first": (
        "training: {epochs: 11, initial_epoch: 8, validation_freq: 4}\n",
        "a.yaml:3:59: training.validation_freq: got 4, "
        "expected a divisor of an epoch from 9 to 11. " + NO_EPOCH.format("validated"),
    ),
    "no epoch at all": (
        "training: {epochs: 4, initial_epoch: 4}\n",
        "a.yaml:3:38: training.initial_epoch: got 4, "
        "expected less than 4, the number of the last epoch. " + NO_EPOCH.format("left"),
    ),
    "beginning behind a phase": (
        "training: {initial_epoch: 2, phases: [{epochs: 2}, {epochs: 3}]}\n",
        "a.yaml:3:27: training.initial_epoch: got 2 beside `phases`, expected 0. "
        "Leave out the phases that are over.",
    ),
    "batches of val rows that are not there": (
        "training: {validation_steps: 3, validation_batch_size: 64}\n"
        "split: {fractions: {train: 0.8, val: 0, test: 0.2}}\n",
        "a.yaml:3:30: training.validation_steps: got 3 without val rows, expected null. "
        "Remove it, or give val a share in `split.fractions`.\n"
        "a.yaml:3:56: training.validation_batch_size: got 64 without val rows, expected null. "
        "Remove it, or give val a share in `split.fractions`.",
    ),
    "batches of val rows without a split": (
        "training: {validation_steps: 3}\nsplit: none\n",
        "a.yaml:3:30: training.validation_steps: got 3 without val rows, expected null. "
        "Remove it, or use another `split` than none.",
    ),
    "weights in the column of the split": (
        "training: {sample_weight: day}\nsplit: {type: time, column: day}\n",
        "a.yaml:3:27: training.sample_weight: got 'day', which `split` reads, "
        "expected another column.",
    ),
    "a loss that is scaled twice": (
        "training: {precision: mixed_float16}\noptimizer: {loss_scale_factor: 128}\n",
        "a.yaml:4:32: optimizer.loss_scale_factor: got 128 beside `precision: mixed_float16`, "
        "which scales the loss itself, expected null. Remove it.",
    ),
    "a loss that is scaled twice in a phase": (
        "training:\n  precision: mixed_float16\n"
        "  phases: [{epochs: 1}, {epochs: 1, optimizer: {loss_scale_factor: 8}}]\n",
        "a.yaml:5:68: training.phases.1.optimizer.loss_scale_factor: got 8 beside "
        "`precision: mixed_float16`, which scales the loss itself, expected null. Remove it.",
    ),
}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES.keys())
def test_what_does_not_go_with_the_rest_of_the_file_is_named(refused, text, message):
    assert refused(text) == message


FINE = {
    "validation in the last epoch alone": "training: {epochs: 4, validation_freq: 4}\n",
    "validation behind the first epoch": (
        "training: {epochs: 12, initial_epoch: 8, validation_freq: 4}\n"
    ),
    "nothing to validate": "training: {epochs: 4, validation_freq: 5}\nsplit: none\n",
    "nothing to validate, spelled out": (
        "training: {validation_steps: null, validation_batch_size: null}\nsplit: none\n"
    ),
    "the last epoch alone": "training: {epochs: 4, initial_epoch: 3}\n",
    "a beginning of 0 beside phases": "training: {initial_epoch: 0, phases: [{epochs: 2}]}\n",
    "a loss that the optimizer scales": (
        "training: {precision: mixed_bfloat16}\noptimizer: {loss_scale_factor: 128}\n"
    ),
    "weights beside a column of the split": (
        "training: {sample_weight: weight}\nsplit: {type: group, column: patient}\n"
    ),
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE.keys())
def test_what_goes_with_the_rest_of_the_file_is_read(load_good, text):
    load_good(text)


def test_a_training_that_begins_later_has_the_epochs_that_are_left(load_good):
    experiment = load_good("training: {epochs: 9, initial_epoch: 8}\n").experiment

    assert planned_phases(experiment) == [PlannedPhase(1, {"type": "adam"})]
    assert planned_phases(experiment, smoke=True) == [PlannedPhase(1, {"type": "adam"})]


@pytest.mark.slow
def test_every_argument_of_fit_has_a_key_or_a_message_that_names_its_place():
    import keras

    arguments = set(inspect.signature(keras.Model.fit).parameters) - {"self"}

    assert arguments <= Training.model_fields.keys() | ELSEWHERE.keys()
    assert not Training.model_fields.keys() & ELSEWHERE.keys()
