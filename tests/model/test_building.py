import keras
import numpy as np
import pytest

from dltrain.config.catalogue.choices import checked
from dltrain.config.catalogue.names import kinds
from dltrain.data.inputs import ArrayInputs
from dltrain.data.targets import Target
from dltrain.errors import ModelError
from dltrain.model import building
from dltrain.model.objective import objective
from dltrain.training import train

HIDDEN = "architecture:\n  layers: [{type: dense, units: 4, activation: relu}]\n"
KERAS = "expected arguments as keras.io describes them."

# Name of the case: target, the text from line 4 on, message.
WRONG = {
    "metric with several numbers": (
        "binary",
        "metrics: [accuracy, {type: precision, thresholds: [0.2, 0.8]}]\n",
        "4:21: metrics.1: got precision with 2 numbers as its result, expected one number. Change "
        "its arguments.",
    ),
    "f1_score of each class": (
        "multiclass",
        "metrics:\n  - {type: f1_score, average: null}\n",
        "5:5: metrics.0: got f1_score with 10 numbers as its result, expected one number. Change "
        "its arguments.",
    ),
    "metric whose argument Keras refuses": (
        "multiclass",
        "metrics: [{type: auc, multi_label: true, label_weights: [1, 2]}]\n",
        "4:11: metrics.0: got arguments of auc that Keras refuses (",
    ),
    "overlap of classes for two": (
        "binary",
        "metrics: [{type: mean_iou, num_classes: 2}]\n",
        "4:11: metrics.0: got mean_iou for a binary target, expected a metric such as accuracy or "
        "auc.",
    ),
    "agreement of outputs where there is one": (
        "regression",
        "metrics: [pearson_correlation]\n",
        "4:11: metrics.0: got pearson_correlation, which compares the outputs of a row, for one "
        "output, expected a metric such as r2_score or auc.",
    ),
    "metric for another task": (
        "regression",
        "metrics: [mae, accuracy]\n",
        "4:16: metrics.1: got accuracy for a regression target, expected a metric of numbers such "
        "as mae or r2_score.",
    ),
    "loss for another task": (
        "binary",
        "loss: categorical_crossentropy\n",
        "4:7: loss: got categorical_crossentropy for a binary target, expected "
        "binary_crossentropy. `task: multiclass` gives each class an output.",
    ),
    "loss whose argument Keras refuses": (
        "multiclass",
        "loss: {type: categorical_focal_crossentropy, alpha: [0.5, 0.25]}\n",
        "4:7: loss: got arguments of categorical_focal_crossentropy that Keras refuses (",
    ),
    "loss without a slope": (
        "regression",
        "loss: cosine_similarity\n",
        "4:7: loss: got cosine_similarity for one output, expected a loss that has a slope there. "
        "Use `loss: auto`.",
    ),
    "logits of a network that gives probabilities": (
        "multiclass",
        "loss: {type: sparse_categorical_crossentropy, from_logits: true}\n",
        "4:60: loss.from_logits: got from_logits with an output of probabilities (softmax), "
        "expected logits. Remove `from_logits`, or give `output` a layer without activation.",
    ),
    "schedule whose arguments do not match": (
        "binary",
        "optimizer:\n  type: sgd\n  learning_rate:\n"
        "    {type: piecewise_constant_decay, boundaries: [5, 9], values: [0.1, 0.01]}\n",
        "7:5: optimizer.learning_rate: got arguments of piecewise_constant_decay that Keras "
        f"refuses (The length of boundaries should be 1 less than the length of values), {KERAS}",
    ),
}


