"""`type: keras` the sets of keras.datasets, which Keras downloads once into its own folder."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain import backend
from dltrain.data.raw import Raw, fingerprint_of_arrays
from dltrain.data.sources.features import refuse_columns
from dltrain.data.sources.npz import from_arrays, joined
from dltrain.data.texts.inputs import SEQUENCE_LENGTH
from dltrain.data.texts.words import SETS, different, padded
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
# What Keras raises about its own files; some of them have no checksum.
DAMAGED = (
    OSError, EOFError, KeyError, ValueError, zlib.error, zipfile.BadZipFile, tarfile.TarError,
    pickle.UnpicklingError,
)  # fmt: skip


def read(dataset: dict[str, Any]) -> Raw:
    """Load a set; its own test part stays known.

    Args:
        dataset: `name`, `features`, `columns` and `text` of the section.

    Raises:
        DataError: Keras has neither the files nor a network, or they are broken.
    """
    name = dataset["name"]
    options = {"num_words": dataset["text"]["vocabulary"]} if name in TEXTS else {}
    (x_train, y_train), (x_test, y_test) = _load(name, options)
    if name in TEXTS:
        x_train, x_test = _rows(x_train, x_test, dataset["text"])
    if x_train.dtype == np.uint8:
        y_train, y_test = y_train.reshape(-1), y_test.reshape(-1)
    (x, y), own_test = joined(x_train, y_train, x_test, y_test)
    fingerprint = fingerprint_of_arrays([x, y])
    if name in TEXTS:
        refuse_columns(dataset, "texts")
        targets = pd.DataFrame({"target": y.astype(np.int64)})
        return Raw(x, "tokens", targets, fingerprint, own_test)
    return from_arrays(x, y, fingerprint, dataset, own_test=own_test)


def _rows(train: Any, test: Any, text: dict[str, Any]) -> Iterator[np.ndarray]:
    """Bring texts to one length: as many tokens as the file says, else as any text has."""
    if text["encoding"] in SETS:
        train, test = ([different(one, len(one)) for one in part] for part in (train, test))
    longest = max(map(len, (*train, *test)))
    given = SEQUENCE_LENGTH if text["encoding"] == "sequence" else longest
    return (padded(part, text["length"] or given) for part in (train, test))


def _load(name: str, options: dict[str, Any]) -> Any:
    backend.start()
    from keras import datasets

    with contextlib.redirect_stdout(sys.stderr):
        try:
            return getattr(datasets, name).load_data(**options)
        except Exception as error:
            if not _offline(error) and not isinstance(error, DAMAGED):
                raise
            raise DataError(_message(name, error), key=("dataset", "name")) from error


def _offline(error: Exception) -> bool:
    """Tell whether a download failed; Keras raises a bare Exception then."""
    return "URL fetch failure" in str(error) or isinstance(error, ConnectionError | TimeoutError)


def _message(name: str, error: Exception) -> str:
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
    expected = f"{FILES[name]} in {home}"
    if _offline(error):
        got = f"no network to download {name} with"
        way_out = "Fetch them on another machine, or use `type: idx` or `npz` with a `path`."
    else:
        reason = " ".join(str(error).split()).rstrip(".")
        got = f"files of {name} that are broken ({reason})"
        way_out = "Remove them, so that Keras fetches them again."
    return sentence(got, expected, way_out)
