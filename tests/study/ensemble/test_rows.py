"""The rows of an ensemble: what any member has seen judges nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from dltrain.study.ensemble.rows import divide

TEST = [8, 9]


def member(train: list[int], val: list[int], *, closed: bool = False) -> Any:
    rows = {"train": train, "val": val, "test": TEST}
    return SimpleNamespace(
        rows={name: np.array(numbers) for name, numbers in rows.items() if numbers}, closed=closed
    )


def parts(division: Any) -> dict[str, list[int]]:
    return {name: rows.tolist() for name, rows in division.parts.items()}


def test_members_on_the_same_rows_keep_their_parts():
    found = divide([member([0, 1, 2], [3]), member([0, 1, 2], [3])], opened=False)

    assert parts(found) == {"train": [0, 1, 2], "val": [3], "test": TEST}
    assert found.judged == ("train", "val", "test")
    assert found.reason == ""


def test_folds_are_judged_by_test_rows_alone():
    found = divide([member([0, 1], [2]), member([1, 2], [0]), member([0, 2], [1])], opened=False)

    assert parts(found) == {"train": [0, 1, 2], "test": TEST}
    assert found.judged == ("test",)
    assert found.reason == (
        "the val rows of each member are train rows of up to 2 others: figures of train and val "
        "would flatter the ensemble and are left out"
    )


def test_closed_test_rows_leave_folds_nothing_to_be_judged_by():
    closed = [member([0, 1], [2], closed=True), member([1, 2], [0], closed=True)]

    assert divide(closed, opened=False).judged == ()
    assert divide(closed, opened=True).judged == ("test",)


def test_one_closed_member_closes_the_test_rows_of_all():
    found = divide([member([0], [1], closed=True), member([0], [1])], opened=False)

    assert found.judged == ("train", "val")


def test_val_rows_that_no_member_was_trained_on_stay():
    found = divide([member([0, 1], [3]), member([1, 2], [3])], opened=False)

    assert parts(found) == {"train": [0, 1, 2], "val": [3], "test": TEST}
    assert found.judged == ("val", "test")
    assert found.reason == "the members were trained on different rows: no figures of train"


def test_members_without_val_rows_keep_their_train_rows():
    found = divide([member([0, 1], []), member([0, 1], [])], opened=False)

    assert found.judged == ("train", "test")
