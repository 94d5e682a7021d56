"""Losses and metrics of several outputs, against Keras's own sums."""

import keras
import numpy as np
import pytest

from dltrain.data.columns import NumberColumn
from dltrain.data.inputs import ImageInputs
from dltrain.data.table import TableInputs
from dltrain.errors import ModelError
from dltrain.model import building
from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives

NUMBERS = TableInputs(tuple(NumberColumn(f"c{at}", "none", 0.0, 1.0) for at in range(4)))
NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
OUTPUTS = {
    "price": {"task": "regression", "outputs": 1},
    "sort": {"task": "multiclass", "outputs": 3},
    "sold": {"task": "binary", "outputs": 1},
}


def metric(name):
    return {"type": name, "name": name}


def goal_of(losses=None, metrics=None, outputs=OUTPUTS, smoothing=0.0):
    """Spell out losses and metrics; auto and none where a test gives no others."""
    return named_objectives(
        dict.fromkeys(outputs, "auto") | (losses or {}),
        {name: [] for name in outputs} | (metrics or {}),
        {name: number for number, name in enumerate(outputs, 1)},
        outputs=outputs,
        label_smoothing=smoothing,
        threshold=0.5,
    )


def rows(number):
    random = np.random.default_rng(number)
    x = random.normal(size=(number, 4)).astype(np.float32)
    y = {
        "price": random.normal(size=(number, 1)).astype(np.float32),
        "sort": random.integers(0, 3, number).astype(np.int32),
        "sold": random.integers(0, 2, (number, 1)).astype(np.float32),
    }
    return x, y


def compiled(goal):
    keras.utils.set_random_seed(2)
    model, _ = building.build_network(
        {"layers": [], "output": "auto"}, NOTHING, NUMBERS.to_json(), task="several",
        outputs=OUTPUTS,
    )  # fmt: skip
    building.compile_model(model, goal)
    return model


def test_figures_of_predictions_equal_those_that_keras_evaluates():
    metrics = {"price": [metric("r2_score")], "sort": [metric("accuracy"), metric("f1")]}
    goal = goal_of({"sort": {"type": "categorical_crossentropy"}}, metrics)
    model, (x, y) = compiled(goal), rows(64)

    found = goal.figures(y, model.predict(x, verbose=0))

    expected = model.evaluate(x, goal.targets(y), batch_size=64, verbose=0, return_dict=True)
    assert found == pytest.approx(expected, rel=1e-5)
    assert [*found] == [
        "loss", "price_loss", "price_r2_score", "sort_loss", "sort_accuracy", "sort_f1",
        "sold_loss",
    ]  # fmt: skip


def test_the_loss_is_the_weighted_sum():
    goal = goal_of()
    _, y = rows(10)
    predictions = {
        "price": np.zeros((10, 1), np.float32),
        "sort": np.full((10, 3), 1 / 3, np.float32),
        "sold": np.full((10, 1), 0.5, np.float32),
    }

    found = goal.figures(y, predictions)

    expected = (y["price"] ** 2).mean() + 2 * np.log(3) + 3 * np.log(2)
    assert found["loss"] == pytest.approx(expected, rel=1e-5)


def test_smoothing_is_for_the_targets_with_classes():
    losses = goal_of(smoothing=0.1).loss

    assert losses == {
        "price": {"type": "mean_squared_error"},
        "sort": {"type": "categorical_crossentropy", "label_smoothing": 0.1},
        "sold": {"type": "binary_crossentropy", "label_smoothing": 0.1},
    }


def test_logits_of_one_output_become_probabilities():
    loss = {"type": "binary_crossentropy", "from_logits": True}
    goal = goal_of({"sold": loss})

    found = goal.probabilities({name: np.zeros((1, 1), np.float32) for name in OUTPUTS})

    assert {name: float(one[0, 0]) for name, one in found.items()} == {
        "price": 0.0, "sort": 0.0, "sold": 0.5,
    }  # fmt: skip


OWN = {"keras": ({}, {}, True), "metric": ({}, {"sold": [metric("f1")]}, False),
       "loss": ({"price": {"type": "rmse"}}, {}, False)}  # fmt: skip


