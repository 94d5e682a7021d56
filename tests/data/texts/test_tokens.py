"""Texts that come as token numbers: what is learned about them from the train rows."""

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.data.inputs import inputs_from_json
from dltrain.data.raw import Raw
from dltrain.data.texts.tokens import TokenInputs, learn_tokens
from dltrain.errors import DataError

TEXTS = np.array([[0, 0, 1, 5], [0, 1, 5, 5], [0, 0, 1, 6], [1, 6, 6, 7]], np.int32)
TRAIN = np.array([0, 1, 2])


def learned(features=TEXTS, **options):
    return learn_tokens(
        features, TRAIN, {"encoding": "multi_hot", "vocabulary": 8, "length": None} | options
    )


def raw_of(features):
    return Raw(features, "tokens", pd.DataFrame({"y": np.zeros(len(features))}), "")


def test_a_sequence_keeps_the_length_that_it_has():
    assert learned(encoding="sequence") == TokenInputs((4,), "sequence", 8)


@pytest.mark.parametrize("encoding", ["multi_hot", "tf_idf"])
def test_else_the_longest_train_text_gives_the_length(encoding):
    inputs = learned(encoding=encoding)

    assert inputs.shape == (3,)
    assert inputs.raw(raw_of(TEXTS), np.array([3, 0])).tolist() == [[6, 6, 7], [0, 1, 5]]


def test_a_length_of_the_file_stays():
    assert learned(length=4).shape == (4,)


def test_empty_texts_have_one_token():
    assert learned(np.zeros((4, 3), np.int32)).shape == (1,)


def test_tokens_weigh_by_how_many_train_texts_have_them():
    documents = np.array([0, 3, 0, 0, 0, 2, 1, 0])

    idf = learned(encoding="tf_idf").idf

    assert np.allclose(idf, [0, *np.log1p(3 / (1 + documents))[1:]], rtol=1e-12)


@pytest.mark.parametrize("encoding", ["sequence", "multi_hot", "tf_idf"])
def test_texts_of_val_and_test_teach_nothing(encoding):
    changed = TEXTS.copy()
    changed[3] = [0, 0, 0, 2]

    assert learned(changed, encoding=encoding) == learned(encoding=encoding)


@pytest.mark.parametrize("encoding", ["sequence", "multi_hot", "tf_idf"])
def test_what_was_learned_survives_json(encoding):
    inputs = learned(encoding=encoding)

    assert inputs_from_json(json.loads(json.dumps(inputs.to_json()))) == inputs


def test_pairs_of_words_are_refused():
    with pytest.raises(DataError) as caught:
        learned(encoding="bigrams")

    assert str(caught.value) == (
        "dataset.text.encoding: got bigrams of texts that come as token numbers, expected single "
        "words. Use another, or `type: text` with the texts themselves."
    )
