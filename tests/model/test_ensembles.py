"""Several models as one: what it puts out, against NumPy; and that plain Keras loads it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from dltrain.data.inputs import ImageInputs
from dltrain.data.texts.tokens import TokenInputs
from dltrain.model.ensembles import Voice, ensemble_model, member_model
from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives

ROWS = np.random.default_rng(2).normal(0, 1, (40, 3)).astype(np.float32)
TABLE = {"form": "table", "raw": ["a", "b", "c"], "inputs": ["a", "b", "c"], "columns": []}


def goal(task: str, outputs: int, *, loss="auto"):
    return objective(loss, [], task=task, outputs=outputs, label_smoothing=0.0, threshold=0.5)


def network(outputs: int, activation: str | None, seed: int, **arguments) -> keras.Model:
    first = keras.Input((3,), name="raw")
    start = keras.initializers.RandomNormal(stddev=2.0, seed=seed)
    layer = keras.layers.Dense(
        outputs, activation=activation, kernel_initializer=start, **arguments
    )
    return keras.Model(first, layer(first))


def voices(task: str, outputs: int, activation: str | None, thresholds=(0.5, 0.5, 0.5)):
    return [
        Voice(network(outputs, activation, seed), goal(task, outputs), {}, threshold)
        for seed, threshold in enumerate(thresholds)
    ]


def put_out(model: keras.Model, rows=ROWS) -> np.ndarray:
    return np.asarray(model(rows, training=False))


KINDS = {
    "binary": ("binary", 1, "sigmoid"),
    "multiclass": ("multiclass", 4, "softmax"),
    "multilabel": ("multilabel", 2, "sigmoid"),
    "regression": ("regression", 2, None),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_an_average_is_the_mean_of_the_members(kind):
    members = voices(*kind)

    found = put_out(ensemble_model(members, TABLE, "average", [1 / 3] * 3))

    mean = np.mean([put_out(one.model) for one in members], axis=0)
    np.testing.assert_allclose(found, mean, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_weights_multiply_the_members(kind):
    members = voices(*kind)

    found = put_out(ensemble_model(members, TABLE, "weighted", [0.7, 0.0, 0.3]))

    mean = 0.7 * put_out(members[0].model) + 0.3 * put_out(members[2].model)
    np.testing.assert_allclose(found, mean, rtol=1e-5, atol=1e-6)


def test_members_that_weigh_nothing_are_left_out():
    members = voices(*KINDS["multiclass"])

    model = ensemble_model(members, TABLE, "weighted", [0.0, 1.0, 0.0])

    assert model.count_params() == members[1].model.count_params()
    np.testing.assert_array_equal(put_out(model), put_out(members[1].model))


def test_each_member_has_one_vote_for_a_class():
    members = voices(*KINDS["multiclass"])

    found = put_out(ensemble_model(members, TABLE, "vote", [1 / 3] * 3))

    votes = [np.eye(4)[put_out(one.model).argmax(axis=1)] for one in members]
    np.testing.assert_allclose(found, np.mean(votes, axis=0), atol=1e-6)


@pytest.mark.parametrize("kind", ["binary", "multilabel"])
def test_a_member_votes_by_its_own_threshold(kind):
    members = voices(*KINDS[kind], thresholds=(0.2, 0.5, 0.9))

    found = put_out(ensemble_model(members, TABLE, "vote", [1 / 3] * 3))

    votes = [put_out(one.model) > np.float32(one.threshold) for one in members]
    np.testing.assert_allclose(found, np.mean(votes, axis=0), atol=1e-6)


@pytest.mark.parametrize(
    ("task", "outputs", "loss"),
    [
        ("multiclass", 4, "sparse_categorical_crossentropy"),
        ("binary", 1, "binary_crossentropy"),
    ],
)
def test_logits_become_probabilities_before_they_are_averaged(task, outputs, loss):
    form = goal(task, outputs, loss={"type": loss, "from_logits": True})
    members = [Voice(network(outputs, None, seed), form, {}) for seed in range(2)]

    found = put_out(ensemble_model(members, TABLE, "average", [0.5, 0.5]))

    logits = [put_out(one.model).astype(np.float64) for one in members]
    if task == "binary":
        shares = [1 / (1 + np.exp(-one)) for one in logits]
    else:
        shares = [np.exp(one) / np.exp(one).sum(axis=1, keepdims=True) for one in logits]
    np.testing.assert_allclose(found, np.mean(shares, axis=0), atol=1e-6)


def test_several_targets_are_joined_each():
    goals = named_objectives(
        {"price": "auto", "sold": "auto"}, {"price": [], "sold": []}, {"price": 1.0, "sold": 1.0},
        outputs={"price": {"task": "regression", "outputs": 1}, "sold": {"task": "binary",
        "outputs": 1}}, label_smoothing=0.0, threshold=0.5,
    )  # fmt: skip
    models = []
    for seed in range(2):
        first = keras.Input((3,), name="raw")
        start = keras.initializers.RandomNormal(seed=seed)
        outputs = {
            "price": keras.layers.Dense(1, name="price", kernel_initializer=start)(first),
            "sold": keras.layers.Dense(1, activation="sigmoid", name="sold",
                                       kernel_initializer=start)(first),
        }  # fmt: skip
        models.append(keras.Model(first, outputs))

    joined = ensemble_model([Voice(one, goals, {}) for one in models], TABLE, "average", [0.5] * 2)

    found, each = joined(ROWS), [one(ROWS) for one in models]
    for name in ("price", "sold"):
        mean = np.mean([np.asarray(one[name]) for one in each], axis=0)
        np.testing.assert_allclose(np.asarray(found[name]), mean, atol=1e-6)


def test_what_layers_add_to_the_loss_in_training_is_left_out():
    arguments = {"kernel_regularizer": "l2", "activity_regularizer": "l1"}
    members = [
        Voice(network(1, None, seed, **arguments), goal("regression", 1), {}) for seed in (0, 1)
    ]

    model = ensemble_model(members, TABLE, "average", [0.5, 0.5])

    model(ROWS, training=False)
    assert model.losses == []
    assert model.trainable_weights == []


def test_a_saved_ensemble_loads_and_puts_out_the_same(tmp_path):
    codes = {"codes": {"1": [-1.0, 2.0, 0.0]}, "shift": [0.0, 0.0, 5.0]}
    members = [
        Voice(network(4, "softmax", seed), goal("multiclass", 4), recoding)
        for seed, recoding in enumerate(({}, codes))
    ]
    rows = np.array([[0.1, 1.0, -3.0], [0.2, -1.0, 4.0], [0.3, 0.0, 0.0]], np.float32)
    model = ensemble_model(members, TABLE, "average", [0.5, 0.5])

    model.save(tmp_path / "joined.keras")
    loaded = keras.saving.load_model(tmp_path / "joined.keras")

    np.testing.assert_array_equal(put_out(loaded, rows), put_out(model, rows))
    own = np.array([[0.1, 0.0, 2.0], [0.2, -1.0, 9.0], [0.3, 2.0, 5.0]], np.float32)
    second = member_model(members[1], TABLE)
    np.testing.assert_allclose(put_out(second, rows), put_out(members[1].model, own), atol=1e-6)


def test_tokens_and_pictures_keep_their_types(tmp_path):
    inputs = TokenInputs((5,), "sequence", 9).to_json()
    recoding = {"length": 3, "tokens": [0, 1, 2, 5, 4, 3, 2, 2, 2]}
    members = [Voice(_reader(), goal("regression", 1), recoding) for _ in range(2)]

    ensemble_model(members, inputs, "average", [0.5, 0.5]).save(tmp_path / "joined.keras")

    rows, own = np.array([[1, 7, 3, 8, 5]], np.int32), np.array([[5, 2, 3]], np.int32)
    loaded = keras.saving.load_model(tmp_path / "joined.keras")
    mean = np.mean([put_out(one.model, own) for one in members], axis=0)
    np.testing.assert_allclose(put_out(loaded, rows), mean, atol=1e-6)
    pictures = ImageInputs((2, 2, 1), "none").to_json()
    looking = [Voice(_viewer(), goal("regression", 1), {}) for _ in range(2)]
    joined = ensemble_model(looking, pictures, "average", [0.5, 0.5])
    assert joined.input.dtype == "uint8"


def _reader() -> keras.Model:
    first = keras.Input((3,), dtype="int32")
    inner = keras.layers.Flatten()(keras.layers.Embedding(6, 2)(first))
    return keras.Model(first, keras.layers.Dense(1)(inner))


def _viewer() -> keras.Model:
    first = keras.Input((2, 2, 1), dtype="uint8")
    return keras.Model(first, keras.layers.Dense(1)(keras.layers.Flatten()(first)))
