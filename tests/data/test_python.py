"""`type: python`: a function of the user's own, trusted, and what it may return."""

import sys
from textwrap import dedent

import numpy as np
import pytest

from dltrain.data.sources import tf_dataset
from dltrain.data.sources.python import read
from dltrain.errors import DataError
from dltrain.trust import trusting

MODULE = """\
import numpy as np
import pandas as pd

X = np.arange(12, dtype=np.float32).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 1, 0])

def arrays(scale=1):
    return X * scale, Y

def lists():
    return X.tolist(), [["a"], ["b"], ["a"], ["b"], ["b"], ["a"]]

def parts():
    return X[:4], Y[:4], X[4:], Y[4:]

def pictures():
    return np.zeros((6, 5, 4), np.uint8), Y

def tables():
    table = pd.DataFrame(X, columns=["a", 7]).assign(word=list("ppqqpp")).iloc[::-1]
    return table, pd.Series(Y[::-1], name="sort", index=table.index)

def table_parts():
    table = pd.DataFrame(X, columns=["a", "b"])
    return table[:4], Y[:4], table[4:], Y[4:]

def rows(batch=None, words=False, endless=False, named=False, empty=False):
    import tensorflow as tf
    y = tf.constant(["no", "yes"]) if words else tf.constant([0, 1])
    data = tf.data.Dataset.from_tensor_slices((X, tf.gather(y, Y)))
    if named:
        data = data.map(lambda x, y: ({"input": x}, y))
    if empty:
        data = data.take(0)
    if batch:
        data = data.batch(batch)
    return data.repeat() if endless else data

def ragged():
    import tensorflow as tf
    return tf.data.Dataset.from_generator(
        lambda: iter([([1.0], 0), ([1.0, 2.0], 1)]),
        output_signature=(tf.TensorSpec([None]), tf.TensorSpec([], tf.int32)),
    )

def fails(text="no such file"):
    raise ValueError(text)

def word():
    return "text"

def three():
    return X, Y, X

def named():
    return {"a": X}, Y

def uneven():
    return X, Y[:5]

def uneven_tables():
    return pd.DataFrame(X), Y[:5]

def objects():
    return np.array([[None, 1]], object), Y[:1]

def uneven_rows():
    return [[1], [1, 2]], [0, 1]

def breaks_off():
    import tensorflow as tf
    def rows():
        yield [1.0], 0
        raise RuntimeError("boom")
    spec = (tf.TensorSpec([1]), tf.TensorSpec([], tf.int32))
    return tf.data.Dataset.from_generator(rows, output_signature=spec)

def generated(count=None, batch=None, repeat=False):
    import itertools
    import tensorflow as tf
    def rows():
        for at in itertools.count() if count is None else range(count):
            yield [at, 1.0], at % 2
    spec = (tf.TensorSpec([2]), tf.TensorSpec([], tf.int32))
    data = tf.data.Dataset.from_generator(rows, output_signature=spec)
    data = data.batch(batch) if batch else data
    return data.repeat() if repeat else data

def one_name_twice():
    return pd.DataFrame(X, columns=["a", "a"]), Y

def other_target():
    x = pd.DataFrame(X)
    return x, pd.Series(Y, name="u"), x, pd.Series(Y, name="v")

def deep_targets():
    return pd.DataFrame(X), np.zeros((len(X), 2, 2))

def lists_in_cells():
    return pd.DataFrame({"a": [[1]] * len(X)}), Y

NUMBER = 3
"""
ENDLESS = (
    "function: got a tf.data.Dataset without end from made:{}, expected one that ends. "
    "Leave `repeat()` out, or say with `dataset.rows` how many rows to take."
)


