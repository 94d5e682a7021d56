"""Texts as token numbers: what is learned, and what Keras makes of the same texts."""

import json

import keras
import numpy as np
import pandas as pd
import pytest

from dltrain.data.input_learning import learn_inputs
from dltrain.data.inputs import inputs_from_json
from dltrain.data.raw import Raw
from dltrain.data.texts.inputs import BEGIN, RARE, SEQUENCE_LENGTH, TextInputs, learn_text
from dltrain.errors import DataError

NOTES = ["The cat, the DOG!", "A cat sat.", "the the bird", "unseen words only"]
TRAIN = np.array([0, 1, 2])


def raw_of(texts):
    table = pd.DataFrame({"note": texts})
    return Raw(table, "table", pd.DataFrame({"y": np.zeros(len(table))}), "", first_line=2)


def learned(texts=NOTES, train=TRAIN, missing="error", **options):
    options = {"encoding": "sequence", "vocabulary": 100, "length": 5} | options
    return learn_text(raw_of(texts), "note", train, options, missing)


def test_words_are_numbered_by_how_often_the_train_rows_have_them():
    inputs = learned()

    assert inputs.words == ("the", "cat", "a", "bird", "dog", "sat")
    assert inputs.vocabulary == 3 + 6
    assert (inputs.form, inputs.shape, inputs.columns_read) == ("tokens", (5,), ["note"])


def test_texts_become_numbers_as_computed_by_hand():
    the, cat, a, bird, dog, sat = range(3, 9)

    numbers = learned().raw(raw_of(NOTES), np.arange(4))

    assert numbers.dtype == np.int32
    assert numbers.tolist() == [
        [BEGIN, the, cat, the, dog],
        [0, BEGIN, a, cat, sat],
        [0, BEGIN, the, the, bird],
        [0, BEGIN, RARE, RARE, RARE],
    ]


VOCABULARIES = {
    "fewer than there are words": (5, ("the", "cat"), 5),
    "as many": (9, ("the", "cat", "a", "bird", "dog", "sat"), 9),
    "more": (1000, ("the", "cat", "a", "bird", "dog", "sat"), 9),
    "nothing but the special ones": (3, (), 3),
}


@pytest.mark.parametrize(
    ("most", "words", "vocabulary"), VOCABULARIES.values(), ids=VOCABULARIES.keys()
)
def test_the_vocabulary_bounds_the_tokens(most, words, vocabulary):
    inputs = learned(vocabulary=most)

    assert (inputs.words, inputs.vocabulary) == (words, vocabulary)
    assert inputs.raw(raw_of(NOTES), np.arange(4)).max() < max(vocabulary, RARE + 1)


@pytest.mark.parametrize("encoding", ["sequence", "multi_hot", "bigrams", "tf_idf"])
def test_texts_of_val_and_test_teach_nothing(encoding):
    changed = [*NOTES[:3], "zebra zebra zebra zebra cat the dog " * 9]
    options = {"encoding": encoding, "length": None}

    assert learned(changed, **options) == learned(**options)


def test_equal_counts_are_ordered_by_the_word_not_by_the_row():
    texts = ["b a", "c b", "a c"]

    assert learned(texts).words == learned(texts[::-1]).words == ("a", "b", "c")


EMPTY = {"nothing": "", "spaces": "  \t ", "punctuation alone": "?! ..."}


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY.keys())
def test_an_empty_text_only_begins(text):
    numbers = learned(length=3).raw(raw_of([text]), np.array([0]))

    assert numbers.tolist() == [[0, 0, BEGIN]]


def test_numbers_of_words_equal_those_of_keras_text_vectorization():
    inputs = learned(length=6)
    layer = keras.layers.TextVectorization(vocabulary=list(inputs.words), output_sequence_length=6)

    ours = inputs.raw(raw_of(NOTES), np.arange(4))
    theirs = np.array(layer(np.array(NOTES)))  # 0 pads behind, 1 is unknown, words from 2 on

    for mine, other in zip(ours, theirs, strict=True):
        words = mine[mine > BEGIN]
        assert [number - 1 for number in words] == [number for number in other if number > 0]


SETS = {
    "multi_hot": [[0, 0, 4, 3, 7], [0, 0, 5, 4, 8], [0, 0, 0, 3, 6], [0, 0, 0, 0, RARE]],
    "tf_idf": [[0, 3, 4, 3, 7], [0, 0, 5, 4, 8], [0, 0, 3, 3, 6], [0, 0, RARE, RARE, RARE]],
}


@pytest.mark.parametrize(("encoding", "rows"), SETS.items(), ids=SETS.keys())
def test_sets_hold_each_token_once_and_counts_all_of_them(encoding, rows):
    numbers = learned(encoding=encoding).raw(raw_of(NOTES), np.arange(4))

    assert numbers.tolist() == rows


def test_pairs_of_neighbours_are_counted_with_the_words():
    inputs = learned(["not good", "not good at all", "good"], encoding="bigrams", length=4)

    assert inputs.words == ("good", "not", "not good", "all", "at", "at all", "good at")
    assert inputs.raw(raw_of(["Not good!", "good not"]), np.arange(2)).tolist() == [
        [0, 4, 5, 3],
        [0, 3, RARE, 4],
    ]


