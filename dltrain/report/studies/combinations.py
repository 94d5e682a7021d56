"""The combinations of a sweep: their trainings, their order, how keys and values are spelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dltrain.config.catalogue.rules import is_number
from dltrain.config.text.writing import to_yaml
from dltrain.report.plots.canvas import words
from dltrain.report.studies.record import StudyRecord, Training

MOST_LETTERS = 44


@dataclass(frozen=True)
class Combination:
    """One combination of values.

    Attributes:
        number: Its place in the file's order, from 1.
        label: As plots name it; tables have that of `row`.
        row: What study.json says about it: values, spreads, epochs, distance from the best.
        trainings: A training for each seed.
    """

    number: int
    label: str
    row: Mapping[str, Any]
    trainings: Sequence[Training]

    @property
    def values(self) -> Mapping[str, Any]:
        """Its values by key."""
        found: Mapping[str, Any] = self.row["values"]
        return found

    @property
    def seconds(self) -> float:
        """Mean seconds of its trainings."""
        known = [one.seconds for one in self.trainings if one.seconds is not None]
        return sum(known) / len(known) if known else float("nan")

    def spread(self, part: str, name: str) -> Mapping[str, Any] | None:
        """Give mean, standard deviation, interval and values of a figure over the seeds."""
        found: Mapping[str, Any] | None = self.row["spreads"].get(part, {}).get(name)
        return found


def combinations(record: StudyRecord) -> list[Combination]:
    """List the combinations that have come to their end, the best first; none before that."""
    by_name = {one.name: one for one in record.trainings}
    rows = record.facts.get("rows", [])
    labels = labels_of([row["values"] for row in rows])
    return [
        Combination(
            by_name[row["members"][0]].facts["number"],
            label,
            row,
            [by_name[name] for name in row["members"]],
        )
        for row, label in zip(rows, labels, strict=True)
    ]


def labels_of(each: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name combinations as shortly as tells them apart, for the legend of a plot.

    A word says what it is of where its key has nothing but words; a number needs its key, unless
    there is but one.

    Args:
        each: The values of each by key.

    Example:
        >>> labels_of([{"optimizer": "sgd", "optimizer.learning_rate": 0.1}])
        ['sgd, learning_rate 0.1']
        >>> labels_of([{"training.batch_size": 1}, {"training.batch_size": "full"}])
        ['1', 'full']
    """
    keys = {key for values in each for key in values}
    clear = {key for key in keys if all(_is_a_word(one[key]) for one in each if key in one)}
    names = [
        ", ".join(
            told(value) if len(keys) == 1 or key in clear else f"{short(key)} {told(value)}"
            for key, value in values.items()
        )
        for values in each
    ]
    if len(set(names)) < len(names):
        names = [
            ", ".join(f"{key} {told(value)}" for key, value in values.items()) for values in each
        ]
    return words(names, MOST_LETTERS)


def _is_a_word(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, dict) and "type" in value)


def swept(record: StudyRecord) -> dict[str, list[Any]]:
    """List the keys of a sweep and the values that each takes, in the file's order."""
    found: dict[str, list[Any]] = {}
    for one in record.facts["members"]:
        for key, value in one["values"].items():
            values = found.setdefault(key, [])
            if value not in values:
                values.append(value)
    return found


def is_grid(record: StudyRecord) -> bool:
    """Tell whether each combination has a value for each key."""
    keys = set(swept(record))
    return all(set(one["values"]) == keys for one in record.facts["members"])


def numeric(values: Sequence[Any]) -> bool:
    """Tell whether the values of a key are numbers, and more than one."""
    return len(values) > 1 and all(is_number(one) for one in values)


def told(value: Any) -> str:
    """Spell a value.

    Example:
        >>> told(0.001), told("full"), told({"type": "sgd", "momentum": 0.9})
        ('0.001', 'full', 'sgd momentum 0.9')
    """
    if isinstance(value, dict) and "type" in value:
        more = (f" {key} {told(one)}" for key, one in value.items() if key != "type")
        return f"{value['type']}{''.join(more)}"
    if is_number(value):
        return f"{value:g}"
    return value if isinstance(value, str) else to_yaml(value, one_line=True).strip()


def short(key: str) -> str:
    """Name a key by its last word.

    Example:
        >>> short("training.batch_size")
        'batch_size'
    """
    return key.rpartition(".")[2]
