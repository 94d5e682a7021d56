"""`dltrain inspect data`: read, split and learn as `fit` does, and gather what there is to say.

Of the train rows everything is shown. Of val and test the structure is: rows, classes, missing
and unknown cells; on the page their histograms too. Where the file says `evaluation.test: never`,
nothing of the test rows is looked at but their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dltrain.assembly import prepare_data
from dltrain.config import Config
from dltrain.data import Data, Part
from dltrain.data.preparation import read_raw
from dltrain.data.raw import Raw
from dltrain.data.streaming import places_of
from dltrain.errors import DltrainError
from dltrain.inspection.data import remarks
from dltrain.inspection.data.columns import LEFT_OUT
from dltrain.inspection.data.features import inputs_facts
from dltrain.inspection.data.plain import finite
from dltrain.inspection.data.sample import sample
from dltrain.inspection.data.targets import targets_facts


@dataclass(frozen=True)
class Look:
    """What is looked at.

    Attributes:
        config: The checked file.
        raw: All rows, as they were read.
        data: The same, split and prepared.
    """

    config: Config
    raw: Raw
    data: Data

    @property
    def opened(self) -> dict[str, Part]:
        """The parts whose cells may be looked at."""
        closed = self.config.experiment.evaluation.test == "never"
        parts = self.data.parts
        return {name: parts[name] for name in parts if name != "test" or not closed}

    @cached_property
    def places(self) -> dict[str, np.ndarray]:
        """Where the rows of these parts are in `raw`, and those of no part."""
        found = {name: places_of(self.raw, part.rows) for name, part in self.opened.items()}
        inside = np.concatenate([part.rows for part in self.data.parts.values()])
        outside = np.setdiff1d(self.raw.numbers(), inside)
        return found | ({LEFT_OUT: places_of(self.raw, outside)} if len(outside) else {})


def look(config: Config) -> Look:
    """Read, split and prepare the data of a file.

    Raises:
        DataError: It is missing, broken, or not what the file says, as for `fit`.
    """
    values = config.experiment
    try:
        weighed = values.training.sample_weight
        raw = read_raw(values.dataset.model_dump(), values.split.model_dump(), weighed)
        return Look(config, raw, prepare_data(config, smoke=False, raw=raw))
    except DltrainError as error:
        raise config.placed(error) from error


def document(seen: Look, rows: int) -> dict[str, Any]:
    """Gather what there is to say.

    Args:
        seen: The data.
        rows: Prepared rows to show.

    Returns:
        What `--json` prints: plain data, null for what is no finite number.
    """
    data, config = seen.data, seen.config
    seed = config.experiment.seed
    facts = {
        "config": str(config.path),
        "name": config.name,
        "dataset": config.experiment.dataset.type,
        "fingerprint": data.fingerprint,
        "rows": {
            "all": len(seen.raw),
            "parts": {name: len(part) for name, part in data.parts.items()},
            "left_out": len(seen.raw) - data.rows,
        },
        "split": {"type": config.experiment.split.type, "stratified": data.stratified},
        "test_is_closed": "test" in data.parts and "test" not in seen.opened,
        "targets": targets_facts(data.target, seen.opened),
        "inputs": inputs_facts(seen.raw, data.inputs, seen.opened, seen.places, seed),
        "warnings": remarks.remarks(config, data, seen.opened),
        "sample": sample(data, rows, seed),
    }
    found: dict[str, Any] = finite(facts)
    return found
