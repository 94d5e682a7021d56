"""What `fit` has gathered from model and data for the report: plain arrays and facts."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.errors import FolderError, sentence
from dltrain.run_folder import RunFolder


@dataclass(frozen=True)
class Insights:
    """Facts and arrays, see `dltrain.evaluation.insights`.

    Attributes:
        facts: What insights.json holds.
        arrays: What insights.npz holds.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """Give the facts of one insight; None where there are none."""
        return self.facts.get(name)


def read_insights(folder: RunFolder) -> Insights:
    """Read what `fit` has gathered.

    Raises:
        FolderError: A file is missing or broken.
    """
    facts = folder.read_json(run_folder.INSIGHTS)
    path = folder.file(run_folder.INSIGHT_ARRAYS)
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (EOFError, OSError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise FolderError(
            sentence(f"{path}, which is broken", "what `fit` writes there")
        ) from error
    return Insights(facts, arrays)
