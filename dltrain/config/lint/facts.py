"""What rules may know about the data and the model, beside the file.

Plain numbers about the train rows alone, gathered by `dltrain/facts.py`; a rule that needs one
says nothing where it is absent, so the same rules run with and without the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TargetFacts:
    """One target as its train rows show it.

    Attributes:
        task: The task, as the file says or the data tells.
        outputs: Numbers that a prediction has.
        counts: Train rows of each class; empty where there are no exclusive classes.
        least: The smallest value of a quantity, as the network sees it; None for classes.
        largest: The largest value of a quantity, as the network sees it; None for classes.
    """

    task: str
    outputs: int
    counts: tuple[int, ...] = ()
    least: float | None = None
    largest: float | None = None

    @property
    def size(self) -> float:
        """How far from 0 an amount is at most; 0 for classes."""
        return max(-(self.least or 0.0), self.largest or 0.0)


@dataclass(frozen=True)
class InputFacts:
    """One input of the network.

    Attributes:
        form: One of table, images, tokens, array.
        shape: Shape of one row as the network takes it.
        unscaled: Root mean square over the train rows, by column, of numbers that nothing scales;
            the column of an array is "".
    """

    form: str
    shape: tuple[int, ...]
    unscaled: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What the data, and later the model, told.

    Attributes:
        targets: By name; the only target of a file is "".
        inputs: By name.
        train_rows: Their number; None where a smoke run took a sample.
        parameters: Numbers that the training changes; None before the model is built.
        constant: Columns with one value in all train rows.
        identifiers: Columns with another value in each train row.
        telling: Columns that alone tell a target, by the target's name.
    """

    targets: Mapping[str, TargetFacts] = field(default_factory=dict)
    inputs: Mapping[str, InputFacts] = field(default_factory=dict)
    train_rows: int | None = None
    parameters: int | None = None
    constant: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    telling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Tell whether there is nothing left that a rule could learn."""
        return self.train_rows is not None and self.parameters is not None
