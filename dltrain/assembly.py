"""What is ready before the training begins: data, network and objective.

Everything that can be refused is refused here, before a run folder is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.config import Config, Experiment
from dltrain.config.checks import outputs
from dltrain.config.checks.monitors import direction, monitored
from dltrain.config.checks.phases import PlannedPhase, planned_phases
from dltrain.config.checks.structure import augmentation, hidden_layers
from dltrain.data import Data, prepare
from dltrain.data.blocks import changed, first_rows
from dltrain.data.preparation import read_raw
from dltrain.data.raw import Raw
from dltrain.data.targets import NamedTargets, Reconstruction, Targets, scalings
from dltrain.errors import DataError, sentence
from dltrain.model.keras_files import check_files

if TYPE_CHECKING:
    import keras

    from dltrain.model.objectives import Goal
    from dltrain.model.plan import Plan
    from dltrain.training.engines import Engine

# Keys of `dataset` that one form of data alone understands.
KEYS = {
    "images": {"images"},
    "table": {"columns", "features", "inputs", "missing", "scaling"},
    "tokens": {"text"},
}
FORMS = {
    "array": "an array of numbers, which stays as it is",
    "images": "pictures",
    "table": "a table",
    "tokens": "texts",
}


@dataclass(frozen=True)
class Assembly:
    """A file, its data and its network.

    Attributes:
        config: The checked file.
        data: The rows, as numbers.
        network: The compiled network.
        plan: The layers that the network is built of.
        goal: Loss and metrics.
        train: Inputs, targets and perhaps weights of the train rows; each an array, or a map of
            arrays by name.
        batch_size: Rows a step.
        phases: The parts of the training.
        smoke: Whether it is only tried that all of it works.
        goes_on: Whether the run has begun before, with an engine that it keeps.
    """

    config: Config
    data: Data
    network: keras.Model
    plan: Plan
    goal: Goal
    train: tuple[Any, ...]
    batch_size: int
    phases: list[PlannedPhase]
    smoke: bool = False
    goes_on: bool = False

    @property
    def engine(self) -> Engine:
        """What runs the epochs, and why."""
        from dltrain.training.engines import choose_engine

        chosen = choose_engine(
            self.network,
            self.config.experiment.training.engine,
            rows=len(self.data.parts["train"]),
            batch_size=self.batch_size,
            steps=self.epochs * self.steps_per_epoch,
        )
        return replace(chosen, reason="as the run began") if self.goes_on else chosen

    @property
    def steps_per_epoch(self) -> int:
        """Steps of one epoch; those of one pass over the rows of a smoke run, at most."""
        a_pass = self.steps_per_pass
        given = self.config.experiment.training.steps_per_epoch or a_pass
        return min(given, a_pass) if self.smoke else given

    @property
    def steps_per_pass(self) -> int:
        """Steps of one pass over the train rows."""
        return ceil(len(self.data.parts["train"]) / self.batch_size)

    @property
    def epochs(self) -> int:
        """Passes over the train rows, at most."""
        return sum(phase.epochs for phase in self.phases)

    @property
    def last_epoch(self) -> int:
        """Number of the last epoch, at most, from 1."""
        return self.config.experiment.training.initial_epoch + self.epochs

    @property
    def val(self) -> tuple[Any, ...] | None:
        """Inputs and targets of the val rows that validate; None where there are none."""
        part = self.data.parts.get("val")
        if not part:
            return None
        rows = part.x, changed(part.y, part.x, self.goal.targets)
        steps = self.config.experiment.training.validation_steps
        count = len(part) if steps is None else steps * self.validation_batch_size
        return rows if count >= len(part) else tuple(first_rows(one, count) for one in rows)

    @property
    def validation_batch_size(self) -> int:
        """Rows of a validation batch."""
        from dltrain.model.passes import evaluation_batch

        given = self.config.experiment.training.validation_batch_size
        return given or evaluation_batch(self.batch_size)

    @property
    def modes(self) -> dict[str, str]:
        """Whether "max" or "min" is better, for every column of the history."""
        values = self.config.experiment
        return {name: direction(values, name, "auto") for name in monitored(values)}

    def saved_model(self) -> keras.Model:
        """Join preprocessing and network, sharing its weights; compiled where Keras can load it."""
        from dltrain.model.building import compile_model
        from dltrain.model.preprocessing import joined

        model = joined(self.network, self.data.inputs.to_json(), scalings(self.data.target))
        if self.goal.is_keras_own():
            compile_model(model, self.goal, self.phases[0].optimizer)
        return model

    def compile_for(self, phase: PlannedPhase, saved: keras.Model) -> None:
        """Compile the network for a phase, and the model that is saved where it is compiled."""
        from dltrain.model.building import compile_model

        for model in (self.network, saved):
            if model is self.network or self.goal.is_keras_own():
                compile_model(model, self.goal, phase.optimizer, phase.key)


def check_networks(config: Config) -> None:
    """Check the files of networks that layers take over.

    Raises:
        ModelError: One is missing, broken, or none of Keras's.
    """
    check_files(hidden_layers(config.experiment).steps)


def read_rows(config: Config) -> Raw:
    """Read the rows of a file, with its columns of splits and weights.

    Raises:
        DataError: They are missing or broken.
    """
    values = config.experiment
    dataset, split = values.dataset.model_dump(), values.split.model_dump()
    return read_raw(dataset, split, values.training.sample_weight)


def prepare_data(config: Config, *, smoke: bool, raw: Raw | None = None) -> Data:
    """Read, split and prepare the rows.

    Args:
        config: The checked file.
        smoke: Keep at most 256 rows.
        raw: What `read_rows` has read, where somebody else looks at it too.

    Raises:
        DataError: They are missing, broken, or not what the file says.
    """
    values = config.experiment
    dataset, split = values.dataset.model_dump(), values.split.model_dump()
    weighed = values.training.sample_weight
    data = prepare(dataset, split, values.task, sample_weight=weighed, smoke=smoke, raw=raw)
    for name in sorted(unused_keys(data) & values.dataset.model_fields_set):
        message = sentence(f"`{name}` for {FORMS[_form(data)]}", "no such key", "Remove it.")
        raise DataError(message, key=("dataset", name))
    return data


def unused_keys(data: Data) -> set[str]:
    """Name the keys of `dataset` that say nothing about data of this form."""
    forms = {_form(data), data.inputs.form}  # a text in a table is a text as well
    return set().union(*(keys for other, keys in KEYS.items() if other not in forms))


def _form(data: Data) -> str:
    """Name the form of the data: what has columns is a table, whatever becomes of them."""
    return "table" if data.inputs.columns_read else data.inputs.form


def goal_of(experiment: Experiment, target: Targets) -> Goal:
    """Spell out loss and metrics of a file for a target.

    Raises:
        ModelError: The loss or a metric does not fit the target.
    """
    from dltrain.model.objective import objective
    from dltrain.model.objectives import named_objectives

    common: dict[str, Any] = {
        "label_smoothing": experiment.regularization.label_smoothing,
        "threshold": experiment.evaluation.decides_at,
    }
    if not isinstance(target, NamedTargets):
        metrics = outputs.metrics_of(experiment, None)
        shape = target.shape if isinstance(target, Reconstruction) else None
        scaling = scalings(target).get(None)
        return objective(
            experiment.loss, metrics, **target.facts, **common, shape=shape, scaling=scaling
        )
    names = list(target.each)
    return named_objectives(
        {name: outputs.loss_of(experiment, name) for name in names},
        {name: outputs.metrics_of(experiment, name) for name in names},
        {name: outputs.options(experiment, name).weight for name in names},
        outputs=target.facts["outputs"],
        **common,
        scalings=scalings(target),
    )


def assemble(config: Config, data: Data, *, smoke: bool) -> Assembly:
    """Build and compile the network. TensorFlow has been started.

    Args:
        config: The checked file.
        data: The rows.
        smoke: At most two epochs.

    Raises:
        DataError: The class weights do not fit the target.
        ModelError: A layer, the loss, a metric or a callback does not fit.
    """
    from dltrain.model import building, seeding
    from dltrain.training.callbacks import check_callbacks
    from dltrain.training.feeding import check_batch

    values = config.experiment
    goal = goal_of(values, data.target)
    seeding.set_seed(values.seed)
    network, plan = building.build_network(
        values.architecture.model_dump(),
        values.regularization.model_dump(),
        data.inputs.to_json(),
        **data.target.facts,
        augment=augmentation(values),
        precision=values.training.precision,
    )
    phases = planned_phases(values, smoke=smoke)
    for phase in reversed(phases):  # the network stays compiled for the first
        building.compile_model(network, goal, phase.optimizer, phase.key)
    full = values.training.batch_size == "full"
    assembly = Assembly(
        config=config,
        data=data,
        network=network,
        plan=plan,
        goal=goal,
        train=_train_arrays(config, data, goal),
        batch_size=len(data.parts["train"]) if full else int(values.training.batch_size),
        phases=phases,
        smoke=smoke,
    )
    check_batch(assembly.train, assembly.batch_size)
    check_callbacks(values.callbacks, assembly.modes)
    _check_threshold(assembly)
    if not smoke:
        _check_validation_steps(assembly)
    return assembly


def _train_arrays(config: Config, data: Data, goal: Goal) -> tuple[Any, ...]:
    """Give inputs and targets of the train rows, and their weights where the file has some."""
    from dltrain.data.weights import loss_weights

    part, by_class = data.parts["train"], config.experiment.training.class_weight
    arrays = (part.x, changed(part.y, part.x, goal.targets))
    weights = loss_weights(part, data.target, by_class)
    return arrays if weights is None else (*arrays, weights)


def _check_validation_steps(assembly: Assembly) -> None:
    """Check that there are as many batches of val rows as shall validate.

    Raises:
        DataError: There are fewer.
    """
    steps = assembly.config.experiment.training.validation_steps
    if steps is None:
        return
    rows = len(assembly.data.parts["val"])
    batches = ceil(rows / assembly.validation_batch_size)
    if steps > batches:
        expected = f"at most {batches}, the batches of {rows} val rows"
        message = sentence(str(steps), expected, "Leave it out for all of them.")
        raise DataError(message, key=("training", "validation_steps"))


def _check_threshold(assembly: Assembly) -> None:
    """Check that there are val rows by which a threshold can be chosen.

    Raises:
        DataError: There are none, or of one class alone, or the target is not binary.
    """
    if assembly.config.experiment.evaluation.threshold_rule is None:
        return
    data, part = assembly.data, assembly.data.parts.get("val")
    if data.target.task != "binary":
        got, expected = f"a threshold to choose for a {data.target.task} target", "a binary target"
    elif part is None:
        got, expected = "a threshold to choose without val rows", "val rows"
    elif len(np.unique(np.asarray(part.y))) < 2:
        got, expected = "val rows of one class", "both classes, to choose a threshold by"
    else:
        return
    raise DataError(sentence(got, expected, "Name a number."), key=("evaluation", "threshold"))
