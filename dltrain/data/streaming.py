"""Tables that are read from the cache: split by row of the file, prepared block by block.

Rows have two numbers here: that in the file, which split.csv and messages say, and their place
in the cache, whose order was drawn. Both are the same for every other table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import prod

import numpy as np
import pandas as pd

from dltrain.data.blocks import Blocks, below_each_other, pieces, rows_at_once
from dltrain.data.cache.scratch import on_disk
from dltrain.data.inputs import Arrays, Inputs, prepared
from dltrain.data.raw import Raw, as_words
from dltrain.data.targets import Reconstruction, Targets, encode_targets


def in_file_order(raw: Raw) -> Raw:
    """Give what a split looks at by number in the file: targets, and the columns it reads."""
    if raw.stored is None:
        return raw
    places = np.empty(len(raw), np.int32)
    places[raw.stored.order] = np.arange(len(raw), dtype=np.int32)
    aside = None if raw.aside is None else _taken(raw.aside, places)
    return replace(raw, targets=_taken(raw.targets, places), aside=aside, stored=None)


def numbers_in_file(raw: Raw, places: np.ndarray) -> np.ndarray:
    """Give the numbers in the file of some rows, ascending."""
    return places if raw.stored is None else np.sort(raw.stored.order[places])


def places_of(raw: Raw, numbers: np.ndarray) -> np.ndarray:
    """Give the places of some rows by their numbers in the file, ascending."""
    if raw.stored is None:
        return numbers
    wanted = np.zeros(len(raw), bool)
    wanted[numbers] = True
    return np.flatnonzero(wanted[raw.stored.order]).astype(np.int32)


def blocks_of(
    raw: Raw, places: np.ndarray, inputs: Inputs, target: Targets
) -> tuple[Blocks, Blocks, Arrays]:
    """Prepare rows when they are wanted, in the order of the cache.

    Every cell is looked at once before, so what is wrong shows before the training. The targets
    are kept on disk, the inputs nowhere.

    Args:
        raw: A table in the cache.
        places: Which rows.
        inputs: What was learned about the inputs.
        target: What was learned about the target.

    Returns:
        The rows as the saved model takes them, as the network does, and their targets.

    Raises:
        DataError: A cell is not what its column says.
    """
    at_once = rows_at_once(max(len(inputs.columns_read), prod(inputs.shape)))
    features = replace(raw, targets=raw.targets.iloc[:, :0])  # words of targets are in memory

    def make(which: int, rows: np.ndarray) -> Arrays:
        return below_each_other(
            [prepared(inputs, features, places[some])[which] for some in pieces(rows)]
        )

    def targets() -> Iterator[Arrays]:
        for some in pieces(places):
            x = prepared(inputs, features, some)[1]
            yield encode_targets(raw, some, target, x, inputs)

    as_saved = Blocks(len(places), partial(make, 0), at_once)
    x = Blocks(len(places), partial(make, 1), at_once)
    if isinstance(target, Reconstruction):
        for _ in targets():
            pass
        return as_saved, x, x
    return as_saved, x, on_disk(targets())


def _taken(table: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """Take rows of a table by their places, and number them anew."""
    columns = {name: as_words(table[name].iloc[places]).array for name in table}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(places)), copy=False)
