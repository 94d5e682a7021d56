"""One experiment's model: the network to train, compiled, and what its figures mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dltrain.config.catalogue import kinds
from dltrain.errors import Key, ModelError, listed, sentence
from dltrain.model import layers, losses, metrics, network, objects, preprocessing
from dltrain.model.metrics import Form

# Rows whose loss is computed at once without a model; some losses compare all pairs of rows.
ROWS_AT_ONCE = 1024


# Losses that take the logarithm of what the model puts out.
LIKELIHOODS = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "kl_divergence",
    "sparse_categorical_crossentropy",
)


# Activations that give numbers from 0 to 1.
PROBABILITIES = {"hard_sigmoid", "sigmoid", "softmax", "sparse_sigmoid", "sparsemax"}


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is counted.

    Attributes:
        loss: The loss as plain data, spelled out.
        metrics: The metrics as plain data.
        form: How targets and predictions look.
    """

    loss: dict[str, Any]
    metrics: list[dict[str, Any]]
    form: Form

    def targets(self, y: np.ndarray) -> np.ndarray:
        """Bring encoded targets to the form that the loss wants.

        Args:
            y: As `data.target.encode` gives them.

        Returns:
            float32 (n, classes) of 0 and 1 where the loss wants one-hot targets; else `y`.
        """
        return np.eye(self.form.outputs, dtype=np.float32)[y] if self.form.one_hot else y

    def is_keras_own(self) -> bool:
        """Tell whether loss and metrics are all Keras's, so that plain Keras loads the model."""
        counted = metrics.build_metrics(self.metrics, self.form)
        return metrics.are_keras_own(counted) and self.loss["type"] not in losses.ADDED


def objective(
    loss: str | dict[str, Any],
    metric_choices: list[dict[str, Any]],
    *,
    task: str,
    outputs: int,
    label_smoothing: float,
    threshold: float,
) -> Objective:
    """Spell out loss and metrics for a target, and try them on a few made-up rows.

    Args:
        loss: "auto", or the loss as plain data.
        metric_choices: The metrics as plain data.
        task: The task.
        outputs: Numbers that a prediction has.
        label_smoothing: `regularization.label_smoothing`.
        threshold: `evaluation.threshold`.

    Raises:
        ModelError: The loss or a metric is made for another task, Keras refuses an argument, or
            the result is not one number.
    """
    resolved = losses.resolve_loss(loss, task, label_smoothing)
    if resolved["type"] == "cosine_similarity" and outputs == 1:
        got, expected = "cosine_similarity for one output", "a loss that has a slope there"
        raise ModelError(sentence(got, expected, "Use `loss: auto`."), key=("loss",))
    form = Form(
        task=task,
        outputs=outputs,
        one_hot=losses.wants_one_hot(resolved, task),
        from_logits=bool(resolved.get("from_logits", False)),
        threshold=threshold,
    )
    goal = Objective(resolved, metric_choices, form)
    _try(goal)
    return goal


def _try(goal: Objective) -> None:
    """Compute loss and metrics of made-up rows, so that what is wrong shows before the training."""
    y, predictions = _made_up_rows(goal)
    with _refusals("loss", name=goal.loss["type"]):
        loss = losses.build_loss(goal.loss)(y, predictions)
    _check_one_number(goal.loss["type"], loss, ("loss",))
    for index, choice in enumerate(goal.metrics):
        key = ("metrics", index)
        with _refusals("metrics", index, name=choice["type"]):
            metric = metrics.build_metric(choice, goal.form, key)
            metric.update_state(y, predictions)
            result = metric.result()
        _check_one_number(choice["type"], result, key)


def _made_up_rows(goal: Objective) -> tuple[np.ndarray, np.ndarray]:
    """Make targets and predictions of the right form, with every class among them."""
    outputs = goal.form.outputs
    numbers = np.arange(max(8, outputs))
    if goal.form.task == "multiclass":
        y = (numbers % outputs).astype(np.int32)
        predictions = np.full((len(numbers), outputs), 1 / outputs, np.float32)
    else:
        y = np.tile(numbers[:, None] % 2, (1, outputs)).astype(np.float32)
        predictions = np.full(y.shape, 0.5, np.float32)
    return goal.targets(y), predictions


@contextmanager
def _refusals(*key: str | int, name: str) -> Iterator[None]:
    """Say in the message grammar that Keras refuses the arguments of an object."""
    try:
        yield
    except layers.REFUSALS as error:
        raise ModelError(layers.refused_arguments(name, error), key=key) from error


def _check_one_number(name: str, result: Any, key: Key) -> None:
    shape = tuple(keras.ops.shape(result))
    if shape:
        got = f"{name} with {shape[0]} numbers as its result"
        raise ModelError(sentence(got, "one number", "Change its arguments."), key=key)