@pytest.fixture
def call(tmp_path):
    """Call a function of the module `made`, and read what it returns."""
    (tmp_path / "made.py").write_text(MODULE, encoding="utf-8")

    def called(function, *, arguments=None, trust=True, **options):
        function = function if ":" in function else f"made:{function}"
        section = {
            "type": "python", "function": function, "folder": str(tmp_path),
            "arguments": arguments or {}, "features": {"include": None, "exclude": []},
            "columns": {}, "scaling": "standard", "missing": "error", "rows": None,
        }  # fmt: skip
        with trusting(trust):
            return read(section | options)

    return called


X = np.arange(12).reshape(6, 2)
Y = [0, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("arrays", {}), ("parts", {}), ("rows", {}), ("rows", {"batch": 4})],
    ids=["arrays", "parts", "dataset", "batches"],
)
def test_two_dimensions_are_a_table(call, function, arguments):
    raw = call(function, arguments=arguments)

    assert raw.form == "table"
    assert raw.features.to_numpy().tolist() == X.tolist()
    assert raw.targets["target"].tolist() == Y
    assert (raw.own_test is None) == (function != "parts")


@pytest.mark.parametrize("batch", [None, 4])
def test_the_first_rows_are_taken_of_a_dataset_without_end(call, batch):
    raw = call("rows", arguments={"endless": True, "batch": batch}, rows=8)

    assert raw.features.to_numpy().tolist() == [*X.tolist(), *X[:2].tolist()]
    assert raw.targets["target"].tolist() == [*Y, *Y[:2]]


def test_parts_keep_their_test_rows(call):
    assert call("parts").own_test.tolist() == [False] * 4 + [True] * 2
    assert call("table_parts").own_test.tolist() == [False] * 4 + [True] * 2


def test_arguments_reach_the_function_and_change_the_fingerprint(call):
    raw = call("arrays", arguments={"scale": 2})

    assert raw.features.to_numpy().tolist() == (2 * X).tolist()
    assert raw.fingerprint != call("arrays").fingerprint == call("parts").fingerprint


def test_lists_and_words_are_read(call):
    assert call("lists").targets["y0"].tolist() == ["a", "b", "a", "b", "b", "a"]
    assert call("rows", arguments={"words": True}).targets["target"].tolist() == [
        "no", "yes", "no", "yes", "yes", "no",
    ]  # fmt: skip


def test_bytes_are_pictures(call):
    raw = call("pictures")

    assert raw.form == "images"
    assert raw.features.shape == (6, 5, 4, 1)


def test_tables_keep_names_and_order_and_lose_their_index(call):
    raw = call("tables")

    assert list(raw.features) == ["a", "7", "word"]
    assert raw.features["a"].tolist() == [10, 8, 6, 4, 2, 0]
    assert raw.features["word"].tolist() == list("ppqqpp")
    assert list(raw.features.index) == list(range(6))
    assert raw.targets["sort"].tolist() == Y[::-1]


def test_columns_of_tables_are_chosen_and_stand_aside(call):
    features = {"include": None, "exclude": ["a"]}

    raw = call("tables", features=features, aside={"word": "group"})

    assert list(raw.features) == ["7"]
    assert raw.aside["word"].tolist() == list("ppqqpp")


def test_a_module_beside_the_config_goes_before_others_and_is_forgotten(call, tmp_path):
    (tmp_path / "json.py").write_text("import helper_of_made\nrows = helper_of_made.rows\n")
    (tmp_path / "helper_of_made.py").write_text("def rows():\n    return [[1.0]], [3.5]\n")
    import json as standard

    raw = call("json:rows")

    assert raw.targets["target"].tolist() == [3.5]
    assert sys.modules["json"] is standard
    assert "helper_of_made" not in sys.modules
    assert str(tmp_path) not in sys.path


def test_modules_of_one_name_in_two_folders_are_not_mixed_up(call, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "made.py").write_text("def arrays():\n    return [[5.0]], [1.0]\n")

    assert len(call("arrays")) == 6
    assert len(call("arrays", folder=str(other))) == 1
    assert len(call("arrays")) == 6


def test_a_module_in_a_package_is_found(call, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "sales.py").write_text("def load():\n    return [[5.0]], [1.0]\n")

    assert len(call("shop.sales:load")) == 1


