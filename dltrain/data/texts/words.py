"""Texts to words, as Keras's TextVectorization splits them, and rows of tokens of one length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, pairwise
from typing import Any

import numpy as np

PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']""")
# Encodings for which a token counts once a text, however often it is there.
SETS = ("bigrams", "multi_hot")


def words_of(text: Any) -> list[str]:
    """Split a text into words: lower case, without punctuation.

    Example:
        >>> words_of("It's GOOD, isn't it?")
        ['its', 'good', 'isnt', 'it']
    """
    return PUNCTUATION.sub("", str(text).lower()).split()


def terms_of(text: Any, encoding: str) -> list[str]:
    """Split a text into what has a number: words, for bigrams also pairs of neighbours.

    Example:
        >>> terms_of("Not good, sir!", "bigrams")
        ['not', 'not good', 'good', 'good sir', 'sir']
    """
    words = words_of(text)
    if encoding != "bigrams":
        return words
    pairs = map(" ".join, pairwise(words))
    return [*chain.from_iterable(zip(words, pairs, strict=False)), *words[-1:]]


def different(tokens: Iterable[int], most: int) -> list[int]:
    """Keep each token once, where it is last; of too many those that are last.

    Example:
        >>> different([5, 6, 5, 7], 2)
        [5, 7]
    """
    return list(dict.fromkeys(reversed([*tokens])))[:most][::-1]


def padded(texts: Iterable[list[int]], length: int) -> np.ndarray:
    """Bring texts to one length: the end of each is kept, zeros stand in front.

    Args:
        texts: Token numbers of each text.
        length: Tokens of each row.

    Returns:
        int32 (n, length).

    Example:
        >>> padded([[5, 6, 7], [8]], 2)
        array([[6, 7],
               [0, 8]], dtype=int32)
    """
    texts = list(texts)
    result = np.zeros((len(texts), length), np.int32)
    for row, tokens in enumerate(texts):
        kept = tokens[-length:]
        result[row, length - len(kept) :] = kept
    return result


def inverse_frequencies(documents: np.ndarray, n_texts: int) -> np.ndarray:
    """Weigh tokens: the fewer texts have one, the more it says.

    Args:
        documents: Number of texts that have each token.
        n_texts: Number of all texts.

    Returns:
        float64, log(1 + n / (1 + documents)).

    Source:
        keras.layers.TextVectorization, `output_mode="tf_idf"`.
    """
    return np.log1p(n_texts / (1 + documents))
