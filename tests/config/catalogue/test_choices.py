"""A `{type: NAME, argument: value}` of a config: right ones, wrong ones, and their messages."""

import pytest
from pydantic import ValidationError

from dltrain.config.catalogue.choices import checked, checked_activation
from dltrain.config.catalogue.names import kinds
from dltrain.config.catalogue.unavailable import REFUSED
from dltrain.errors import ConfigError

LAYERS = (
    "activation, activity_regularization, adaptive_average_pooling1d, "
    "adaptive_average_pooling2d, adaptive_average_pooling3d, adaptive_max_pooling1d, …"
)
DENSE = (
    "one of activation, activity_regularizer, bias_constraint, bias_initializer, "
    "bias_regularizer, dtype, … of dense"
)
SCHEDULES = (
    "cosine_decay, cosine_decay_restarts, exponential_decay, inverse_time_decay, "
    "piecewise_constant_decay, polynomial_decay"
)
RATES = f"a number above 0, or a schedule: one of {SCHEDULES}"
BEHIND = "Put an activation with arguments behind this one as a layer of its own."


def layers(text):
    return f"architecture: {{layers: [{text}]}}\n"


def message_of(load_text, text):
    with pytest.raises(ConfigError) as caught:
        load_text(f"dataset: {{type: csv, path: a.csv, target: y}}\n{text}")
    return str(caught.value)