WEIGHTS = np.log1p(3 / (1 + np.array([2, 2, 1, 1, 1, 1])))


def test_words_weigh_by_how_many_train_texts_have_them():
    idf = learned(encoding="tf_idf").idf

    assert np.allclose(idf, [0, 0, WEIGHTS.mean(), *WEIGHTS], rtol=1e-12)


def test_without_words_of_their_own_all_words_weigh_1():
    assert learned(encoding="tf_idf", vocabulary=3).idf == (0.0, 0.0, 1.0)


DEFAULT_LENGTHS = {
    "sequence": SEQUENCE_LENGTH,
    "multi_hot": 5,  # different words of the longest train text
    "bigrams": 10,  # 5 words and 5 pairs
    "tf_idf": 6,
}


@pytest.mark.parametrize(("encoding", "length"), DEFAULT_LENGTHS.items(), ids=DEFAULT_LENGTHS)
def test_the_longest_train_text_gives_the_length(encoding, length):
    texts = ["a b c d a e", "a", "b", "w o r d s o f t e s t"]

    assert learned(texts, encoding=encoding, length=None).shape == (length,)


@pytest.mark.parametrize("encoding", ["sequence", "multi_hot", "bigrams", "tf_idf"])
def test_a_text_longer_than_all_of_the_training_keeps_its_end(encoding):
    inputs = learned(encoding=encoding, length=None)
    long = "bird " * 300 + " ".join(NOTES[0].lower() for _ in range(2))

    numbers = inputs.raw(raw_of([long]), np.array([0]))

    assert numbers.shape == (1, *inputs.shape)
    assert numbers[0, -1] == inputs.words.index("dog") + 3


def test_a_missing_text_is_empty_where_the_file_imputes():
    inputs = learned(["the cat", None, "a dog"], missing="impute", length=2)

    numbers = inputs.raw(raw_of([None, "cat", np.nan]), np.arange(3))

    assert numbers.tolist() == [[0, BEGIN], [BEGIN, 4], [0, BEGIN]]


def test_rows_that_are_dropped_need_no_text():
    inputs = learned(["the cat", None, "a dog"], np.array([0, 2]), "drop")

    assert inputs.words == ("a", "cat", "dog", "the")


MISSING = {
    "error": "got 1 missing value, the first in row 1 (line 3), expected a value in every row.",
    "drop": "got 1 missing value, the first in row 1 (line 3), expected a value in every row.",
}


@pytest.mark.parametrize(("missing", "message"), MISSING.items(), ids=MISSING.keys())
def test_a_missing_text_of_new_rows_is_refused(missing, message):
    inputs = learned(missing=missing)

    with pytest.raises(DataError) as caught:
        inputs.raw(raw_of(["a cat", None]), np.arange(2))

    assert str(caught.value).startswith(f"dataset.columns.note: {message}")


def test_a_missing_text_is_told_without_keys_where_the_data_is_texts_alone():
    inputs = learned()
    rows = Raw(pd.DataFrame({"note": ["a cat", None]}), "texts", pd.DataFrame(), "")

    with pytest.raises(DataError) as caught:
        inputs.raw(rows, np.arange(2))

    assert str(caught.value) == (
        "got 1 missing text, the first in row 1, expected a text in every row. Leave such rows out."
    )


WRONG = {
    "numbers": (
        [1, 2, 3, 4],
        "dataset.columns.note: got a column of numbers, expected texts. Use `type: number` or "
        "`category`.",
    ),
    "no words": (
        ["", "?", "...", "word"],
        "dataset.columns.note: got no word in any train row, expected texts.",
    ),
}


@pytest.mark.parametrize(("texts", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_column_without_texts_is_refused(texts, message):
    with pytest.raises(DataError) as caught:
        learned(texts)

    assert str(caught.value) == message


@pytest.mark.parametrize("encoding", ["sequence", "multi_hot", "bigrams", "tf_idf"])
def test_what_was_learned_survives_json(encoding):
    inputs = learned(encoding=encoding, missing="impute")

    assert inputs_from_json(json.loads(json.dumps(inputs.to_json()))) == inputs


SECTION = {"columns": {"note": {"type": "text", "encoding": "sequence", "vocabulary": 9,
                                "length": 4}},
           "scaling": "standard", "missing": "error"}  # fmt: skip


def test_a_text_alone_is_an_input_of_tokens():
    inputs = learn_inputs(raw_of(NOTES), TRAIN, SECTION)

    assert isinstance(inputs, TextInputs)
    assert inputs.shape == (4,)


def test_a_text_beside_other_columns_is_refused():
    table = pd.DataFrame({"note": NOTES, "a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4]})

    with pytest.raises(DataError) as caught:
        learn_inputs(Raw(table, "table", table, ""), TRAIN, SECTION)

    assert str(caught.value) == (
        "dataset.columns: got the text 'note' beside 2 other columns in one input, expected an "
        "input for each text. Give it one of its own with `dataset.inputs`."
    )
