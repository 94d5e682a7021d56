"""What a diagnosis may know: plain data that a run has left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Layer:
    """A hidden layer whose size the file says.

    Attributes:
        name: Its name in the network.
        key: Its place in the file, such as "architecture.layers.0".
        word: The key of its size below that: units, filters, or a position in a list of units.
        size: Its size.
        activation: Its activation, where the file says one that is a name.
    """

    name: str
    key: str
    word: str
    size: int
    activation: str | None = None


@dataclass(frozen=True)
class Settings:
    """What the file says about the training, as far as a next step may change it.

    Attributes:
        optimizer: Its type.
        learning_rate: The rate of the first step of the last phase.
        rate_key: Where the file says it.
        epochs: Epochs that were asked for.
        epochs_key: Where the file says them; None where phases do.
        batch_size: Rows of a step.
        patience: Of the first `early_stopping`; None without one.
        callbacks: Number of callbacks.
        dropout: `regularization.dropout`.
        drops: Whether a layer drops units.
        kernel: `regularization.kernel` as plain data; None for none.
        normalizes: Whether a layer normalizes batches or rows.
        class_weight: Whether classes are weighed, or cannot be.
        layers: The layers whose size the file says.
        excluded: `dataset.features.exclude`; None where the data has no columns.
        validates: Whether there are val rows.
        split_seed: The seed by which rows are divided; None where chance does not divide them.
        human: `evaluation.human`: the share of classes or labels that people get wrong, or their
            mean absolute error.
        target_error: `evaluation.target_error`: the same, for what is aimed at.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.001
    rate_key: str = "optimizer.learning_rate"
    epochs: int = 10
    epochs_key: str | None = "training.epochs"
    batch_size: int = 32
    patience: int | None = None
    callbacks: int = 0
    dropout: float = 0.0
    drops: bool = False
    kernel: Mapping[str, Any] | None = None
    normalizes: bool = False
    class_weight: bool = False
    layers: Sequence[Layer] = ()
    excluded: Sequence[str] | None = None
    validates: bool = True
    split_seed: int | None = None
    human: float | None = None
    target_error: float | None = None


@dataclass(frozen=True)
class Facts:
    """A run.

    Attributes:
        tasks: The task of each target; the only one of a file is "".
        rows: Rows by part.
        inputs: Numbers that the network sees of a row.
        settings: What the file says.
        metrics: What metrics.json holds; empty where the training failed.
        history: One row an epoch: epoch, loss and figures, val_ ones behind.
        best_epoch: The epoch of the weights that were judged.
        stopped_early: Whether a callback ended the training.
        failure: Why the training failed, in words; empty where it did not.
        initial_loss: The loss of a few train rows before the first step; None where unknown.
        gradients: Norm of the loss's gradient by layer, by epoch; 0 is before the first step.
        dead: Dead units and all units of ReLU layers, by layer.
        telling: Columns that alone tell a target, by target.
        copies: Rows of a part that stand in an earlier part too, by both names.
        classes: Number of classes by target; labels and amounts have none.
    """

    tasks: Mapping[str, str]
    rows: Mapping[str, int]
    inputs: int = 1
    settings: Settings = Settings()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[Mapping[str, float]] = ()
    best_epoch: int = 0
    stopped_early: bool = False
    failure: str = ""
    initial_loss: float | None = None
    gradients: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    dead: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    telling: Mapping[str, Sequence[str]] = field(default_factory=dict)
    copies: Mapping[tuple[str, str], int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
