"""What a list of runs can show, sort and filter by: facts, figures, seconds, config keys.

A column is one word, `status`, `val.loss`, `seconds.training`, `baselines.linear.test.accuracy`
or the key of a config, `optimizer.type`; `val_loss` means `val.loss`. A file is read only when
a column needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dltrain.config.composing.dotted_keys import split_key, step
from dltrain.errors import DltrainError, did_you_mean, dotted, one_of, sentence, shown
from dltrain.runs.stored_run import StoredRun
from dltrain.terms import PARTS

# Columns that every list has, and where they come from.
OWN: dict[str, Callable[[StoredRun], Any]] = {
    "run": lambda record: record.path,
    "name": lambda record: record.name,
    "status": lambda record: record.status,
    "study": lambda record: record.study,
    "smoke": lambda record: record.is_smoke,
    "reason": lambda record: record.facts.get("reason"),
    "started": lambda record: record.facts.get("started"),
    "ended": lambda record: record.facts.get("ended"),
    "epochs": lambda record: record.epochs,
    "best_epoch": lambda record: record.facts.get("best_epoch"),
    "stopped_early": lambda record: record.facts.get("stopped_early"),
    "seconds": lambda record: round(sum(record.seconds.values()), 3) if record.seconds else None,
    "verdict": lambda record: record.diagnosis.get("verdict"),
}
MEANINGS = {
    "run": "the folder",
    "name": "the name of the run",
    "status": "finished, failed, interrupted or running",
    "study": "the command that made a study: cv, sweep; nothing for a run",
    "smoke": "whether it is a smoke run: a few rows and two epochs",
    "reason": "why it failed or was interrupted",
    "started": "when it began, UTC",
    "ended": "when it ended, UTC",
    "epochs": "epochs done",
    "best_epoch": "the epoch of model/best.keras",
    "stopped_early": "whether a callback has ended the training",
    "seconds": "seconds in all; seconds.training for one phase",
    "verdict": "what the diagnosis says",
}
SECONDS, BASELINES, SMOKE, STUDY = "seconds", "baselines", "smoke", "study"
# Columns that a reader sees where a run has something in them, or somebody asked.
MARKS = (STUDY, SMOKE)
BEGINNING = ("run", "status", *MARKS, "epochs", "best_epoch", "seconds", "val.loss")
MOST_FIGURES = 3


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: As messages and headers spell it.
        key: Its parts.
        kind: "own", "figure", "seconds", "baseline" or "config".
    """

    name: str
    key: tuple[str, ...]
    kind: str

    @property
    def is_exact(self) -> bool:
        """Tell whether its numbers were given, not measured, and are shown with all digits."""
        return self.kind == "config"

    def value(self, record: StoredRun) -> Any:
        """Give what a run has in this column; None where it has nothing."""
        if self.kind == "own":
            return OWN[self.name](record)
        if self.kind == "figure":
            part, figure = self.key
            return record.splits.get(part, {}).get(figure)
        if self.kind == "seconds":
            return record.seconds.get(self.key[1])
        if self.kind == "baseline":
            _, baseline, part, figure = self.key
            return record.baselines.get(baseline, {}).get(part, {}).get(figure)
        return in_config(record.at(self.key[0]), self.key[1:]) if self.key else None


def parse(text: str) -> Column:
    """Read the name of a column; whether there is such a one, `check` tells.

    Example:
        >>> parse("val_loss").name, parse("val.f1").kind, parse("optimizer.type").kind
        ('val.loss', 'figure', 'config')
    """
    text = text.strip()
    if text in OWN:
        return Column(text, (text,), "own")
    for part in PARTS:
        for mark in (".", "_"):
            if figure := text.removeprefix(f"{part}{mark}") * text.startswith(f"{part}{mark}"):
                return Column(f"{part}.{figure}", (part, figure), "figure")
    first, _, rest = text.partition(".")
    if first == SECONDS and rest:
        return Column(text, (first, rest), "seconds")
    if first == BASELINES and len(parts := tuple(text.split(".", 3))) == 4:
        return Column(text, parts, "baseline")
    key, behind = split_key(text)
    parts = tuple(map(str, key)) if not behind else ()
    return Column(text, parts, "config")


def in_config(config: Any, key: Sequence[str]) -> Any:
    """Find what stands at a key in a part of a config, or None."""
    for part in key:
        found = step(config, part)
        if found is None or (isinstance(config, dict) and found not in config):
            return None
        config = config[found]
    return config


def defaults(records: Iterable[StoredRun]) -> list[Column]:
    """Choose what is shown where nobody says it: facts, the losses, and the main test figures."""
    counts: dict[str, int] = {}
    for record in records:
        for figure in record.main if "test" in record.splits else ():
            counts[figure] = counts.get(figure, 0) + 1
    most = sorted(counts, key=lambda figure: -counts[figure])[:MOST_FIGURES]
    return [parse(name) for name in (*BEGINNING, *(f"test.{figure}" for figure in most))]


def check(columns: Iterable[Column], records: Sequence[StoredRun], place: str) -> None:
    """Check that columns mean something for these runs.

    A key that a config may have is a column, also where no run has it.

    Args:
        columns: What was asked for.
        records: The runs.
        place: The option that names them.

    Raises:
        DltrainError: A column is unknown; names the nearest one.
    """
    for column in columns:
        if not _is_known(column, records):
            names = known(records)
            near = did_you_mean(column.name, names)
            expected = f"{one_of(OWN)}, a figure such as val.loss, or a key of the config"
            error = DltrainError(sentence(shown(column.name), expected, near))
            error.place = place
            raise error


def _is_known(column: Column, records: Sequence[StoredRun]) -> bool:
    if column.kind == "own" or not records:
        return True
    if column.kind == "figure" and column.key[1] == "loss":
        return True
    if any(column.value(record) is not None for record in records):
        return True
    if column.kind == "figure":
        return any(column.key[1] in record.splits.get(column.key[0], {}) for record in records)
    return column.kind == "config" and _is_a_key(column.key)


def _is_a_key(key: tuple[str, ...]) -> bool:
    """Tell whether a config may have a key. Takes 0.2 s."""
    from dltrain.config.schema import schema
    from dltrain.config.schema.walking import Walker

    return bool(key) and any(True for _ in Walker(schema()).find(list(key)))


def known(records: Iterable[StoredRun]) -> list[str]:
    """List all columns that runs have, the keys of their configs included."""
    from dltrain.config.text.plain import paths

    names = dict.fromkeys(OWN)
    configs: dict[str, None] = {}
    for record in records:
        names |= dict.fromkeys(figures_of(record))
        names |= dict.fromkeys(f"{SECONDS}.{phase}" for phase in record.seconds)
        names |= {
            f"{BASELINES}.{name}.{part}.{figure}": None
            for name, parts in record.baselines.items()
            for part, figures in parts.items()
            for figure in figures
        }
        configs |= dict.fromkeys(map(dotted, paths(record.config)))
    return [*names, *configs]


def figures_of(record: StoredRun) -> list[str]:
    """Name the figures of a run as columns."""
    return [f"{part}.{figure}" for part, figures in record.splits.items() for figure in figures]
