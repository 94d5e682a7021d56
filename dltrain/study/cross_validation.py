"""`dltrain cv`: every row of train and val is judged once by a network that has not seen it.

The rows are divided as the file's split says, by chance, by group or by time. Preprocessing is
learned inside each fold, and the file's own test rows stay closed unless somebody opens them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dltrain import run_folder
from dltrain.config import Config
from dltrain.config.sections.studies import CrossValidation
from dltrain.errors import ConfigError, sentence
from dltrain.run_folder import RunFolder
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Member, member
from dltrain.study.running import Kind, Study, run_study
from dltrain.study.spreading import Folded, spread_of
from dltrain.study_tables import folds_table
from dltrain.terminal import Terminal, label_width

FOLDED = ("given", "group", "random", "time")


def cross_validate(
    config: Config,
    *,
    output: Path = Path("runs"),
    name: str | None = None,
    test: bool = False,
    smoke: bool = False,
    workers: int | None = None,
    terminal: Terminal | None = None,
) -> Study:
    """Train a network for each fold, repeat and seed, and judge them together.

    Args:
        config: The checked file.
        output: Folder below which NAME/TIME is made.
        name: The study's name; default: the file's.
        test: Judge every member by the file's own test rows as well.
        smoke: At most 256 rows and 2 epochs.
        workers: Processes for members that cannot train side by side; default: one a core.
        terminal: Where progress is shown.

    Returns:
        The study's folder and its figures.

    Raises:
        DltrainError: The file, the data or the network is wrong, or every member failed.
    """
    members = list(members_of(config, test=test))
    facts = {"test": test, "smoke": smoke}
    return run_study(
        KIND, config, members, facts, told=_told(config, test),
        output=output, name=name, workers=workers, terminal=terminal,
    )  # fmt: skip


def _told(config: Config, test: bool) -> str:
    """Say what is asked for.

    Example:
        >>> _numbered(5, "fold"), _numbered(1, "repeat")
        ('5 folds', '1 repeat')
    """
    asked = config.experiment.cross_validation or CrossValidation()
    numbers = [_numbered(asked.folds, "fold")]
    numbers += [_numbered(asked.repeats, "repeat")] if asked.repeats > 1 else []
    numbers += [_numbered(asked.seeds, "seed")] if asked.seeds > 1 else []
    closed = "" if test else ", test rows closed"
    return f"{' × '.join(numbers)}{closed}"


def _numbered(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def members_of(config: Config, *, test: bool) -> Iterator[Member]:
    """List the trainings of a cross-validation: repeats, their folds, and seeds of each.

    Raises:
        ConfigError: The split cannot be folded.
    """
    values = config.experiment
    asked = values.cross_validation or CrossValidation()
    kind = values.split.type
    if kind not in FOLDED:
        way_out = "Such as `split={type: random, fractions: {train: 0.9, val: 0.1, test: 0}}`."
        message = sentence(f"split: {kind}", "a split that can be folded", way_out)
        raise ConfigError([f"{config.source.place(('split',))}: split: {message}"])
    if getattr(values.split, "fold", None):
        message = sentence("one fold for `cv`, which trains all", "no `fold`", "Remove it.")
        raise ConfigError([f"{config.source.place(('split', 'fold'))}: split.fold: {message}"])
    closed: dict[str, Any] = {} if test else {"evaluation.test": "never"}
    for repeat in range(1, asked.repeats + 1):
        for number in range(1, asked.folds + 1):
            for seed in range(values.seed, values.seed + asked.seeds):
                fold = {"number": number, "folds": asked.folds, "repeat": repeat}
                changes = {"split.fold": fold, "seed": seed, **closed}
                label = "-".join(
                    [f"repeat-{repeat}"] * (asked.repeats > 1)
                    + [f"fold-{number}"]
                    + [f"seed-{seed}"] * (asked.seeds > 1)
                )
                yield member(
                    config, label, changes, {"repeat": repeat, "fold": number, "seed": seed}
                )


def conclude(
    study: StudyFolder, done: Sequence[Member], failed: Sequence[Member]
) -> dict[str, Any]:
    """Judge the members together.

    Args:
        study: The study; gets metrics.json and predictions.csv.
        done: The members that have come to their end.
        failed: The others, which metrics.json names.

    Returns:
        What metrics.json holds.
    """
    figures = [_folded(study, one) for one in done]
    metrics = spread_of(figures) | {"failed": [one.name for one in failed]}
    study.folder.write_json(run_folder.METRICS, metrics)
    _write_predictions(study, done)
    return metrics


def _folded(study: StudyFolder, one: Member) -> Folded:
    folder = RunFolder(study.member(one.name))
    cell = (int(one.facts["repeat"]), int(one.facts["fold"]))
    return Folded(cell, folder.read_json(run_folder.METRICS))


def _write_predictions(study: StudyFolder, done: Sequence[Member]) -> None:
    """Write what each member says about its val rows, which it has not seen."""
    import pandas as pd

    tables = []
    for one in done:
        path = RunFolder(study.member(one.name)).file(run_folder.PREDICTIONS)
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        own = table[table["part"] == "val"].drop(columns="part")
        for at, fact in enumerate(("repeat", "fold", "seed")):
            own.insert(at, fact, str(one.facts[fact]))
        tables.append(own)
    with study.folder.whole(run_folder.PREDICTIONS) as path:
        pd.concat(tables).to_csv(path, index=False, lineterminator="\n")


def tell(terminal: Terminal, metrics: dict[str, Any]) -> None:
    """Show means and standard deviations over the folds, with the interval of val."""
    header, rows = folds_table(metrics)
    terminal.line()
    terminal.table(header, rows)
    told = f"{metrics['folds']}, {metrics['trainings']} trainings"
    terminal.fact("folds", told, label_width(rows))


KIND = Kind("cv", conclude, tell, needs_all=True)
