"""Words, pairs of words, and rows of one length."""

import string

import keras
import numpy as np
import pytest

from dltrain.data.texts.words import different, inverse_frequencies, padded, terms_of, words_of

SENTENCES = [
    "It's GOOD, isn't it?",
    f"a{string.punctuation}b c",
    "  two\tlines\nand  spaces ",
    "e-mail: me@example.org (now!)",
    "1,000.50 or 3/4",
]


@pytest.mark.parametrize(("encoding", "ngrams"), [("multi_hot", None), ("bigrams", 2)])
def test_words_and_pairs_are_split_as_keras_text_vectorization_does(encoding, ngrams):
    layer = keras.layers.TextVectorization(ngrams=ngrams)
    layer.adapt(SENTENCES)
    keras_words = layer.get_vocabulary()[2:]

    ours = {term for sentence in SENTENCES for term in terms_of(sentence, encoding)}

    assert ours == set(keras_words)


TERMS = {
    "no word": ("?!", []),
    "one word": ("Good.", ["good"]),
    "two words": ("so good", ["so", "so good", "good"]),
}


@pytest.mark.parametrize(("text", "terms"), TERMS.values(), ids=TERMS.keys())
def test_pairs_stand_between_their_words(text, terms):
    assert terms_of(text, "bigrams") == terms


def test_without_pairs_terms_are_words():
    assert terms_of("It is, it is.", "tf_idf") == words_of("It is, it is.")


LENGTHS = {
    "the end is kept": (2, [[4, 5], [0, 1]]),
    "zeros stand in front": (4, [[1, 3, 4, 5], [0, 0, 0, 1]]),
    "one token": (1, [[5], [1]]),
}


@pytest.mark.parametrize(("length", "rows"), LENGTHS.values(), ids=LENGTHS.keys())
def test_every_text_gets_one_length(length, rows):
    assert padded([[1, 3, 4, 5], [1]], length).tolist() == rows


DIFFERENT = {
    "all": ([3, 4, 3, 5], 9, [4, 3, 5]),
    "those that are last": ([3, 4, 3, 5], 2, [3, 5]),
    "none": ([], 9, []),
}


@pytest.mark.parametrize(("tokens", "most", "kept"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_a_token_that_comes_again_is_kept_once(tokens, most, kept):
    assert different(tokens, most) == kept


def test_rare_words_weigh_more_as_computed_by_hand():
    found = inverse_frequencies(np.array([0, 1, 9]), 10)

    assert np.allclose(found, [np.log(11), np.log(6), np.log(2)], rtol=1e-12)
