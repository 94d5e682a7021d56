"""The saved model takes raw rows and gives the network's predictions on prepared ones."""

import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest

from dltrain.data.columns import (
    BooleanColumn,
    CategoryColumn,
    DateColumn,
    DatePart,
    NumberColumn,
)
from dltrain.data.inputs import ArrayInputs, ImageInputs, prepared
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.targets import Target
from dltrain.data.texts.tokens import TokenInputs
from dltrain.model import building
from dltrain.model.objective import objective
from dltrain.model.preprocessing import joined, tables

RANDOM = np.random.default_rng(0)
N = 40
NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
NO_TARGETS = pd.DataFrame(index=range(N))
TARGET = Target("multiclass", ("y",), (0, 1, 2))


def table(columns, cells):
    return TableInputs(columns), Raw(pd.DataFrame(cells), "table", NO_TARGETS, "")


def array(inputs, features):
    return inputs, Raw(features, inputs.form, NO_TARGETS, "")


def imputed(column):
    """Let a column fill its gaps, with a number that is not in the middle."""
    options = {"missing": "impute", "indicator": True}
    if column.type == "number":
        fill = {"log1p": 50.0, "unit_norm": 1e19}
        options["fill"] = fill.get(column.scaling, column.center + column.scale / 3)
    if column.type == "boolean":
        options["fill"] = 1.0
    return replace(column, **options)


PIXELS = RANDOM.integers(0, 256, (N, 6, 5, 2)).astype(np.uint8)
NUMBERS = {"a": RANDOM.normal(50, 9, N), "b": RANDOM.normal(0, 1, N)}
MANY = NUMBERS | {
    "tiny": RANDOM.normal(3e-9, 1e-9, N),
    "huge": RANDOM.normal(3e25, 1e25, N),
    "seconds": 1.7e9 + RANDOM.integers(0, 100, N).astype(float),
    "colour": RANDOM.choice(["red", "green", "blue"], N),
    "code": RANDOM.choice([0, 2, 7, 9], N),
    "weekday": RANDOM.integers(0, 7, N),
    "wide": RANDOM.lognormal(9, 4, N) - 1,
    "east": RANDOM.normal(0, 1e20, N),
    "north": RANDOM.normal(0, 3e20, N),
    "sick": RANDOM.choice(["yes", "no"], N),
    "day": pd.date_range("2020-02-28T21:50", periods=N, freq="83h").astype(str),
}
GAPPY = {
    name: [None if RANDOM.random() < 0.3 else cell for cell in cells]
    for name, cells in MANY.items()
}
COLUMNS = (
    NumberColumn("a", "standard", 50.0, 9.0),
    CategoryColumn("colour", ("red", "green")),
    NumberColumn("b", "none", 0.0, 1.0),
    CategoryColumn("code", (2, 7, 0)),
    NumberColumn("tiny", "standard", 3e-9, 1e-9),
    NumberColumn("huge", "standard", 3e25, 1e25),
    NumberColumn("seconds", "standard", 50.0, 30.0, offset=1.7e9),
)
PARTS = (
    DatePart("year", 2020.25, 0.5, 2020.0), DatePart("month", first=1, period=12),
    DatePart("day", 14.0, 9.0, 15.0), DatePart("weekday", first=0, period=7),
    DatePart("hour", first=0, period=24),
)  # fmt: skip
NEW = (
    CategoryColumn("colour", ("red", "green"), encoding="integer"),
    NumberColumn("east", "unit_norm", 0.0, 1.0),
    DateColumn("day", PARTS),
    BooleanColumn("sick"),
    CategoryColumn("code", (7, 2, 0), encoding="embedding", dimension=2),
    NumberColumn("a", "standard", 50.0, 9.0),
    NumberColumn("wide", "log1p", 9.0, 4.0),
    NumberColumn("north", "unit_norm", 0.0, 1.0),
)
IMPUTED, NEW_IMPUTED = (tuple(imputed(column) for column in columns) for columns in (COLUMNS, NEW))
CASES = {
    "numbers": table((NumberColumn("a", "standard", 50.0, 9.0),), {"a": NUMBERS["a"]}),
    "numbers as they are": table((NumberColumn("b", "none", 0.0, 1.0),), {"b": NUMBERS["b"]}),
    "words, one of them unknown": table((COLUMNS[1],), {"colour": MANY["colour"]}),
    "codes, one of them unknown": table((COLUMNS[3],), {"code": MANY["code"]}),
    "columns of every kind": table(COLUMNS, MANY),
    "columns of every kind with gaps": table(IMPUTED, GAPPY),
    "gaps that only new rows have": table(
        tuple(replace(column, indicator=False) for column in IMPUTED), GAPPY
    ),
    "logarithms": table((NEW[6],), {"wide": MANY["wide"]}),
    "rows of norm 1, one of them zero": table(
        (NEW[1], NEW[7]), {"east": [0.0, *MANY["east"][1:]], "north": [0.0, *MANY["north"][1:]]}
    ),
    "booleans": table((NEW[3],), {"sick": MANY["sick"]}),
    "dates": table((NEW[2],), {"day": MANY["day"]}),
    "words as integers": table((NEW[0],), {"colour": MANY["colour"]}),
    "codes that are embedded": table((NEW[4],), {"code": MANY["code"]}),
    "integers of every kind": table(
        (
            NEW[0],
            NEW[4],
            CategoryColumn("weekday", (3, 4, 5), encoding="integer"),
            CategoryColumn("code", (2, 9), "zeros", "impute", True, "integer"),
        ),
        MANY,
    ),
    "columns of every newer kind": table(NEW, MANY),
    "columns of every newer kind with gaps": table(NEW_IMPUTED, GAPPY),
    "gaps of every newer kind that only new rows have": table(
        tuple(replace(column, indicator=False) for column in NEW_IMPUTED), GAPPY
    ),
    "unscaled numbers with gaps": table(
        (NumberColumn("b", "none", 0.0, 1.0, missing="impute", fill=0.5),), {"b": GAPPY["b"]}
    ),
    "pictures, 0 to 1": array(ImageInputs((6, 5, 2), "0_1"), PIXELS),
    "pictures, as they are": array(ImageInputs((6, 5, 2), "none"), PIXELS),
    "pictures, standardised": array(
        ImageInputs((6, 5, 2), "standard", (127.0, 90.5), (5000.0, 41.0)), PIXELS
    ),
    "tokens, expanded": array(
        TokenInputs((7,), "multi_hot", 11), RANDOM.integers(0, 11, (N, 7)).astype(np.int32)
    ),
    "numbers in an array": array(
        ArrayInputs((4, 3)), RANDOM.normal(size=(N, 4, 3)).astype(np.float32)
    ),
}


