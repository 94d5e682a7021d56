"""The whole way of the data: read, split, learn from the train rows, turn into numbers."""

import numpy as np
import pandas as pd
import pytest

from dltrain.config.sections.dataset import Csv
from dltrain.data import prepare, prepare_rows
from dltrain.data.inputs import inputs_from_json
from dltrain.data.preparation import SMOKE_ROWS
from dltrain.data.sources import SOURCES, read
from dltrain.data.targets import Target
from dltrain.data.targets.classes import class_weights
from dltrain.errors import DataError

RANDOM = {
    "type": "random",
    "fractions": {"train": 0.7, "val": 0.1, "test": 0.2},
    "stratify": True,
    "seed": 0,
}
GIVEN = {"type": "given", "fractions": {"val": 0.25}, "stratify": True, "seed": 0}
NONE = {"type": "none"}


def sklearn_section(name, **options):
    features = {"include": None, "exclude": []}
    table = {"features": features, "columns": {}, "scaling": "standard", "missing": "error"}
    return table | {"type": "sklearn", "name": name} | options


def table_text(rows, seed=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "age": rng.integers(20, 80, rows),
        "sort": rng.choice(["a", "b", "c"], rows),
        "y": np.arange(rows) % 2,
    })  # fmt: skip
    return table, table.to_csv(index=False)


def test_every_type_of_dataset_has_a_source():
    from typing import get_args

    from dltrain.config.sections.dataset import Dataset

    kinds = get_args(get_args(Dataset)[0])
    names = [get_args(kind.model_fields["type"].annotation)[0] for kind in kinds]

    assert sorted(names) == sorted(SOURCES)


@pytest.mark.parametrize("name", ["breast_cancer", "diabetes", "digits", "iris", "wine"])
def test_no_row_of_a_bundled_set_is_lost_or_doubled(name):
    data = prepare(sklearn_section(name), RANDOM, None)

    rows = np.concatenate([part.rows for part in data.parts.values()])
    assert sorted(rows.tolist()) == list(range(data.rows))
    assert list(data.parts) == ["train", "val", "test"]
    assert data.stratified == (name != "diabetes")
    for part in data.parts.values():
        assert len(part) == len(part.rows) == len(part.raw) == len(part.x) == len(part.y)
        assert part.x.dtype == part.raw.dtype == np.float32


def test_parts_hold_the_numbers_of_their_rows(csv_section):
    table, text = table_text(100)

    data = prepare(csv_section(text), RANDOM, None)

    train = table.iloc[data.parts["train"].rows]
    for part in data.parts.values():
        expected = table.iloc[part.rows]
        scaled = (expected["age"] - train["age"].mean()) / train["age"].std(ddof=0)
        np.testing.assert_allclose(part.x[:, 0], scaled, rtol=1e-5, atol=1e-6)
        assert np.array_equal(part.x[:, 1:], pd.get_dummies(expected["sort"]).to_numpy())
        assert part.raw[:, 0].tolist() == expected["age"].tolist()
        assert part.y[:, 0].tolist() == expected["y"].tolist()
    assert data.columns == 2


def test_the_same_file_and_seed_give_the_same_bits(csv_section):
    section = csv_section(table_text(100)[1])

    one, again = (prepare(section, RANDOM, None) for _ in range(2))

    assert one.fingerprint == again.fingerprint
    for name, part in one.parts.items():
        assert part.x.tobytes() == again.parts[name].x.tobytes()
        assert part.rows.tobytes() == again.parts[name].rows.tobytes()


def test_cells_of_val_and_test_rows_teach_nothing(csv_section):
    table, text = table_text(100)
    before = prepare(csv_section(text), RANDOM, None)
    others = np.concatenate([before.parts["val"].rows, before.parts["test"].rows])
    table.loc[others, "age"] = 5_000
    table.loc[others, "sort"] = "unseen"

    after = prepare(csv_section(table.to_csv(index=False)), RANDOM, None)

    assert after.inputs.to_json() == before.inputs.to_json()
    assert after.target == before.target
    assert np.array_equal(after.parts["train"].x, before.parts["train"].x)
    assert (after.parts["test"].x[:, 1:] == 0).all()


