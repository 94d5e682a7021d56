"""The rows of a study's members: read and prepared once for all that do so in the same way."""

from __future__ import annotations

import json

from dltrain.assembly import prepare_data, read_rows
from dltrain.config import Config
from dltrain.data import Data
from dltrain.data.raw import Raw


class Rows:
    """Rows that were read last, and those that were prepared since `forget`."""

    def __init__(self, *, smoke: bool) -> None:
        self.smoke = smoke
        self._raw: tuple[str, Raw] | None = None
        self._prepared: dict[str, Data] = {}

    def of(self, config: Config) -> Data:
        """Read and prepare the rows of a config, unless that was done before.

        Raises:
            DataError: They are missing, broken, or not what the file says.
        """
        values = config.experiment
        split = values.split.model_dump(mode="json")
        weights = (values.training.sample_weight, values.task)
        dataset = values.dataset.model_dump(mode="json")
        read = _key(dataset, split.get("column"), split["type"], weights)
        key = _key(dataset, split, weights)
        if self._raw is None or self._raw[0] != read:
            self._raw = read, read_rows(config)
        if key not in self._prepared:
            self._prepared[key] = prepare_data(config, smoke=self.smoke, raw=self._raw[1])
        return self._prepared[key]

    def forget(self) -> None:
        """Give the memory of prepared rows back."""
        self._prepared.clear()


def _key(*parts: object) -> str:
    return json.dumps(parts, sort_keys=True, default=str)