def network(inputs):
    keras.utils.set_random_seed(2)
    architecture = {"type": "mlp", "units": [6], "activation": "tanh", "output": "auto"}
    network, _ = building.build_network(architecture, NOTHING, inputs.to_json(), **TARGET.facts)
    return network


@pytest.mark.parametrize(("inputs", "raw"), CASES.values(), ids=CASES.keys())
def test_the_joined_model_gives_the_networks_predictions_on_prepared_rows(inputs, raw):
    trained = network(inputs)

    model = joined(trained, inputs.to_json())

    found = model.predict(inputs.raw(raw, raw.numbers()), verbose=0)
    expected = trained.predict(prepared(inputs, raw, raw.numbers())[1], verbose=0)
    assert np.allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert np.ptp(expected) > 0.01


TABLES = {name: case for name, case in CASES.items() if case[0].form == "table"}


@pytest.mark.parametrize(("inputs", "raw"), TABLES.values(), ids=TABLES.keys())
def test_the_layers_of_a_table_give_its_prepared_rows(inputs, raw):
    before, after = prepared(inputs, raw, raw.numbers())
    first = keras.Input(before.shape[1:])

    model = keras.Model(first, tables.prepared(first, inputs.to_json()["columns"]))

    np.testing.assert_allclose(model.predict(before, verbose=0), after, rtol=1e-5, atol=2e-5)


SEEN = {
    "0 to 1": (CASES["pictures, 0 to 1"], PIXELS / 255),
    "as they are": (CASES["pictures, as they are"], PIXELS * 1.0),
    "standardised": (
        CASES["pictures, standardised"], (PIXELS - [127.0, 90.5]) / np.sqrt([5000.0, 41.0]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), SEEN.values(), ids=SEEN.keys())
def test_pictures_are_scaled_inside_the_network(case, expected):
    inputs, raw = case
    whole = network(inputs)

    first = keras.Model(whole.input, whole.layers[1].output)

    assert np.allclose(first.predict(raw.features, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_joining_shares_the_weights():
    inputs, raw = CASES["columns of every kind"]
    trained = network(inputs)
    model = joined(trained, inputs.to_json())

    trained.set_weights([np.zeros_like(array) for array in trained.get_weights()])

    found = model.predict(inputs.raw(raw, raw.numbers()), verbose=0)
    assert np.allclose(found, 1 / 3)


PLAIN = """
import sys, warnings
warnings.simplefilter("error")

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "dltrain":
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
import keras, numpy as np
folder, *names = sys.argv[1:]
for name in names:
    model = keras.saving.load_model(f"{folder}/{name}.keras")
    rows = np.load(f"{folder}/{name}-rows.npy")
    np.save(f"{folder}/{name}-found.npy", model.predict(rows, verbose=0))
    print(name, model.compiled)
assert not any(name.startswith("dltrain") for name in sys.modules)
"""


@pytest.mark.slow
def test_plain_keras_loads_what_is_saved_without_dltrain(tmp_path):
    expected, compiled = {}, []
    for number, (inputs, raw) in enumerate(CASES.values()):
        name, model = str(number), joined(network(inputs), inputs.to_json())
        if number % 2:
            goal = objective(
                "auto", [{"type": "accuracy", "name": "accuracy"}],
                label_smoothing=0.0, threshold=0.5, **TARGET.facts,
            )  # fmt: skip
            building.compile_model(model, goal, {"type": "adam", "learning_rate": 0.1})
        rows = inputs.raw(raw, raw.numbers())
        model.save(tmp_path / f"{name}.keras")
        np.save(tmp_path / f"{name}-rows.npy", rows)
        expected[name] = model.predict(rows, verbose=0)
        compiled.append(f"{name} {bool(number % 2)}")

    ended = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, str(tmp_path), *expected],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == compiled
    for name, outputs in expected.items():
        assert np.array_equal(np.load(tmp_path / f"{name}-found.npy"), outputs)
