"""Texts that a source gives as token numbers, as keras.datasets does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data.arrays import OfArrays
from dltrain.data.raw import Raw
from dltrain.data.texts.words import inverse_frequencies
from dltrain.errors import DataError, sentence


@dataclass(frozen=True)
class TokenInputs(OfArrays):
    """Texts as token numbers: they stay integers and are expanded inside the step.

    Attributes:
        shape: (length,).
        encoding: "sequence", "multi_hot" or "tf_idf".
        vocabulary: Number of different tokens.
        idf: For tf_idf: what one occurrence of each token weighs, from token 0 on.
    """

    shape: tuple[int, ...]
    encoding: str
    vocabulary: int
    idf: tuple[float, ...] = ()
    form: str = "tokens"

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give the last tokens of each text, int32 (n, length)."""
        return np.asarray(raw.features)[rows, -self.shape[0] :]

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        facts = {
            "form": self.form,
            "shape": list(self.shape),
            "encoding": self.encoding,
            "vocabulary": self.vocabulary,
        }
        return facts | ({"idf": list(self.idf)} if self.idf else {})


def tokens_from_json(facts: dict[str, Any]) -> TokenInputs:
    """Restore what `to_json` wrote, but for the form."""
    lists: dict[str, Any] = {name: tuple(facts[name]) for name in ("shape", "idf") if name in facts}
    return TokenInputs(**facts | lists)


def learn_tokens(features: np.ndarray, train: np.ndarray, options: dict[str, Any]) -> TokenInputs:
    """Learn the length of texts, and what their tokens weigh, from the train rows.

    Args:
        features: int32 (n, length), zeros in front.
        train: Numbers of the train rows.
        options: `encoding`, `vocabulary` and `length` of the section.

    Raises:
        DataError: Pairs of words are asked for.
    """
    encoding, vocabulary = options["encoding"], options["vocabulary"]
    if encoding == "bigrams":
        way_out = "Use another, or `type: text` with the texts themselves."
        message = sentence("bigrams of texts that come as token numbers", "single words", way_out)
        raise DataError(message, key=("dataset", "text", "encoding"))
    texts, length = features[train], features.shape[1]
    if encoding != "sequence" and options["length"] is None:
        length = max(1, int(np.count_nonzero(texts, axis=1).max()))
    idf = tuple(_weights(texts, vocabulary)) if encoding == "tf_idf" else ()
    return TokenInputs((length,), encoding, vocabulary, idf)


def _weights(texts: np.ndarray, vocabulary: int) -> list[float]:
    documents = np.zeros(vocabulary, np.int64)
    for text in texts:
        documents[np.unique(text)] += 1
    weights: list[float] = inverse_frequencies(documents, len(texts)).tolist()
    return [0.0, *weights[1:]]
