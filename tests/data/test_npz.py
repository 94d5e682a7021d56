"""`type: npz`: arrays of any type and shape become tables, pictures or arrays, or are refused."""

import io
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest

from dltrain.data.sources.npz import read
from dltrain.errors import DataError

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])
PICTURES = np.arange(96, dtype=np.uint8).reshape(6, 4, 4)


def saved(save=np.savez, **arrays):
    stream = io.BytesIO()
    save(stream, **arrays)
    return stream.getvalue()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_npy", ".npy"), content)
    return stream.getvalue()


NUMBERS = (
    "bool",
    "uint8",
    "int8",
    ">i4",
    "int64",
    "uint64",
    "float16",
    "float32",
    ">f8",
    "longdouble",
)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_numbers_of_any_type_keep_their_values(npz_section, dtype):
    raw = read(npz_section({"x": X.astype(dtype), "y": Y.astype(dtype)}))

    assert raw.form == "table"
    assert list(raw.features.columns) == ["x0", "x1"]
    assert np.array_equal(raw.features.to_numpy(), X.astype(dtype))
    assert np.array_equal(raw.targets["target"] == raw.targets["target"].max(), Y)
    # pandas cannot take rows of a foreign byte order, nor index by float16.
    assert raw.features.iloc[[3, 1]]["x1"].tolist() == X.astype(dtype)[[3, 1], 1].tolist()
    assert pd.Index(raw.targets["target"].unique()).get_indexer(raw.targets["target"]).max() == 1


def test_booleans_are_classes_with_names_and_several_are_labels(npz_section):
    y = Y.astype(bool)

    classes = read(npz_section({"x": X, "y": y})).targets
    labels = read(npz_section({"x": X, "y": np.stack([y, ~y], axis=1)})).targets

    assert classes["target"].tolist() == ["False", "True"] * 3
    assert labels.to_numpy().tolist() == [[0, 1], [1, 0]] * 3


@pytest.mark.parametrize("dtype", ["U5", "S5"])
def test_words_are_targets(npz_section, dtype):
    words = np.array(["pear", "fig", "fig", "pear", "pear", "fig"])

    raw = read(npz_section({"x": X, "y": words.astype(dtype)}))

    assert raw.targets["target"].tolist() == words.tolist()


FORMS = {
    "table": (X, "table", (6, 2)),
    "table of bytes": (X.astype(np.uint8), "table", (6, 2)),
    "grey pictures": (PICTURES, "images", (6, 4, 4, 1)),
    "pictures": (PICTURES.reshape(6, 4, 2, 2), "images", (6, 4, 2, 2)),
    "floats of three dimensions": (X.reshape(6, 2, 1), "array", (6, 2, 1)),
    "bytes of five dimensions": (PICTURES.reshape(6, 2, 2, 2, 2), "array", (6, 2, 2, 2, 2)),
}


@pytest.mark.parametrize(("x", "form", "shape"), FORMS.values(), ids=FORMS.keys())
def test_the_form_follows_from_type_and_shape(npz_section, x, form, shape):
    raw = read(npz_section({"x": x, "y": Y}))

    assert raw.form == form
    assert raw.features.shape == shape
    assert np.array_equal(np.asarray(raw.features).ravel(), x.ravel())


def test_an_array_becomes_float32(npz_section):
    assert read(npz_section({"x": X.reshape(6, 2, 1), "y": Y})).features.dtype == np.float32


def test_several_targets_are_named_by_their_position(npz_section):
    raw = read(npz_section({"x": X, "y": X + 1}))

    assert list(raw.targets.columns) == ["y0", "y1"]
    assert np.array_equal(raw.targets.to_numpy(), X + 1)


def test_train_and_test_arrays_stand_one_behind_the_other(npz_section):
    arrays = {"x_train": X, "y_train": Y, "x_test": X[:2] + 100, "y_test": Y[:2]}

    raw = read(npz_section(arrays))

    assert raw.features["x0"].tolist() == [0, 2, 4, 6, 8, 10, 100, 102]
    assert raw.own_test.tolist() == [False] * 6 + [True] * 2


