"""Windows over a time series: the saved model scales them as the training did."""

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest

from dltrain.data.columns import NumberColumn
from dltrain.data.inputs import prepared
from dltrain.data.raw import Raw
from dltrain.data.series import Series
from dltrain.data.windows import WindowInputs, learn_windows
from dltrain.model.preprocessing import joined, network_input

ROWS = 60
DRAW = np.random.default_rng(2)
TABLE = pd.DataFrame({
    "heat": DRAW.normal(20, 5, ROWS), "wide": DRAW.lognormal(9, 4, ROWS) - 1,
    "seconds": 1.7e9 + np.arange(ROWS), "even": np.full(ROWS, 3.0),
})  # fmt: skip
SERIES = Series(TABLE, window=7, horizon=1, stride=2)
RAW = Raw(TABLE, "windows", pd.DataFrame(index=range(len(SERIES))), "", series=SERIES)
NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}


def identity(inputs):
    """A network that puts out what its first layer sees."""
    first, seen = network_input(inputs.to_json(), NOTHING)
    return keras.Model(first, keras.layers.Activation("linear")(seen))


@pytest.mark.parametrize("scaling", ["none", "standard", "min_max", "robust", "log1p"])
def test_the_saved_model_sees_what_the_network_sees(scaling):
    columns = {"wide": {"scaling": "log1p"}, "seconds": {"scaling": "standard"}}
    options = {"columns": columns, "scaling": scaling}
    inputs = learn_windows(RAW, np.arange(15), options)
    as_saved, x = prepared(inputs, RAW, RAW.numbers())

    seen = joined(identity(inputs), inputs.to_json())(as_saved)

    assert seen.shape == (len(SERIES), 7, 4)
    np.testing.assert_allclose(seen, x, rtol=1e-4, atol=1e-4)


def test_a_number_without_logarithm_does_not_spoil_the_others():
    columns = (NumberColumn("heat", "log1p", 0.0, 1.0), NumberColumn("wide", "none", 0.0, 1.0))
    inputs = WindowInputs(columns, window=1, horizon=1, stride=1)
    model = joined(identity(inputs), inputs.to_json())

    seen = model(np.array([[[np.e - 1, -5]]], np.float32))

    np.testing.assert_allclose(seen, [[[1, -5]]], rtol=1e-6)


def test_nothing_is_put_before_a_network_whose_windows_stay_as_they_are():
    columns = tuple(replace(NumberColumn("a", "none", 0.0, 1.0), name=name) for name in "ab")
    inputs = WindowInputs(columns, window=3, horizon=1, stride=1)
    network = identity(inputs)

    model = joined(network, inputs.to_json())

    assert [layer.name for layer in model.layers] == [layer.name for layer in network.layers]
