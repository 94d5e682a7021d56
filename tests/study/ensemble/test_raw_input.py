"""One raw input for members that learned from other train rows, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dltrain.data.columns import learn_column
from dltrain.data.inputs import inputs_from_json
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.texts.inputs import learn_text
from dltrain.errors import DataError
from dltrain.model.preprocessing.recoding import recoded
from dltrain.study.ensemble.raw_input import common_input


@dataclass
class Fold:
    """Stands for a member, of which only the inputs matter here."""

    name: str
    inputs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def folds(*inputs: dict[str, Any]) -> list[Any]:
    return [Fold(f"fold-{number}", one) for number, one in enumerate(inputs, start=1)]


def table(frame: pd.DataFrame, train: list[int], **options: Any) -> TableInputs:
    """Learn a table from some of its rows."""
    raw = Raw(frame, "table", pd.DataFrame(index=frame.index), "")
    dataset = {"columns": options, "scaling": "standard", "missing": "impute"}
    names = map(str, frame.columns)
    return TableInputs(tuple(learn_column(raw, name, np.array(train), dataset) for name in names))


def texts(frame: pd.DataFrame, train: list[int], **options: Any) -> Any:
    raw = Raw(frame, "table", pd.DataFrame(index=frame.index), "")
    given = {"encoding": "sequence", "vocabulary": 100, "length": 6} | options
    return learn_text(raw, "note", np.array(train), given, "error")


FRAME = pd.DataFrame(
    {
        "size": [1.0, 2.5, np.nan, 4.0, 5.0, 7.0],
        "colour": ["red", "green", "blue", np.nan, "grey", "red"],
        "crate": [1, 2, 3, 1, 2, 9],
        "seconds": [1.7e9 + 3600.0 * number for number in range(6)],
    }
)
RAW = Raw(FRAME, "table", pd.DataFrame(index=FRAME.index), "")
EVERY = np.arange(len(FRAME))


def test_values_that_only_some_know_keep_each_members_own_code():
    options = {"crate": {"type": "category"}}
    learned = [table(FRAME, rows, **options) for rows in ([0, 1, 3], [2, 3, 4], [0, 4, 5])]

    common = common_input(folds(*(one.to_json() for one in learned)))

    ours = inputs_from_json(common.inputs).raw(RAW, EVERY)
    assert common.inputs["columns"][1]["values"] == ["green", "red", "blue", "grey"]
    for one, recoding in zip(learned, common.recodings, strict=True):
        found = np.asarray(recoded(ours, recoding))
        np.testing.assert_array_equal(found[:, :2], one.raw(RAW, EVERY)[:, :2])
        # A number stays itself where it is none of a column's values, so inputs are compared; and
        # of Unix seconds each fold subtracts its own mean, so float32 rounds otherwise.
        np.testing.assert_allclose(
            one.prepared_matrix(found.astype(np.float64)),
            one.prepared_matrix(one.matrix(RAW, EVERY)),
            rtol=1e-6,
        )


def test_a_code_that_stands_for_no_value_is_unknown_to_every_member():
    learned = [table(FRAME[["colour"]], rows) for rows in ([0, 1], [2, 4])]
    common = common_input(folds(*(one.to_json() for one in learned)))

    codes = np.array([[-1.0], [-7.0], [0.5], [4.0], [1e9], [np.nan]], np.float32)

    found = np.asarray(recoded(codes, common.recodings[0]))
    assert found[:-1].tolist() == [[-1.0]] * 5
    assert np.isnan(found[-1, 0])


def test_members_that_learned_the_same_need_no_recoding():
    learned = table(FRAME, [0, 1, 2, 3]).to_json()

    common = common_input(folds(learned, learned))

    assert common.inputs == learned
    assert common.recodings == [{}, {}]


@pytest.mark.parametrize("encoding", ["sequence", "tf_idf"])
def test_words_that_only_some_know_are_rare_to_the_others(encoding):
    frame = pd.DataFrame({"note": ["good film", "bad film", "very bad idea", "good good end"]})
    raw = Raw(frame, "table", pd.DataFrame(index=frame.index), "")
    length = None if encoding == "tf_idf" else 6
    learned = [texts(frame, rows, encoding=encoding, length=length) for rows in ([0, 1], [2, 3])]

    common = common_input(folds(*(one.to_json() for one in learned)))

    every = np.arange(len(frame))
    ours = inputs_from_json(common.inputs).raw(raw, every)
    for one, recoding in zip(learned, common.recodings, strict=True):
        np.testing.assert_array_equal(np.asarray(recoded(ours, recoding)), one.raw(raw, every))


def test_the_shorter_of_two_texts_is_the_end_of_the_longer():
    frame = pd.DataFrame({"note": ["one two three four five", "one"]})
    raw = Raw(frame, "table", pd.DataFrame(index=frame.index), "")
    learned = [texts(frame, [0, 1], length=length) for length in (2, 4)]

    common = common_input(folds(*(one.to_json() for one in learned)))

    ours = inputs_from_json(common.inputs).raw(raw, np.arange(2))
    found = np.asarray(recoded(ours, common.recodings[0]))
    np.testing.assert_array_equal(found, learned[0].raw(raw, np.arange(2)))


def test_several_inputs_are_recoded_each_in_its_own_way():
    first, second = (table(FRAME[["colour"]], rows).to_json() for rows in ([0, 1], [2, 4]))
    pictures = {"form": "images", "shape": [4, 4, 1], "scaling": "0_1"}
    several = [
        {"form": "several", "inputs": {"table": one, "picture": pictures}}
        for one in (first, second)
    ]

    common = common_input(folds(*several))

    assert list(common.recodings[1]["inputs"]) == ["table", "picture"]
    assert common.recodings[1]["inputs"]["picture"] == {}
    assert common.inputs["inputs"]["table"]["columns"][0]["values"] == [
        "green", "red", "blue", "grey",
    ]  # fmt: skip


ARRAY = {"form": "array", "shape": [3]}
PICTURES = {"form": "images", "shape": [8, 8, 1], "scaling": "0_1"}
COLOURS = table(FRAME[["colour"]], [0, 1]).to_json()
STRICT = [
    table(FRAME[["colour"]], rows, colour={"type": "category", "unknown": "error"}).to_json()
    for rows in ([0, 1], [2, 4])
]
NOTES = pd.DataFrame({"note": ["good film", "bad end"]})
SETS = [texts(NOTES, rows, encoding="multi_hot").to_json() for rows in ([0], [1])]
SAME = ", as members take the same raw input."
REFUSED = {
    "another form": (
        (ARRAY, PICTURES),
        f"got the form 'images' in fold-2, expected 'array' as in fold-1{SAME}",
    ),
    "another size": (
        (PICTURES, PICTURES | {"shape": [4, 4, 1]}),
        f"got the shape [4, 4, 1] in fold-2, expected [8, 8, 1] as in fold-1{SAME}",
    ),
    "other columns": (
        (COLOURS, table(FRAME[["size"]], [0, 1]).to_json()),
        f"got the columns ['size'] in fold-2, expected ['colour'] as in fold-1{SAME}",
    ),
    "another type of column": (
        (
            table(FRAME[["crate"]], [0, 1]).to_json(),
            table(FRAME[["crate"]], [0, 1], crate={"type": "category"}).to_json(),
        ),
        "got the type of the column crate 'category' in fold-2, expected 'number' as in fold-1"
        f"{SAME}",
    ),
    "values that a member refuses": (
        STRICT,
        "got the values of the column colour ['blue', 'grey'] in fold-2, expected "
        f"['green', 'red'] as in fold-1{SAME}",
    ),
    "sets of other words": (
        SETS,
        "got other words in fold-2 than in fold-1 ('bad', 'end', 'film', 'good'), expected the "
        "same vocabulary for the encoding multi_hot. Members on the same train rows have it; "
        "sequence and tf_idf may differ.",
    ),
}


@pytest.mark.parametrize(("inputs", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_inputs_that_mean_something_else_are_refused(inputs, message):
    with pytest.raises(DataError) as caught:
        common_input(folds(*inputs))

    assert str(caught.value) == message