@pytest.mark.parametrize(("target", "text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_loss_metric_or_optimizer_is_found_before_the_training(
    build, tmp_path, target, text, message
):
    with pytest.raises(ModelError) as caught:
        build(HIDDEN + text, target=target)

    told = str(caught.value).removeprefix(f"{tmp_path / 'a.yaml'}:")
    if message.endswith("("):  # what follows are TensorFlow's words
        told = told[: len(message)]
    assert told == message


def test_logits_of_a_network_without_activation_are_taken(build):
    text = (
        f"{HIDDEN}  output: {{type: dense, units: 10}}\n"
        "loss: {type: sparse_categorical_crossentropy, from_logits: true}\nmetrics: [accuracy]\n"
    )

    assert build(text).goal.form.from_logits


def test_one_hot_targets_are_made_for_losses_that_want_them(build):
    goal = build(HIDDEN + "loss: categorical_crossentropy\n").goal

    y = goal.targets(np.array([2, 0], np.int32))

    assert y.dtype == np.float32
    assert y.tolist() == [[0, 0, 1, *[0] * 7], [1, *[0] * 9]]


OWN = {
    "keras": ("metrics: [accuracy]\n", True),
    "added metric": ("metrics: [f1]\n", False),
    "added loss": ("loss: rmse\n", False),
}


@pytest.mark.parametrize(("text", "own"), OWN.values(), ids=OWN.keys())
def test_an_objective_knows_whether_plain_keras_can_load_it(build, text, own):
    target = "regression" if "rmse" in text else "binary"

    assert build(HIDDEN + text, target=target).goal.is_keras_own() is own


TASKS = {
    "binary": "metrics: [accuracy, f1, auc]\n",
    "multiclass": "metrics: [accuracy, f1, auc, f1_score]\n",
    "multilabel": "metrics: [accuracy, sensitivity, precision]\n",
    "regression": "metrics: [mae, rmse, r2_score]\n",
}


@pytest.mark.parametrize(("task", "text"), TASKS.items(), ids=TASKS.keys())
def test_figures_of_predictions_equal_those_that_keras_evaluates(build, task, text):
    built = build(HIDDEN + text, target=task)
    random = np.random.default_rng(0)
    x = random.normal(size=(2500, 13)).astype(np.float32)
    y = (
        random.integers(0, 10, 2500)
        if task == "multiclass"
        else random.integers(0, 2, (2500, built.goal.form.outputs))
    )
    y = y.astype(np.int32 if task == "multiclass" else np.float32)

    found = built.goal.figures(y, built.network.predict(x, verbose=0))

    expected = built.network.evaluate(x, built.goal.targets(y), verbose=0, return_dict=True)
    assert found == pytest.approx(expected, rel=1e-5)


SCHEDULES = {
    "cosine_decay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "cosine_decay_restarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
    "exponential_decay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9},
    "inverse_time_decay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9},
    "piecewise_constant_decay": {"boundaries": [2, 4], "values": [0.1, 0.01, 0.001]},
    "polynomial_decay": {"initial_learning_rate": 0.1, "decay_steps": 10},
}
OPTIMIZERS = {name: {"type": name} for name in kinds()["optimizer"]} | {
    f"sgd with {name}": {"type": "sgd", "learning_rate": {"type": name, **arguments}}
    for name, arguments in SCHEDULES.items()
}


def test_every_schedule_of_the_catalogue_is_tried():
    assert SCHEDULES.keys() == kinds()["schedule"].keys()


@pytest.fixture(scope="module")
def regression():
    """Give a function that makes the same small network, compiled with an optimizer."""
    target = Target("regression", ("y",))
    goal = objective("auto", [], label_smoothing=0.0, threshold=0.5, **target.facts)
    nothing = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
    layers = [{"type": "dense", "units": 3, "activation": "tanh"}]
    inputs = ArrayInputs((4,)).to_json()

    def make(optimizer):
        keras.utils.set_random_seed(1)
        architecture = {"layers": layers, "output": "auto"}
        model, _ = building.build_network(architecture, nothing, inputs, **target.facts)
        building.compile_model(model, goal, checked("optimizer", optimizer))
        return model

    return make


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_every_optimizer_and_schedule_trains_a_step(regression, optimizer):
    model = regression(optimizer)
    before = [array.copy() for array in model.get_weights()]
    x = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)

    trained = train(model, (x, x[:, :1]), epochs=1, batch_size=8, seed=0)

    assert np.isfinite(trained.history[0]["loss"])
    changed = [not np.array_equal(a, b) for a, b in zip(before, trained.last, strict=True)]
    assert any(changed)
    assert int(model.optimizer.iterations) == 1


ARGUMENTS = {
    "momentum": ({"type": "sgd", "momentum": 0.9, "nesterov": True}, {"momentum": 0.9}),
    "rates": ({"type": "adam", "beta_1": 0.8, "epsilon": 1e-5}, {"beta_1": 0.8, "epsilon": 1e-5}),
    "weight decay": ({"type": "adamw", "weight_decay": 0.01}, {"weight_decay": 0.01}),
    "clipping": ({"type": "sgd", "clipnorm": 1.0}, {"clipnorm": 1.0}),
    "average": ({"type": "sgd", "use_ema": True}, {"use_ema": True}),
}


@pytest.mark.parametrize(("choice", "expected"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_an_optimizer_takes_keras_arguments(regression, choice, expected):
    optimizer = regression(choice).optimizer

    assert {name: getattr(optimizer, name) for name in expected} == expected


def test_a_schedule_lowers_the_rate_step_by_step(regression):
    rate = {"type": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 1,
            "decay_rate": 0.5}  # fmt: skip
    model = regression({"type": "sgd", "learning_rate": rate})
    x = np.ones((8, 4), np.float32)

    train(model, (x, x[:, :1]), epochs=1, batch_size=4, seed=0)

    assert float(model.optimizer.learning_rate) == pytest.approx(0.1 * 0.5**2)