def test_what_a_function_prints_is_no_result(call, tmp_path, capsys):
    (tmp_path / "loud.py").write_text(
        dedent("""\
            print("importing")

            def load():
                print("loading")
                return [[5.0]], [1.0]
        """)
    )

    call("loud:load")

    assert capsys.readouterr() == ("", "importing\nloading\n")


KINDS = "(x, y), (x_train, y_train, x_test, y_test), or a tf.data.Dataset of pairs"
WRONG = {
    "no consent": (
        "arrays", {"trust": False},
        "function: got 'made:arrays', code that would run on this machine, expected your consent. "
        "Read it, then say `--trust`; in Python `trust=True`.",
    ),
    "no such module": (
        "mad:arrays", {},
        "function: got 'mad', which is neither in DIR nor where Python looks, expected a module. "
        "Did you mean 'made'?",
    ),
    "no such function": (
        "arays", {},
        "function: got DIR/made.py without a function 'arays', expected one of that name. "
        "Did you mean 'arrays'?",
    ),
    "no function": (
        "NUMBER", {},
        "function: got DIR/made.py without a function 'NUMBER', expected one of that name.",
    ),
    "an unknown argument": (
        "arrays", {"arguments": {"size": 3}},
        "arguments: got arguments that do not fit (got an unexpected keyword argument 'size'), "
        "expected those of arrays(scale=1).",
    ),
    "an exception": (
        "fails", {},
        "function: got ValueError from made:fails (no such file) in line 47 of DIR/made.py: "
        "raise ValueError(text), expected rows. Mend the code.",
    ),
    "a word": ("word", {}, f"function: got a str from made:word, expected {KINDS}."),
    "three arrays": (
        "three", {}, f"function: got a tuple of 3 from made:three, expected {KINDS}.",
    ),
    "inputs by name": (
        "named", {},
        "function: got several inputs or targets by name from made:named, "
        "expected one array of each.",
    ),
    "inputs by name in a dataset": (
        "rows", {"arguments": {"named": True}},
        "function: got a tf.data.Dataset of ({'input': TensorSpec(shape=(2,), dtype=tf.float32, "
        "name=None)}, TensorSpec(shape=(), dtype=tf.int32, name=None)) from made:rows, expected "
        "pairs of two tensors, x and y. Let it give (x, y).",
    ),
    "a dataset without end": (
        "rows", {"arguments": {"endless": True}}, ENDLESS.format("rows"),
    ),
    "batches without end": (
        "rows", {"arguments": {"endless": True, "batch": 4}}, ENDLESS.format("rows"),
    ),
    "a generator again and again": (
        "generated", {"arguments": {"count": 3, "repeat": True}}, ENDLESS.format("generated"),
    ),
    "more rows than a dataset has": (
        "rows", {"rows": 7},
        "rows: got a tf.data.Dataset of 6 rows from made:rows, expected 7. "
        "Leave `rows` out for all of them.",
    ),
    "some rows of arrays": (
        "arrays", {"rows": 3},
        "rows: got `rows` for a tuple from made:arrays, expected a tf.data.Dataset. "
        "Let the function give fewer, or as many.",
    ),
    "an empty dataset": (
        "rows", {"arguments": {"empty": True}},
        "function: got an empty tf.data.Dataset from made:rows, expected at least one row.",
    ),
    "rows of different shapes": (
        "ragged", {},
        "function: got rows of different shapes from made:ragged, expected rows of one shape.",
    ),
    "more rows than targets": (
        "uneven", {},
        "function: got features of shape (6, 2) and targets of shape (5,), expected (n, columns) "
        "or more and (n,) or (n, targets).",
    ),
    "more rows of a table than targets": (
        "uneven_tables", {},
        "function: got 6 rows of x and 5 of y, expected as many, and at least one.",
    ),
    "lists of different lengths": (
        "uneven_rows", {},
        "function: got rows of different shapes from made:uneven_rows, expected rows of one shape.",
    ),
    "a dataset that raises": (
        "breaks_off", {},
        "function: got a tf.data.Dataset from made:breaks_off that breaks off "
        "(RuntimeError: boom), expected rows. Mend the code.",
    ),
    "a name twice": (
        "one_name_twice", {},
        "function: got a table with two columns 'a', expected each name once.",
    ),
    "another target in test": (
        "other_target", {},
        "function: got targets of train and test with different names, expected the same names.",
    ),
    "targets of three dimensions": (
        "deep_targets", {},
        "function: got targets of shape (6, 2, 2) for a table, expected (n,) or (n, targets).",
    ),
    "lists in cells": (
        "lists_in_cells", {},
        "function: got a table whose cells are no plain values (unhashable type: 'list'), "
        "expected words, numbers, dates or times.",
    ),
    "no numbers": ("objects", {}, "function: got an array of object, expected numbers."),
}  # fmt: skip


