"""Data, layers and outputs that are each right and do not belong together."""

import pytest

from dltrain.config.checks.outputs import figures, inputs, loss_of, metrics_of, output_of, targets
from dltrain.errors import ConfigError

TWO = "{type: csv, path: a.csv, target: {price: , sold: {weight: 2}}}"
ONE = "{type: csv, path: a.csv, target: y}"
NONE = "{type: csv, path: a.csv}"
WRITE = "Write `{}: {{price: …, sold: …}}`."
MAP = "Several outputs need a map as `dataset.target`."

# Name of the case: dataset, the text from line 2 on (without the layers), message.
WRONG = {
    "nothing to predict": (
        NONE, "", "1:1: dataset.target: got nothing, expected a value: the column to predict. "
        "Only `task: autoencoder` has no target.",
    ),
    "an autoencoder with a target": (
        ONE, "task: autoencoder\n",
        "1:43: dataset.target: got 'y', expected none for an autoencoder. Remove it; "
        "`dataset.features.exclude` leaves a column out.",
    ),
    "an autoencoder with several targets": (
        TWO, "task: autoencoder\n",
        "1:43: dataset.target: got ['price', 'sold'], expected none for an autoencoder. Remove "
        "it; `dataset.features.exclude` leaves a column out.",
    ),
    "an autoencoder with several inputs": (
        "{type: csv, path: a.csv, inputs: {a: [x], b: [z]}}", "task: autoencoder\n",
        "1:43: dataset.inputs: got several inputs, expected one for an autoencoder.",
    ),
    "a task for several targets": (
        TWO, "task: binary\n",
        "2:7: task: got 'binary', expected no `task` for several targets. Give it to the targets: "
        "`target: {NAME: {task: …}}`.",
    ),
    "one loss for several targets": (
        TWO, "loss: mse\n",
        "2:7: loss: got one for 2 targets, expected a map from target to a loss. "
        + WRITE.format("loss"),
    ),
    "one list of metrics for several targets": (
        TWO, "metrics: [mae]\n",
        "2:10: metrics: got one for 2 targets, expected a map from target to a list. "
        + WRITE.format("metrics"),
    ),
    "one output for several targets": (
        TWO, "output: softmax\n",
        "4:11: architecture.output: got one for 2 targets, expected a map from target to auto or a "
        "layer. " + WRITE.format("output"),
    ),
    "maps with unknown targets": (
        TWO, "loss: {prize: mse}\nmetrics: {sale: [mae]}\n",
        "2:8: loss.prize: got an unknown target, expected one of price, sold. Did you mean "
        "'price'?\n3:11: metrics.sale: got an unknown target, expected one of price, sold.",
    ),
    "maps for one target": (
        ONE, "loss: {y: mse}\nmetrics: {y: [mae]}\n",
        f"2:7: loss: got {{'y': {{'type': 'mean_squared_error'}}}}, expected a loss, as there is "
        f"one target. {MAP}\n3:10: metrics: got {{'y': [{{'type': 'mean_absolute_error', 'name': "
        f"'mae'}}]}}, expected a list, as there is one target. {MAP}",
    ),
    "class weights for several targets": (
        TWO, "training: {class_weight: balanced}\n",
        "2:26: training.class_weight: got class weights for several targets, expected null. Weigh "
        "the targets instead.",
    ),
    "targets that look like figures of val": (
        "{type: csv, path: a.csv, target: {val: , val_b: , 'val.c': , valid: }}", "",
        "1:44: dataset.target.val: got a target whose figures would look like those of val, "
        "expected another. Rename the column.\n"
        "1:51: dataset.target.val_b: got a target whose figures would look like those of val, "
        "expected another. Rename the column.\n"
        "1:60: dataset.target.\"val.c\": got a target whose figures would look like those of val, "
        "expected another. Rename the column.",
    ),
    "a weight for one target": (
        "{type: csv, path: a.csv, target: {y: {weight: 3}}}", "",
        "1:56: dataset.target.y.weight: got a weight of 3 for one target, expected none. A weight "
        "compares targets.",
    ),
    "two tasks for one target": (
        "{type: csv, path: a.csv, target: {y: {task: binary}}}", "task: regression\n",
        "1:54: dataset.target.y.task: got 'binary', expected regression, the `task` of the file. "
        "Remove one of them.",
    ),
    "a column in two inputs": (
        "{type: csv, path: a.csv, target: y, inputs: {a: [x, x], b: [x]}}", "",
        "1:62: dataset.inputs.a.1: got 'x', expected each column once. The input a has it.\n"
        "1:70: dataset.inputs.b.0: got 'x', expected each column once. The input a has it.",
    ),
    "inputs that cannot be names of layers": (
        "{type: csv, path: a.csv, target: y, inputs: {'a b': [x], ö/: [z]}}", "",
        "1:55: dataset.inputs.a b: got 'a b', expected letters a-z, digits, '.', '_' and '-'. It "
        "becomes the name of a layer; the columns keep theirs.\n"
        "1:67: dataset.inputs.ö/: got 'ö/', expected letters a-z, digits, '.', '_' and '-'. It "
        "becomes the name of a layer; the columns keep theirs.",
    ),
    "inputs and features": (
        "{type: csv, path: a.csv, target: y, features: {exclude: [id]}, inputs: {a: [x]}}", "",
        "1:56: dataset.features: got `features` beside `inputs`, expected one of the two. Name "
        "the columns in `inputs` alone.",
    ),
    "figures of two targets with one name": (
        "{type: csv, path: a.csv, target: {a: , a_b: }}",
        "metrics: {a: [{type: mae, name: b_mae}], a_b: [mae]}\n",
        "2:48: metrics.a_b.0: got a second 'a_b_mae', expected each name once. Give it a `name`.",
    ),
    "a metric with the name of a loss": (
        TWO, "metrics: {price: [{type: mae, name: loss}]}\n",
        "2:19: metrics.price.0: got a second 'price_loss', expected each name once. Give it a "
        "`name`.",
    ),
    "a monitor without its target": (
        TWO, "metrics: {price: [mae]}\ncallbacks: [{type: early_stopping, monitor: val_mae}]\n",
        "3:45: callbacks.0.monitor: got 'val_mae', expected one of loss, price_loss, price_mae, "
        "sold_loss, val_loss, val_price_loss, …. Did you mean 'val_price_mae'?",
    ),
    "a bound without its target": (
        TWO, "metrics: {price: [mae]}\nexpect: {test: {mae: '< 3'}}\n",
        "3:17: expect.test.mae: got an unknown figure, expected one of loss, price_accuracy, "
        "price_balanced_accuracy, price_brier, price_calibration_error, price_f1, …. "
        "Did you mean 'price_mae'?",
    ),
    "an mlp for several inputs": (
        "{type: csv, path: a.csv, target: y, inputs: {a: [x], b: [z]}}",
        "architecture: {type: mlp, units: 3}\n",
        "2:15: architecture: got mlp for 2 inputs, expected one input. Use `layers` with `inputs`.",
    ),
    "a list for an output": (
        ONE, "output: {type: auto, inputs: [a, b]}\n",
        "4:32: architecture.output.inputs: got ['a', 'b'], expected the name of one tensor. Join "
        "them with a layer such as concatenate.",
    ),
    "a list for an output of one's own": (
        ONE, "output: {type: dense, units: 1, inputs: [input, input]}\n",
        "4:43: architecture.output.inputs: got ['input', 'input'], expected the name of one "
        "tensor. Join them with a layer such as concatenate.",
    ),
    "an output that reads nothing known": (
        TWO, "output: {price: {inputs: hidden}}\n",
        "4:28: architecture.output.price.inputs: got 'hidden', expected input. A name has to stand "
        "above its use.",
    ),
    "smoothing twice": (
        TWO, "regularization: {label_smoothing: 0.1}\n"
        "loss: {sold: {type: binary_crossentropy, label_smoothing: 0.2}}\n",
        "2:35: regularization.label_smoothing: got label smoothing here and in `loss`, expected it "
        "once. Remove one of them.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("dataset", "rest", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_belong_together_is_refused(load_text, dataset, rest, message):
    with pytest.raises(ConfigError) as caught:
        load_text(f"dataset: {dataset}\n{with_layers(rest)}")

    assert str(caught.value) == "\n".join(f"a.yaml:{line}" for line in message.splitlines())


def test_a_metric_cannot_have_the_name_of_a_loss(load_text):
    text = (
        "dataset: {type: csv, path: a.csv, target: {a: , a_mae: }}\n"
        "architecture: {layers: []}\nmetrics: {a: [{type: mae, name: mae_loss}]}\n"
    )

    with pytest.raises(ConfigError) as caught:
        load_text(text)

    assert str(caught.value) == (
        "a.yaml:3:15: metrics.a.0: got a second 'a_mae_loss', expected each name once. "
        "Give it a `name`."
    )


def with_layers(rest):
    """Put an architecture without hidden layers behind a text that has none."""
    if rest.startswith("output:"):
        return f"architecture:\n  layers: []\n  {rest}"
    return rest if "architecture" in rest else f"{rest}architecture: {{layers: []}}\n"


def test_each_target_has_its_own_loss_metrics_and_output(load_text):
    text = f"""\
dataset: {TWO}
architecture: {{layers: [], output: {{sold: {{type: dense, units: 1, activation: sigmoid}}}}}}
loss: {{price: mae}}
metrics: {{sold: [acc, auc]}}
"""

    experiment = load_text(text).experiment

    assert targets(experiment) == ("price", "sold")
    assert [loss_of(experiment, name) for name in targets(experiment)] == [
        {"type": "mean_absolute_error"}, "auto",
    ]  # fmt: skip
    assert [len(metrics_of(experiment, name)) for name in targets(experiment)] == [0, 2]
    assert output_of(experiment, "price") == ("auto", ("architecture", "output"))
    assert output_of(experiment, "sold")[1] == ("architecture", "output", "sold")


FIGURES = {
    "one target": (ONE, "metrics: [mae, mse]\n", ["loss", "mae", "mse"]),
    "two targets, each loss before its metrics": (
        TWO,
        "metrics: {sold: [acc, auc], price: [mae]}\n",
        ["loss", "price_loss", "price_mae", "sold_loss", "sold_acc", "sold_auc"],
    ),
    "a map of one target": (
        "{type: csv, path: a.csv, target: {y: }}", "metrics: [mae]\n", ["loss", "mae"],
    ),
    "an autoencoder": (NONE, "task: autoencoder\nmetrics: [mae]\n", ["loss", "mae"]),
}  # fmt: skip


@pytest.mark.parametrize(("dataset", "rest", "names"), FIGURES.values(), ids=FIGURES.keys())
def test_the_columns_of_the_history_follow_from_the_file(load_text, dataset, rest, names):
    experiment = load_text(f"dataset: {dataset}\n{with_layers(rest)}").experiment

    assert [figure.name for figure in figures(experiment)] == names


def test_inputs_have_the_names_of_the_file_or_one_of_their_own(load_text):
    named = "{type: csv, path: a.csv, target: y, inputs: {table: [x]}}"
    layers = "architecture: {layers: []}\n"

    assert inputs(load_text(f"dataset: {named}\n{layers}").experiment) == ["table"]
    assert inputs(load_text(f"dataset: {ONE}\n{layers}").experiment) == ["input"]