UNSTRATIFIED = RANDOM | {"stratify": False}
TRAIN_CELLS = {
    "numbers": ["1.5", "2.25", "1e3", "-7"],
    "whole numbers": ["1", "2", "3", "4"],
    "whole numbers in several spellings": ["1", "2.0", "03", "4"],
    "large whole numbers": ["1600000001", "1600000002", "1600000003", "1600000004"],
    "whole numbers beyond float64": ["9007199254740993", "17", "9007199254740995", "18"],
    "a constant": ["1600000001"],
    "words": ["a", "b", "c"],
    "booleans": ["True", "False"],
    "booleans in several spellings": ["true", "FALSE", "True"],
    "words and numbers": ["a", "b", "1", "c"],
    "booleans and numbers": ["True", "False", "True", "1.0"],
}
OTHER_CELLS = ["maybe", "True", "1", "1.0", "2.75", "-1e30", "18446744073709551615", "inf", ""]


def with_cells(column, cells):
    values = np.arange(len(cells)) % 2
    rows = zip(cells, values, strict=True)
    features = {"feature": "a,y\n", "category": "a,y\n", "target": "y,a\n"}
    return features[column] + "".join(f"{cell},{value}\n" for cell, value in rows)


@pytest.mark.parametrize("column", ["feature", "category", "target"])
@pytest.mark.parametrize("cells", TRAIN_CELLS.values(), ids=TRAIN_CELLS.keys())
def test_what_is_learned_of_a_column_hangs_on_its_train_cells_alone(csv_section, cells, column):
    category = {"type": "category", "encoding": "one_hot", "values": None, "unknown": "zeros"}
    options = {"columns": {"a": category} if column == "category" else {}}
    if column == "target" and len(cells) == 1:
        pytest.skip("a target with one value is refused")
    cells = (cells * 40)[:40]
    before = prepare(csv_section(with_cells(column, cells), **options), UNSTRATIFIED, None)
    others = np.concatenate([before.parts["val"].rows, before.parts["test"].rows])

    for cell in OTHER_CELLS:
        for changed in (others, others[:1]):
            mutated = [cell if row in changed else old for row, old in enumerate(cells)]
            section = csv_section(with_cells(column, mutated), **options)
            try:
                after = prepare(section, UNSTRATIFIED, None)
            except DataError:
                continue
            assert after.inputs.to_json() == before.inputs.to_json()
            assert after.target.to_json() == before.target.to_json()


def test_another_word_in_a_test_row_does_not_change_what_booleans_are(csv_section):
    rows = [f"{row % 2 == 0},{row % 2}\n" for row in range(40)]
    test_row = (
        prepare(csv_section("a,y\n" + "".join(rows)), UNSTRATIFIED, None).parts["test"].rows[0]
    )
    rows[test_row] = "maybe,0\n"

    with pytest.raises(DataError) as caught:
        prepare(csv_section("a,y\n" + "".join(rows)), UNSTRATIFIED, None)

    assert str(caught.value) == (
        f"dataset.columns.a: got 'maybe' in row {test_row} (line {test_row + 2}), expected true or "
        "false, yes or no, t or f, y or n, on or off, 1 or 0. Mend the cell, or use "
        "`type: category`."
    )


@pytest.mark.parametrize("kind", ["csv", "npz"])
def test_the_classes_true_and_false_can_be_weighted(csv_section, npz_section, kind):
    y = np.arange(40) % 4 == 0
    text = "a,y\n" + "".join(f"{row},{value}\n" for row, value in enumerate(y))
    arrays = {"x": np.arange(40.0)[:, np.newaxis], "y": y}

    data = prepare(csv_section(text) if kind == "csv" else npz_section(arrays), RANDOM, None)

    assert data.target.classes == ("False", "True")
    assert data.parts["train"].y[:, 0].tolist() == y[data.parts["train"].rows].tolist()
    weights = class_weights(data.parts["train"].y, data.target, {"True": 2})
    assert weights.tolist() == [1.0, 2.0]


def test_saved_facts_prepare_the_same_numbers_again(csv_section):
    section = csv_section(table_text(100)[1])
    data = prepare(section, RANDOM, None)
    inputs = inputs_from_json(data.inputs.to_json())
    target = Target.from_json(data.target.to_json())

    again = prepare_rows(read(section), data.parts["test"].rows, inputs, target)

    for name in ("rows", "raw", "x", "y"):
        assert np.array_equal(getattr(again, name), getattr(data.parts["test"], name))


def test_pictures_are_held_once(idx_section):
    data = prepare(idx_section(), GIVEN | {"fractions": {"val": 0.4}}, None)

    assert {name: len(part) for name, part in data.parts.items()} == {
        "train": 4,
        "val": 2,
        "test": 4,
    }
    assert data.parts["train"].x is data.parts["train"].raw
    assert data.parts["train"].x.dtype == np.uint8
    assert data.stratified