@pytest.mark.parametrize(("function", "options", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_read_is_refused(call, tmp_path, function, options, message):
    with pytest.raises(DataError) as caught:
        call(function, **options)

    assert str(caught.value) == "dataset." + message.replace("DIR", str(tmp_path))


@pytest.mark.parametrize("batch", [None, 7])
def test_reading_a_generator_tells_how_far_it_is(call, monkeypatch, capsys, batch):
    monkeypatch.setattr(tf_dataset, "FIRST_TOLD", 10)

    raw = call("generated", arguments={"count": 45, "batch": batch})

    assert raw.features.to_numpy()[:, 0].tolist() == list(range(45))
    assert capsys.readouterr() == ("", "".join(
        f"read {count} rows of made:generated so far; give dataset.rows if it has no end\n"
        for count in (10, 20, 40)
    ))  # fmt: skip


@pytest.mark.parametrize("batch", [None, 7])
def test_a_generator_without_end_is_refused_at_a_bound_of_memory(call, monkeypatch, batch):
    monkeypatch.setattr(tf_dataset, "MOST_BYTES", 2**16)

    with pytest.raises(DataError) as caught:
        call("generated", arguments={"batch": batch})

    taken = tf_dataset.PAIR_BYTES + 2 * 4 + 4  # two float32 and an int32
    assert str(caught.value) == (
        f"dataset.function: got more than {2**-14:g} GiB ({2**16 // taken + 1} rows, and more to "
        f"come) from made:generated, expected a tf.data.Dataset that ends, of at most {2**-14:g} "
        "GiB. Say with `dataset.rows` how many rows to take, or with "
        "`tf.data.experimental.assert_cardinality` in the code how many it has."
    )


def test_what_has_a_number_of_rows_has_no_bound(call, monkeypatch, capsys):
    monkeypatch.setattr(tf_dataset, "MOST_BYTES", 100)
    monkeypatch.setattr(tf_dataset, "FIRST_TOLD", 1)

    assert len(call("generated", rows=50)) == 50
    assert len(call("rows", arguments={"batch": 4})) == 6
    assert capsys.readouterr().err == ""


def test_a_mistake_in_the_module_is_shown_with_its_line(call, tmp_path):
    (tmp_path / "broken.py").write_text("import numpy\n\ndef load(:\n    pass\n")
    (tmp_path / "lacking.py").write_text("import numpy\nimport no_such_package\n")

    messages = []
    for name in ("broken", "lacking"):
        with pytest.raises(DataError) as caught:
            call(f"{name}:load")
        messages.append(str(caught.value))

    assert messages[0].startswith("dataset.function: got SyntaxError from broken (")
    assert f"in line 3 of {tmp_path}/broken.py, expected rows." in messages[0]
    assert messages[1] == (
        "dataset.function: got ModuleNotFoundError from lacking (No module named "
        f"'no_such_package') in line 2 of {tmp_path}/lacking.py: import no_such_package, "
        "expected rows. Mend the code."
    )
