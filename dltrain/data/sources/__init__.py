"""Where rows come from: one module for each `dataset.type`, each with one function `read`.

A source reads all rows, checks that the files are whole, and decides nothing that is learned.
"""

from __future__ import annotations

from typing import Any

from dltrain.data.raw import Raw
from dltrain.data.sources import (
    arff,
    csv,
    idx,
    image_files,
    keras_datasets,
    npz,
    parquet,
    python,
    sklearn_datasets,
    stored,
    text_files,
    windows,
)

SOURCES = {
    "arff": arff.read,
    "csv": csv.read,
    "idx": idx.read,
    "images": image_files.read,
    "keras": keras_datasets.read,
    "npz": npz.read,
    "parquet": parquet.read,
    "python": python.read,
    "sklearn": sklearn_datasets.read,
    "text": text_files.read,
    "windows": windows.read,
}


def read(dataset: dict[str, Any]) -> Raw:
    """Read the rows that a `dataset` section names.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: Something is missing, broken, or not what the file says.
    """
    return stored.read(dataset) if stored.is_stored(dataset) else SOURCES[dataset["type"]](dataset)
