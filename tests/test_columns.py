"""A run on a table with columns of every type, from the file to predictions of new rows."""

import json

import numpy as np
import pandas as pd
import pytest

import dltrain
from dltrain.new_rows import from_table
from dltrain.reevaluation import evaluate, read_preprocessing
from dltrain.run_folder import PREPROCESSING, RESOLVED

ROWS = 160
CONFIG = """\
dataset:
  type: csv
  path: shops.csv
  target: sold
  columns:
    day: {type: date, format: "%d.%m.%Y", cyclic: false}
    promo: {type: boolean}
    shop: {type: category, encoding: embedding, dimension: 3}
    code: {type: category, encoding: integer}
    price: {type: number, scaling: log1p}
    east: {type: number, scaling: unit_norm}
    north: {type: number, scaling: unit_norm}
  missing: impute
architecture: {layers: [{type: dense, units: 8, activation: tanh}]}
regularization: {kernel: {type: l2, l2: 1.0e-4}}
training: {epochs: 3}
"""


def shops():
    draw = np.random.default_rng(0)
    times = pd.date_range("2022-03-01T06:00", periods=ROWS, freq="91h")
    table = pd.DataFrame({
        "when": times.strftime("%Y-%m-%dT%H:%M"),
        "day": times.strftime("%d.%m.%Y"),
        "open": draw.choice(["true", "false"], ROWS),
        "promo": draw.choice(["yes", "no"], ROWS),
        "shop": draw.choice([f"shop {at}" for at in range(9)], ROWS),
        "code": draw.choice([3, 70, 500], ROWS),
        "price": draw.lognormal(3, 1, ROWS),
        "east": draw.normal(size=ROWS),
        "north": draw.normal(size=ROWS),
        "sold": draw.normal(size=ROWS),
    })  # fmt: skip
    for name in ("when", "open", "shop", "price"):
        table.loc[draw.random(ROWS) < 0.1, name] = None
    return table


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = tmp_path_factory.mktemp("shops")
    shops().to_csv(home / "shops.csv", index=False)
    (home / "shops.yaml").write_text(CONFIG, encoding="utf-8")
    return dltrain.fit(home / "shops.yaml", output=home / "runs", quiet=True)


@pytest.fixture(scope="module")
def predictions(run):
    """What predictions.csv holds, by row."""
    table = pd.read_csv(run.path / "predictions.csv").set_index("row")
    return table["prediction"].sort_index()


def test_new_rows_are_predicted_as_in_the_run(run, predictions):
    found = run.predict(shops())["prediction"]

    np.testing.assert_allclose(found[predictions.index], predictions, rtol=1e-4, atol=1e-5)


def test_the_cells_of_new_rows_may_be_dates_and_booleans_of_pandas(run):
    table = shops().head(20)
    typed = table.assign(
        when=pd.to_datetime(table["when"]),
        day=pd.to_datetime(table["day"], format="%d.%m.%Y"),
        open=table["open"].map({"true": True, "false": False}).astype("boolean"),
        promo=table["promo"] == "yes",
    )

    assert run.predict(typed).equals(run.predict(table))


def test_the_model_itself_takes_the_parts_of_dates_as_numbers(run):
    inputs, _ = read_preprocessing(run._folder)
    names = json.loads((run.path / PREPROCESSING).read_text(encoding="utf-8"))["inputs"]["raw"]
    raw = from_table(shops(), inputs)

    rows = inputs.raw(raw, raw.numbers())

    assert names[:7] == [
        "when.year", "when.month", "when.day", "when.weekday", "when.hour", "day.year", "day.month",
    ]  # fmt: skip
    assert rows.shape == (ROWS, len(names))
    assert run.predict(rows)["prediction"].tolist() == run.predict(shops())["prediction"].tolist()


@pytest.mark.slow
def test_the_resolved_file_gives_the_same_run(run, tmp_path):
    again = dltrain.fit(run.path / RESOLVED, output=tmp_path, quiet=True)

    assert again.metrics == run.metrics
    first, second = ((one.path / PREPROCESSING).read_bytes() for one in (run, again))
    assert first == second


def test_a_run_is_evaluated_again_to_the_same_figures(run):
    assert evaluate(run.path)["splits"] == run.metrics


WRONG = {
    "a date in another format": (
        {"day": "2022-01-01"},
        "dataset.columns.day: got '2022-01-01' in row 0, expected a date in the format %d.%m.%Y. "
        "Mend the cell.",
    ),
    "a word that is not true": (
        {"promo": "maybe"},
        "dataset.columns.promo: got 'maybe' in row 0, expected true or false, yes or no, t or f, "
        "y or n, on or off, 1 or 0. Mend the cell, or use `type: category`.",
    ),
}


@pytest.mark.parametrize(("cells", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_cell_of_a_new_row_that_its_column_does_not_take_is_named(run, cells, message):
    with pytest.raises(dltrain.DltrainError) as caught:
        run.predict(shops().head(3).assign(**cells))

    assert str(caught.value) == message


def test_an_array_has_the_numbers_of_the_model(run):
    with pytest.raises(dltrain.DltrainError) as caught:
        run.predict(np.zeros((2, 9), np.float32))

    assert str(caught.value) == "got rows of shape (2, 9), expected (n, 16)."
