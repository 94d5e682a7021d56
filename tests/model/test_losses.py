import keras
import numpy as np
import pytest

from dltrain.config.catalogue.names import kinds
from dltrain.data.inputs import ArrayInputs
from dltrain.data.targets import Target
from dltrain.errors import ModelError
from dltrain.model import building
from dltrain.model.losses import CLASS_LOSSES, build_loss, resolve_loss, wants_one_hot
from dltrain.model.objective import objective
from dltrain.training import train

AUTO = {
    "binary": ("binary", 0.0, {"type": "binary_crossentropy"}),
    "multiclass": ("multiclass", 0.0, {"type": "sparse_categorical_crossentropy"}),
    "multilabel": ("multilabel", 0.0, {"type": "binary_crossentropy"}),
    "regression": ("regression", 0.0, {"type": "mean_squared_error"}),
    "binary, smoothed": (
        "binary", 0.1, {"type": "binary_crossentropy", "label_smoothing": 0.1},
    ),
    "multiclass, smoothed": (
        "multiclass", 0.1, {"type": "categorical_crossentropy", "label_smoothing": 0.1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("task", "smoothing", "choice"), AUTO.values(), ids=AUTO.keys())
def test_the_loss_follows_from_the_task(task, smoothing, choice):
    assert resolve_loss("auto", task, smoothing) == choice


def test_a_resolved_loss_stays_as_it_is():
    choice = {"type": "huber", "delta": 2.0}

    assert resolve_loss(choice, "regression") == choice


def test_label_smoothing_is_what_the_formula_says():
    y = np.eye(3, dtype=np.float32)[[0, 2]]
    predictions = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]], np.float32)

    loss = build_loss(resolve_loss("auto", "multiclass", 0.3))(y, predictions)

    smoothed = y * 0.7 + 0.3 / 3
    assert float(loss) == pytest.approx(-(smoothed * np.log(predictions)).sum(axis=1).mean())


RMSE = {
    "one row": ([[1.0]], [[4.0]]),
    "several": ([[1.0], [2.0], [3.0]], [[1.5], [0.0], [7.0]]),
    "two columns": ([[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]),
}


@pytest.mark.parametrize(("y", "predictions"), RMSE.values(), ids=RMSE.keys())
def test_rmse_is_the_root_of_the_mean_over_the_batch(y, predictions):
    y, predictions = np.array(y, np.float32), np.array(predictions, np.float32)

    loss = build_loss({"type": "rmse"})(y, predictions)

    assert float(loss) == pytest.approx(np.sqrt(((y - predictions) ** 2).mean()), rel=1e-6)


def test_rmse_of_a_perfect_fit_has_no_slope():
    import tensorflow as tf

    y = tf.ones((4, 1))
    with tf.GradientTape() as tape:
        tape.watch(y)
        loss = build_loss({"type": "rmse"})(tf.ones((4, 1)), y)

    assert float(loss) == pytest.approx(0, abs=1e-6)
    assert np.array_equal(tape.gradient(loss, y), np.zeros((4, 1)))


FORMS = {
    "class numbers": ({"type": "sparse_categorical_crossentropy"}, "multiclass", False),
    "one-hot classes": ({"type": "categorical_hinge"}, "multiclass", True),
    "errors of classes": ({"type": "mean_squared_error"}, "multiclass", True),
    "binary": ({"type": "binary_crossentropy"}, "binary", False),
    "regression": ({"type": "mean_squared_error"}, "regression", False),
}


@pytest.mark.parametrize(("choice", "task", "one_hot"), FORMS.values(), ids=FORMS.keys())
def test_the_loss_says_how_it_wants_its_targets(choice, task, one_hot):
    assert wants_one_hot(choice, task) is one_hot


REFUSED = {
    "classes for binary": (
        {"type": "categorical_crossentropy"}, "binary", 0.0,
        "loss: got categorical_crossentropy for a binary target, expected binary_crossentropy. "
        "`task: multiclass` gives each class an output.",
    ),
    "classes for labels": (
        {"type": "sparse_categorical_crossentropy"}, "multilabel", 0.0,
        "loss: got sparse_categorical_crossentropy for a multilabel target, expected "
        "binary_crossentropy.",
    ),
    "classes for quantities": (
        {"type": "categorical_hinge"}, "regression", 0.0,
        "loss: got categorical_hinge for a regression target, expected mean_squared_error.",
    ),
    "sequences": (
        {"type": "ctc"}, "multiclass", 0.0,
        "loss: got ctc, expected sparse_categorical_crossentropy. It compares sequences; no task "
        "here has any.",
    ),
    "smoothed quantities": (
        "auto", "regression", 0.1,
        "regularization.label_smoothing: got label smoothing for a regression target, expected "
        "0.0.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("loss", "task", "smoothing", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_a_loss_for_another_task_is_refused(loss, task, smoothing, message):
    with pytest.raises(ModelError) as caught:
        resolve_loss(loss, task, smoothing)

    assert str(caught.value) == message


TARGETS = {
    "binary": Target("binary", ("y",), (0, 1)),
    "multiclass": Target("multiclass", ("y",), (0, 1, 2)),
    "multilabel": Target("multilabel", ("a", "b"), (0, 1)),
    "regression": Target("regression", ("y",)),
}
FITTING = [
    (task, name)
    for task in TARGETS
    for name in kinds()["loss"]
    if name != "ctc"
    and (task == "multiclass" or name not in CLASS_LOSSES)
    and (name != "cosine_similarity" or TARGETS[task].outputs > 1)
]


def encoded(task, n_rows):
    numbers = np.arange(n_rows)
    if task == "multiclass":
        return (numbers % 3).astype(np.int32)
    columns = len(TARGETS[task].names)
    y = np.stack([numbers // (at + 1) % 2 for at in range(columns)], axis=1)
    return (y + 0.5 * (task == "regression")).astype(np.float32)


@pytest.mark.parametrize(
    ("task", "name"), FITTING, ids=[f"{task}-{name}" for task, name in FITTING]
)
def test_every_loss_of_a_task_gives_a_finite_value_and_moves_the_weights(task, name):
    target = TARGETS[task]
    goal = objective({"type": name}, [], label_smoothing=0.0, threshold=0.5, **target.facts)
    keras.utils.set_random_seed(1)
    output = {"type": "dense", "units": 1, "activation": "softplus"}  # Poisson is above 0
    model, _ = building.build_network(
        {"layers": [], "output": output if task == "regression" else "auto"},
        {"kernel": None, "bias": None, "activity": None, "dropout": 0.0},
        ArrayInputs((4,)).to_json(),
        **target.facts,
    )
    building.compile_model(model, goal, {"type": "sgd"})
    before = model.get_weights()[0]
    x = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)

    trained = train(model, (x, goal.targets(encoded(task, 12))), epochs=1, batch_size=12, seed=0)

    assert np.isfinite(trained.history[0]["loss"])
    assert not np.array_equal(model.get_weights()[0], before)
