"""Texts as token numbers: words are counted in the train rows, and every text gets one length.

Token 0 pads, 1 begins a text, 2 is any word without a number of its own; the words follow
from the most frequent on, as in Keras's IMDB. Words are lower case without punctuation, as in
Keras's TextVectorization. Imports: NumPy and pandas.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.column import column_key, missing_cells
from dltrain.data.raw import Raw
from dltrain.errors import DataError, sentence

BEGIN, RARE, FIRST_WORD = 1, 2, 3
PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']""")


@dataclass(frozen=True)
class TextInputs:
    """A column of texts: they stay integers and are expanded inside the step.

    Attributes:
        shape: (length,).
        encoding: "sequence" or "multi_hot".
        vocabulary: Number of different tokens.
        column: Name of the column.
        words: The words from token 3 on.
        missing: What a missing text is: an "error", also where the file drops the rows that it
            trains on, or empty ("impute").
    """

    shape: tuple[int, ...]
    encoding: str
    vocabulary: int
    column: str
    words: tuple[str, ...]
    missing: str = "error"
    form: str = "tokens"

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read."""
        return [self.column]

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give token numbers, int32 (n, length).

        Raises:
            DataError: A text is missing, and the column does not impute.
        """
        cells = pd.DataFrame(raw.features)[self.column].iloc[rows]
        gaps = missing_cells(raw, cells, rows, self.missing)
        texts = ([] if gap else words_of(cell) for cell, gap in zip(cells, gaps, strict=True))
        numbers = self._numbers
        return padded(
            ([BEGIN, *(numbers.get(word, RARE) for word in words)] for words in texts),
            self.shape[0],
        )

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words, FIRST_WORD)}

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        names = ("form", "shape", "encoding", "vocabulary", "column", "words", "missing")
        facts = {name: getattr(self, name) for name in names}
        return facts | {"shape": list(self.shape), "words": list(self.words)}


def learn_text(
    raw: Raw, column: str, train: np.ndarray, options: dict[str, Any], missing: str
) -> TextInputs:
    """Count the words of the train rows.

    Args:
        raw: All rows.
        column: The column of texts.
        train: Numbers of the train rows.
        options: `encoding`, `vocabulary` and `length` of the column.
        missing: "error", "drop" or "impute"; an imputed text is empty.

    Raises:
        DataError: A text is missing, the column holds numbers, or no train row has a word.
    """
    cells = pd.DataFrame(raw.features)[column].iloc[train]
    gaps = missing_cells(raw, cells, train, missing)
    if pd.api.types.is_numeric_dtype(cells):
        message = sentence("a column of numbers", "texts", "Use `type: number` or `category`.")
        raise DataError(message, key=column_key(cells))
    counts = Counter(word for cell in cells[~gaps] for word in words_of(cell))
    if not counts:
        raise DataError(sentence("no word in any train row", "texts"), key=column_key(cells))
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    words = tuple(ordered[: options["vocabulary"] - FIRST_WORD])
    vocabulary = FIRST_WORD + len(words)
    shape, encoding = (options["length"],), options["encoding"]
    return TextInputs(shape, encoding, vocabulary, column, words, missing)


def words_of(text: Any) -> list[str]:
    """Split a text into words.

    Example:
        >>> words_of("It's GOOD, isn't it?")
        ['its', 'good', 'isnt', 'it']
    """
    return PUNCTUATION.sub("", str(text).lower()).split()


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
