"""`dltrain runs compare`: what two or more runs did otherwise, and whether it made a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from string import ascii_uppercase
from typing import Any

from dltrain.config.showing.comparison import MISSING, differences
from dltrain.errors import DltrainError, FolderError, dotted, one_of, sentence
from dltrain.runs.finding import find_one
from dltrain.runs.named import named_differences
from dltrain.runs.pairing import NotPairedError, Pair, Pairing
from dltrain.runs.stored_run import StoredRun

MOST_RUNS = len(ascii_uppercase)


@dataclass(frozen=True)
class Setting:
    """A config key in which runs differ.

    Attributes:
        key: The key.
        old: The value in the first run; MISSING where it does not have the key.
        values: The values by letter or name of the run, MISSING in the same way.
    """

    key: str
    old: Any
    values: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give the key and the values that there are."""
        there = {name: value for name, value in self.values.items() if value is not MISSING}
        return {"key": self.key, "values": there}


@dataclass(frozen=True)
class Comparison:
    """Runs side by side.

    Attributes:
        runs: The runs by their letters, A first.
        part: The part that is compared.
        config: The config keys that differ.
        figures: Values by figure and letter; None where a run has none.
        pairs: For each run but the first, the comparison with the first or why there is none.
    """

    runs: dict[str, StoredRun]
    part: str
    config: list[Setting]
    figures: dict[str, dict[str, float | None]]
    pairs: dict[str, Pair | str]

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "runs": {
                letter: {
                    "run": one.path,
                    "name": one.name,
                    "status": one.status,
                    "smoke": one.is_smoke,
                }
                for letter, one in self.runs.items()
            },
            "config": [one.to_json() for one in self.config],
            "part": self.part,
            "figures": self.figures,
            "pairs": {
                letter: {"not_paired": pair} if isinstance(pair, str) else pair.to_json()
                for letter, pair in self.pairs.items()
            },
        }


def compare(runs: Sequence[str | PathLike[str]], part: str = "test", seed: int = 0) -> Comparison:
    """Compare runs with the first of them.

    Args:
        runs: Run folders, or names that mean the latest run; at least two.
        part: "train", "val" or "test".
        seed: Draws the resamples.

    Raises:
        DltrainError: One is no run, there are too few or too many, or none has the part.
    """
    if not 2 <= len(runs) <= MOST_RUNS:
        got = f"{len(runs)} run{'s' * (len(runs) != 1)}"
        raise DltrainError(sentence(got, f"2 to {MOST_RUNS} to compare"))
    records = dict(zip(ascii_uppercase, map(find_one, runs), strict=False))
    parts = [name for one in records.values() for name in one.splits]
    if part not in parts and parts:
        got = f"the part {part}"
        raise FolderError(sentence(got, f"{one_of(dict.fromkeys(parts))}, which these runs have"))
    first, *others = records.values()
    pairing = Pairing(part, seed)
    pairs = {
        letter: _pair(pairing, first, other)
        for letter, other in zip(list(records)[1:], others, strict=True)
    }
    configs = {letter: one.config for letter, one in records.items()}
    return Comparison(records, part, differing(configs), _figures(records, part), pairs)


def _pair(pairing: Pairing, first: StoredRun, second: StoredRun) -> Pair | str:
    try:
        pair = pairing.pair(first, second)
    except NotPairedError as error:
        return str(error)
    named = named_differences(first, second, pairing.part, pair.differences)
    return replace(pair, differences=pair.differences | named)


def differing(configs: Mapping[str, Any]) -> list[Setting]:
    """Find the config keys that differ from the first run, with the values of all runs.

    Args:
        configs: Each run's config as plain data, by its letter or name; None counts as empty.
    """
    (_, base), *others = configs.items()
    settings: list[Setting] = []
    absent: dict[str, list[str]] = {letter: [] for letter in configs}
    for letter, other in others:
        for one in differences(base or {}, other or {}):
            key = dotted(one.key)
            # An entry of a list goes by its position in either run: one key may be two things.
            same = (row for row in settings if row.key == key and row.old == one.old)
            row = next(same, None)
            if row is None:
                row = Setting(key, one.old, dict.fromkeys(configs, one.old))
                settings.append(row)
            row.values[letter] = one.new
            if one.new is MISSING:
                absent[letter].append(f"{key}.")
    for row in settings:  # what lies below a key that a run lacks is absent there as well
        for letter, above in absent.items():
            if row.key.startswith(tuple(above)):
                row.values[letter] = MISSING
    return settings


def _figures(records: dict[str, StoredRun], part: str) -> dict[str, dict[str, float | None]]:
    """Put the figures of a part side by side, the main ones first."""
    main = [name for one in records.values() for name in one.main]
    every = [name for one in records.values() for name in one.splits.get(part, {})]
    names = [name for name in dict.fromkeys([*main, *every]) if name in every]
    return {
        name: {letter: one.splits.get(part, {}).get(name) for letter, one in records.items()}
        for name in names
    }
