"""Rows of any form as a matrix, for models that know nothing else.

What the network sees is used: columns as they are scaled, pictures and arrays laid out in a line,
texts as the number of times that each token is in them. Imports: NumPy and SciPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from dltrain.data.blocks import rows_of
from dltrain.data.images import ImageInputs
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.table import TableInputs

# A category with more values is left as a number.
MOST_VALUES = 100


def is_table(inputs: Inputs) -> bool:
    """Tell whether all inputs are columns of a table."""
    each = inputs.each.values() if isinstance(inputs, NamedInputs) else [inputs]
    return all(isinstance(one, TableInputs) for one in each)


def matrix(inputs: Inputs, x: Any, rows: slice | np.ndarray) -> Any:
    """Lay rows out as a matrix.

    Args:
        inputs: What was learned about the inputs.
        x: Rows as the network takes them; a map of them where there are several inputs.
        rows: Which of them.

    Returns:
        float32 (n, features), a sparse matrix where there are texts.
    """
    return _laid_out(inputs, rows_of(x, rows))


def width(inputs: Inputs, x: Any) -> int:
    """Count the features of `matrix`; of texts the tokens, as the rest of their row is zeros."""
    if isinstance(inputs, NamedInputs):
        row = rows_of(x, slice(0, 1))
        return sum(width(one, row[name]) for name, one in inputs.each.items())
    if inputs.form == "tokens":
        return inputs.shape[0]
    return int(matrix(inputs, x, slice(0, 1)).shape[1])


def _laid_out(inputs: Inputs, taken: Any) -> Any:
    if isinstance(inputs, NamedInputs):
        blocks = [_laid_out(one, taken[name]) for name, one in inputs.each.items()]
        if any(map(sparse.issparse, blocks)):
            return sparse.hstack(blocks, format="csr")
        return np.concatenate(blocks, axis=1)
    if inputs.form == "tokens":
        return _counts(taken, inputs.to_json()["vocabulary"])
    if isinstance(inputs, ImageInputs):
        return inputs.scaled(taken).reshape(len(taken), -1).astype(np.float32)
    if isinstance(inputs, TableInputs):
        return _one_hot(inputs, taken)
    return taken.reshape(len(taken), -1).astype(np.float32)


def _counts(tokens: np.ndarray, vocabulary: int) -> sparse.csr_matrix:
    """Count the tokens of each text; 0 is padding."""
    there = tokens > 0
    starts = np.r_[0, there.sum(axis=1).cumsum()]
    found = tokens[there]
    size = max(vocabulary, int(found.max(initial=0))) + 1
    counted = sparse.csr_matrix(
        (np.ones(len(found), np.float32), found, starts), shape=(len(tokens), size)
    )
    counted.sum_duplicates()
    return counted


def _one_hot(inputs: TableInputs, x: np.ndarray) -> np.ndarray:
    """Give an input to each value of a category that the network sees as one number."""
    names = inputs.input_names
    blocks, kept = [], list(range(len(names)))
    for one in inputs.layout.integers:
        if one.what.numbers <= MOST_VALUES:
            at = names.index(one.name)
            kept.remove(at)
            blocks.append(np.eye(one.what.numbers, dtype=np.float32)[x[:, at].astype(int)])
    return np.concatenate([x[:, kept], *blocks], axis=1) if blocks else x
