"""A column of texts: its words are counted in the train rows. Imports: NumPy and pandas.

Two passes over the texts, one to count and one to number: their words are never all in memory.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns import column_key, missing_cells
from dltrain.data.raw import Raw
from dltrain.data.texts.words import SETS, different, inverse_frequencies, padded, terms_of
from dltrain.errors import DataError, Key, sentence

BEGIN, RARE, FIRST_WORD = 1, 2, 3
SEQUENCE_LENGTH = 200


@dataclass(frozen=True)
class TextInputs:
    """A column of texts: they stay integers and are expanded inside the step.

    Attributes:
        shape: (length,).
        encoding: "sequence", "multi_hot", "tf_idf" or "bigrams".
        vocabulary: Number of different tokens.
        column: Name of the column.
        words: The words from token 3 on; for bigrams also pairs, with a space between.
        missing: What a missing text is: an "error", also where the file drops the rows that it
            trains on, or empty ("impute").
        idf: For tf_idf: what one occurrence of each token weighs, from token 0 on.
    """

    shape: tuple[int, ...]
    encoding: str
    vocabulary: int
    column: str
    words: tuple[str, ...]
    missing: str = "error"
    idf: tuple[float, ...] = ()
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
        if raw.form == "texts":
            _refuse_gaps(raw, cells, rows)
        gaps = missing_cells(raw, cells, rows, self.missing)
        texts = ("" if gap else cell for cell, gap in zip(cells, gaps, strict=True))
        return padded(map(self._tokens, texts), self.shape[0])

    def knows(self, word: str) -> bool:
        """Tell whether a word, as `words_of` gives it, has a number of its own."""
        return word in self._numbers

    def unread(self, words: int) -> int:
        """Tell how many words at the beginning of a text of so many are not read.

        Example:
            >>> TextInputs((4,), "sequence", 9, "text", ()).unread(6)
            2
        """
        return 0 if self.encoding in SETS else max(0, words - self.shape[0])

    def _tokens(self, text: Any) -> list[int]:
        number = self._numbers.get
        tokens = [number(term, RARE) for term in terms_of(text, self.encoding)]
        if self.encoding in SETS:
            return different(tokens, self.shape[0])
        return [BEGIN, *tokens] if self.encoding == "sequence" else tokens

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words, FIRST_WORD)}

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        names = ("form", "shape", "encoding", "vocabulary", "column", "words", "missing")
        facts = {name: getattr(self, name) for name in names}
        facts |= {"shape": list(self.shape), "words": list(self.words)}
        return facts | ({"idf": list(self.idf)} if self.idf else {})


def text_from_json(facts: dict[str, Any]) -> TextInputs:
    """Restore what `to_json` wrote, but for the form."""
    lists: dict[str, Any] = {
        name: tuple(facts[name]) for name in ("shape", "words", "idf") if name in facts
    }
    return TextInputs(**facts | lists)


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
    key: Key = ("dataset", "path") if raw.form == "texts" else column_key(cells)
    if pd.api.types.is_numeric_dtype(cells):
        message = sentence("a column of numbers", "texts", "Use `type: number` or `category`.")
        raise DataError(message, key=key)
    counted = _count(cells[~gaps], options["encoding"])
    if not counted.terms:
        raise DataError(sentence("no word in any train row", "texts"), key=key)
    words = tuple(counted.most_frequent(options["vocabulary"] - FIRST_WORD))
    return TextInputs(
        shape=(options["length"] or counted.longest,),
        encoding=options["encoding"],
        vocabulary=FIRST_WORD + len(words),
        column=column,
        words=words,
        missing=missing,
        idf=tuple(_weights(counted, words, len(cells)) if counted.texts else ()),
    )


def _refuse_gaps(raw: Raw, cells: pd.Series, rows: np.ndarray) -> None:
    """Refuse a missing text where the data is texts alone: the file has no key for it."""
    gaps = cells.isna().to_numpy()
    if gaps.any():
        count, first = int(gaps.sum()), raw.where(int(rows[np.argmax(gaps)]))
        got = f"{count} missing {'text' if count == 1 else 'texts'}, the first in {first}"
        raise DataError(sentence(got, "a text in every row", "Leave such rows out."))


@dataclass(frozen=True)
class _Counted:
    """What the train texts hold: each term, in how many texts it is, and the longest text."""

    terms: Counter[str]
    texts: Counter[str]
    longest: int

    def most_frequent(self, most: int) -> list[str]:
        """List the terms from the most frequent on, equal ones by the alphabet."""
        return heapq.nsmallest(most, self.terms, key=lambda term: (-self.terms[term], term))


def _count(cells: Iterable[Any], encoding: str) -> _Counted:
    terms, texts, longest = Counter[str](), Counter[str](), 1
    for cell in cells:
        found = terms_of(cell, encoding)
        once = set(found)
        terms.update(found)
        texts.update(once if encoding == "tf_idf" else ())
        longest = max(longest, len(once if encoding in SETS else found))
    return _Counted(terms, texts, SEQUENCE_LENGTH if encoding == "sequence" else longest)


def _weights(counted: _Counted, words: tuple[str, ...], n_texts: int) -> Iterator[float]:
    """Weigh every token; a rare one as the words do on average, which is Keras's way."""
    documents = np.array([counted.texts[word] for word in words], np.float64)
    idf = inverse_frequencies(documents, n_texts).tolist()
    yield from (0.0, 0.0, sum(idf) / len(idf) if idf else 1.0)
    yield from idf
