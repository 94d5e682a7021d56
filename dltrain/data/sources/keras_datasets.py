"""`type: keras` the sets of keras.datasets, which Keras downloads once into its own folder."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain import backend
from dltrain.data.raw import Raw, fingerprint_of_arrays
from dltrain.data.sources.npz import from_arrays, joined
from dltrain.errors import DataError, sentence

# What Keras looks for below its folder `datasets`.
FILES = {
    "boston_housing": "boston_housing.npz",
    "california_housing": "california_housing.npz",
    "cifar10": "cifar-10-batches-py-target",
    "cifar100": "cifar-100-python-target",
    "fashion_mnist": "fashion-mnist/{train,t10k}-{images-idx3,labels-idx1}-ubyte.gz",
    "imdb": "imdb.npz",
    "mnist": "mnist.npz",
    "reuters": "reuters.npz",
}
TEXTS = ("imdb", "reuters")
UNKNOWN_TOKEN = 2


def read(dataset: dict[str, Any]) -> Raw:
    """Load a set; its own test part stays known.

    Args:
        dataset: `name`, `features` and `text` of the section.

    Raises:
        DataError: Keras has neither the files nor a network.
    """
    name = dataset["name"]
    options = {"num_words": dataset["text"]["vocabulary"]} if name in TEXTS else {}
    (x_train, y_train), (x_test, y_test) = _load(name, options)
    if name in TEXTS:
        length = dataset["text"]["length"]
        x_train, x_test = padded(x_train, length), padded(x_test, length)
    if x_train.dtype == np.uint8:
        y_train, y_test = y_train.reshape(-1), y_test.reshape(-1)
    (x, y), own_test = joined(x_train, y_train, x_test, y_test)
    fingerprint = fingerprint_of_arrays([x, y])
    if name in TEXTS:
        targets = pd.DataFrame({"target": y.astype(np.int64)})
        return Raw(x, "tokens", targets, fingerprint, own_test)
    return from_arrays(x, y, fingerprint, own_test=own_test, features=dataset["features"])


def padded(texts: np.ndarray, length: int) -> np.ndarray:
    """Bring texts to one length: the end of each is kept, zeros stand in front.

    Args:
        texts: A list of token numbers in each entry, (n,).
        length: Tokens of each row.

    Returns:
        int32 (n, length).

    Example:
        >>> padded(np.array([[5, 6, 7], [8]], dtype=object), 2)
        array([[6, 7],
               [0, 8]], dtype=int32)
    """
    result = np.zeros((len(texts), length), np.int32)
    for row, tokens in enumerate(texts):
        kept = tokens[-length:]
        result[row, length - len(kept) :] = kept
    return result


def _load(name: str, options: dict[str, Any]) -> Any:
    backend.start()
    from keras import datasets

    with contextlib.redirect_stdout(sys.stderr):
        try:
            return getattr(datasets, name).load_data(**options)
        except Exception as error:
            # Keras raises a bare Exception where a download fails.
            if "URL fetch failure" not in str(error):
                raise
            home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
            got = f"no network to download {name} with"
            way_out = "Fetch them on another machine, or use `type: idx` or `npz` with a `path`."
            message = sentence(got, f"{FILES[name]} in {home}", way_out)
            raise DataError(message, key=("dataset", "name")) from error
