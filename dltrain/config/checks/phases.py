"""What the phases of a training mean for a file, and whether they agree with its layers.

A file without `training.phases` is one phase. Imports: the config alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.outputs import output_of, targets
from dltrain.config.checks.structure import hidden_layers
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.architecture import Mlp
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.training import Phase, Training
from dltrain.errors import Key, did_you_mean, one_of, shown

PHASES: Key = ("training", "phases")
SMOKE_EPOCHS = 2


@dataclass(frozen=True)
class PlannedPhase:
    """One phase with everything that it takes from the rest of the file.

    Attributes:
        epochs: Passes over the train rows, at most.
        optimizer: The optimizer as plain data.
        key: Where the file says which optimizer.
        trainable: Whether the weights of layers learn, by name; those of others do as they say.
        own_rate: Where the phase says a rate of its own, if it does.
    """

    epochs: int
    optimizer: Choice
    key: Key = ("optimizer",)
    trainable: dict[str, bool] = field(default_factory=dict)
    own_rate: Key | None = None

    @property
    def rate_key(self) -> Key:
        """Where the file says the learning rate."""
        return self.own_rate or (*self.key, "learning_rate")


def planned_phases(experiment: Experiment, *, smoke: bool = False) -> list[PlannedPhase]:
    """Spell out the phases of a file.

    Args:
        experiment: The checked file.
        smoke: At most two epochs: one for each of the first two phases.
    """
    training = experiment.training
    if not training.phases:
        epochs = training.epochs - training.initial_epoch
        return [PlannedPhase(min(epochs, SMOKE_EPOCHS) if smoke else epochs, experiment.optimizer)]
    phases = [_planned(experiment, at, one) for at, one in enumerate(training.phases)]
    if not smoke:
        return phases
    each = SMOKE_EPOCHS if len(phases) == 1 else 1
    return [replace(one, epochs=min(one.epochs, each)) for one in phases[:SMOKE_EPOCHS]]


def _planned(experiment: Experiment, at: int, phase: Phase) -> PlannedPhase:
    if phase.optimizer is not None:
        key = (*PHASES, at, "optimizer")
        return PlannedPhase(phase.epochs, phase.optimizer, key, phase.trainable)
    planned = PlannedPhase(phase.epochs, experiment.optimizer, trainable=phase.trainable)
    if phase.learning_rate is None:
        return planned
    optimizer = experiment.optimizer | {"learning_rate": phase.learning_rate}
    return replace(planned, optimizer=optimizer, own_rate=(*PHASES, at, "learning_rate"))


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find phases that contradict themselves, the file's epochs, or its layers."""
    training = experiment.training
    yield from _beginnings(training)
    total = sum(phase.epochs for phase in training.phases)
    if training.phases and training.epochs != total:
        got, expected = shown(training.epochs), f"{total}, the sum of the phases"
        yield Problem(("training", "epochs"), got, expected, "Leave it out.")
    names = _layer_names(experiment)
    for at, phase in enumerate(training.phases):
        if phase.optimizer is not None and phase.learning_rate is not None:
            key, got = (*PHASES, at, "learning_rate"), "a rate beside an optimizer"
            yield Problem(key, got, "one of the two", "Give the rate to the optimizer.")
        for name in phase.trainable:
            if name not in names:
                expected = one_of(names) if names else "the name of a layer"
                way_out = did_you_mean(name, names) or _naming(experiment)
                key = (*PHASES, at, "trainable", name)
                yield Problem(key, "an unknown layer", expected, way_out, at_key=True)


def _beginnings(training: Training) -> Iterator[Problem]:
    """Check that an epoch is left where the training begins, and that no phase is cut."""
    key, first = ("training", "initial_epoch"), training.initial_epoch
    if first and training.phases:
        got, way_out = f"{first} beside `phases`", "Leave out the phases that are over."
        yield Problem(key, got, "0", way_out)
    elif first >= training.epochs:
        expected = f"less than {training.epochs}, the number of the last epoch"
        way_out = "No epoch would be left: lower it, or raise `training.epochs`."
        yield Problem(key, shown(first), expected, way_out)


def _naming(experiment: Experiment) -> str:
    if isinstance(experiment.architecture, Mlp):
        return "Write the network as `layers`: those of an mlp have no names."
    return "Give the layer a `name`."


def _layer_names(experiment: Experiment) -> list[str]:
    """Name the layers, outputs too, to which the file gives a name."""
    layers = [step.layer for step in hidden_layers(experiment).steps if step.shares is None]
    outputs = [output_of(experiment, target)[0] for target in targets(experiment) or (None,)]
    layers += [output for output in outputs if isinstance(output, dict)]
    return list(dict.fromkeys(layer["name"] for layer in layers if layer.get("name")))
