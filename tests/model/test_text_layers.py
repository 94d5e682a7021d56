"""Texts as Keras layers: what the first layer sees, beside Keras's own TextVectorization."""

import keras
import numpy as np
import pandas as pd
import pytest

from dltrain.data.raw import Raw
from dltrain.data.texts.inputs import learn_text
from dltrain.data.texts.tokens import TokenInputs
from dltrain.model.preprocessing import network_input

NOTHING = {}
RANDOM = np.random.default_rng(4)
WORDS = np.array([f"w{number}" for number in range(40)])
WEIGHTS = 1 / np.arange(1, 41)
TEXTS = [
    " ".join(RANDOM.choice(WORDS, RANDOM.integers(1, 30), p=WEIGHTS / WEIGHTS.sum()))
    for _ in range(60)
]
TRAIN = np.arange(40)
RAW = Raw(pd.DataFrame({"note": TEXTS}), "table", pd.DataFrame(index=range(60)), "")


def expansion(inputs):
    """Give what turns tokens into what the first layer sees."""
    return keras.Model(*network_input(inputs.to_json(), NOTHING))


def learned(encoding, vocabulary):
    options = {"encoding": encoding, "vocabulary": vocabulary, "length": 60}
    return learn_text(RAW, "note", TRAIN, options, "error")


def adapted(**options):
    layer = keras.layers.TextVectorization(**options)
    layer.adapt(TEXTS[: len(TRAIN)])
    return layer


ORACLES = {
    "multi_hot": {"output_mode": "multi_hot"},
    "bigrams": {"output_mode": "multi_hot", "ngrams": 2},
    "tf_idf": {"output_mode": "tf_idf"},
}


@pytest.mark.parametrize(("encoding", "options"), ORACLES.items(), ids=ORACLES.keys())
def test_all_words_reach_the_first_layer_as_keras_encodes_them(encoding, options):
    layer, inputs = adapted(**options), learned(encoding, 10_000)

    found = expansion(inputs).predict(inputs.raw(RAW, RAW.numbers()), verbose=0)

    theirs = np.array(layer(np.array(TEXTS)))
    columns = {word: column for column, word in enumerate(layer.get_vocabulary())}
    assert set(inputs.words) == set(columns) - {"[UNK]"}
    expected = theirs[:, [columns[word] for word in ("[UNK]", *inputs.words)]]
    assert np.allclose(found[:, 2:], expected, rtol=1e-6)
    assert not found[:, :2].any()


@pytest.mark.parametrize(("encoding", "options"), ORACLES.items(), ids=ORACLES.keys())
def test_rare_words_share_a_number_as_in_keras(encoding, options):
    inputs = learned(encoding, 12)
    given = {"vocabulary": list(inputs.words)}
    if inputs.idf:
        given["idf_weights"] = list(inputs.idf[3:])
    layer = keras.layers.TextVectorization(**options | given)

    found = expansion(inputs).predict(inputs.raw(RAW, RAW.numbers()), verbose=0)

    assert found.shape == (60, 12)
    assert np.allclose(found[:, 2:], np.array(layer(np.array(TEXTS))), rtol=1e-6)


def test_a_token_that_comes_again_is_still_1_and_padding_0():
    tokens = np.array([[0, 3, 3], [0, 0, 0], [1, 2, 4]], np.int32)

    found = expansion(TokenInputs((3,), "multi_hot", 5)).predict(tokens, verbose=0)

    assert found.tolist() == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 1, 1, 0, 1]]


def test_counts_are_multiplied_by_what_a_token_weighs():
    tokens = np.array([[0, 3, 3], [0, 0, 0], [1, 2, 4]], np.int32)
    inputs = TokenInputs((3,), "tf_idf", 5, (0.0, 0.5, 1.0, 2.0, 3.0))

    found = expansion(inputs).predict(tokens, verbose=0)

    assert found.tolist() == [[0, 0, 0, 4, 0], [0, 0, 0, 0, 0], [0, 0.5, 1, 0, 3]]


def test_a_sequence_stays_as_it_is():
    first, seen = network_input(TokenInputs((3,), "sequence", 5).to_json(), NOTHING)

    assert first is seen


@pytest.mark.parametrize("encoding", ORACLES)
def test_expansions_survive_saving_with_plain_keras(tmp_path, encoding):
    inputs = learned(encoding, 12)
    model, tokens = expansion(inputs), inputs.raw(RAW, RAW.numbers())

    model.save(tmp_path / "a.keras")

    loaded = keras.saving.load_model(tmp_path / "a.keras")
    assert np.array_equal(loaded.predict(tokens, verbose=0), model.predict(tokens, verbose=0))


@pytest.mark.parametrize("encoding", ORACLES)
def test_mixed_precision_counts_exactly(encoding):
    inputs = learned(encoding, 12)
    tokens = inputs.raw(RAW, RAW.numbers())
    expected = expansion(inputs).predict(tokens, verbose=0)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        found = expansion(inputs).predict(tokens, verbose=0)
    finally:
        keras.config.set_dtype_policy("float32")

    assert np.array_equal(found, expected)