@pytest.mark.parametrize(("losses", "metrics", "own"), OWN.values(), ids=OWN.keys())
def test_one_thing_that_is_not_keras_own_is_enough(losses, metrics, own):
    assert goal_of(losses, metrics).is_keras_own() is own


WRONG = {
    "a loss for another task": (
        {"losses": {"sold": {"type": "categorical_crossentropy"}}},
        "loss.sold: got categorical_crossentropy for a binary target, expected "
        "binary_crossentropy. `task: multiclass` gives each class an output.",
    ),
    "a metric for another task": (
        {"metrics": {"price": [metric("mean_absolute_error"), metric("accuracy")]}},
        "metrics.price.1: got accuracy for a regression target, expected a metric of numbers such "
        "as mae or r2_score.",
    ),
    "smoothing of quantities alone": (
        {"outputs": {"price": OUTPUTS["price"], "size": OUTPUTS["price"]}, "smoothing": 0.1},
        "regularization.label_smoothing: got label smoothing for quantities, expected 0.0.",
    ),
    "smoothing by a loss that cannot": (
        {"losses": {"sold": {"type": "hinge"}}, "smoothing": 0.1},
        "regularization.label_smoothing: got label smoothing with the loss hinge, expected a loss "
        "that smooths. Use `loss: auto`.",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_loss_or_metric_is_placed_at_its_target(arguments, message):
    with pytest.raises(ModelError) as caught:
        goal_of(**arguments)

    assert str(caught.value) == message


OUTPUT_LAYERS = {
    "probabilities for logits": (
        {"sold": {"type": "binary_crossentropy", "from_logits": True}}, "auto",
        "loss.sold.from_logits: got from_logits with an output of probabilities (sigmoid), "
        "expected logits. Remove `from_logits`, or give `output` a layer without activation.",
    ),
    "logits for probabilities": (
        {}, {"sold": {"type": "dense", "units": 1}},
        "architecture.output.sold: got an output with the activation linear for "
        "binary_crossentropy, expected sigmoid or softmax. Use `output: auto`, or `from_logits: "
        "true` in `loss`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("losses", "output", "message"), OUTPUT_LAYERS.values(), ids=OUTPUT_LAYERS.keys()
)
def test_an_output_that_does_not_fit_its_loss_is_placed_at_its_target(losses, output, message):
    architecture = {"layers": [], "output": output}
    facts = {"task": "several", "outputs": OUTPUTS}
    model, _ = building.build_network(architecture, NOTHING, NUMBERS.to_json(), **facts)

    with pytest.raises(ModelError) as caught:
        building.compile_model(model, goal_of(losses))

    assert str(caught.value) == message


PICTURES = ImageInputs((2, 2, 1), "0_1")


@pytest.mark.parametrize("inputs", [NUMBERS, PICTURES], ids=["numbers", "pictures"])
def test_an_autoencoder_of_shares_needs_an_output_of_shares(inputs):
    facts = {"task": "autoencoder", "outputs": 4}
    loss = {"type": "binary_crossentropy"}
    goal = objective(loss, [], **facts, label_smoothing=0.0, threshold=0.5)
    architecture = {"layers": [{"type": "flatten"}], "output": "auto"}
    model, _ = building.build_network(architecture, NOTHING, inputs.to_json(), **facts)

    with pytest.raises(ModelError) as caught:
        building.compile_model(model, goal)

    assert str(caught.value) == (
        "architecture.output: got an output with the activation linear for binary_crossentropy, "
        "expected sigmoid or softmax. Use `loss: auto`, or give `output` a layer with that "
        "activation."
    )


def test_a_metric_of_rows_is_refused_for_pictures_before_the_training():
    metrics = [{"type": "r2_score", "name": "r2_score"}]

    with pytest.raises(ModelError) as caught:
        objective(
            "auto", metrics, task="autoencoder", outputs=4, shape=(2, 2, 1),
            label_smoothing=0.0, threshold=0.5,
        )  # fmt: skip

    assert str(caught.value) == (
        "metrics.0: got arguments of r2_score that Keras refuses (R2Score expects 2D inputs with "
        "shape (batch_size, output_dim)), expected arguments as keras.io describes them."
    )