def test_all_rows_train_without_a_split(csv_section):
    data = prepare(csv_section("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", scaling="none"), NONE, None)

    assert list(data.parts) == ["train"]
    assert data.parts["train"].x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.parts["train"].y.tolist() == [[0], [1], [1], [0]]
    assert not data.stratified


@pytest.mark.parametrize("task", [None, "multiclass"])
def test_a_smoke_run_has_few_rows_of_every_class(task):
    data = prepare(sklearn_section("digits"), RANDOM, task, smoke=True)

    assert data.rows <= SMOKE_ROWS
    assert list(data.parts) == ["train", "val", "test"]
    assert data.target.classes == tuple(range(10))


def test_a_smoke_run_of_a_small_set_has_all_rows():
    assert prepare(sklearn_section("iris"), RANDOM, None, smoke=True).rows == 150


ROWS = [f"{i},{i % 2}" for i in range(40)]
WRONG = {
    "missing target": (
        [*ROWS, "7,"], RANDOM,
        "dataset.target: got 1 row without 'y', the first in row 40 (line 42), expected a target "
        "in every row. Remove them; words such as NA, None and null mean a missing value.",
    ),
    "infinite feature": (
        [*ROWS, "inf,0"], RANDOM,
        "dataset.columns.a: got .inf in row 40 (line 42), expected a finite number. "
        "Mend the cell.",
    ),
    "NaN feature": (
        [*ROWS, "nan,0"], RANDOM,
        "dataset.columns.a: got 1 missing value, the first in row 40 (line 42), expected a value "
        "in every row. Mend the file, let `dataset.missing` be drop or impute, or leave the column "
        "out with `dataset.features.exclude`.",
    ),
    "text among numbers": (
        ["x,0", *ROWS], NONE,
        "dataset.columns.a: got 'x' in row 0 (line 2), among 40 numbers, expected numbers, or "
        "words alone. Mend the cell, or say whether the column is `number` or `category`.",
    ),
    "one class": (
        ["1,0", "2,0", "3,0"] * 5, RANDOM,
        "dataset.target: got one class (0) in the train rows, expected at least two. "
        "Use more rows, or another target.",
    ),
    "fewer rows than parts": (
        ["1,0", "2,1"], RANDOM,
        "split: got 2 rows, expected at least one row in each of 3 parts with shares "
        "(0.7, 0.1, 0.2). Use fewer parts or larger shares.",
    ),
    "a class of one row": (
        [*ROWS, "3,2"], RANDOM,
        "split: Class 2 has 1 row, too few for 3 parts with shares (0.7, 0.1, 0.2). "
        "Use fewer parts or larger shares, or `split.stratify=false`. If the target is an amount, "
        "say `task: regression`.",
    ),
    "no test part": (
        ROWS, GIVEN,
        "split: got a dataset without a test part of its own, expected one with it. "
        "Use `split: random`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "split", "message"), WRONG.values(), ids=WRONG.keys())
def test_data_that_cannot_be_used_says_why(csv_section, rows, split, message):
    section = csv_section("a,y\n" + "\n".join(rows) + "\n")

    with pytest.raises(DataError) as caught:
        prepare(section, split, None)

    assert str(caught.value) == message


def test_a_class_that_only_test_rows_have_is_refused(npz_section):
    x, y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])
    section = npz_section({"x_train": x, "y_train": y, "x_test": x, "y_test": y + 1})

    with pytest.raises(DataError) as caught:
        prepare(section, GIVEN | {"fractions": {"val": 0.0}}, None)

    assert str(caught.value) == (
        "dataset.target: got the class 2 in row 7, "
        "expected a class that a train row has (0, 1). Use another split or task."
    )


def test_heart_has_29_inputs_with_its_categories(real_data):
    values = {
        "sex": [0, 1], "cp": [0, 1, 2, 3, 4], "fbs": [0, 1], "restecg": [0, 1, 2],
        "exang": [0, 1], "ca": [0, 1, 2, 3], "thal": ["fixed", "normal", "reversible", "1", "2"],
    }  # fmt: skip
    columns = {
        name: {"type": "category", "encoding": "one_hot", "values": listed, "unknown": "error"}
        for name, listed in values.items()
    }
    section = Csv(type="csv", path="a.csv", target="target").model_dump() | {
        "type": "csv", "path": str(real_data("heart") / "heart.csv"), "target": "target",
        "columns": columns,
    }  # fmt: skip

    data = prepare(section, RANDOM, None)

    assert data.inputs.shape == (29,)
    assert data.parts["train"].x[:, 6:].sum(axis=1).tolist() == [7] * 212
    assert {name: len(part) for name, part in data.parts.items()} == {
        "train": 212,
        "val": 30,
        "test": 61,
    }
