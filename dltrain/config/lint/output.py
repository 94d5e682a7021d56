"""Rules about the output layer, its activation and the loss behind it."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.checks.translation import Problem
from dltrain.config.lint.subject import CLASS_LOSSES, Output, Subject
from dltrain.terms import CLASS_TASKS

BINARY_LOSSES = ("binary_crossentropy", "binary_focal_crossentropy")
# Losses that take the logarithm of what the model puts out, or of its softmax.
LIKELIHOODS = frozenset({
    *BINARY_LOSSES, "categorical_crossentropy", "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy", "kl_divergence", "sparse_categorical_crossentropy",
})  # fmt: skip
# Activations that give numbers from 0 to 1.
PROBABILITIES = frozenset({"hard_sigmoid", "sigmoid", "softmax", "sparse_sigmoid", "sparsemax"})
# Losses made for quantities; the squared error of a probability is the Brier score.
NUMBER_LOSSES = frozenset({
    "huber", "log_cosh", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_error", "mean_squared_logarithmic_error", "rmse",
})  # fmt: skip
# What activations can put out, from and to.
INFINITY = float("inf")
RANGES = {
    "hard_sigmoid": (0.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "relu": (0.0, INFINITY),
    "relu6": (0.0, 6.0),
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "softplus": (0.0, INFINITY),
    "softsign": (-1.0, 1.0),
    "tanh": (-1.0, 1.0),
}
# Activations that never put out what is below 0.
NOT_NEGATIVE = frozenset({"exponential", *(name for name, (low, _) in RANGES.items() if low == 0)})


def softmax_with_binary_crossentropy(subject: Subject) -> Iterator[Problem]:
    """Find shares of one whole that are judged as separate yes-or-no answers."""
    for output in subject.outputs:
        if output.activation != "softmax" or output.task == "binary" or output.units == 1:
            continue  # other rules say that a binary target takes one sigmoid
        if _loss(output) in BINARY_LOSSES:
            way_out = "Use `loss: auto` for classes, or sigmoid for labels."
            got = f"softmax with {_loss(output)}"
            yield Problem(output.blamed, got, "a loss over exclusive classes", way_out)


def softmax_of_one_unit(subject: Subject) -> Iterator[Problem]:
    """Find a softmax that can only say 1."""
    for output in subject.outputs:
        units = output.facts.outputs if output.facts and output.units is None else output.units
        if output.node is not None and output.activation == "softmax" and units == 1:
            way_out = "Use sigmoid, or `output: auto`."
            yield Problem(output.blamed, "softmax of one unit", "sigmoid", way_out)


def sigmoid_for_exclusive_classes(subject: Subject) -> Iterator[Problem]:
    """Find separate yes-or-no answers that are judged as shares of one whole."""
    for output in subject.outputs:
        is_separate = output.activation in ("hard_sigmoid", "sigmoid", "sparse_sigmoid")
        if is_separate and output.node and output.units != 1 and _loss(output) in CLASS_LOSSES:
            got = f"{output.activation} for exclusive classes ({_loss(output)})"
            way_out = "Use `output: auto`, or binary_crossentropy for labels."
            yield Problem(output.blamed, got, "softmax", way_out)


def probabilities_as_logits(subject: Subject) -> Iterator[Problem]:
    """Find probabilities that the loss squeezes a second time."""
    for output in subject.outputs:
        if _from_logits(output) and output.activation in PROBABILITIES:
            got = f"from_logits with an output of probabilities ({output.activation})"
            way_out = "Remove `from_logits`, or give `output` a layer without activation."
            yield Problem((*output.loss_key, "from_logits"), got, "logits", way_out)


def logits_as_probabilities(subject: Subject) -> Iterator[Problem]:
    """Find numbers of any size of which the loss takes the logarithm."""
    for output in subject.outputs:
        likely = _loss(output) in LIKELIHOODS and not _from_logits(output)
        classes = output.task in CLASS_TASKS or (
            output.task is None and _loss(output) not in ("kl_divergence", None)
        )
        if likely and classes and output.activation not in PROBABILITIES | {None}:
            got = f"an output with the activation {output.activation} for {_loss(output)}"
            way_out = "Use `output: auto`, or `from_logits: true` in `loss`."
            yield Problem(output.blamed, got, "sigmoid or softmax", way_out)


def bounded_regression_output(subject: Subject) -> Iterator[Problem]:
    """Find activations that bound a quantity, while the data is unknown."""
    for output in subject.outputs:
        name = output.activation or ""
        known = output.facts is not None and output.facts.least is not None
        if output.task == "regression" and name in RANGES and name != "softplus" and not known:
            low, high = RANGES[name]
            got = f"{name}, which only gives numbers {_between(low, high)}, for a quantity"
            yield Problem(output.blamed, got, "linear", "Use `output: auto`.")


def target_outside_activation(subject: Subject) -> Iterator[Problem]:
    """Find targets that the output can never reach."""
    for output in subject.outputs:
        facts, name = output.facts, output.activation or ""
        if facts is None or facts.least is None or facts.largest is None or name not in RANGES:
            continue
        low, high = RANGES[name]
        if facts.least < low or facts.largest > high:
            reach = f"from {facts.least:g} to {facts.largest:g}"
            got = f"{name}, which only gives numbers {_between(low, high)}, for a target {reach}"
            yield Problem(output.blamed, got, "linear", "Use `output: auto`.")


def output_units(subject: Subject) -> Iterator[Problem]:
    """Find an output whose size does not fit the target."""
    for output in subject.outputs:
        expected = _expected_units(output)
        if output.units is None or expected is None or output.units == expected:
            continue
        way_out = "Use `output: auto`."
        if output.task == "binary" and output.units == 2:
            way_out = "Use `output: auto`, or `task: multiclass` for a unit for each class."
        wanted = f"{expected} for this {output.task} target"
        yield Problem((*output.key, "units"), str(output.units), wanted, way_out)


def one_unit_for_classes(subject: Subject) -> Iterator[Problem]:
    """Find a loss over exclusive classes with a single unit, while the data is unknown."""
    for output in subject.outputs:
        if output.units == 1 and output.facts is None and _loss(output) in CLASS_LOSSES:
            got, expected = f"one unit for {_loss(output)}", "one unit for each class"
            yield Problem((*output.key, "units"), got, expected, "Use `output: auto`.")


def number_loss_for_classes(subject: Subject) -> Iterator[Problem]:
    """Find losses made for quantities where the target has classes."""
    for output in subject.outputs:
        if output.task in CLASS_TASKS and _loss(output) in NUMBER_LOSSES:
            got = f"{_loss(output)} for a {output.task} target"
            yield Problem(output.loss_key, got, "a cross-entropy", "Use `loss: auto`.")


def poisson_of_negative_numbers(subject: Subject) -> Iterator[Problem]:
    """Find a logarithm of numbers that can be negative."""
    for output in subject.outputs:
        free = output.activation not in NOT_NEGATIVE | {None}
        if _loss(output) == "poisson" and free:
            got = f"poisson with the activation {output.activation}"
            way_out = "Give `output` the activation exponential or softplus."
            yield Problem(output.blamed, got, "an output above 0", way_out)


def _expected_units(output: Output) -> int | None:
    if output.facts is not None:
        return output.facts.outputs if output.task != "autoencoder" else None
    return 1 if output.task == "binary" else None


def _loss(output: Output) -> str | None:
    return str(output.loss["type"]) if output.loss else None


def _from_logits(output: Output) -> bool:
    return bool(output.loss and output.loss.get("from_logits"))


def _between(low: float, high: float) -> str:
    return f"of at least {low:g}" if high == INFINITY else f"from {low:g} to {high:g}"
