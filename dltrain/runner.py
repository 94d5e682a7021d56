"""One experiment from start to end, and its evaluation from the run folder alone.

`fit` goes one way: data, model, run folder, training, evaluation. What is wrong with the file
or the data shows before the folder is made, so a mistake leaves nothing behind.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import backend, environment, narration, run_folder
from dltrain.config import Config
from dltrain.config.agreement import best_monitor, direction, monitored
from dltrain.config.expect import meets
from dltrain.config.resolved import resolved
from dltrain.data import Data, prepare
from dltrain.errors import DltrainError, RunError
from dltrain.run_folder import RunFolder, timestamp
from dltrain.terminal import Terminal, figure

if TYPE_CHECKING:
    import keras

    from dltrain.model.building import Objective
    from dltrain.training import Trained
    from dltrain.training.callbacks import BestWeights

SMOKE_EPOCHS = 2


@dataclass
class Outcome:
    """What a run has left.

    Attributes:
        folder: The run folder; None for a dry run.
        metrics: What metrics.json holds.
        unmet: Expectations that were not met, in words.
    """

    folder: RunFolder | None = None
    metrics: dict[str, Any] = field(default_factory=dict)
    unmet: list[str] = field(default_factory=list)


@dataclass
class Experiment:
    """What is ready before the training begins.

    Attributes:
        config: The checked file.
        data: The rows, as numbers.
        network: The compiled network.
        goal: Loss and metrics.
        batch_size: Rows a step.
        epochs: Passes over the train rows, at most.
    """

    config: Config
    data: Data
    network: keras.Model
    goal: Objective
    batch_size: int
    epochs: int


def fit(
    config: Config,
    *,
    output: Path = Path("runs"),
    name: str | None = None,
    smoke: bool = False,
    dry_run: bool = False,
    terminal: Terminal | None = None,
) -> Outcome:
    """Train what a config file describes.

    Args:
        config: The checked file.
        output: Folder below which NAME/TIME is made.
        name: The run's name; default: the file's.
        smoke: At most 256 rows and 2 epochs; expectations are not judged.
        dry_run: Stop before the run folder is made.
        terminal: Where progress is shown.

    Returns:
        The run folder and its figures.

    Raises:
        DltrainError: The file, the data or the model is wrong, or the training failed.
    """
    terminal = terminal or Terminal()
    seconds: dict[str, float] = {}
    try:
        with _timed(seconds, "data"):
            data = _data(config, smoke)
        with _timed(seconds, "model"):
            experiment = _build(config, data, smoke)
    except DltrainError as error:
        raise config.placed(error) from error
    name = name or config.name
    narration.introduce(terminal, experiment, name)
    if dry_run:
        return Outcome()
    folder = RunFolder.make(output / name)
    with folder.locked(), _status(folder, seconds):
        terminal.log_to(folder / run_folder.LOG)
        _record_start(folder, experiment, name)
        with _timed(seconds, "training"):
            best = _train(folder, experiment, terminal)
        with _timed(seconds, "evaluation"):
            outcome = _evaluate(folder, experiment, best)
    if not smoke:
        outcome.unmet = _unmet(config, outcome.metrics)
    narration.conclude(terminal, folder.path, outcome.metrics, outcome.unmet)
    return outcome


def _data(config: Config, smoke: bool) -> Data:
    values = config.experiment
    dataset, split = values.dataset.model_dump(), values.split.model_dump()
    return prepare(dataset, split, values.task, smoke=smoke)


def _build(config: Config, data: Data, smoke: bool) -> Experiment:
    """Build and compile the network; everything that can be refused is refused here."""
    backend.start()

    from dltrain.model import building, seeding

    values = config.experiment
    regularization = values.regularization.model_dump()
    goal = building.objective(
        values.loss,
        values.metrics,
        data.target,
        label_smoothing=values.regularization.label_smoothing,
        threshold=values.evaluation.threshold,
    )
    seeding.set_seed(values.seed)
    network = building.build_network(
        values.architecture.model_dump(), regularization, data.inputs, data.target
    )
    building.compile_model(network, goal, values.optimizer)
    full = values.training.batch_size == "full"
    batch_size = len(data.parts["train"]) if full else int(values.training.batch_size)
    epochs = min(values.training.epochs, SMOKE_EPOCHS) if smoke else values.training.epochs
    return Experiment(config, data, network, goal, batch_size, epochs)


def _record_start(folder: RunFolder, experiment: Experiment, name: str) -> None:
    """Write what is known before the first epoch."""
    from dltrain.model.seeding import devices

    config, data = experiment.config, experiment.data
    folder.write_text(run_folder.CONFIG, config.text)
    inferred = {"name": name, "task": data.target.task, "loss": experiment.goal.loss}
    inputs = data.inputs.to_json()
    if inputs["form"] == "table":
        inferred["columns"] = _columns(inputs)
    folder.write_text(run_folder.RESOLVED, resolved(config.experiment, inferred))
    facts = environment.describe(config.path, data.fingerprint, devices())
    folder.write_json(run_folder.ENVIRONMENT, facts)
    rows = sorted((int(row), part) for part in data.parts for row in data.parts[part].rows)
    folder.write_rows(run_folder.SPLIT, ("row", "part"), iter(rows))
    facts = {"inputs": inputs, "target": data.target.to_json()}
    folder.write_json(run_folder.PREPROCESSING, facts)


def _columns(inputs: dict[str, Any]) -> dict[str, Any]:
    """Say in the file's words what was inferred about the columns of a table."""
    words = {"number": ("type", "scaling"), "category": ("type", "values", "unknown")}
    return {
        column["name"]: {word: column[word] for word in words[column["type"]]}
        for column in inputs["columns"]
    }


