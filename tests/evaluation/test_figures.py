import keras
import numpy as np
import pytest

from dltrain.data import Data, Part
from dltrain.data.inputs import ArrayInputs
from dltrain.data.targets import Target
from dltrain.evaluation.figures import figures_by_part, without_nan
from dltrain.evaluation.outputs import outputs_by_part
from dltrain.evaluation.streamed import prediction_tables
from dltrain.model import building
from dltrain.model.objective import objective

INPUTS = ArrayInputs((4,)).to_json()
TARGET = Target("multiclass", ("y",), ("a", "b", "c"))
NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}


@pytest.fixture(scope="module")
def goal():
    metrics = [{"type": name, "name": name} for name in ("accuracy", "f1", "auc")]
    return objective("auto", metrics, label_smoothing=0.0, threshold=0.5, **TARGET.facts)


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    parts = {}
    for name, rows in {"train": range(70), "val": range(70, 80), "test": range(80, 117)}.items():
        x = random.normal(size=(len(rows), 4)).astype(np.float32)
        y = random.integers(0, 3, len(rows)).astype(np.int32)
        parts[name] = Part(np.array(rows), x, x, y)
    return Data(parts, ArrayInputs((4,)), TARGET, 4, "", False)


@pytest.fixture(scope="module")
def model(goal):
    keras.utils.set_random_seed(1)
    architecture = {"layers": [], "output": "auto"}
    model, _ = building.build_network(architecture, NOTHING, INPUTS, **TARGET.facts)
    building.compile_model(model, goal)
    return model


def test_each_part_has_the_figures_that_keras_evaluates(model, goal, data):
    found = figures_by_part(model, goal, {name: data.parts[name] for name in ("train", "test")}, 16)

    assert list(found) == ["train", "test"]
    for name, figures in found.items():
        part = data.parts[name]
        expected = model.evaluate(part.x, part.y, verbose=0, return_dict=True)
        assert figures == pytest.approx(expected, rel=1e-5)


def test_each_row_has_what_keras_predicts(model, goal, data):
    parts = {name: data.parts[name] for name in ("val", "test")}

    (table,) = prediction_tables(parts, outputs_by_part(model, goal, parts, 16), TARGET, 0.5)

    expected = model.predict(np.concatenate([data.parts[n].x for n in ("val", "test")]), verbose=0)
    assert table["row"].tolist() == [*range(70, 117)]
    assert np.allclose(table[["p_a", "p_b", "p_c"]], expected, atol=1e-6)


def test_logits_become_probabilities():
    loss = {"type": "sparse_categorical_crossentropy", "from_logits": True}
    goal = objective(loss, [], label_smoothing=0.0, threshold=0.5, **TARGET.facts)

    found = goal.probabilities(np.log(np.array([[0.5, 0.25, 0.25]], np.float32)))

    assert found.tolist() == [pytest.approx([0.5, 0.25, 0.25])]


def test_figures_that_json_cannot_hold_become_null():
    figures = {"train": {"loss": 0.5, "f1": float("nan")}, "val": {"loss": float("inf")}}

    assert without_nan(figures) == {"train": {"loss": 0.5, "f1": None}, "val": {"loss": None}}
