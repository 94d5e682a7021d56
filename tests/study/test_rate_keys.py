"""The override of a suggestion: accepted by the config, for every schedule and for phases."""

from __future__ import annotations

import pytest

from dltrain.config import load
from dltrain.config.checks.phases import planned_phases
from dltrain.study.rate_keys import override_of, rate_of, remarks

OPTIMIZERS = {
    "none": ("adam", "optimizer.learning_rate=0.02", None),
    "a number": ("{type: sgd, learning_rate: 0.1}", "optimizer.learning_rate=0.02", 0.1),
    "exponential decay": (
        "{type: sgd, learning_rate: {type: exponential_decay, initial_learning_rate: 0.1, "
        "decay_steps: 10, decay_rate: 0.9}}",
        "optimizer.learning_rate.initial_learning_rate=0.02",
        0.1,
    ),
    "polynomial decay": (
        "{type: sgd, learning_rate: {type: polynomial_decay, initial_learning_rate: 0.1, "
        "decay_steps: 10}}",
        "optimizer.learning_rate.initial_learning_rate=0.02",
        0.1,
    ),
    "cosine decay with warmup": (
        "{type: sgd, learning_rate: {type: cosine_decay, initial_learning_rate: 0.0, "
        "decay_steps: 10, warmup_target: 0.1, warmup_steps: 5}}",
        "optimizer.learning_rate.warmup_target=0.02",
        0.1,
    ),
    "cosine decay with restarts": (
        "{type: sgd, learning_rate: {type: cosine_decay_restarts, initial_learning_rate: 0.1, "
        "first_decay_steps: 10}}",
        "optimizer.learning_rate.initial_learning_rate=0.02",
        0.1,
    ),
    "piecewise constant": (
        "{type: sgd, learning_rate: {type: piecewise_constant_decay, boundaries: [5, 9], "
        "values: [0.1, 0.05, 0.01]}}",
        "optimizer.learning_rate.values=[0.02,0.01,0.002]",
        0.1,
    ),
}


@pytest.mark.parametrize(
    ("optimizer", "override", "given"), OPTIMIZERS.values(), ids=OPTIMIZERS.keys()
)
def test_an_override_reaches_the_rate_that_it_names(fruit, optimizer, override, given):
    before = [f"optimizer={optimizer}"]
    (phase,) = planned_phases(load(fruit, before).experiment)

    (after,) = planned_phases(load(fruit, [*before, override_of(phase, 0.02)]).experiment)

    assert override_of(phase, 0.02) == override
    assert rate_of(phase) == given
    assert rate_of(after) == 0.02


PHASES = {
    "rates of their own": (
        "{epochs: 1, learning_rate: 0.1}, {epochs: 1, learning_rate: 0.01}",
        "training.phases.0.learning_rate=0.02",
        [],
    ),
    "the file's": (
        "{epochs: 1}, {epochs: 1, learning_rate: 0.01}, {epochs: 1}",
        "optimizer.learning_rate=0.02",
        ["phase 3 has the same key and gets the rate as well"],
    ),
    "an optimizer of its own": (
        "{epochs: 1, optimizer: {type: sgd}}, {epochs: 1}",
        "training.phases.0.optimizer.learning_rate=0.02",
        [],
    ),
}


@pytest.mark.parametrize(("phases", "override", "told"), PHASES.values(), ids=PHASES.keys())
def test_a_rate_for_phases_is_that_of_the_first(fruit, phases, override, told):
    before = ["training.epochs=2", f"training.phases=[{phases}]"]
    before[0] = f"training.epochs={phases.count('epochs')}"
    planned = planned_phases(load(fruit, before).experiment)

    after = planned_phases(load(fruit, [*before, override_of(planned[0], 0.02)]).experiment)

    first = f"phase 1 of {len(planned)}: later ones begin with trained weights, untested here"
    assert override_of(planned[0], 0.02) == override
    assert rate_of(after[0]) == 0.02
    assert remarks(planned) == [first, *told]