WRONG_LAYERS = {
    "misspelled": (
        "relu, densee",
        "a.yaml:2:31: architecture.layers.1: got 'densee', expected one of "
        f"{LAYERS}. Did you mean 'dense'?",
    ),
    "misspelled type": (
        "{type: densee, unit: 3}",
        "a.yaml:2:32: architecture.layers.0.type: got 'densee', expected one of "
        f"{LAYERS}. Did you mean 'dense'?",
    ),
    "misspelled argument": (
        "{type: dense, unit: 3}",
        f"a.yaml:2:39: architecture.layers.0.unit: got an unknown argument, expected {DENSE}. "
        "Did you mean 'units'?",
    ),
    "argument in capitals": (
        "{type: dense, units: 3, Units: 3}",
        f"a.yaml:2:49: architecture.layers.0.Units: got an unknown argument, expected {DENSE}. "
        "Did you mean 'units'?",
    ),
    "misspelled argument inside an initializer": (
        "{type: dense, units: 3, kernel_initializer: {type: he_normal, sed: 3}}",
        "a.yaml:2:87: architecture.layers.0.kernel_initializer.sed: got an unknown argument, "
        "expected one of input_axes, output_axes, seed of he_normal. Did you mean 'seed'?",
    ),
    "misspelled argument inside a wrapped layer": (
        "{type: bidirectional, layer: {type: lstm, units: 3, recurent_dropout: 0.1}}",
        "a.yaml:2:77: architecture.layers.0.layer.recurent_dropout: got an unknown argument, "
        "expected one of activation, activity_regularizer, bias_constraint, bias_initializer, "
        "bias_regularizer, dropout, … of lstm. Did you mean 'recurrent_dropout'?",
    ),
    "wrong value two choices deep": (
        "{type: time_distributed, layer: "
        "{type: dense, units: 3, kernel_regularizer: {type: l2, l2: x}}}",
        "a.yaml:2:116: architecture.layers.0.layer.kernel_regularizer.l2: got 'x', "
        "expected a number of at least 0.",
    ),
    "missing argument": (
        "{type: conv2d, filters: 3}",
        "a.yaml:2:25: architecture.layers.0.kernel_size: got nothing, "
        "expected a value: conv2d needs it.",
    ),
    "bare name with a missing argument": (
        "relu, dense",
        "a.yaml:2:31: architecture.layers.1.units: got nothing, expected a value: dense needs it.",
    ),
    "no units": (
        "{type: dense, units: 0}",
        "a.yaml:2:46: architecture.layers.0.units: got 0, expected a whole number of at least 1.",
    ),
    "list with a wrong size": (
        "{type: conv2d, filters: 3, kernel_size: [3, x]}",
        "a.yaml:2:65: architecture.layers.0.kernel_size: got [3, 'x'], "
        "expected a whole number of at least 1, or a list of them.",
    ),
    "number instead of a choice": (
        "{type: dense, units: 3, kernel_initializer: 7}",
        "a.yaml:2:69: architecture.layers.0.kernel_initializer: got 7, "
        "expected the name of an initializer, or a map with `type`.",
    ),
    "list instead of a choice": (
        "{type: dense, units: 3, kernel_regularizer: [l1]}",
        "a.yaml:2:69: architecture.layers.0.kernel_regularizer: got ['l1'], "
        "expected the name of a regularizer, or a map with `type`. "
        "For example: `{type: l2, l2: 1e-4}`.",
    ),
    "null instead of a layer": (
        "{type: bidirectional, layer: }",
        "a.yaml:2:54: architecture.layers.0.layer: got null, "
        "expected the name of a layer, or a map with `type`.",
    ),
    "activation with arguments": (
        "{type: dense, units: 3, activation: {type: leaky_relu, negative_slope: 1}}",
        "a.yaml:2:61: architecture.layers.0.activation: got "
        "{'type': 'leaky_relu', 'negative_slope': 1}, expected the name of an activation. "
        f"{BEHIND}",
    ),
    "misspelled activation": (
        "{type: dense, units: 3, activation: {type: rely}}",
        "a.yaml:2:68: architecture.layers.0.activation.type: got 'rely', "
        "expected one of celu, elu, exponential, gelu, hard_shrink, hard_sigmoid, …. "
        "Did you mean 'relu'?",
    ),
    "no type": (
        "{units: 3}",
        f"a.yaml:2:25: architecture.layers.0: got no `type`, expected one of {LAYERS}.",
    ),
    "type that is no text": (
        "{type: [dense]}",
        "a.yaml:2:32: architecture.layers.0.type: got ['dense'], expected one of "
        f"{LAYERS}. Did you mean 'dense'?",
    ),
    "number instead of a layer": (
        "3",
        "a.yaml:2:25: architecture.layers.0: got 3, expected the name of a layer, "
        "or a map with `type`.",
    ),
    "one of several cells": (
        "{type: rnn, cell: [{type: lstm_cell, units: 3}, {type: lstm_cell, units: 0}]}",
        "a.yaml:2:98: architecture.layers.0.cell.1.units: got 0, "
        "expected a whole number of at least 1.",
    ),
    "all of them, in the order of the file": (
        "{type: dense, units: x}, {type: dropout, rate: 2}",
        "a.yaml:2:46: architecture.layers.0.units: got 'x', "
        "expected a whole number of at least 1.\n"
        "a.yaml:2:72: architecture.layers.1.rate: got 2, expected a number from 0 to below 1.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG_LAYERS.values(), ids=WRONG_LAYERS.keys())
def test_a_wrong_layer_is_named_at_its_place(load_text, text, message):
    assert message_of(load_text, layers(text)) == message


WRONG = {
    "optimizer": (
        "optimizer: adamm\n",
        "a.yaml:3:12: optimizer: got 'adamm', expected one of adadelta, adafactor, adagrad, adam, "
        "adamax, adamw, …. Did you mean 'adam'?",
    ),
    "schedule": (
        "optimizer: {learning_rate: {type: exponential_deca}}\n",
        "a.yaml:3:35: optimizer.learning_rate.type: got 'exponential_deca', "
        f"expected one of {SCHEDULES}. Did you mean 'exponential_decay'?",
    ),
    "learning rate that is text": (
        "optimizer: {learning_rate: '1e-3'}\n",
        f"a.yaml:3:28: optimizer.learning_rate: got '1e-3', expected {RATES}.",
    ),
    "learning rate of 0": (
        "optimizer: {type: sgd, learning_rate: 0}\n",
        f"a.yaml:3:39: optimizer.learning_rate: got 0, expected {RATES}.",
    ),
    "learning rate of null": (
        "optimizer: {learning_rate: }\n",
        f"a.yaml:3:28: optimizer.learning_rate: got null, expected {RATES}.",
    ),
    "bare schedule": (
        "optimizer: {learning_rate: cosine_decay}\n",
        "a.yaml:3:13: optimizer.learning_rate.decay_steps: got nothing, "
        "expected a value: cosine_decay needs it.\n"
        "a.yaml:3:13: optimizer.learning_rate.initial_learning_rate: got nothing, "
        "expected a value: cosine_decay needs it.",
    ),
    "YAML 1.1's yes": (
        "optimizer: {type: sgd, nesterov: yes}\n",
        "a.yaml:3:34: optimizer.nesterov: got 'yes', expected true or false.",
    ),
    "loss": (
        "loss: {type: huber, delta: x}\n",
        "a.yaml:3:28: loss.delta: got 'x', expected a number above 0.",
    ),
    "argument of a loss without arguments": (
        "loss: {type: rmse, name: a}\n",
        "a.yaml:3:20: loss.name: got an unknown argument, expected no argument of rmse.",
    ),
    "metric": (
        "metrics: [acuracy]\n",
        "a.yaml:3:11: metrics.0: got 'acuracy', expected one of accuracy, auc, binary_accuracy, "
        "binary_crossentropy, binary_iou, categorical_accuracy, …. Did you mean 'accuracy'?",
    ),
    "name of a metric": (
        "metrics: [{type: auc, name: a/b}]\n",
        "a.yaml:3:29: metrics.0.name: got 'a/b', "
        "expected letters, digits, '.', '_', '@' and '-', or null.",
    ),
    "mode of a callback": (
        "callbacks: [{type: early_stopping, mode: better}]\n",
        "a.yaml:3:42: callbacks.0.mode: got 'better', expected one of auto, max, min.",
    ),
    "path of a callback": (
        "callbacks: [{type: csv_logger, filename: 3}]\n",
        "a.yaml:3:42: callbacks.0.filename: got 3, expected a path inside the run folder.",
    ),
    "regularizer": (
        "regularization: {kernel: 1e-4}\n",
        "a.yaml:3:26: regularization.kernel: got 0.0001, "
        "expected the name of a regularizer, or a map with `type`. "
        "For example: `{type: l2, l2: 1e-4}`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_choice_is_named_at_its_place(refused, text, message):
    assert refused(text) == message


def an(kind):
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


@pytest.mark.parametrize(
    ("kind", "name", "way_out"),
    [(kind, name, way_out) for kind, names in REFUSED.items() for name, way_out in names.items()],
)
def test_a_refused_name_has_its_way_out(kind, name, way_out):
    with pytest.raises(ValidationError) as caught:
        checked(kind, name)

    assert [detail["msg"] for detail in caught.value.errors()] == [
        f"got '{name}', expected {an(kind)} that dltrain can use. {way_out}"
    ]
    assert name not in kinds()[kind]


RIGHT = {
    "bare name": ("layer", "flatten", {"type": "flatten"}),
    "class name": ("layer", {"type": "Conv2D", "filters": 3, "kernel_size": 3},
                   {"type": "conv2d", "filters": 3, "kernel_size": 3}),
    "nested": ("layer", {"type": "dense", "units": 3, "kernel_initializer": "HeNormal"},
               {"type": "dense", "units": 3, "kernel_initializer": {"type": "he_normal"}}),
    "short initializer": ("initializer", "uniform", {"type": "random_uniform"}),
    "activation as a map": ("layer", {"type": "dense", "units": 3, "activation": {"type": "ReLU"}},
                            {"type": "dense", "units": 3, "activation": "relu"}),
    "no activation": ("layer", {"type": "dense", "units": 3, "activation": None},
                      {"type": "dense", "units": 3, "activation": None}),
    "no regularizer": ("layer", {"type": "dense", "units": 3, "bias_regularizer": None},
                       {"type": "dense", "units": 3, "bias_regularizer": None}),
    "cells": ("layer", {"type": "rnn", "cell": [{"type": "gru_cell", "units": 3}]},
              {"type": "rnn", "cell": [{"type": "gru_cell", "units": 3}]}),
    "warm-up from 0": ("schedule",
                       {"type": "cosine_decay", "initial_learning_rate": 0, "decay_steps": 9},
                       {"type": "cosine_decay", "initial_learning_rate": 0, "decay_steps": 9}),
    "range": ("layer", {"type": "random_gaussian_blur", "sigma": [0.1, 2]},
              {"type": "random_gaussian_blur", "sigma": [0.1, 2]}),
    "weight for each class": ("loss",
                              {"type": "categorical_focal_crossentropy", "alpha": [0.1, 0.9]},
                              {"type": "categorical_focal_crossentropy", "alpha": [0.1, 0.9]}),
    "dltrain's own": ("metric", "F1", {"type": "f1"}),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "choice"), RIGHT.values(), ids=RIGHT.keys())
def test_a_right_choice_becomes_canonical_and_gains_nothing(kind, value, choice):
    assert checked(kind, value) == choice


def complaints(kind, name, arguments):
    try:
        checked(kind, {"type": name, **arguments})
    except ValidationError as error:
        return [detail["msg"] for detail in error.errors()]
    return []


@pytest.mark.parametrize("kind", kinds())
def test_keras_defaults_pass_the_rules(kind):
    defaults = {
        name: {
            key: fact["default"] for key, fact in entry["arguments"].items() if "default" in fact
        }
        for name, entry in kinds()[kind].items()
    }

    found = [message for name in defaults for message in complaints(kind, name, defaults[name])]

    assert [message for message in found if not message.startswith("got nothing")] == []


def test_an_activation_is_a_name():
    assert checked_activation("Tanh") == "tanh"
