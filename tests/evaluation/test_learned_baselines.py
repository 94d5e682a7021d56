"""Baselines that are trained: scikit-learn's own, on the rows as the network sees them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV

from dltrain.data import Part
from dltrain.data.arrays import ArrayInputs
from dltrain.data.columns import learn_column
from dltrain.data.images import ImageInputs
from dltrain.data.inputs import NamedInputs
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.data.texts.tokens import TokenInputs
from dltrain.evaluation.baselines import learned, learned_baselines
from dltrain.evaluation.baselines.features import matrix, width

ROWS = 90
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(ROWS, 3)).astype(np.float32)
CLASSES = (X[:, 0] + DRAW.normal(size=ROWS) / 2 > 0).astype(int) + (X[:, 1] > 0.8)


def table(**columns):
    """Make inputs of columns as they are, numbers or embedded words."""
    frame = pd.DataFrame(columns)
    raw = Raw(frame, "table", pd.DataFrame({"y": range(len(frame))}), "")
    options = {
        "columns": {
            name: {"type": "category", "encoding": "embedding", "dimension": 2, "values": None,
                   "unknown": "error", "missing": "error"}
            for name in frame if frame[name].dtype == object
        },
        "scaling": "none", "missing": "error",
    }  # fmt: skip
    rows = raw.numbers()
    inputs = TableInputs(tuple(learn_column(raw, str(name), rows, options) for name in frame))
    return inputs, inputs.prepared_matrix(inputs.matrix(raw, rows))


NUMBERS = table(a=X[:, 0], b=X[:, 1], c=X[:, 2])[0]
BINARY = Target("binary", ("y",), ("no", "yes"))
SORTS = Target("multiclass", ("y",), ("a", "b", "c"))
PRICES = Target("regression", ("u", "v"))
LABELS = Target("multilabel", ("r", "s"), (0, 1))


def parts(x, y):
    cut = slice(60), slice(60, 80), slice(80, ROWS)
    return {
        name: Part(np.arange(ROWS)[rows], x[rows], x[rows], y[rows])
        for name, rows in zip(("train", "val", "test"), cut, strict=True)
    }


def predicted(inputs, target, x, y):
    of = parts(x, y)
    return {one.name: one for one in learned_baselines(inputs, target, of["train"], of, seed=1)}


def probabilities(model, x):
    return model.predict_proba(x).astype(np.float32)


def boosted(kind, rounds):
    return kind(max_iter=rounds, learning_rate=10 / rounds, random_state=1, early_stopping=False)


def test_classes_have_a_logistic_regression_and_boosted_trees():
    found = predicted(NUMBERS, SORTS, X, CLASSES)

    linear = LogisticRegression(max_iter=200).fit(X[:60], CLASSES[:60])
    trees = boosted(HistGradientBoostingClassifier, 100).fit(X[:60], CLASSES[:60])
    assert list(found) == ["linear", "boosting"]
    assert {one.rows for one in found.values()} == {60}
    np.testing.assert_allclose(found["linear"].outputs["test"], probabilities(linear, X[80:]))
    np.testing.assert_allclose(found["boosting"].outputs["val"], probabilities(trees, X[60:80]))


def test_two_classes_have_the_probability_of_the_second():
    y = (CLASSES > 0).astype(np.float32)[:, None]

    found = predicted(NUMBERS, BINARY, X, y)

    linear = LogisticRegression(max_iter=200).fit(X[:60], y[:60, 0])
    np.testing.assert_allclose(
        found["linear"].outputs["test"], probabilities(linear, X[80:])[:, 1:]
    )


def test_amounts_have_a_ridge_regression_each():
    y = np.stack([X @ [1, 2, 3], X[:, 0] ** 2], axis=1).astype(np.float32)

    found = predicted(NUMBERS, PRICES, X, y)

    each = [
        RidgeCV([10.0**power for power in range(-3, 4)]).fit(X[:60], y[:60, at]).predict(X[80:])
        for at in (0, 1)
    ]
    np.testing.assert_allclose(found["linear"].outputs["test"], np.stack(each, axis=1), rtol=1e-5)
    trees = boosted(HistGradientBoostingRegressor, 100).fit(X[:60], y[:60, 1])
    np.testing.assert_allclose(
        found["boosting"].outputs["test"][:, 1], trees.predict(X[80:]), rtol=1e-5
    )


def test_a_label_that_all_train_rows_have_stays_a_constant():
    y = np.stack([np.ones(ROWS), CLASSES > 0], axis=1).astype(np.float32)

    found = predicted(NUMBERS, LABELS, X, y)

    assert (found["linear"].outputs["test"][:, 0] == 1).all()
    assert 0 < found["linear"].outputs["test"][0, 1] < 1


def test_a_class_that_was_not_drawn_has_no_chance(monkeypatch):
    monkeypatch.setattr(learned, "MOST_ROWS", 8)
    y = np.r_[np.zeros(30, int), np.ones(59, int), 2]

    found = predicted(NUMBERS, SORTS, X, y)["linear"]

    assert found.rows == 8
    assert (found.outputs["test"][:, 2] == 0).all()
    assert found.outputs["test"].sum(axis=1) == pytest.approx(np.ones(10))


def test_several_targets_have_a_model_each_and_reconstructions_none():
    target = NamedTargets({"sort": SORTS, "price": PRICES})
    y = {"sort": CLASSES, "price": X[:, :2]}
    of = {"train": Part(np.arange(ROWS), X, X, y)}

    found = list(learned_baselines(NUMBERS, target, of["train"], of, seed=1))

    assert [one.name for one in found] == ["linear", "boosting"]
    assert found[0].outputs["train"]["sort"].shape == (ROWS, 3)
    assert found[0].outputs["train"]["price"].shape == (ROWS, 2)
    assert list(learned_baselines(NUMBERS, Reconstruction((3,)), of["train"], of, seed=1)) == []


def test_pictures_are_laid_out_in_a_line_and_have_no_trees():
    pictures = DRAW.integers(0, 256, (ROWS, 2, 2, 1), dtype=np.uint8)

    found = predicted(ImageInputs((2, 2, 1), "0_1"), SORTS, pictures, CLASSES)

    flat = pictures.reshape(ROWS, 4) * np.float32(1 / 255)
    linear = LogisticRegression(max_iter=200).fit(flat[:60], CLASSES[:60])
    assert list(found) == ["linear"]
    np.testing.assert_allclose(
        found["linear"].outputs["test"], probabilities(linear, flat[80:]), rtol=1e-5
    )


def test_texts_are_counts_of_their_tokens():
    tokens = np.array([[0, 0, 5, 2, 5], [0, 1, 2, 3, 4], [0, 0, 0, 0, 0]], np.int32)
    inputs = TokenInputs((5,), "sequence", 8)

    found = matrix(inputs, tokens, slice(0, 3))

    expected = [[0, 0, 1, 0, 0, 2, 0, 0, 0], [0, 1, 1, 1, 1, 0, 0, 0, 0], [0] * 9]
    assert found.toarray().tolist() == expected
    assert width(inputs, tokens) == 5


def test_embedded_words_have_an_input_each():
    inputs, x = table(a=[1.0, 2.0, 4.0], word=np.array(["p", "q", "p"], object))

    found = matrix(inputs, x, slice(0, 3))

    assert found[:, 0].tolist() == [1, 2, 4]
    assert found[:, 1:].sum(axis=1).tolist() == [1, 1, 1]
    assert (found[0, 1:] == found[2, 1:]).all()
    assert (found[0, 1:] != found[1, 1:]).any()


def test_several_inputs_stand_side_by_side():
    inputs = NamedInputs({"a": ArrayInputs((3,)), "b": TokenInputs((2,), "sequence", 2)})
    x = {"a": X[:2], "b": np.array([[0, 1], [2, 2]], np.int32)}

    found = matrix(inputs, x, slice(0, 2)).toarray()

    assert found.tolist() == [[*X[0], 0, 1, 0], [*X[1], 0, 0, 2]]
