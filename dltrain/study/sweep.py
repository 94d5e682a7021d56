"""`dltrain sweep`: the same training with other values of some keys, each with several seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config import Config
from dltrain.config.checks.monitors import best_monitor, direction
from dltrain.config.composing.sweeping import combinations
from dltrain.config.text.writing import to_yaml
from dltrain.errors import ConfigError, sentence
from dltrain.run_folder import RunFolder
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Member, member
from dltrain.study.running import Kind, Study, run_study
from dltrain.study.spreading import range_of
from dltrain.study.statistics import Spread, spread
from dltrain.study_tables import sweep_table
from dltrain.terminal import Terminal

MOST_LETTERS = 60


def sweep(
    config: Config,
    *,
    output: Path = Path("runs"),
    name: str | None = None,
    test: bool = False,
    smoke: bool = False,
    workers: int | None = None,
    terminal: Terminal | None = None,
) -> Study:
    """Train a file with each combination of values that its `sweep` names.

    Args:
        config: The checked file.
        output: Folder below which NAME/TIME is made.
        name: The study's name; default: the file's.
        test: Judge every member by the test rows as well.
        smoke: At most 256 rows and 2 epochs.
        workers: Processes for members that cannot train side by side; default: one a core.
        terminal: Where progress is shown.

    Returns:
        The study's folder and what came out.

    Raises:
        DltrainError: The file names no sweep, it or the data is wrong, or every member failed.
    """
    members = list(members_of(config, test=test))
    monitor = best_monitor(config.experiment)
    mode = direction(config.experiment, monitor, config.experiment.training.best.mode)
    facts = {"test": test, "smoke": smoke, "monitor": monitor, "mode": mode}
    return run_study(
        KIND, config, members, facts, told=_told(config),
        output=output, name=name, workers=workers, terminal=terminal,
    )  # fmt: skip


def _told(config: Config) -> str:
    """Say what is tried."""
    asked = config.experiment.sweep or {}
    number, seeds = len(list(combinations(asked))), asked.get("seeds", 1)
    told = f"{number} combination{'s' * (number != 1)}"
    return f"{told} × {seeds} seeds" if seeds > 1 else told


def members_of(config: Config, *, test: bool) -> Iterator[Member]:
    """List the trainings of a sweep: every combination with every seed.

    Raises:
        ConfigError: The file has no `sweep`.
    """
    asked = config.experiment.sweep
    if not asked:
        way_out = "Such as `sweep: {optimizer.learning_rate: [0.1, 0.01], seeds: 3}`."
        message = sentence("no `sweep`", "the keys to change and their values", way_out)
        raise ConfigError([f"{config.source.place(())}: {message}"])
    closed: dict[str, Any] = {} if test else {"evaluation.test": "never"}
    first, seeds = config.experiment.seed, asked.get("seeds", 1)
    for number, values in enumerate(combinations(asked), 1):
        label = label_of(values)
        for seed in range(first, first + seeds):
            # A sweep over the seed itself needs no others.
            changes = {"seed": seed, **closed, **values} if seeds > 1 else {**closed, **values}
            name = f"{number:03d}-{_file_name(label)}" + f"-seed-{seed}" * (seeds > 1)
            facts = {"number": number, "label": label, "values": values, "seed": seed}
            yield member(config, name, changes, facts)


def label_of(values: Mapping[str, Any]) -> str:
    """Name a combination for a table.

    Example:
        >>> label_of({"optimizer": {"type": "sgd", "momentum": 0.9}, "training.batch_size": 1})
        'optimizer sgd momentum 0.9, batch_size 1'
    """
    return ", ".join(f"{key.split('.')[-1]} {_value(value)}" for key, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, dict) and "type" in value:
        others = (f" {key} {_value(one)}" for key, one in value.items() if key != "type")
        return f"{value['type']}{''.join(others)}"
    return value if isinstance(value, str) else to_yaml(value, one_line=True).strip()


def _file_name(label: str) -> str:
    return re.sub(r"[^\w.]+", "-", label)[:MOST_LETTERS].strip("-.")


def conclude(
    study: StudyFolder, done: Sequence[Member], failed: Sequence[Member]
) -> dict[str, Any]:
    """Judge the members: a row for each combination, the best first.

    Args:
        study: The study; study.json gets the rows.
        done: The members that have come to their end.
        failed: The others. A combination of which any seed has failed has no figures.

    Returns:
        `main`, `parts`, `monitor` and `rows`, each with label, values, spreads of its figures by
        part, epochs, and how far it is from the best; `failed` has a row for each other.
    """
    facts = study.facts()
    lost, combined = _combined(failed), _combined(done)
    whole = [own for number, own in combined.items() if number not in lost]
    metrics = {one.name: _read(study, one, run_folder.METRICS) for one in done}
    epochs = {one.name: _read(study, one, run_folder.STATUS).get("epochs") for one in done}
    rows = [_row(members, metrics, epochs, facts["monitor"]) for members in whole]
    rows.sort(key=lambda row: _order(row["monitored"]["mean"], facts["mode"]))
    for row in rows:
        row["against_best"] = _difference(row, rows[0], facts["mode"])
    first = next(iter(metrics.values()))
    found = {
        "monitor": facts["monitor"],
        "mode": facts["mode"],
        "main": first["main"],
        "parts": list(first["splits"]),
        "rows": rows,
        "failed": [
            {
                "label": own[0].facts["label"],
                "values": own[0].facts["values"],
                "members": [one.name for one in own],
                "of": len(own) + len(combined.get(number, [])),
            }
            for number, own in lost.items()
        ],
    }
    study.add(found)
    return found


def _combined(members: Sequence[Member]) -> dict[int, list[Member]]:
    """Put the seeds of each combination together, by its number."""
    found: dict[int, list[Member]] = {}
    for one in members:
        found.setdefault(int(one.facts["number"]), []).append(one)
    return found


def _row(
    members: Sequence[Member],
    metrics: Mapping[str, Any],
    epochs: Mapping[str, Any],
    monitor: str,
) -> dict[str, Any]:
    """Summarise the seeds of one combination."""
    own = [metrics[one.name] for one in members]
    parts = own[0]["splits"]
    spreads = {
        part: {
            name: found.to_json()
            for name in figures
            if (found := _spread(name, [one["splits"][part].get(name) for one in own]))
        }
        for part, figures in parts.items()
    }
    part, figure = ("val", monitor.removeprefix("val_")) if "val" in parts else ("train", monitor)
    return {
        "label": members[0].facts["label"],
        "values": members[0].facts["values"],
        "seeds": [one.facts["seed"] for one in members],
        "members": [one.name for one in members],
        "epochs": float(np.mean([epochs[one.name] for one in members])),
        "monitored": spreads[part][figure],
        "spreads": spreads,
    }


def _spread(name: str, values: Sequence[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return spread(known, within=range_of(name)) if len(known) == len(values) else None


def _order(mean: float, mode: str) -> float:
    return -mean if mode == "max" else mean


def _difference(row: Mapping[str, Any], best: Mapping[str, Any], mode: str) -> str:
    """Say whether a combination is worse than the best one, seed by seed.

    The same seeds draw the same initial weights and orders, so differences are paired.
    """
    if row is best:
        return "best"
    shared = [seed for seed in row["seeds"] if seed in best["seeds"]]
    if len(shared) < 2:
        return ""
    ours = dict(zip(row["seeds"], row["monitored"]["values"], strict=True))
    theirs = dict(zip(best["seeds"], best["monitored"]["values"], strict=True))
    found = spread([_order(ours[seed] - theirs[seed], mode) for seed in shared])
    return "worse" if found.interval and found.interval[0] > 0 else "not distinguishable"


def _read(study: StudyFolder, one: Member, name: str) -> dict[str, Any]:
    found: dict[str, Any] = RunFolder(study.member(one.name)).read_json(name)
    return found


def tell(terminal: Terminal, found: dict[str, Any]) -> None:
    """Show a row for each combination, the best first."""
    header, rows = sweep_table(found)
    terminal.line()
    terminal.table(header, rows)
    terminal.fact("order", f"by {found['monitor']}")


KIND = Kind("sweep", conclude, tell)