def test_columns_are_chosen(npz_section):
    raw = read(npz_section({"x": X, "y": Y}, features={"include": None, "exclude": ["x0"]}))

    assert list(raw.features.columns) == ["x1"]


def test_other_arrays_of_the_file_are_not_even_read(npz_section):
    raw = read(npz_section({"x": X, "y": Y, "notes": np.array([{"a": 1}], dtype=object)}))

    assert len(raw) == 6


def shapes(x, y):
    return (
        f"path: got features of shape {x} and targets of shape {y}, "
        "expected (n, columns) or more and (n,) or (n, targets)."
    )


NUMBER = {"type": "number", "scaling": None}
TABLES = "expected them for tables alone. Remove them."
PARTS = {"x_train": X, "y_train": Y, "x_test": X, "y_test": Y}
WRONG = {
    "no array": (
        {}, {},
        "path: got FILE with no array, expected the arrays x, y, "
        "or x_train, y_train, x_test, y_test. Name them in numpy.savez.",
    ),
    "no targets": (
        {"x": X, "labels": Y}, {},
        "path: got FILE with labels, x, expected the arrays x, y, "
        "or x_train, y_train, x_test, y_test. Name them in numpy.savez.",
    ),
    "pickled targets": (
        {"x": X, "y": Y.astype(object)}, {},
        "path: got FILE, which holds pickled objects, expected arrays of numbers. "
        "Save plain numbers with numpy.savez.",
    ),
    "pickled features": (
        {"x": X.astype(object), "y": Y}, {},
        "path: got FILE, which holds pickled objects, expected arrays of numbers. "
        "Save plain numbers with numpy.savez.",
    ),
    "words as features": (
        {"x": X.astype("U3"), "y": Y}, {}, "path: got an array of <U3, expected numbers.",
    ),
    "complex features": (
        {"x": X.astype("complex64"), "y": Y}, {},
        "path: got an array of complex64, expected numbers.",
    ),
    "dates": (
        {"x": X, "y": Y.astype("M8[D]")}, {},
        "path: got an array of datetime64[D], expected numbers.",
    ),
    "bytes that are no text": (
        {"x": X, "y": np.array([b"\xff"] * 6)}, {},
        "path: got an array of |S1, expected words in UTF-8.",
    ),
    "records": ({"x": np.zeros(6, [("a", "f8")]), "y": Y}, {}, shapes((6,), (6,))),
    "single numbers": ({"x": np.array(1), "y": np.array(1)}, {}, shapes((), ())),
    "single numbers as parts": (
        {name: np.array(1) for name in PARTS}, {}, shapes((), ()),
    ),
    "one dimension": ({"x": X[:, 0], "y": Y}, {}, shapes((6,), (6,))),
    "targets of three dimensions": (
        {"x": X, "y": Y.reshape(6, 1, 1)}, {}, shapes((6, 2), (6, 1, 1)),
    ),
    "no columns": ({"x": X[:, :0], "y": Y}, {}, shapes((6, 0), (6,))),
    "rows that differ": ({"x": X, "y": Y[:5]}, {}, shapes((6, 2), (5,))),
    "rows that differ inside of the parts": (
        PARTS | {"y_train": Y[:5], "x_test": X[:5]}, {}, shapes((6, 2), (5,)),
    ),
    "no rows": (
        {"x": X[:0], "y": Y[:0]}, {},
        "path: got features of shape (0, 2) and targets of shape (0,), expected at least one row.",
    ),
    "parts of two widths": (
        PARTS | {"x_test": X[:, :1]}, {},
        "path: got train arrays of (6, 2) and test arrays of (6, 1), expected rows of one shape.",
    ),
    "parts of two types": (
        PARTS | {"x_test": X.astype(np.uint8)}, {},
        "path: got train arrays of float64 and int64 and test arrays of uint8 and int64, "
        "expected one type.",
    ),
    "numbers and words as targets": (
        PARTS | {"y_test": Y.astype("U1")}, {},
        "path: got train arrays of float64 and int64 and test arrays of float64 and <U1, "
        "expected one type.",
    ),
    "whole numbers that float32 rounds": (
        {"x": (X + 2**40).astype(np.int64).reshape(6, 2, 1), "y": Y}, {},
        "path: got whole numbers above 2**24, expected numbers of float32. "
        "Subtract or divide, or save them as floats.",
    ),
    "no such column": (
        {"x": X, "y": Y}, {"columns": {"x2": NUMBER}},
        "columns.x2: got 'x2', expected one of x0, x1.",
    ),
    "columns for pictures": (
        {"x": PICTURES, "y": Y}, {"columns": {"x0": NUMBER}},
        f"columns: got names of columns for a dataset of pictures, {TABLES}",
    ),
    "features for pictures": (
        {"x": PICTURES, "y": Y}, {"features": {"include": ["x0"], "exclude": []}},
        f"features: got names of columns for a dataset of pictures, {TABLES}",
    ),
    "features for an array": (
        {"x": X.reshape(6, 2, 1), "y": Y}, {"features": {"include": None, "exclude": ["x0"]}},
        f"features: got names of columns for a dataset of 3 dimensions, {TABLES}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arrays", "options", "message"), WRONG.values(), ids=WRONG.keys())
