"""The facts of one run folder, each file read when it is first asked for.

A file that is missing gives no facts; one that is broken gives none either and is named in
`broken`, so that one folder cannot stop a list of others. Imports: run_folder, config's YAML.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dltrain import run_folder
from dltrain.run_folder import RunFolder
from dltrain.runs.json_parts import part_of

Plain = dict[str, Any]

NUMBERED = re.compile(r"(\d{8}-\d{6})-(\d+)")


@dataclass
class Record:
    """One run.

    Attributes:
        path: Its folder, as it was found.
        facts: What status.json holds.
        broken: Files that were asked for and could not be read.
    """

    path: str
    facts: Plain
    broken: set[str] = field(default_factory=set)
    _keys: dict[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def status(self) -> str:
        """How it ended; one that says `running` and whose lock is free was interrupted."""
        said = str(self.facts.get("status"))
        if said == "running" and not RunFolder(self.path).is_owned():
            return "interrupted"
        return said

    @cached_property
    def name(self) -> str:
        """The NAME of NAME/TIME."""
        return os.path.basename(os.path.dirname(os.path.abspath(self.path)))

    @property
    def age(self) -> tuple[str, str, int]:
        """A key that sorts runs by time, the earliest first."""
        time = os.path.basename(self.path)
        found = NUMBERED.fullmatch(time)
        number = int(found[2]) if found else 1
        return str(self.facts.get("started") or ""), found[1] if found else time, number

    @cached_property
    def metrics(self) -> Plain:
        """What metrics.json holds."""
        return self._json(run_folder.METRICS)

    @cached_property
    def splits(self) -> dict[str, Plain]:
        """Figures by part and name."""
        return maps(self._part_of_metrics("splits"))

    @cached_property
    def main(self) -> list[str]:
        """Names of the figures that the terminal shows; older runs show all that they have."""
        told = self._part_of_metrics("main")
        if isinstance(told, list):
            return [name for name in told if isinstance(name, str)]
        last = list(self.splits.values())[-1:]
        return [name for name in (last[0] if last else {}) if name != "loss"] + ["loss"] * len(last)

    @cached_property
    def baselines(self) -> dict[str, dict[str, Plain]]:
        """Figures by baseline, part and name."""
        found = maps(self._part_of_metrics("baselines"))
        return {name: maps(parts) for name, parts in found.items()}

    def _part_of_metrics(self, key: str) -> Any:
        try:
            return part_of(self._metrics_text, key)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            self.broken.add(run_folder.METRICS)
            return None

    @cached_property
    def _metrics_text(self) -> str:
        return self._bytes(run_folder.METRICS).decode()

    @cached_property
    def diagnosis(self) -> Plain:
        """What diagnosis.json holds."""
        return self._json(run_folder.DIAGNOSIS)

    @cached_property
    def environment(self) -> Plain:
        """What environment.json holds."""
        return self._json(run_folder.ENVIRONMENT)

    @cached_property
    def config(self) -> Any:
        """What config.resolved.yaml holds, as plain data; None where it cannot be read."""
        from dltrain.config.text.skimming import skim

        return self._of_config(skim)

    def at(self, key: str) -> Any:
        """Read what stands at one key at the top of the config, and no more; None for nothing."""
        from dltrain.config.text.skimming import skim_key

        if key not in self._keys:
            self._keys[key] = self._of_config(lambda text, name: skim_key(text, key, name))
        return self._keys[key]

    def _of_config(self, read: Callable[[str, str], Any]) -> Any:
        from dltrain.errors import ConfigError

        try:
            return read(self._bytes(run_folder.RESOLVED).decode(), run_folder.RESOLVED)
        except FileNotFoundError:
            return None
        except (ConfigError, OSError, UnicodeDecodeError):
            self.broken.add(run_folder.RESOLVED)
            return None

    @cached_property
    def epochs(self) -> int | None:
        """Epochs done: as status.json says, or the rows of history.csv while it does not."""
        said = self.facts.get("epochs")
        if isinstance(said, int):
            return said
        try:
            return max(self._bytes(run_folder.HISTORY).count(b"\n") - 1, 0)
        except OSError:
            return None

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds by phase."""
        found = self.facts.get("seconds")
        phases = found.items() if isinstance(found, dict) else ()
        return {name: value for name, value in phases if is_number(value)}

    def has(self, name: str) -> bool:
        """Tell whether the folder has a file."""
        return os.path.isfile(f"{self.path}/{name}")

    def _bytes(self, name: str) -> bytes:
        with open(f"{self.path}/{name}", "rb", buffering=0) as file:
            return file.readall()

    def _json(self, name: str) -> Plain:
        try:
            facts = json.loads(self._bytes(name))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            facts = None
        if not isinstance(facts, dict):
            self.broken.add(name)
            return {}
        return facts


def maps(value: Any) -> dict[str, Plain]:
    """Keep what is a map in a map of maps.

    Example:
        >>> maps({"test": {"loss": 1.0}, "val": None}), maps([1])
        ({'test': {'loss': 1.0}}, {})
    """
    items = value.items() if isinstance(value, dict) else ()
    return {name: inner for name, inner in items if isinstance(inner, dict)}


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
