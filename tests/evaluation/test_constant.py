"""Baselines against scikit-learn's dummy estimators."""

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.dummy import DummyClassifier, DummyRegressor

from dltrain.config.catalogue.scores import CONSTANTS
from dltrain.data.targets import Target
from dltrain.evaluation.constant import baseline_figures, constant_prediction
from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives

RANDOM = np.random.default_rng(0)
BINARY = Target("binary", ("y",), ("no", "yes"))
MULTICLASS = Target("multiclass", ("y",), ("a", "b", "c"))
MULTILABEL = Target("multilabel", ("a", "b"), (0, 1))
REGRESSION = Target("regression", ("y",))


def goal_for(target, names, loss="auto"):
    metrics = [{"type": name, "name": name} for name in names]
    return objective(loss, metrics, label_smoothing=0.0, threshold=0.5, **target.facts)


def classes(n_rows, shares):
    return RANDOM.choice(len(shares), n_rows, p=shares)


def test_every_task_has_a_name_for_its_baseline():
    assert CONSTANTS == {
        "autoencoder": "mean",
        "binary": "majority",
        "multiclass": "majority",
        "multilabel": "prior",
        "regression": "mean",
        "several": "constant",
    }


SHARES = {"mostly no": (0.7, 0.3), "mostly yes": (0.2, 0.8)}


@pytest.mark.parametrize("shares", SHARES.values(), ids=SHARES.keys())
def test_two_classes_have_the_majority(shares):
    y_train, y = classes(90, shares), classes(40, shares)
    dummy = DummyClassifier(strategy="prior").fit(np.zeros((90, 1)), y_train)
    given, probable = dummy.predict(np.zeros((40, 1))), dummy.predict_proba(np.zeros((40, 1)))
    goal = goal_for(BINARY, ["accuracy", "f1", "sensitivity", "specificity", "auc"])

    found = baseline_figures(goal, *(one.reshape(-1, 1).astype(np.float32) for one in (y_train, y)))

    assert found == pytest.approx(
        {
            "loss": sk.log_loss(y, probable),
            "accuracy": sk.accuracy_score(y, given),
            "f1": sk.f1_score(y, given, zero_division=0),
            "sensitivity": sk.recall_score(y, given, zero_division=0),
            "specificity": sk.recall_score(y, given, pos_label=0, zero_division=0),
            "auc": 0.5,
        },
        rel=1e-5,
    )


LOSSES = {
    "class numbers": "auto",
    "one-hot": {"type": "categorical_crossentropy"},
    "logits": {"type": "sparse_categorical_crossentropy", "from_logits": True},
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_several_classes_have_the_majority(loss):
    y_train, y = classes(90, (0.2, 0.5, 0.3)), classes(40, (0.2, 0.5, 0.3))
    dummy = DummyClassifier(strategy="prior").fit(np.zeros((90, 1)), y_train)
    given, probable = dummy.predict(np.zeros((40, 1))), dummy.predict_proba(np.zeros((40, 1)))
    goal = goal_for(MULTICLASS, ["accuracy", "sensitivity"], loss)

    found = baseline_figures(goal, y_train.astype(np.int32), y.astype(np.int32))

    assert found == pytest.approx(
        {
            "loss": sk.log_loss(y, probable, labels=[0, 1, 2]),
            "accuracy": sk.accuracy_score(y, given),
            "sensitivity": sk.balanced_accuracy_score(y, given),
        },
        rel=1e-5,
    )


def test_labels_have_their_shares():
    y_train, y = (RANDOM.integers(0, 2, (n_rows, 2)) * [1, 0] for n_rows in (50, 20))
    goal = goal_for(MULTILABEL, ["accuracy"], {"type": "binary_crossentropy", "from_logits": True})

    found = baseline_figures(goal, y_train.astype(np.float32), y.astype(np.float32))

    share = y_train[:, 0].mean()
    assert found["accuracy"] == pytest.approx(((share > 0.5) == y[:, 0]).mean() / 2 + 0.5)
    assert found["loss"] == pytest.approx(sk.log_loss(y[:, 0], np.full(20, share)) / 2, rel=1e-4)


def test_quantities_have_their_mean():
    y_train, y = RANDOM.normal(9, 2, (50, 1)), RANDOM.normal(9, 2, (20, 1))
    dummy = DummyRegressor().fit(np.zeros((50, 1)), y_train)
    given = dummy.predict(np.zeros((20, 1)))
    goal = goal_for(REGRESSION, ["root_mean_squared_error", "r2_score"])

    found = baseline_figures(goal, y_train.astype(np.float32), y.astype(np.float32))

    assert found == pytest.approx(
        {
            "loss": sk.mean_squared_error(y, given),
            "root_mean_squared_error": sk.root_mean_squared_error(y, given),
            "r2_score": sk.r2_score(y, given),
        },
        rel=1e-4,
    )


def test_the_constant_is_learned_from_the_train_rows():
    y_train = np.array([0, 2, 2, 2], np.int32)

    found = constant_prediction(y_train, **MULTICLASS.facts)

    assert found.dtype == np.float32
    assert found.tolist() == [0.25, 0.0, 0.75]


def test_several_targets_have_a_constant_each():
    facts = {"price": REGRESSION.facts, "sold": BINARY.facts}
    goal = named_objectives(
        dict.fromkeys(facts, "auto"), {name: [] for name in facts}, {"price": 2.0, "sold": 3.0},
        outputs=facts, label_smoothing=0.0, threshold=0.5,
    )  # fmt: skip
    y_train, y = (
        {
            "price": RANDOM.normal(size=(rows, 1)).astype(np.float32),
            "sold": classes(rows, (0.6, 0.4)).reshape(-1, 1).astype(np.float32),
        }
        for rows in (60, 30)
    )

    found = baseline_figures(goal, y_train, y)

    price = ((y["price"] - y_train["price"].mean()) ** 2).mean()
    sold = sk.log_loss(y["sold"][:, 0], np.full(30, y_train["sold"].mean()))
    assert found == pytest.approx(
        {"loss": 2 * price + 3 * sold, "price_loss": price, "sold_loss": sold}, rel=1e-5
    )


def test_an_autoencoder_has_the_mean_row():
    facts = {"task": "autoencoder", "outputs": 6}
    goal = objective("auto", [], **facts, label_smoothing=0.0, threshold=0.5)
    x_train, x = (RANDOM.normal(size=(rows, 2, 3)).astype(np.float32) for rows in (60, 30))

    found = baseline_figures(goal, x_train, x)

    assert found == {"loss": pytest.approx(((x - x_train.mean(axis=0)) ** 2).mean(), rel=1e-5)}
