"""Two runs, row by row: whether their predictions are about the same rows, and how they differ.

Rows are the same where the data has the same fingerprint, their numbers agree, and what is true
about them agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dltrain.errors import FolderError, RunError, sentence
from dltrain.evaluation.stored import Stored, read_stored
from dltrain.run_folder import ENVIRONMENT, METRICS, PREDICTIONS, PREPROCESSING, RunFolder
from dltrain.runs.differences import Difference, differences
from dltrain.runs.stored_run import StoredRun

AUTOENCODER = "autoencoder"


class NotPairedError(RunError):
    """Two runs have no rows in common by which to compare them."""


@dataclass(frozen=True)
class Pair:
    """Two runs compared on the same rows.

    Attributes:
        rows: How many.
        differences: By figure, second minus first; with several targets TARGET_FIGURE.
        skipped: Targets that could not be compared, and why.
        identical: Whether both runs predict the same, to the bit.
    """

    rows: int
    differences: dict[str, Difference]
    skipped: dict[str, str] = field(default_factory=dict)
    identical: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        figures = {name: one.to_json() for name, one in self.differences.items()}
        facts = {"rows": self.rows, "identical": self.identical, "skipped": self.skipped}
        return facts | {"figures": figures}


class Pairing:
    """Pairs runs on the rows of one part, and reads each only once.

    Args:
        part: "train", "val" or "test".
        seed: Draws the resamples.
    """

    def __init__(self, part: str, seed: int = 0) -> None:
        self.part = part
        self.seed = seed
        self._stored: dict[str, dict[str, Stored]] = {}

    def pair(self, first: StoredRun, second: StoredRun) -> Pair:
        """Compare two runs.

        Raises:
            NotPairedError: Why that cannot be.
        """
        for one in (first, second):
            for name in (PREDICTIONS, METRICS, ENVIRONMENT, PREPROCESSING):
                if not one.has(name):
                    raise _not_paired(f"{one.path} without {name} (it is {one.status})")
        if _fingerprint(first) != _fingerprint(second):
            raise _not_paired(f"{second.path} on other data than {first.path}")
        old, new = self._read(first), self._read(second)
        found: dict[str, Difference] = {}
        skipped: dict[str, str] = {}
        both = [name for name in old if name in new]
        if not both:
            raise _not_paired(f"targets of other names in {second.path} than in {first.path}")
        for name in both:
            if reason := _disagreement(old[name], new[name], first, second):
                skipped[name] = reason
                continue
            each = differences(old[name].statistics(), new[name].statistics(), self.seed)
            found |= {f"{name}_{key}" if name else key: one for key, one in each.items()}
        if not found:
            raise _not_paired(next(iter(skipped.values()), "no figure that both runs have"))
        compared = [(old[name], new[name]) for name in both if name not in skipped]
        identical = all(_is_equal(one, other) for one, other in compared)
        return Pair(len(compared[0][0].rows), found, skipped, identical)

    def _read(self, record: StoredRun) -> dict[str, Stored]:
        if record.path not in self._stored:
            try:
                self._stored[record.path] = read_stored(RunFolder(record.path), self.part)
            except FolderError as error:
                raise NotPairedError(str(error)) from error
        return self._stored[record.path]


def _disagreement(old: Stored, new: Stored, first: StoredRun, second: StoredRun) -> str:
    """Say why predictions of two runs are not about the same; the empty text where they are."""
    if old.task != new.task:
        return f"the tasks {old.task} and {new.task}"
    if not np.array_equal(old.rows, new.rows):
        common = len(np.intersect1d(old.rows, new.rows))
        return f"{len(old.rows)} and {len(new.rows)} rows, of which {common} are the same"
    if old.labels.shape != new.labels.shape:
        return f"{old.labels.shape[1]} and {new.labels.shape[1]} outputs"
    if old.task == AUTOENCODER:
        inputs = (RunFolder(one.path).read_json(PREPROCESSING, "inputs") for one in (first, second))
        return "" if next(inputs) == next(inputs) else "inputs that were prepared otherwise"
    others = int((old.labels != new.labels).any(axis=1).sum())
    return f"{others} rows of which the truth differs" if others else ""


def _is_equal(old: Stored, new: Stored) -> bool:
    """Tell whether predictions are the same; of an autoencoder, whose errors are its `truth`."""
    return np.array_equal(old.given, new.given) and np.array_equal(old.truth, new.truth)


def _fingerprint(record: StoredRun) -> str:
    return str(RunFolder(record.path).read_json(ENVIRONMENT, "data", "sha256"))


def _not_paired(got: str) -> NotPairedError:
    return NotPairedError(sentence(got, "two runs with predictions for the same rows"))
