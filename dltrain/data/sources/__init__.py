"""Where rows come from: one module for each `dataset.type`, each with one function `read`.

A source reads all rows, checks that the files are whole, and decides nothing that is learned.
"""

from __future__ import annotations

from typing import Any

from dltrain.data.raw import Raw
from dltrain.data.sources import csv, idx, keras_datasets, npz, sklearn_datasets

SOURCES = {
    "csv": csv.read,
    "idx": idx.read,
    "keras": keras_datasets.read,
    "npz": npz.read,
    "sklearn": sklearn_datasets.read,
}


def read(dataset: dict[str, Any]) -> Raw:
    """Read the rows that a `dataset` section names.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: Something is missing, broken, or not what the file says.
    """
    return SOURCES[dataset["type"]](dataset)
