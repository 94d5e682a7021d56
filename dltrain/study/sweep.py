"""`dltrain sweep`: the same training with other values of some keys, each with several seeds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
# Keys that say what the loss is: its values are another quantity then, penalties included.
IN_LOSS = ("dataset.target", "loss", "regularization", "training.class_weight")


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
        ConfigError: The file has no `sweep`, or one of its values leaves no val rows to judge by.
    """
    asked = config.experiment.sweep
    if not asked:
        way_out = "Such as `sweep: {optimizer.learning_rate: [0.1, 0.01], seeds: 3}`."
        message = sentence("no `sweep`", "the keys to change and their values", way_out)
        raise ConfigError([f"{config.source.place(())}: {message}"])
    closed: dict[str, Any] = {} if test else {"evaluation.test": "never"}
    first, seeds = config.experiment.seed, asked.get("seeds", 1)
    monitor = best_monitor(config.experiment)
    for number, values in enumerate(combinations(asked), 1):
        label = label_of(values)
        for seed in range(first, first + seeds):
            drawn = {"seed": seed} if seeds > 1 else {}  # `seed` may be what is swept
            name = f"{number:03d}-{_file_name(label)}" + f"-seed-{seed}" * (seeds > 1)
            one = member(config, name, {**drawn, **values, **closed})
            _check_monitor(config, values, best_monitor(one.config.experiment), monitor)
            own = one.config.experiment.seed
            facts = {"number": number, "label": label, "values": values, "seed": own}
            yield replace(one, facts=facts)


def _check_monitor(config: Config, values: Mapping[str, Any], found: str, monitor: str) -> None:
    """Check that a combination is judged by the figure that all are judged by.

    Raises:
        ConfigError: It is judged by another one.
    """
    if found == monitor:
        return
    key = next(iter(values))
    place = config.source.place(("sweep", key), of_key=True)
    got = f"{label_of(values)}, which is judged by {found}"
    message = sentence(got, f"{monitor}, as in the file", "Say `training.best.monitor`.")
    raise ConfigError([f"{place}: {key}: {message}"])


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
    rows.sort(key=lambda row: _order(row["monitored"], facts["mode"]))
    swept = {key for one in [*done, *failed] for key in one.facts["values"]}
    unlike = is_loss(facts["monitor"]) and any(key.startswith(IN_LOSS) for key in swept)
    for row in rows:
        row["against_best"] = "" if unlike else _difference(row, rows[0], facts["mode"])
    first = next(iter(metrics.values()))
    found = {
        "monitor": facts["monitor"],
        "mode": facts["mode"],
        "unlike": unlike,
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
    part = "val" if monitor.startswith("val_") else "train"
    return {
        "label": members[0].facts["label"],
        "values": members[0].facts["values"],
        "seeds": [one.facts["seed"] for one in members],
        "members": [one.name for one in members],
        "epochs": float(np.mean([epochs[one.name] for one in members])),
        "monitored": spreads[part].get(monitor.removeprefix("val_")),
        "spreads": spreads,
    }


def _spread(name: str, values: Sequence[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return spread(known, within=range_of(name)) if len(known) == len(values) else None


def _order(spread: Mapping[str, Any] | None, mode: str) -> float:
    """Put the best first, and last what has no figure."""
    return math.inf if spread is None else _signed(spread["mean"], mode)


def _signed(value: float, mode: str) -> float:
    return -value if mode == "max" else value


def _difference(row: Mapping[str, Any], best: Mapping[str, Any], mode: str) -> str:
    """Say whether a combination is worse than the best one, seed by seed.

    The same seeds draw the same initial weights and orders, so differences are paired.
    """
    if row is best:
        return "best"
    shared = [seed for seed in row["seeds"] if seed in best["seeds"]]
    if len(shared) < 2 or row["monitored"] is None:
        return ""
    ours = dict(zip(row["seeds"], row["monitored"]["values"], strict=True))
    theirs = dict(zip(best["seeds"], best["monitored"]["values"], strict=True))
    found = spread([_signed(ours[seed] - theirs[seed], mode) for seed in shared])
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
    if found["unlike"]:
        told = "not with the best one: what is swept changes what the loss is"
        terminal.fact("compared", f"{told}; `training.best.monitor=val_accuracy`, say, compares")


def is_loss(monitor: str) -> bool:
    """Tell whether a figure is the loss, or that of one target.

    Example:
        >>> is_loss("val_loss"), is_loss("val_accuracy")
        (True, False)
    """
    return monitor == "loss" or monitor.endswith("_loss")


KIND = Kind("sweep", conclude, tell)
