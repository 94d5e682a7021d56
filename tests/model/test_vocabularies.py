"""Saved networks of texts: token numbers have to mean what they meant."""

import json

import keras
import pytest

from dltrain.data.texts.inputs import TextInputs
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import ModelError

WORDS = ("a", "film", "good")
TEXT = "architecture:\n  layers:\n    - {type: saved, path: run/model/best.keras}\n"


def texts(words=WORDS):
    return TextInputs((5,), "sequence", len(words) + 3, "note", words)


@pytest.fixture
def run(tmp_path):
    """Leave a model of texts as a run does, with the words that it counted."""
    folder = tmp_path / "run"
    (folder / "model").mkdir(parents=True)
    layers = keras.layers
    keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(6, 2),
            layers.Flatten(),
            layers.Dense(1),
        ]
    ).save(folder / "model" / "best.keras")
    facts = {"inputs": texts().to_json(), "target": {}}
    (folder / "preprocessing.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


@pytest.mark.parametrize("inputs", [texts(), TokenInputs((5,), "sequence", 6)])
def test_equal_words_are_taken(build, run, inputs):
    assert build(TEXT, inputs).network.get_layer("saved").input.shape == (None, 5)


def test_other_words_are_refused(build, run):
    with pytest.raises(ModelError) as caught:
        build(TEXT, texts(("a", "good", "film")))

    assert caught.value.key == ("architecture", "layers", 0)
    assert caught.value.message == (
        f"got texts with other words, expected those that {run / 'preprocessing.json'} holds. "
        "Token numbers mean words: only equal train rows have equal ones."
    )


def test_more_tokens_than_the_network_knows_are_refused(build, run):
    with pytest.raises(ModelError) as caught:
        build(TEXT, TokenInputs((5,), "sequence", 7))

    assert caught.value.message == (
        "got texts of 7 different tokens, expected at most 6, as many as the network knows. "
        "Use a smaller `vocabulary`."
    )


@pytest.mark.parametrize("text", ["", "[]", '{"inputs": 3}'])
def test_another_file_of_that_name_says_nothing(build, run, text):
    (run / "preprocessing.json").write_text(text, encoding="utf-8")

    assert build(TEXT, texts(("a", "good", "film"))).network.get_layer("saved")