def test_arrays_that_do_not_fit_are_refused(npz_section, arrays, options, message):
    section = npz_section(arrays, **options)

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == "dataset." + message.replace("FILE", section["path"])


WHOLE = saved(x=X, y=Y)
PACKED = saved(np.savez_compressed, x=np.random.default_rng(0).random((100, 5)), y=np.arange(100))
SINGLE = io.BytesIO()
np.save(SINGLE, X)
NO_NPZ = (
    "which is a pickle or no .npz file, expected arrays of numbers. "
    "Save plain numbers with numpy.savez."
)
AGAIN = "expected a whole .npz file. Fetch the file again."
BROKEN = {
    "empty": (b"", f"which is broken (No data left in file), {AGAIN}"),
    "cut off": (WHOLE[:-30], f"which is broken (File is not a zip file), {AGAIN}"),
    "damaged": (
        WHOLE[:150] + b"\xff" * 20 + WHOLE[170:],
        f"which is broken (Bad CRC-32 for file 'x.npy'), {AGAIN}",
    ),
    "damaged packing": (
        PACKED[:100] + b"\xff" * 20 + PACKED[120:],
        f"which is broken (Error -3 while decompressing data: invalid bit length repeat), {AGAIN}",
    ),
    "a head cut off": (
        zipped(x_npy=b"\x93NUMPY\x01\x00\x10\x00{'descr':        ", y_npy=b""),
        f"which is broken (('EOF in multi-line statement', (2, 0))), {AGAIN}",
    ),
    "fewer numbers than the head says": (
        zipped(x_npy=SINGLE.getvalue()[:-8], y_npy=b""),
        "which is broken (EOF: reading array data, expected 96 bytes got 88), " + AGAIN,
    ),
    "text": (b"a,y\n1,0\n", NO_NPZ),
    "pickle": (pickle.dumps([1, 2]), NO_NPZ),
    "zip of texts": (
        zipped(x="hello", y="hello"),
        "where x is no array, expected an .npz file. Fetch the file again.",
    ),
    "single array": (
        SINGLE.getvalue(), "a single array, expected an .npz file. Use numpy.savez.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_not_whole_is_refused(npz_section, content, message):
    section = npz_section(content)

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == f"dataset.path: got {section['path']}, {message}"


def test_a_pickle_is_never_run(npz_section, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    objects = np.array([Bomb()] * 6, dtype=object)

    with pytest.raises(DataError):
        read(npz_section({"x": X, "y": objects}))

    assert not (tmp_path / "exploded").exists()


def test_a_number_beyond_float32_becomes_infinite_and_is_refused_later(npz_section):
    raw = read(npz_section({"x": (X * 1e300).reshape(6, 2, 1), "y": Y}))

    assert np.isinf(raw.features).any()
