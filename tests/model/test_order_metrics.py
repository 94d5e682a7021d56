"""Metrics of ordered classes against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as sk

from dltrain.config.checks.target_options import ORDER_METRICS as NAMED_IN_THE_CONFIG
from dltrain.model.form import Form
from dltrain.model.metrics import are_keras_own, build_metrics
from dltrain.model.order_metrics import ORDER_METRICS

RANDOM = np.random.default_rng(1)
N, CLASSES = 300, 5
NUMBERS = RANDOM.integers(0, CLASSES, N)
SHARES = RANDOM.dirichlet(np.ones(CLASSES), N).astype(np.float32)
NEAR = np.eye(CLASSES)[np.clip(NUMBERS + RANDOM.integers(-1, 2, N), 0, 4)] + 0.01 * SHARES
POSITIVE = RANDOM.random((N, 1)).astype(np.float32)

# Name of the case: form, targets, what the model puts out, true and given positions.
CASES = {
    "by chance": (Form("multiclass", CLASSES), NUMBERS, SHARES, NUMBERS, SHARES.argmax(axis=1)),
    "near": (Form("multiclass", CLASSES), NUMBERS, NEAR, NUMBERS, NEAR.argmax(axis=1)),
    "perfect": (
        Form("multiclass", CLASSES), NUMBERS, np.eye(CLASSES)[NUMBERS], NUMBERS, NUMBERS,
    ),
    "one-hot targets and logits": (
        Form("multiclass", CLASSES, one_hot=True, from_logits=True), np.eye(CLASSES)[NUMBERS],
        9 * SHARES - 4, NUMBERS, SHARES.argmax(axis=1),
    ),
    "a class that no row has": (
        Form("multiclass", CLASSES + 1), NUMBERS, np.insert(SHARES, 5, 0, axis=1), NUMBERS,
        SHARES.argmax(axis=1),
    ),
    "always one class": (
        Form("multiclass", CLASSES), NUMBERS, np.tile(np.eye(CLASSES)[2], (N, 1)), NUMBERS,
        np.full(N, 2),
    ),
    "binary": (
        Form("binary", 1, threshold=0.3), (NUMBERS > 2).reshape(-1, 1), POSITIVE, NUMBERS > 2,
        POSITIVE[:, 0] > 0.3,
    ),
}  # fmt: skip


def figures(form, y, outputs, batch, weights=None):
    metrics = build_metrics([{"type": name, "name": name} for name in ORDER_METRICS], form)
    dtype = np.int32 if form.task == "multiclass" and not form.one_hot else np.float32
    for metric in metrics:
        for start in range(0, N, batch):
            rows = slice(start, start + batch)
            part = None if weights is None else weights[rows]
            metric.update_state(y[rows].astype(dtype), outputs[rows].astype(np.float32), part)
    return [float(metric.result()) for metric in metrics]


@pytest.mark.parametrize(
    ("form", "y", "outputs", "true", "given"), CASES.values(), ids=CASES.keys()
)
@pytest.mark.parametrize("batch", [N, 64])
def test_distance_and_kappa_are_those_of_scikit_learn(form, y, outputs, true, given, batch):
    distance, kappa = figures(form, y, outputs, batch)

    true, given = true.astype(int), given.astype(int)
    assert distance == pytest.approx(sk.mean_absolute_error(true, given), abs=1e-6)
    expected = sk.cohen_kappa_score(true, given, weights="quadratic")
    assert kappa == pytest.approx(expected, abs=1e-6)


def test_rows_are_weighed():
    weights = RANDOM.random(N).astype(np.float32)
    given = SHARES.argmax(axis=1)

    distance, kappa = figures(Form("multiclass", CLASSES), NUMBERS, SHARES, 50, weights)

    expected = sk.mean_absolute_error(NUMBERS, given, sample_weight=weights)
    assert distance == pytest.approx(expected, rel=1e-5)
    expected = sk.cohen_kappa_score(NUMBERS, given, weights="quadratic", sample_weight=weights)
    assert kappa == pytest.approx(expected, rel=1e-4)


def test_agreement_about_a_single_class_is_none():
    y = np.zeros(N, int)

    assert figures(Form("multiclass", 3), y, np.eye(3)[y], N) == [0.0, 0.0]


def test_a_reset_forgets_all_batches():
    [metric] = build_metrics([{"type": "class_distance", "name": "a"}], Form("multiclass", 3))
    metric.update_state(np.array([0]), np.eye(3, dtype=np.float32)[[2]])
    assert float(metric.result()) == 2

    metric.reset_state()

    assert float(metric.result()) == 0


def test_the_config_knows_them_and_keras_which_way_they_improve():
    metrics = build_metrics(
        [{"type": name, "name": name} for name in NAMED_IN_THE_CONFIG], Form("multiclass", 3)
    )

    assert set(NAMED_IN_THE_CONFIG) == set(ORDER_METRICS)
    assert [metric._direction for metric in metrics] == ["down", "up"]
    assert not are_keras_own(metrics[:1])