def build_network(
    architecture: dict[str, Any],
    regularization: dict[str, Any],
    inputs: dict[str, Any],
    *,
    task: str,
    outputs: int,
) -> keras.Model:
    """Build the network that an `architecture` section describes.

    Args:
        architecture: The section as plain data.
        regularization: The `regularization` section as plain data.
        inputs: What was learned about the inputs, as preprocessing.json holds it.
        task: The task.
        outputs: Numbers that a prediction has.

    Raises:
        ModelError: A layer does not fit, at the layer's key.
    """
    first, start = preprocessing.network_input(inputs)
    hidden = network.hidden_layers(architecture, regularization, len(start.shape) - 1)
    _check_tokens(hidden, inputs)
    if inputs.get("encoding") == "sequence":
        _check_vocabulary(hidden, inputs["vocabulary"])
    return network.build_network(
        first,
        start,
        hidden,
        network.output_layer(architecture, task, outputs),
        task=task,
        outputs=outputs,
    )


def _check_tokens(hidden: list[tuple[dict[str, Any], Key]], inputs: dict[str, Any]) -> None:
    """Check that an embedding looks up the numbers of a table as they are, not scaled ones."""
    columns = inputs.get("columns", [])
    scaled = [column["name"] for column in columns if column.get("scaling", "none") != "none"]
    if scaled and hidden and hidden[0][0]["type"] == "embedding":
        got = f"an embedding of scaled numbers ({listed(scaled)})"
        way_out = "Use `dataset.scaling=none`."
        raise ModelError(sentence(got, "token numbers", way_out), key=hidden[0][1])


def _check_vocabulary(hidden: list[tuple[dict[str, Any], Key]], vocabulary: int) -> None:
    """Check that an embedding knows every token: TensorFlow would find out row by row."""
    for layer, key in hidden[:1]:
        if layer.get("input_dim", vocabulary) < vocabulary and "embedding" in layer["type"]:
            expected = f"at least {vocabulary}, the `vocabulary` of the dataset"
            message = sentence(str(layer["input_dim"]), expected)
            raise ModelError(message, key=(*key, "input_dim"))


def compile_model(
    model: keras.Model, goal: Objective, optimizer: dict[str, Any] | None = None
) -> None:
    """Give a model its loss, its metrics and, to train it, its optimizer.

    Args:
        model: The model.
        goal: Loss and metrics.
        optimizer: The optimizer as plain data, or None for a model that is only evaluated.

    Raises:
        ModelError: Keras refuses an argument of the optimizer, or the loss wants logits where
            the model puts out probabilities.
    """
    _check_logits(model, goal)
    model.compile(
        optimizer=_optimizer(optimizer) if optimizer else keras.optimizers.SGD(0.0),
        loss=losses.build_loss(goal.loss),
        metrics=metrics.build_metrics(goal.metrics, goal.form),
        jit_compile=False,
    )
    # Its variables must exist: plain Keras warns where it loads a model saved without them.
    model.optimizer.build(model.trainable_variables)


def _optimizer(choice: dict[str, Any]) -> keras.optimizers.Optimizer:
    with _refusals("optimizer", name=choice["type"]):
        optimizer = objects.build("optimizer", choice)
        float(optimizer.learning_rate)  # a schedule computes its first value
    return optimizer


def _check_logits(model: keras.Model, goal: Objective) -> None:
    last = model.layers[-1]
    activation = getattr(getattr(last, "activation", None), "__name__", last.name)
    form = goal.form
    classes = goal.loss["type"] in LIKELIHOODS and form.task != "regression"
    if (
        classes
        and not form.from_logits
        and activation in kinds()["activation"].keys() - PROBABILITIES
    ):
        got = f"an output with the activation {activation} for {goal.loss['type']}"
        way_out = "Use `output: auto`, or `from_logits: true` in `loss`."
        raise ModelError(
            sentence(got, "sigmoid or softmax", way_out), key=("architecture", "output")
        )
    if form.from_logits and activation in ("sigmoid", "softmax"):
        got = f"from_logits with an output of probabilities ({activation})"
        way_out = "Remove `from_logits`, or give `output` a layer without activation."
        raise ModelError(sentence(got, "logits", way_out), key=("loss", "from_logits"))


def figures_of(
    goal: Objective, y: np.ndarray, predictions: np.ndarray, batch_size: int = ROWS_AT_ONCE
) -> dict[str, float]:
    """Compute loss and metrics of given predictions, without a model.

    Args:
        goal: Loss and metrics.
        y: Encoded targets, (n, …).
        predictions: What a model would put out, float32 (n, outputs).
        batch_size: Rows at once, which matters to losses that are no mean over rows.

    Returns:
        The figures by name, the loss without regularization.
    """
    loss, mean = losses.build_loss(goal.loss), keras.metrics.Mean(name="loss")
    counted = metrics.build_metrics(goal.metrics, goal.form)
    targets = goal.targets(y)
    for start in range(0, len(y), batch_size):
        rows = slice(start, start + batch_size)
        mean.update_state(loss(targets[rows], predictions[rows]), len(targets[rows]))
        for metric in counted:
            metric.update_state(targets[rows], predictions[rows])
    return {metric.name: float(metric.result()) for metric in (mean, *counted)}
