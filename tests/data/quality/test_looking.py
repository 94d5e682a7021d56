"""What is doubtful about a dataset, from its file to the words of `fit`."""

import numpy as np
import pandas as pd
import pytest

from dltrain.config.sections.dataset import Csv
from dltrain.data import prepare
from dltrain.data.quality import Quality

PART = {"type": "column", "column": "part"}
ROWS = 200


@pytest.fixture
def looked(tmp_path):
    """Prepare a table with a few columns more or other than the made one."""

    def look(target="y", task=None, inputs=None, **columns):
        draw = np.random.default_rng(0)
        table = pd.DataFrame({
            "x": draw.normal(size=ROWS), "word": draw.choice(["p", "q"], ROWS),
            "part": ["train"] * 120 + ["val"] * 40 + ["test"] * 40, "y": np.arange(ROWS) % 3,
        })  # fmt: skip
        table.assign(**columns).to_csv(tmp_path / "a.csv", index=False)
        section = Csv(type="csv", path=str(tmp_path / "a.csv"), target=target).model_dump()
        return prepare(section | {"inputs": inputs}, PART, task).quality

    return look


def test_a_sound_table_is_met_with_silence(looked):
    quality = looked()

    assert quality == Quality()
    assert list(quality.sentences()) == []


def test_columns_are_judged_by_their_train_rows(looked):
    same_in_train = np.where(np.arange(ROWS) < 120, 7, np.arange(ROWS))
    twice_in_val = np.where(np.arange(ROWS) < 120, np.arange(ROWS), 150)
    told_in_train = np.where(np.arange(ROWS) < 120, np.arange(ROWS) % 3, 0)

    quality = looked(same=same_in_train, id=twice_in_val, told=told_in_train)

    assert quality == Quality(("same",), ("id",), {"y": ("told",)})


@pytest.mark.parametrize("inputs", [None, {"one": ["x"], "two": ["word", "id", "told"]}])
def test_every_target_and_every_input_is_looked_at(looked, inputs):
    amount = np.random.default_rng(1).normal(size=ROWS)
    target = {"y": {}, "z": {"task": "regression"}}

    quality = looked(target, inputs=inputs, id=np.arange(ROWS), told=amount * 2, z=amount)

    assert quality.identifiers == ("id",)
    assert quality.telling == {"z": ("told",)}


def test_labels_are_told_one_by_one(looked):
    draw = np.random.default_rng(1)
    a, b = draw.integers(0, 2, ROWS), draw.integers(0, 2, ROWS)

    quality = looked(["a", "b"], a=a, b=b, told=np.where(b, "yes", "no"))

    assert quality.telling == {"b": ("told",)}


def test_copies_and_values_that_train_has_not_are_counted_by_part(looked):
    word = np.array(["p", "q"] * 100, dtype=object)
    word[[121, 130, 170]] = "r"
    x = np.random.default_rng(0).normal(size=ROWS)
    x[[126, 132, 162]] = x[0]  # with the same word and class

    quality = looked(word=word, x=x)

    assert list(quality.sentences()) == [
        "exact copies: 2 val rows of train rows, 1 test row of train rows, 1 test row of val rows",
        "unknown values: word (2 val rows, 1 test row)",
    ]
    assert list(quality.within(["train", "val"]).sentences()) == [
        "exact copies: 2 val rows of train rows",
        "unknown values: word (2 val rows)",
    ]


def test_a_class_that_val_lacks_is_named(looked):
    y = np.arange(ROWS) % 3
    y[120:160] = np.minimum(y[120:160], 1)

    assert list(looked(y=y).sentences()) == ["no val row of class 2"]


def test_labels_that_parts_lack_are_named(looked):
    a, b, c = np.arange(ROWS) % 2, np.arange(ROWS) < 120, np.arange(ROWS) < 130

    quality = looked(["a", "b", "c"], a=a, b=b.astype(int), c=c.astype(int))

    assert list(quality.sentences()) == ["no val row of class b", "no test row of classes b, c"]


def test_several_targets_name_theirs(looked):
    y = np.where(np.arange(ROWS) < 160, np.arange(ROWS) % 3, 0)
    target = {"y": {"task": "multiclass"}, "z": {"task": "regression"}}

    quality = looked(target, y=y, z=np.random.default_rng(1).normal(size=ROWS))

    assert list(quality.sentences()) == ["no test row of classes y: 1, y: 2"]


def test_very_many_rows_are_not_compared(looked, monkeypatch):
    from dltrain.data.quality import looking

    monkeypatch.setattr(looking, "MOST_ROWS", ROWS - 1)

    quality = looked(x=np.zeros(ROWS))

    assert quality.copies == {}
    assert quality.constant == ("x",)
    assert list(quality.sentences()) == [
        "copies and unknown values were not looked for: many rows, or in the cache"
    ]
