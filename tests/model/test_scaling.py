"""Amounts that the network sees scaled, against the NumPy side and Keras's own losses."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from dltrain.data.targets import NamedTargets, Target, scalings
from dltrain.data.targets.amounts import learn_scaling
from dltrain.model import building
from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives
from dltrain.model.preprocessing import joined
from dltrain.model.scaling import Scaling

KINDS = ("standard", "min_max", "robust", "log1p")
DRAW = np.random.default_rng(2)
Y = DRAW.lognormal(5, 1, (60, 2)).astype(np.float32)
X = DRAW.normal(size=(60, 4)).astype(np.float32)
INPUTS = {"form": "array", "shape": [4]}
NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}


def target_of(kind, y=Y):
    names = tuple("ab"[: y.shape[1]])
    return Target("regression", names, scaling=learn_scaling(y.astype(np.float64), kind, names))


def goal_of(target, loss="auto", metrics=("mean_absolute_error", "r2_score")):
    return objective(
        loss, [{"type": name, "name": name} for name in metrics], **target.facts,
        label_smoothing=0.0, threshold=0.5, scaling=scalings(target).get(None),
    )  # fmt: skip


def network_of(target):
    keras.utils.set_random_seed(2)
    architecture = {"type": "mlp", "units": [6], "activation": "tanh", "output": "auto"}
    return building.build_network(architecture, NOTHING, INPUTS, **target.facts)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_keras_scales_as_numpy_does_and_back(kind):
    target = target_of(kind)
    scaling = Scaling.of(target.scaling.to_json())

    expected = target.scaling.apply(Y)
    np.testing.assert_allclose(scaling.scaled_rows(Y), expected, rtol=1e-6)
    np.testing.assert_allclose(scaling.scaled(Y), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(scaling.undone(scaling.scaled(Y)), Y, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_joined_model_puts_out_the_columns_own_unit(kind):
    target = target_of(kind)
    network = network_of(target)

    model = joined(network, INPUTS, scalings(target))

    own = model.predict(X, verbose=0)
    seen = network.predict(X, verbose=0)
    np.testing.assert_allclose(target.scaling.apply(own), seen, rtol=1e-4, atol=1e-5)
    assert np.ptp(own) > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", ["auto", {"type": "huber"}, {"type": "rmse"}])
def test_network_and_joined_model_have_the_same_figures(kind, loss):
    target = target_of(kind)
    goal, network = goal_of(target, loss), network_of(target)
    model = joined(network, INPUTS, scalings(target))
    building.compile_model(network, goal)
    building.compile_model(model, goal.in_own_unit())

    seen = network.evaluate(X, goal.targets(Y), verbose=0, return_dict=True)
    own = model.evaluate(X, goal.in_own_unit().targets(Y), verbose=0, return_dict=True)

    assert own == pytest.approx(seen, rel=1e-4)
    predicted = model.predict(X, verbose=0)
    assert own["mean_absolute_error"] == pytest.approx(np.abs(Y - predicted).mean(), rel=1e-5)
    expected = goal.in_own_unit().figures(Y, predicted, 32)
    assert own == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_that_of_scaled_amounts(kind):
    target = target_of(kind)
    predicted = Y * 1.25 + 3

    loss = goal_of(target).in_own_unit().figures(Y, predicted)["loss"]

    scaled = (target.scaling.apply(one.astype(np.float64)) for one in (Y, predicted))
    assert loss == pytest.approx(np.mean(np.square(np.subtract(*scaled))), rel=1e-4)


def test_each_of_several_outputs_is_brought_to_its_own_unit():
    one = target_of("standard", Y[:, :1])
    several = NamedTargets({"a": one, "b": Target("binary", ("b",), (0, 1))})
    network = building.build_network(
        {"layers": [], "output": "auto"}, NOTHING, INPUTS, **several.facts
    )[0]

    model = joined(network, INPUTS, scalings(several))

    own, seen = model.predict(X, verbose=0), network.predict(X, verbose=0)
    np.testing.assert_allclose(one.scaling.apply(own["a"]), seen["a"], rtol=1e-4, atol=1e-5)
    assert np.array_equal(own["b"], seen["b"])
    goal = named_objectives(
        {"a": "auto", "b": "auto"}, {"a": [], "b": []}, {"a": 1, "b": 1},
        outputs=several.facts["outputs"], label_smoothing=0.0, threshold=0.5,
        scalings=scalings(several),
    )  # fmt: skip
    y = {"a": Y[:, :1], "b": (Y[:, 1:] > 100).astype(np.float32)}
    building.compile_model(network, goal)
    building.compile_model(model, goal.in_own_unit())
    expected = network.evaluate(X, goal.targets(y), verbose=0, return_dict=True)
    found = model.evaluate(X, goal.in_own_unit().targets(y), verbose=0, return_dict=True)
    assert found == pytest.approx(expected, rel=1e-4)


def test_a_goal_of_scaled_amounts_is_never_saved_with_the_model():
    goal = goal_of(target_of("standard"), metrics=())

    assert not goal.is_keras_own()
    assert not goal.in_own_unit().is_keras_own()
    assert goal_of(target_of("none"), metrics=()).is_keras_own()


PLAIN = """
import sys
import keras, numpy as np
folder = sys.argv[1]
model = keras.saving.load_model(f"{folder}/a.keras")
np.save(f"{folder}/found.npy", model.predict(np.load(f"{folder}/x.npy"), verbose=0))
assert not any(name.startswith("dltrain") for name in sys.modules)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_plain_keras_loads_the_joined_model_without_dltrain(tmp_path, kind):
    target = target_of(kind)
    model = joined(network_of(target), INPUTS, scalings(target))
    model.save(tmp_path / "a.keras")
    np.save(tmp_path / "x.npy", X)

    ended = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    found = np.load(tmp_path / "found.npy")
    np.testing.assert_allclose(found, model.predict(X, verbose=0), rtol=1e-5)
