"""Keras objects from plain data, also with a Keras that the catalogue does not describe."""

import keras
import pytest

from dltrain.config.catalogue.names import keras_version, kinds
from dltrain.errors import ModelError
from dltrain.model.objects import build

KEY = ("architecture", "layers", 0)
INSTALL = f"Install it: pip install 'keras=={keras_version()}'."
REGULARIZED = {"type": "dense", "units": 3, "kernel_regularizer": {"type": "l2", "l2": 0.5}}


def refusal(kind, choice, key=KEY):
    with pytest.raises(ModelError) as caught:
        build(kind, choice, key)
    return str(caught.value)


def test_what_stands_in_arguments_is_built():
    built = build("layer", {"type": "bidirectional", "layer": {"type": "gru", "units": 3}})

    assert isinstance(built, keras.layers.Bidirectional)
    assert isinstance(built.forward_layer, keras.layers.GRU)
    assert float(build("layer", REGULARIZED).kernel_regularizer.l2) == 0.5


WHOLE = {
    "learning rate": ("optimizer", {"type": "sgd", "learning_rate": 1}, "learning_rate", 1.0),
    "momentum": ("optimizer", {"type": "sgd", "momentum": 0}, "momentum", 0.0),
    "threshold": ("metric", {"type": "f1_score", "threshold": 1}, "threshold", 1.0),
    "size": ("layer", {"type": "random_posterization", "factor": 4}, "factor", (1, 4)),
}


@pytest.mark.parametrize(("kind", "choice", "name", "value"), WHOLE.values(), ids=WHOLE.keys())
def test_whole_numbers_are_taken_where_keras_wants_fractions(kind, choice, name, value):
    assert build(kind, choice).get_config()[name] == pytest.approx(value)


def test_a_name_that_the_installed_keras_lacks_is_refused_with_both_versions(monkeypatch):
    monkeypatch.setitem(kinds()["layer"], "denser", {"class": "Denser", "arguments": {}})

    assert refusal("layer", {"type": "denser"}) == (
        f"architecture.layers.0: got denser, which Keras {keras.__version__} does not have, "
        f"expected a layer of Keras {keras_version()}. {INSTALL}"
    )


ARGUMENTS = {
    "of an optimizer": ("optimizer", {"type": "sgd", "speed": 3}, ("optimizer",), "optimizer"),
    "of a layer, which takes any keyword": (
        "layer", {"type": "dense", "units": 3, "speed": 3}, KEY, "architecture.layers.0",
    ),
    "of a layer inside another": (
        "layer", {"type": "time_distributed", "layer": {"type": "dense", "units": 3, "speed": 3}},
        KEY, "architecture.layers.0.layer",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "choice", "key", "place"), ARGUMENTS.values(), ids=ARGUMENTS.keys()
)
def test_an_argument_that_the_installed_keras_lacks_is_refused_with_both_versions(
    kind, choice, key, place
):
    owner = choice.get("layer", choice)["type"]

    assert refusal(kind, choice, key) == (
        f"{place}.speed: got speed of {owner}, which Keras {keras.__version__} does not have, "
        f"expected an argument of Keras {keras_version()}. {INSTALL}"
    )


def test_what_keras_refuses_is_placed_at_the_innermost_choice():
    wrong = {"type": "variance_scaling", "scale": -1}
    layer = {"type": "dense", "units": 3, "kernel_initializer": wrong}

    assert refusal("layer", {"type": "rnn", "cell": [{"type": "gru_cell", "units": 3}, layer]}) == (
        "architecture.layers.0.cell.1.kernel_initializer: got arguments of variance_scaling that "
        "Keras refuses (Argument `scale` must be positive float), expected arguments as keras.io "
        "describes them."
    )


@pytest.mark.parametrize("kind", kinds())
def test_the_installed_keras_has_every_name_of_the_catalogue(kind):
    from dltrain.model.objects import MODULES

    classes = {entry["class"] for entry in kinds()[kind].values() if "class" in entry}

    assert [name for name in classes if not hasattr(MODULES[kind], name)] == []
