"""Units that are 0 on all rows, counted by layer."""

from __future__ import annotations

import keras
import numpy as np

from dltrain import backend, config, diagnosing
from dltrain.assembly import assemble, prepare_data
from dltrain.evaluation.activations import dead_units, dead_units_of_part
from dltrain.evaluation.insights.inside import activations
from dltrain.evaluation.insights.subject import Gathered, Subject


def test_units_whose_bias_keeps_them_below_0_are_dead():
    first = keras.Input((2,))
    hidden = keras.layers.Dense(3, "relu", name="hidden")
    network = keras.Model(first, keras.layers.Dense(1, "tanh")(hidden(first)))
    hidden.set_weights([np.ones((2, 3), "float32"), np.float32([0, -9, -1])])

    found = dead_units(network, np.float32([[0, 0], [1, 1]]))

    assert found == {"hidden": (1, 3)}


def test_channels_of_pictures_and_relu_layers_count():
    first = keras.Input((4, 4, 1))
    tensor = keras.layers.Conv2D(5, 3, bias_initializer=keras.initializers.Constant(-99))(first)
    tensor = keras.layers.ReLU(name="relu")(tensor)
    tensor = keras.layers.ReLU(negative_slope=0.1, name="leaky")(tensor)
    network = keras.Model(first, keras.layers.Flatten()(tensor))

    assert dead_units(network, np.ones((2, 4, 4, 1), "float32")) == {"relu": (5, 5)}


def test_diagnosis_and_report_count_the_same_dead_units(fruit):
    backend.start()
    checked = config.load(fruit)
    assembly = assemble(checked, prepare_data(checked, smoke=False), smoke=False)
    kernel, _ = assembly.network.get_layer("dense").get_weights()
    bias = np.float32([-99, -99, -99, 0, 0, 0, 0, 0])
    assembly.network.get_layer("dense").set_weights([kernel * 1e-3, bias])
    gathered = Gathered()
    subject = Subject(None, assembly.network, assembly.goal, assembly.data, {}, (), seed=7)

    activations(subject, gathered)

    rows = len(assembly.data.parts["train"])
    told = {one["layer"]: one for one in gathered.facts["activations"]}
    _, counted = dead_units_of_part(assembly.network, assembly.data.parts["train"])
    assert counted["dense"][0] >= 3
    assert (told["dense"]["dead"], told["dense"]["units"]) == counted["dense"]
    assert told["dense"]["dead_on"] == rows
    assert diagnosing._dead(assembly) == counted


def test_a_network_without_relu_has_no_dead_units():
    first = keras.Input((2,))

    assert dead_units(keras.Model(first, keras.layers.Dense(3, "tanh")(first)), None) == {}
