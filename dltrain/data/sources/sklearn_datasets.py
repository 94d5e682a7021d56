"""`type: sklearn` the sets that scikit-learn carries: real, small, offline."""

from __future__ import annotations

from typing import Any

from dltrain.data.raw import Raw, fingerprint_of_arrays
from dltrain.data.sources.npz import from_arrays


def read(dataset: dict[str, Any]) -> Raw:
    """Load a bundled set as a table with scikit-learn's column names.

    Args:
        dataset: `name`, `features` and `columns` of the section.
    """
    from sklearn import datasets

    loaded = getattr(datasets, f"load_{dataset['name']}")()
    return from_arrays(
        loaded.data,
        loaded.target,
        fingerprint_of_arrays([loaded.data, loaded.target]),
        dataset,
        names=[str(name) for name in loaded.feature_names],
    )
