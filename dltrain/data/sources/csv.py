"""`type: csv` one table in a text file."""

from __future__ import annotations

from typing import Any

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.delimited import column_names, one_line_a_row, read_table
from dltrain.data.sources.features import features_table
from dltrain.data.sources.files import existing_file
from dltrain.errors import DataError, did_you_mean, one_of, sentence, shown


def read(dataset: dict[str, Any]) -> Raw:
    """Read the table; declared categories, and the words true and false, keep their spelling.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: The file is missing, empty or no table, or lacks a column.
    """
    path = existing_file(dataset["path"])
    names = column_names(path, dataset)
    targets = _targets(dataset["target"])
    _check_targets(names, targets)
    labels = targets if len(targets) > 1 else []
    table = read_table(path, names, dataset, labels)
    first_line = 1 + dataset["header"]
    return Raw(
        features=features_table(table, targets, dataset),
        form="table",
        targets=table[targets],
        fingerprint=fingerprint_of_files([path]),
        first_line=first_line if one_line_a_row(path, len(table), dataset) else None,
    )


def _targets(target: Any) -> list[str]:
    """List the columns of `dataset.target`: none, one, a list, or the keys of a map."""
    if target is None:
        return []
    return [target] if isinstance(target, str) else list(target)


def _check_targets(names: list[str], targets: list[str]) -> None:
    """Check that the targets are there, with a hint where the header line is missing."""
    for target in targets:
        if target not in names:
            no_header = any(_is_number(name) for name in names)
            hint = "Let `dataset.header` be false, if the first line holds values."
            way_out = did_you_mean(target, names) or hint * no_header
            message = sentence(shown(target), one_of(names), way_out)
            raise DataError(message, key=("dataset", "target"))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
