"""The facts of one run folder, each file read when it is first asked for.

The only reader of these files for `runs …` and the report. A file that is missing gives no facts.
One that is broken gives none either and is named in `broken`, so that one folder cannot stop a
list of others; or it is refused, where somebody asks about this run alone. Imports: run_folder,
results, config's YAML.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dltrain import run_folder
from dltrain.config.catalogue.rules import is_number
from dltrain.errors import FolderError
from dltrain.results import main_figures, maps
from dltrain.run_folder import RunFolder
from dltrain.runs.json_parts import part_of
from dltrain.terms import STUDY_KIND

Plain = dict[str, Any]

NUMBERED = re.compile(r"(\d{8}-\d{6})-(\d+)")


@dataclass
class StoredRun:
    """One run.

    Attributes:
        path: Its folder, as it was found.
        facts: What status.json holds.
        strict: Refuse JSON that is broken with a FolderError, instead of naming it in `broken`.
        broken: Files that were asked for and could not be read.
    """

    path: str
    facts: Plain
    strict: bool = False
    broken: set[str] = field(default_factory=set)
    _keys: dict[str, Any] = field(default_factory=dict, repr=False)
    _texts: dict[str, str] = field(default_factory=dict, repr=False)
    _whole: dict[str, Plain] = field(default_factory=dict, repr=False)

    @cached_property
    def status(self) -> str:
        """How it ended; one that says `running` and whose lock is free was interrupted."""
        return RunFolder(self.path).status(self.facts)

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

    def read(self) -> None:
        """Read now what is read when it is first asked for, but for the config.

        Raises:
            FolderError: A file is broken, and the reader strict.
        """
        for name in ("metrics", "diagnosis", "environment"):
            getattr(self, name)

    @cached_property
    def is_smoke(self) -> bool:
        """Whether it had a few rows and epochs alone, to see that all of it works."""
        place = run_folder.STUDY if self.study else run_folder.ENVIRONMENT
        return self._part(place, "smoke") is True

    @cached_property
    def study_facts(self) -> Plain:
        """What study.json holds; empty for a run that is no study."""
        return self._json(run_folder.STUDY)

    @property
    def study(self) -> str | None:
        """The command that made it, where it is a study: many trainings in one folder."""
        kind = self.facts.get(STUDY_KIND)
        return kind if isinstance(kind, str) else None

    @cached_property
    def splits(self) -> dict[str, Plain]:
        """Figures by part and name."""
        return maps(self._part(run_folder.METRICS, "splits"))

    @cached_property
    def main(self) -> list[str]:
        """Names of the figures that the terminal shows; older runs show all that they have."""
        return main_figures(self._part(run_folder.METRICS, "main"), self.splits)

    @cached_property
    def baselines(self) -> dict[str, dict[str, Plain]]:
        """Figures by baseline, part and name."""
        found = maps(self._part(run_folder.METRICS, "baselines"))
        return {name: maps(parts) for name, parts in found.items()}

    def _part(self, name: str, key: str) -> Any:
        """Read what stands at one key of a JSON file, and parse no more."""
        if (whole := self._whole.get(name)) is not None:
            return whole.get(key)
        try:
            if name not in self._texts:
                self._texts[name] = self._bytes(name).decode()
            return part_of(self._texts[name], key)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            self.broken.add(name)
            return None

    @cached_property
    def diagnosis(self) -> Plain:
        """What diagnosis.json holds."""
        return self._json(run_folder.DIAGNOSIS)

    @cached_property
    def environment(self) -> Plain:
        """What environment.json holds."""
        return self._json(run_folder.ENVIRONMENT)

    @cached_property
    def ensemble(self) -> Plain:
        """What ensemble.json holds; empty for a run that was trained."""
        return self._json(run_folder.ENSEMBLE)

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
        if not self.has(name):
            return {}
        try:
            self._whole[name] = dict(RunFolder(self.path).read_json(name))
            return self._whole[name]
        except FolderError:
            if self.strict:
                raise
            self.broken.add(name)
            return {}
