"""What stands behind the figures: counted by scikit-learn, or by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as of

from dltrain.data.targets import Target
from dltrain.evaluation.details import MOST_CLASSES, details, details_of

NAMES = ("a", "b", "c", "d")


def drawn(rows: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw classes, and probabilities that prefer the true one; nobody has or is given the last."""
    draw = np.random.default_rng(5)
    truth = draw.integers(0, 3, rows)
    shares = draw.random((rows, 4)) + 0.7 * np.eye(4)[truth]
    shares[:, 3] = 0
    return truth, shares.argmax(axis=1), shares / shares.sum(axis=1, keepdims=True)


def test_classes_have_the_counts_of_scikit_learn():
    truth, said, shares = drawn()

    found = details_of("multiclass", NAMES, truth, said, shares)

    table = of.confusion_matrix(truth, said, labels=range(4))
    assert found["confusion"] == {"classes": list(NAMES), "counts": table.tolist()}
    precision, recall, f1, rows = of.precision_recall_fscore_support(
        truth, said, labels=range(3), zero_division=np.nan
    )
    for at, one in enumerate(found["classes"][:3]):
        assert one == {
            "class": NAMES[at], "precision": pytest.approx(precision[at]),
            "recall": pytest.approx(recall[at]), "f1": pytest.approx(f1[at]), "rows": rows[at],
            "predicted": (said == at).sum(), "right": ((said == at) & (truth == at)).sum(),
        }  # fmt: skip
    nothing = {"precision": None, "recall": None, "f1": None, "rows": 0, "predicted": 0, "right": 0}
    assert found["classes"][3] == {"class": "d"} | nothing


def test_calibration_of_labels_is_that_of_every_probability():
    draw = np.random.default_rng(1)
    shares = draw.random((100, 3))
    truth = (draw.random((100, 3)) < shares).astype(float)

    found = details_of("multilabel", NAMES[:3], truth, shares > 0.5, shares)["calibration"]

    rows = [((shares >= low) & (shares < low + 0.1)).sum() for low in np.arange(10) / 10]
    assert [one["rows"] for one in found["bins"]] == rows
    third = (shares >= 0.3) & (shares < 0.4)
    assert found["bins"][3]["predicted"] == pytest.approx(shares[third].mean())
    assert found["bins"][3]["observed"] == pytest.approx(truth[third].mean())


def test_probabilities_that_are_none_have_no_calibration():
    truth, said, shares = drawn()
    shares[7] = np.nan

    assert set(details_of("multiclass", NAMES, truth, said, shares)) == {"confusion", "classes"}


def test_a_table_of_very_many_classes_is_left_out():
    many = Target("multiclass", ("y",), tuple(map(str, range(MOST_CLASSES + 1))))
    truth = np.arange(300) % (MOST_CLASSES + 1)
    given = np.eye(MOST_CLASSES + 1, dtype=np.float32)[truth]

    assert set(details(many, truth, given, 0.5)) == {"calibration"}
