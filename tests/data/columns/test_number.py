"""Numbers: logarithms and rows of norm 1; the other scalings are tested with whole tables."""

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer, StandardScaler

from dltrain.errors import DataError

RANDOM = np.random.default_rng(0)
AMOUNTS = RANDOM.lognormal(5, 3, 60) - 0.5
VECTORS = pd.DataFrame(RANDOM.normal(0, [1, 10, 1e6], (60, 3)), columns=list("abc"))
LOGARITHM = {"type": "number", "scaling": "log1p"}


def test_logarithms_are_standardised_by_the_train_rows_as_in_scikit_learn(learn):
    _, found = learn({"a": AMOUNTS}, train=40, scaling="log1p")

    pipeline = make_pipeline(FunctionTransformer(np.log1p), StandardScaler())
    expected = pipeline.fit(AMOUNTS[:40, None]).transform(AMOUNTS[:, None])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_missing_logarithm_is_that_of_the_median(learn):
    cells = np.where(RANDOM.random(60) < 0.3, np.nan, AMOUNTS)

    _, found = learn({"a": cells}, train=40, scaling="log1p", missing="impute")

    pipeline = make_pipeline(
        SimpleImputer(strategy="median"), FunctionTransformer(np.log1p)
    ).fit(cells[:40, None])  # fmt: skip
    logarithms = pipeline.transform(cells[:, None])
    known = np.log1p(cells[:40][~np.isnan(cells[:40])])
    expected = (logarithms[:, 0] - known.mean()) / known.std()
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-5, atol=1e-6)
    assert np.array_equal(found[:, 1], np.isnan(cells))


def test_a_constant_logarithm_is_not_blown_up(learn):
    inputs, found = learn({"a": [9.0, 9.0, 99.0]}, train=2, scaling="log1p")

    assert inputs.columns[0].scale == 1.0
    np.testing.assert_allclose(found[:, 0], [0, 0, np.log(10)], rtol=1e-6)


ROWS = {"some": VECTORS, "one of zeros": VECTORS * (VECTORS.index.to_numpy() > 0)[:, None]}


@pytest.mark.parametrize("table", ROWS.values(), ids=ROWS.keys())
def test_rows_are_divided_by_their_norm_as_in_scikit_learn(learn, table):
    _, found = learn(table, train=40, scaling="unit_norm")

    expected = Normalizer().transform(table.to_numpy())
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_the_norm_is_that_of_the_columns_which_ask_for_it(learn):
    unit = {"type": "number", "scaling": "unit_norm"}

    _, found = learn(VECTORS, a=unit, c=unit)

    expected = Normalizer().transform(VECTORS[["a", "c"]].to_numpy())
    np.testing.assert_allclose(found[:, [0, 2]], expected, rtol=1e-5, atol=1e-7)
    scaled = StandardScaler().fit_transform(VECTORS[["b"]])
    np.testing.assert_allclose(found[:, [1]], scaled, rtol=1e-5, atol=1e-6)


MEND = "Mend the cell, or use another scaling."
ABOVE = "expected a number above -1 for `scaling: log1p`"
WRONG = {
    "-1 in a train row": (
        {"a": [1.0, -1.0, 3.0]}, 3, f"got -1.0 in row 1 (line 3), {ABOVE}. {MEND}",
    ),
    "a word below": ({"a": ["1", "2", "-7"]}, 3, f"got '-7' in row 2 (line 4), {ABOVE}. {MEND}"),
    "-3 in a later row": ({"a": [1, 2, -3]}, 2, f"got -3 in row 2 (line 4), {ABOVE}. {MEND}"),
    "-1 as float32": (
        {"a": [1.0, 2.0, -1 + 1e-12]}, 2, f"got -0.999999999999 in row 2 (line 4), {ABOVE}. {MEND}",
    ),
    "Unix seconds": (
        {"a": 1_600_000_000 + np.arange(60)}, 60,
        "got numbers that differ by too little (1.6e+09 to 1.6e+09) for `scaling: log1p`, expected "
        "what float32 can tell apart. Use another scaling, or leave the column out.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "train", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_number_without_a_logarithm_is_named(learn, table, train, message):
    with pytest.raises(DataError) as caught:
        learn(table, train, a=LOGARITHM)

    assert str(caught.value) == f"dataset.columns.a: {message}"


def test_unix_seconds_have_no_direction_in_float32(learn):
    with pytest.raises(DataError, match=r"for `scaling: unit_norm`, expected what float32"):
        learn({"a": 1_600_000_000 + np.arange(60)}, scaling="unit_norm")


def test_a_column_of_nullable_numbers_is_one_of_numbers(learn):
    cells = pd.array([1, None, 3], dtype="Int64")

    inputs, found = learn({"a": cells}, missing="impute")

    assert inputs.columns[0].type == "number"
    assert found[:, 1].tolist() == [0, 1, 0]
