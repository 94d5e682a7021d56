"""`type: sklearn` sets that scikit-learn carries, real and small, or makes up by chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dltrain.config.sections.sklearn_sets import GENERATORS
from dltrain.data.raw import Raw, fingerprint_of_arrays
from dltrain.data.sources.npz import from_arrays
from dltrain.errors import DataError, Key, sentence

ARGUMENTS: Key = ("dataset", "arguments")
# Arguments for which scikit-learn takes a tuple and no list.
TUPLES = ("center_box", "n_samples")


def read(dataset: dict[str, Any]) -> Raw:
    """Load a bundled set with scikit-learn's column names, or make one up.

    Args:
        dataset: `name`, `arguments`, `features` and `columns` of the section.

    Raises:
        DataError: scikit-learn refuses the arguments.
    """
    if dataset["name"] in GENERATORS:
        return _made(dataset)
    from sklearn import datasets

    loaded = getattr(datasets, f"load_{dataset['name']}")()
    raw = from_arrays(
        loaded.data,
        loaded.target,
        fingerprint_of_arrays([loaded.data, loaded.target]),
        dataset,
        names=[str(name) for name in loaded.feature_names],
    )
    if loaded.target.ndim == 1:
        return raw
    return replace(raw, targets=raw.targets.set_axis(list(loaded.target_names), axis=1))


def _made(dataset: dict[str, Any]) -> Raw:
    from sklearn import datasets

    arguments = {"random_state": 0} | {
        name: tuple(value) if name in TUPLES and isinstance(value, list) else value
        for name, value in dataset["arguments"].items()
    }
    try:
        x, y = getattr(datasets, f"make_{dataset['name']}")(**arguments)
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        got = f"arguments that scikit-learn refuses ({reason})"
        message = sentence(got, f"those of sklearn.datasets.make_{dataset['name']}")
        raise DataError(message, key=ARGUMENTS) from error
    return from_arrays(x, y, fingerprint_of_arrays([x, y]), dataset)
