"""Pictures, tokens and arrays: what is learned, and what survives preprocessing.json."""

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.data.input_learning import learn_inputs
from dltrain.data.inputs import ArrayInputs, ImageInputs, inputs_from_json
from dltrain.data.raw import Raw
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import DataError

TRAIN = np.array([0, 2])
PICTURES = np.random.default_rng(0).integers(0, 256, (4, 3, 2, 2), dtype=np.uint8)
TOKENS = np.array([[1, 2, 3], [0, 4, 5]], np.int32)


def raw_of(features, form):
    targets = pd.DataFrame({"y": np.zeros(len(features))})
    return Raw(features, form, targets, "")


def images(scaling, pictures=PICTURES):
    section = {"images": {"scaling": scaling}}
    return learn_inputs(raw_of(pictures, "images"), TRAIN, section)


@pytest.mark.parametrize("scaling", ["0_1", "none", "standard"])
def test_pictures_stay_bytes(scaling):
    raw = raw_of(PICTURES, "images")
    inputs = images(scaling)

    assert inputs.shape == (3, 2, 2)
    assert inputs.raw(raw, TRAIN).dtype == np.uint8
    assert np.array_equal(inputs.raw(raw, TRAIN), PICTURES[TRAIN])


def test_mean_and_variance_of_each_channel_are_those_of_numpy_over_the_train_rows():
    inputs = images("standard")

    pixels = PICTURES[TRAIN].reshape(-1, 2)
    np.testing.assert_allclose(inputs.mean, pixels.mean(axis=0))
    np.testing.assert_allclose(inputs.variance, pixels.var(axis=0))


def test_pictures_of_val_and_test_teach_nothing():
    changed = PICTURES.copy()
    changed[[1, 3]] = 255

    assert images("standard", changed) == images("standard")


def test_a_channel_without_variance_is_not_blown_up():
    inputs = images("standard", np.full((4, 3, 2, 1), 7, np.uint8))

    assert inputs.mean == (7.0,)
    assert inputs.variance == (1.0,)


def test_tokens_stay_whole_numbers():
    raw = raw_of(TOKENS, "tokens")
    section = {"text": {"encoding": "multi_hot", "vocabulary": 10, "length": 3}}

    inputs = learn_inputs(raw, np.array([0]), section)

    assert inputs == TokenInputs((3,), "multi_hot", 10)
    assert inputs.raw(raw, np.array([1])).tolist() == [[0, 4, 5]]
    assert inputs.raw(raw, np.array([1])).dtype == np.int32


def test_other_arrays_stay_as_they_are():
    raw = raw_of(np.arange(12, dtype=np.float32).reshape(2, 3, 2), "array")

    inputs = learn_inputs(raw, np.array([0]), {})

    assert inputs == ArrayInputs((3, 2))
    assert np.array_equal(inputs.raw(raw, np.array([1])), raw.features[[1]])


ROUND_TRIPS = {
    "images": ImageInputs((3, 2, 1), "0_1"),
    "images, standard": ImageInputs((3, 2, 2), "standard", (1.0, 2.5), (3.0, 4.0)),
    "tokens": TokenInputs((200,), "sequence", 10_000),
    "array": ArrayInputs((5, 3)),
}


@pytest.mark.parametrize("inputs", ROUND_TRIPS.values(), ids=ROUND_TRIPS.keys())
def test_inputs_survive_json(inputs):
    assert inputs_from_json(json.loads(json.dumps(inputs.to_json()))) == inputs


def test_a_table_survives_json():
    table = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    raw = Raw(table, "table", table, "")

    section = {"columns": {}, "scaling": "standard", "missing": "error"}

    inputs = learn_inputs(raw, np.array([0, 1]), section)

    assert inputs_from_json(json.loads(json.dumps(inputs.to_json()))) == inputs


@pytest.mark.parametrize("cell", [np.nan, np.inf, -np.inf], ids=str)
def test_an_array_with_a_number_that_is_not_finite_is_refused(cell):
    features = np.zeros((4, 2, 3), np.float32)
    features[2, 1, 0] = cell

    with pytest.raises(DataError) as caught:
        learn_inputs(raw_of(features, "array"), TRAIN, {})

    assert str(caught.value) == (
        "dataset.path: got a value that is not finite in row 2, "
        "expected finite numbers of at most 3.4e38. Mend or remove the row."
    )
