"""A column of weights: read beside the features of every source, checked, given to the loss."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dltrain.config.sections.dataset import Csv
from dltrain.data import blocks, prepare
from dltrain.data.blocks import Blocks, first_rows, rows_of
from dltrain.data.preparation import Part
from dltrain.data.sources import read
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.data.weights import loss_weights
from dltrain.errors import DataError
from dltrain.trust import trusting

FRACTIONS = {"train": 0.6, "val": 0.2, "test": 0.2}
RANDOM = {"type": "random", "fractions": FRACTIONS, "seed": 0, "stratify": False, "bins": None}
TIME = {"type": "time", "column": None, "fractions": FRACTIONS, "gap": 0}
ROWS = 40
TABLE = pd.DataFrame({
    "x": np.random.default_rng(0).normal(size=ROWS).round(3),
    "part": (["train"] * 6 + ["val"] * 2 + ["test"] * 2) * 4,
    "w": np.arange(ROWS) / 4,
    "y": np.arange(ROWS) % 2,
})  # fmt: skip
FEATURES = {"include": None, "exclude": ["part"]}


def written(tmp_path, kind="csv", table=TABLE, **options):
    """Write the table as a file of some kind, and give its section."""
    path = tmp_path / f"a.{kind}"
    section = Csv(type="csv", path=str(path), target="y").model_dump() | {"features": FEATURES}
    if kind == "parquet":
        pytest.importorskip("pyarrow")
        table.to_parquet(path)
    elif kind == "arff":
        names = {"x": "numeric", "part": "string", "w": "numeric", "y": "{0,1}"}
        head = [f"@attribute {name} {what}" for name, what in names.items()]
        body = table.to_csv(index=False, header=False)
        path.write_text("\n".join(["@relation a", *head, "@data", body]), encoding="utf-8")
    else:
        path.write_text(table.to_csv(index=False), encoding="utf-8")
    cache = "auto" if kind in ("csv", "parquet") else "never"
    return section | {"type": kind, "cache": cache} | options


def refusal(section, split=RANDOM, name="w"):
    with pytest.raises(DataError) as caught:
        prepare(section, split, None, sample_weight=name)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["arff", "csv", "parquet"])
def test_the_column_weighs_the_train_rows_and_is_no_feature(tmp_path, kind):
    data = prepare(written(tmp_path, kind), RANDOM, None, sample_weight="w")

    train = data.parts["train"]
    assert data.inputs.columns_read == ["x"]
    assert train.weights.dtype == np.float32
    assert train.weights.tolist() == (train.rows / 4).tolist()
    assert data.parts["val"].weights is data.parts["test"].weights is None


def test_without_the_key_the_column_is_a_feature_as_any_other(tmp_path):
    data = prepare(written(tmp_path), RANDOM, None)

    assert data.inputs.columns_read == ["x", "w"]
    assert data.parts["train"].weights is None


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_in_the_cache_weighs_the_same(tmp_path, kind, monkeypatch):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(blocks, "PIECE_ROWS", 5)
    split = {"type": "column", "column": "part"}

    section = written(tmp_path, kind, cache="always", features={"include": ["x"], "exclude": []})
    train = prepare(section, split, None, sample_weight="w").parts["train"]

    assert isinstance(train.weights, np.memmap)
    assert train.weights.tolist() == (train.rows / 4).tolist()
    assert sorted(train.rows) == np.flatnonzero(TABLE["part"] == "train").tolist()


def test_arrays_that_are_a_table_have_a_column_of_weights_too(npz_section):
    section = npz_section({"x": TABLE[["x", "w"]].to_numpy(), "y": TABLE["y"].to_numpy()})

    data = prepare(section, RANDOM, None, sample_weight="x1")

    assert data.inputs.columns_read == ["x0"]
    assert data.parts["train"].weights.tolist() == (data.parts["train"].rows / 4).tolist()


@pytest.mark.slow
def test_a_table_of_python_has_a_column_of_weights_too(tmp_path):
    code = (
        "import pandas as pd\n\ndef load():\n"
        "    return pd.DataFrame({'x': range(40), 'w': range(40)}), pd.Series([0, 1] * 20)\n"
    )
    (tmp_path / "weighed.py").write_text(code, encoding="utf-8")
    section = written(tmp_path) | {
        "type": "python", "cache": "never", "function": "weighed:load", "arguments": {},
        "folder": str(tmp_path), "features": {"include": None, "exclude": []}, "target": None,
        "rows": None,
    }  # fmt: skip

    with trusting(True):
        data = prepare(section, RANDOM, None, sample_weight="w")

    assert data.inputs.columns_read == ["x"]
    assert data.parts["train"].weights.tolist() == data.parts["train"].rows.tolist()


def test_a_window_weighs_what_the_first_row_weighs_that_it_predicts(tmp_path):
    section = written(tmp_path) | {
        "type": "windows", "cache": "never", "target": "x", "time": None,
        "window": 3, "horizon": 2, "stride": 2,
    }  # fmt: skip

    data = prepare(section, TIME, None, sample_weight="w")

    train = data.parts["train"]
    assert data.inputs.columns_read == ["x", "y"]
    assert train.weights.tolist() == ((3 + 2 * train.rows) / 4).tolist()


CELLS = {
    "no number": (["a"], "got 'a' in row 7 (line 9), expected a finite number of at least 0. "
                         "Mend the cell."),
    "below 0": ([-0.5], "got -0.5 in row 7 (line 9), expected a finite number of at least 0. "
                        "Mend the cell."),
    "infinite": (["inf"], "got .inf in row 7 (line 9), expected a finite number of at least 0. "
                          "Mend the cell."),
    "beyond float32": (["1e39"], "got 1e+39 in row 7 (line 9), expected a finite number of at "
                                 "least 0. Mend the cell."),
    "missing": ([""], "got no 'w' in row 7 (line 9), expected a weight in every train row. "
                      "Mend or remove the row."),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "message"), CELLS.values(), ids=CELLS.keys())
def test_a_cell_that_is_no_weight_is_named_with_its_row(tmp_path, cell, message):
    table = TABLE.astype({"w": object})
    table.loc[7, "w"] = cell[0]
    all_train = {"type": "none"}

    assert (
        refusal(written(tmp_path, table=table), all_train) == f"training.sample_weight: {message}"
    )


@pytest.mark.parametrize("cell", ["", -1])
def test_cells_of_other_rows_are_not_looked_at(tmp_path, cell):
    table = TABLE.astype({"w": object})
    table.loc[table["part"] == "test", "w"] = cell

    data = prepare(
        written(tmp_path, table=table), {"type": "column", "column": "part"}, None,
        sample_weight="w",
    )  # fmt: skip

    assert data.parts["train"].weights.tolist() == (data.parts["train"].rows / 4).tolist()


REFUSED = {
    "a column that is not there": (
        {}, "wight",
        "training.sample_weight: got 'wight', expected one of part, w, x, y.",
    ),
    "a column that is misspelled": (
        {}, "part ", "training.sample_weight: got 'part ', expected one of part, w, x, y. "
        "Did you mean 'part'?",
    ),
    "the target": (
        {}, "y", "training.sample_weight: got the target 'y', expected another column.",
    ),
    "a feature": (
        {"features": {"include": ["x", "w"], "exclude": []}}, "w",
        "dataset.features.include.1: got 'w', which `training.sample_weight` reads, "
        "expected features. Remove it.",
    ),
    "a column with a type": (
        {"columns": {"w": {"type": "number", "scaling": None, "missing": None}}}, "w",
        "dataset.columns.w: got 'w', which `training.sample_weight` reads, expected features. "
        "Remove it.",
    ),
    "a column of an input": (
        {"inputs": {"one": ["x"], "two": ["w"]}, "features": {"include": None, "exclude": []}}, "w",
        "dataset.inputs.two.0: got 'w', which `training.sample_weight` reads, expected features. "
        "Remove it.",
    ),
    "words": (
        {"features": {"include": ["x"], "exclude": []}}, "part",
        "training.sample_weight: got 'train' in row 0 (line 2), "
        "expected a finite number of at least 0. Mend the cell.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "name", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_column_that_cannot_weigh_says_why(tmp_path, options, name, message):
    assert refusal(written(tmp_path, **options), name=name) == message


def test_weights_that_are_all_0_are_refused(tmp_path):
    assert refusal(written(tmp_path, table=TABLE.assign(w=0))) == (
        "training.sample_weight: got 'w', which is 0 in every train row, "
        "expected a weight above 0. Use another column."
    )


def test_pictures_have_no_column(idx_section):
    assert refusal(idx_section()) == (
        "training.sample_weight: got the column 'w' for rows that are no table, "
        "expected a table. Remove it."
    )


@pytest.mark.parametrize(("kind", "form"), [("images", "pictures"), ("text", "texts")])
def test_folders_have_no_column(tmp_path, kind, form):
    given = {"file": "path", "column": "text", "target": "label", "path": str(tmp_path)}

    with pytest.raises(DataError) as caught:
        read(given | {"type": kind, "aside": {"part": "weight"}})

    assert str(caught.value) == (
        f"training.sample_weight: got the column 'part' for folders of {form}, "
        "expected it for a csv. Remove it."
    )


BINARY = Target("binary", ("y",), ("no", "yes"))
Y = np.array([[0], [1], [1], [0]], np.float32)
OWN = np.array([1, 2, 0, 0.5], np.float32)


def part(weights=OWN, x=None, y=Y):
    x = np.zeros((len(Y), 1), np.float32) if x is None else x
    return Part(np.arange(len(Y)), x, x, y, weights)


WEIGHED = {
    "neither": (None, None, None),
    "rows": (OWN, None, [1, 2, 0, 0.5]),
    "classes": (None, {"yes": 3}, [1, 3, 3, 1]),
    "both, multiplied": (OWN, {"yes": 3}, [1, 6, 0, 0.5]),
}


@pytest.mark.parametrize(("own", "classes", "expected"), WEIGHED.values(), ids=WEIGHED.keys())
def test_weights_of_rows_and_classes_are_multiplied(own, classes, expected):
    found = loss_weights(part(own), BINARY, classes)

    assert found is None if expected is None else found.tolist() == expected


@pytest.mark.parametrize("classes", [None, {"yes": 3}])
def test_rows_in_blocks_have_weights_in_their_order(classes):
    x = Blocks(len(Y), lambda rows: np.zeros((len(rows), 1), np.float32), 2)

    found = loss_weights(part(x=x), BINARY, classes)

    whole = np.array(WEIGHED["both, multiplied" if classes else "rows"][2])
    for rows in (slice(1, 3), np.array([3, 0])):
        assert rows_of(found, rows).tolist() == whole[rows].tolist()


def test_several_targets_weigh_alike():
    found = loss_weights(part(), NamedTargets({"a": BINARY, "b": BINARY}), None)

    assert {name: one.tolist() for name, one in found.items()} == {
        "a": OWN.tolist(), "b": OWN.tolist(),
    }  # fmt: skip


def test_an_autoencoder_has_a_weight_for_each_dimension_of_its_loss():
    shapes = {(5,): (4,), (3, 5): (4, 1), (3, 5, 2): (4, 1, 1)}

    for shape, expected in shapes.items():
        assert loss_weights(part(), Reconstruction(shape), None).shape == expected


def test_weights_of_classes_are_refused_where_there_are_none():
    target = SimpleNamespace(task="regression")

    with pytest.raises(DataError) as caught:
        loss_weights(part(), target, "balanced")

    assert str(caught.value) == (
        "training.class_weight: got class weights for regression, expected a task with classes. "
        "Remove them."
    )


def test_the_first_rows_of_arrays_and_blocks():
    whole = np.arange(10)
    made = Blocks(10, lambda rows: whole[rows], 4)

    found = first_rows({"array": whole, "blocks": made}, 6)

    assert found["array"].tolist() == list(range(6))
    assert (len(found["blocks"]), found["blocks"].block_rows) == (6, 4)
    assert np.concatenate(list(found["blocks"].in_turn())).tolist() == list(range(6))
    assert len(first_rows(made, 20)) == 10