def _train(folder: RunFolder, experiment: Experiment, terminal: Terminal) -> BestWeights:
    """Train, and save the best and the last model; history and timing stay in any case."""
    from dltrain.training import Trained, train
    from dltrain.training.callbacks import BestWeights, EachEpoch, build_callbacks

    values = experiment.config.experiment
    modes = {name: direction(values, name, "auto") for name in monitored(values)}
    monitor = best_monitor(values)
    best = BestWeights(monitor, direction(values, monitor, values.training.best.mode))
    callbacks = build_callbacks(values.callbacks, folder.path, modes)
    parts, goal, trained = experiment.data.parts, experiment.goal, Trained()
    val = (parts["val"].x, goal.targets(parts["val"].y)) if "val" in parts else None
    try:
        with terminal.epochs(experiment.epochs) as lines:
            shown = EachEpoch(lambda: lines.show(trained.history[-1], best.epoch))
            train(
                experiment.network,
                _train_arrays(experiment),
                val,
                epochs=experiment.epochs,
                batch_size=experiment.batch_size,
                seed=values.seed,
                shuffle=values.training.shuffle,
                validation_freq=min(values.training.validation_freq, experiment.epochs),
                callbacks=[best, *callbacks, shown],
                trained=trained,
            )
    finally:
        _record_history(folder, trained)
    narration.ending(terminal, trained, experiment.epochs, monitor, best.epoch)
    _save(folder, experiment, "last", trained.last)
    _save(folder, experiment, "best", best.weights)
    return best


def _train_arrays(experiment: Experiment) -> tuple[Any, ...]:
    """Give inputs and targets of the train rows, and their weights where the file has some."""
    from dltrain.data.target import class_weights

    part, target = experiment.data.parts["train"], experiment.data.target
    arrays = (part.x, experiment.goal.targets(part.y))
    weights = experiment.config.experiment.training.class_weight
    if weights is None:
        return arrays
    by_class = class_weights(part.y, target, weights)
    return (*arrays, by_class[part.y.reshape(-1).astype(int)])


def _record_history(folder: RunFolder, trained: Trained) -> None:
    names = list(dict.fromkeys(name for row in trained.history for name in row))
    rows = ([row.get(name, "") for name in names] for row in trained.history)
    folder.write_rows(run_folder.HISTORY, names or ["epoch"], rows)
    seconds = ((epoch, round(time, 6)) for epoch, time in enumerate(trained.seconds, start=1))
    folder.write_rows(run_folder.TIMING, ("epoch", "seconds"), seconds)


def _save(folder: RunFolder, experiment: Experiment, checkpoint: str, weights: Any) -> None:
    """Save preprocessing and network as one plain Keras model."""
    from dltrain.model.building import compile_model
    from dltrain.model.preprocessing import joined

    experiment.network.set_weights(weights)
    model = joined(experiment.network, experiment.data.inputs)
    if experiment.goal.is_keras_own():
        compile_model(model, experiment.goal, experiment.config.experiment.optimizer)
    with folder.whole(run_folder.MODELS[checkpoint]) as path:
        model.save(path)


def _evaluate(folder: RunFolder, experiment: Experiment, best: BestWeights) -> Outcome:
    """Judge the best model, which the network holds now, on raw rows."""
    from dltrain.evaluation.baselines import NAMES, baseline_figures
    from dltrain.evaluation.figures import figures_by_part, predictions_by_row, without_nan
    from dltrain.model.building import compile_model
    from dltrain.model.preprocessing import joined

    data, goal, size = experiment.data, experiment.goal, experiment.batch_size
    closed = experiment.config.experiment.evaluation.test == "never"
    parts = [name for name in data.parts if name != "test" or not closed]
    model = joined(experiment.network, data.inputs)
    compile_model(model, goal)
    figures = figures_by_part(model, goal, data, parts, size)
    y_train = data.parts["train"].y
    baseline = {name: baseline_figures(goal, y_train, data.parts[name].y, data.target) for name in parts}
    metrics = {
        "checkpoint": "best",
        "epoch": best.epoch,
        "splits": without_nan(figures),
        "baselines": {NAMES[data.target.task]: without_nan(baseline)},
    }
    folder.write_json(run_folder.METRICS, metrics)
    with folder.whole(run_folder.PREDICTIONS) as path:
        predictions_by_row(model, goal, data, parts, size).to_csv(path, index=False, lineterminator="\n")
    return Outcome(folder, metrics)


def _unmet(config: Config, metrics: dict[str, Any]) -> list[str]:
    """List the expectations of the file that the figures do not meet."""
    unmet = []
    for part, bounds in config.experiment.expect.items():
        for name, bound in bounds.items():
            value = metrics["splits"].get(part, {}).get(name)
            if value is None or not meets(value, bound):
                unmet.append(f"{part}.{name}: got {figure(value)}, expected {bound}")
    return unmet


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[phase] = round(time.perf_counter() - started, 3)


@contextmanager
def _status(folder: RunFolder, seconds: dict[str, float]) -> Iterator[None]:
    """Keep status.json true, however the run ends."""
    facts: dict[str, Any] = {"status": "running", "reason": None, "started": timestamp(), "ended": None}

    def write(status: str, reason: str | None) -> None:
        ended = None if status == "running" else timestamp()
        ending = {"status": status, "reason": reason, "ended": ended, "seconds": seconds}
        folder.write_json(run_folder.STATUS, facts | ending)

    write("running", None)
    try:
        yield
    except KeyboardInterrupt:
        write("interrupted", "stopped by the user")
        raise
    except OSError as error:
        write("failed", str(error))
        raise RunError(f"got {error}, expected a disk that can be written to.") from error
    except BaseException as error:
        write("failed", str(error) or type(error).__name__)
        raise
    write("finished", None)
