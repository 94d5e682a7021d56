"""Every rule in one table: id, severity, the function, and the reason in one line.

docs/lint.md has a section for each. A number is never used again for another rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dltrain.config.checks.translation import Problem
from dltrain.config.lint import (
    callbacks,
    data,
    figures,
    layers,
    learning,
    output,
    regularization,
    shapes,
)
from dltrain.config.lint.finding import ERROR, HINT, WARNING, Rule, Severity
from dltrain.config.lint.subject import Subject


def _rule(
    number: str, severity: Severity, check: Callable[[Subject], Iterable[Problem]], reason: str
) -> Rule:
    """Make a rule that is called as its function is."""
    return Rule(number, check.__name__, severity, reason, check)


# Rules about the comments that allow others; `linting.py` applies them itself.
UNUSED_ALLOW = Rule("DL001", "unused_allow", HINT, "A comment that allows nothing misleads.")
UNKNOWN_RULE = Rule("DL002", "unknown_rule", WARNING, "A comment has to name a rule by its id.")

# Rules that know all they ever will by the file alone.
FILE_RULES = (
    _rule("DL030", ERROR, callbacks.wrong_mode,
          "The worst epoch would be taken for the best."),
    _rule("DL031", HINT, callbacks.early_stopping_without_validation,
          "Only rows that do not train show when a model begins to overfit."),
    _rule("DL032", WARNING, callbacks.early_stopping_on_train_figure,
          "Figures of the train rows go on improving while the model overfits."),
    _rule("DL033", WARNING, callbacks.patience_never_reached,
          "The training ends before the callback has waited long enough to act."),
    _rule("DL034", HINT, callbacks.best_weights_not_restored,
          "The next phase begins with the weights of an epoch after the best one."),
    _rule("DL035", HINT, callbacks.plateau_after_stop,
          "The training stops before its rate is ever lowered."),
    _rule("DL036", WARNING, callbacks.patience_counts_validations,
          "Patience counts validations, not epochs."),
    _rule("DL040", WARNING, layers.equal_kernel,
          "Units that begin equal stay alike: only chance elsewhere tells them apart."),
    _rule("DL041", WARNING, layers.dropout_after_output,
          "Dropout behind the output sets predictions to 0 while training."),
    _rule("DL042", WARNING, layers.dropout_before_batch_normalization,
          "The variance learned with dropout is wrong without it."),
    _rule("DL043", WARNING, layers.high_dropout,
          "So much dropout leaves little to learn from."),
    _rule("DL044", WARNING, layers.batch_normalization_of_one_row,
          "One row has no variance to divide by."),
    _rule("DL045", HINT, layers.bias_before_batch_normalization,
          "Batch normalisation subtracts the bias again: its numbers are wasted."),
    _rule("DL048", WARNING, layers.deep_saturation,
          "Slopes of sigmoid and tanh shrink from layer to layer until nothing is learned."),
    _rule("DL049", HINT, layers.relu_with_glorot,
          "Relu halves the variance that Glorot's initializer keeps; He's makes up for it."),
    _rule("DL050", WARNING, layers.linear_hidden_layer,
          "Two linear layers in a row can do no more than one."),
    _rule("DL060", WARNING, learning.learning_rate_range,
          "With such a rate nothing is learned, or everything diverges."),
    _rule("DL061", HINT, learning.plain_sgd,
          "Plain gradient descent is slow; momentum or a schedule costs nothing."),
    _rule("DL070", HINT, learning.rows_not_shuffled,
          "Rows in a fixed order pull the model the same way in every epoch."),
    _rule("DL080", HINT, regularization.regularized_bias,
          "A bias hardly overfits, and drawing it towards 0 costs accuracy."),
    _rule("DL081", WARNING, regularization.regularization_of_nothing,
          "Regularization is for hidden layers; without any it does nothing."),
    _rule("DL082", WARNING, regularization.dropout_twice,
          "Dropout of the file and dropout of a layer would both be applied."),
)  # fmt: skip

# Rules that find more, or anything at all, when they know the data.
DATA_RULES = (
    _rule("DL010", WARNING, output.softmax_with_binary_crossentropy,
          "Softmax shares one whole among the classes; binary cross-entropy judges each alone."),
    _rule("DL011", ERROR, output.softmax_of_one_unit,
          "Softmax of one unit is always 1: nothing is learned."),
    _rule("DL012", WARNING, output.sigmoid_for_exclusive_classes,
          "Sigmoid judges each class alone; only softmax makes them exclude each other."),
    _rule("DL013", ERROR, output.probabilities_as_logits,
          "With from_logits the loss squeezes probabilities a second time."),
    _rule("DL014", ERROR, output.logits_as_probabilities,
          "A cross-entropy takes the logarithm of probabilities; other numbers give NaN."),
    _rule("DL015", ERROR, output.output_units,
          "The output needs one unit for each number that a prediction has."),
    _rule("DL016", ERROR, output.one_unit_for_classes,
          "A loss over exclusive classes is 0 for one unit: nothing is learned."),
    _rule("DL017", HINT, output.bounded_regression_output,
          "A quantity outside the activation's range can never be predicted."),
    _rule("DL018", WARNING, output.target_outside_activation,
          "The activation never gives some of the targets of the train rows."),
    _rule("DL019", WARNING, output.poisson_of_negative_numbers,
          "The Poisson loss takes the logarithm of the prediction, NaN below 0."),
    _rule("DL020", HINT, output.number_loss_for_classes,
          "An error of quantities learns classes slowly: its slope vanishes where it is wrong."),
    _rule("DL021", ERROR, figures.class_metric_for_numbers,
          "Quantities are hardly ever equal, so counting hits says nothing."),
    _rule("DL022", WARNING, figures.number_metric_for_classes,
          "Distances between class numbers, or to 0 and 1, are no measure of a classifier."),
    _rule("DL023", HINT, figures.same_metric_twice,
          "Two columns of the history would be the same numbers."),
    _rule("DL024", WARNING, figures.accuracy_of_imbalanced_classes,
          "Where one class has nearly all rows, always saying it has a high accuracy."),
    _rule("DL046", ERROR, shapes.missing_flatten,
          "The output layer takes one row of features, not a picture or sequence."),
    _rule("DL047", WARNING, shapes.dense_on_pixels,
          "A dense layer on a picture mixes the channels of each pixel, and no neighbours."),
    _rule("DL062", WARNING, learning.schedule_ends_early,
          "Behind the end of its schedule the training goes on with a useless rate."),
    _rule("DL063", WARNING, learning.schedule_ends_late,
          "The training sees only the beginning of its schedule."),
    _rule("DL071", HINT, learning.batch_larger_than_train,
          "An epoch would be one step."),
    _rule("DL083", WARNING, regularization.parameters_without_regularization,
          "A model this large learns few rows by heart if nothing holds it back."),
    _rule("DL090", WARNING, data.numbers_without_scaling,
          "Large numbers drown small ones and make the first steps too long."),
    _rule("DL091", WARNING, data.pixels_without_scaling,
          "Pixels up to 255 make the first steps too long."),
    _rule("DL092", HINT, data.pooled_test_rows,
          "Published figures of such a set are those of its own test rows."),
    _rule("DL093", HINT, data.constant_columns,
          "What is the same in every row tells nothing."),
    _rule("DL094", WARNING, data.identifiers,
          "A name of a row helps to learn it by heart, and says nothing about new ones."),
    _rule("DL095", WARNING, data.target_leakage,
          "A column written after the target was known is missing when it counts."),
    _rule("DL096", HINT, data.large_target,
          "The first epochs only learn how large the target is."),
)  # fmt: skip

RULES = tuple(
    sorted((UNUSED_ALLOW, UNKNOWN_RULE, *FILE_RULES, *DATA_RULES), key=lambda rule: rule.id)
)
