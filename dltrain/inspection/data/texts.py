"""What the parts hold of a text: how many words are unknown, how long texts are, what is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data.blocks import rows_of
from dltrain.data.inputs import Inputs
from dltrain.data.raw import Raw
from dltrain.data.texts.inputs import FIRST_WORD, RARE, TextInputs
from dltrain.data.texts.words import SETS, terms_of, words_of
from dltrain.inspection.data.plain import some

Facts = dict[str, Any]

# Texts that are read once more, word by word, of each part.
MOST_ROWS = 10_000
MOST_WORDS = 50
QUANTILES = {"min": 0, "quarter": 25, "median": 50, "three_quarters": 75, "max": 100}


def text_facts(
    raw: Raw, inputs: Inputs, x: Mapping[str, Any], rows: Mapping[str, np.ndarray], seed: int
) -> Facts:
    """Describe a text.

    Args:
        raw: All rows.
        inputs: What was learned about the text.
        x: Token numbers of the rows of each part.
        rows: Numbers of the rows of each part that may be looked at, and of those left out.
        seed: Draws the rows to look at where there are many.

    Returns:
        Vocabulary, unknown words and cut texts by part, lengths and words of the train rows.
    """
    learned = inputs.to_json()
    chosen = {part: some(np.arange(len(x[part])), MOST_ROWS, seed) for part in x}
    tokens = {part: rows_of(x[part], chosen[part]) for part in x}
    if isinstance(inputs, TextInputs):
        seen = {part: rows[part][chosen[part]] for part in x}
        measured = {part: _measured(raw, inputs, numbers) for part, numbers in seen.items()}
        lengths = {part: one.lengths for part, one in measured.items()}
        cut: dict[str, int | None] = {part: one.cut for part, one in measured.items()}
        unknown = {
            part: _share(one.unknown, int(sum(one.lengths))) for part, one in measured.items()
        }
        cells = {part: raw.cells(inputs.column, numbers) for part, numbers in rows.items()}
        missing = {part: int(one.isna().sum()) for part, one in cells.items()}
    else:
        lengths = {part: np.count_nonzero(one, axis=1) for part, one in tokens.items()}
        unknown = {part: _share(*_unknown(one)) for part, one in tokens.items()}
        cut, missing = dict.fromkeys(x), {}
    return {
        "encoding": learned["encoding"],
        "vocabulary": learned["vocabulary"],
        "counted_rows": {part: len(one) for part, one in chosen.items()},
        "unknown_share": unknown,
        "cut": cut,
        "missing": missing,
        "lengths": _quantiles(lengths["train"]),
        "most_frequent": _frequent(tokens["train"], learned.get("words")),
    }


@dataclass(frozen=True)
class Measured:
    """Some texts: the words of each, those without a number, and how many texts are cut."""

    lengths: np.ndarray
    unknown: int
    cut: int


def _measured(raw: Raw, inputs: TextInputs, rows: np.ndarray) -> Measured:
    known, room = frozenset(inputs.words), inputs.shape[0]
    lengths, unknown, cut = [], 0, 0
    for cell in raw.cells(inputs.column, rows):
        text = "" if cell is None or cell != cell else cell
        terms = terms_of(text, inputs.encoding)
        needed = len(set(terms)) if inputs.encoding in SETS else len(terms)
        cut += needed + (inputs.encoding == "sequence") > room
        words = words_of(text)
        unknown += sum(word not in known for word in words)
        lengths.append(len(words))
    return Measured(np.array(lengths, np.int64), unknown, cut)


def _unknown(tokens: np.ndarray) -> tuple[int, int]:
    """Count the words that have no number of their own, and all words, of those that are kept."""
    return int((tokens == RARE).sum()), int((tokens >= RARE).sum())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _quantiles(lengths: np.ndarray) -> Facts:
    if not len(lengths):
        return dict.fromkeys(QUANTILES)
    return {name: float(np.percentile(lengths, at)) for name, at in QUANTILES.items()}


def _frequent(tokens: np.ndarray, words: list[str] | None) -> list[Facts]:
    """Count the words that are met most often; token numbers where nobody knows the words."""
    counts = np.bincount(tokens.ravel())
    counts[:FIRST_WORD] = 0
    ordered = np.argsort(-counts, kind="stable")[:MOST_WORDS]
    return [
        {"word": words[token - FIRST_WORD] if words else str(token), "count": int(counts[token])}
        for token in ordered
        if counts[token]
    ]
