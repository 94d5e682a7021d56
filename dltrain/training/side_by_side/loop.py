"""The training of several networks side by side: epochs, validations, and callbacks for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.errors import ModelError, sentence
from dltrain.model.passes import (
    computing,
    evaluation_batch,
    output_names,
    plain_logs,
    prepare_metrics,
)
from dltrain.training.feeding import Arrays
from dltrain.training.listening import monitors_may_be_absent
from dltrain.training.loop import FEWER_ROWS
from dltrain.training.order import epoch_order
from dltrain.training.pace import Pace
from dltrain.training.side_by_side.members import Training
from dltrain.training.side_by_side.numbers import differing_numbers
from dltrain.training.side_by_side.obstacles import obstacle
from dltrain.training.side_by_side.rows import Rows
from dltrain.training.side_by_side.schedule import pieces, schedule, tables
from dltrain.training.side_by_side.stack import Stack
from dltrain.training.side_by_side.steps import Figures, Passes, Program
from dltrain.training.stopping import Stop
from dltrain.training.trained import Trained


def train_side_by_side(
    models: Sequence[keras.Model],
    rows: Sequence[Arrays],
    vals: Sequence[Arrays] | None = None,
    *,
    epochs: int,
    batch_size: int,
    seeds: Sequence[int],
    first: int = 0,
    shuffle: bool = True,
    validation_freq: int = 1,
    validation_batch_size: int | None = None,
    callbacks: Sequence[Sequence[keras.callbacks.Callback]] = (),
    trained: Sequence[Trained] | None = None,
    stop: Stop | None = None,
) -> list[Trained]:
    """Train networks of one architecture, each as `train` would train it alone.

    One that stops early, or fails, keeps what it has while the others go on.

    Args:
        models: Compiled networks with their own weights.
        rows: Inputs and targets of the train rows of each network, and sample weights where there
            are any; each (n, …). Arrays that networks share are in memory once.
        vals: Inputs and targets of the validation rows of each.
        epochs: Epochs, at most.
        batch_size: Rows a step; the last step of a pass over the rows may have fewer.
        seeds: Draw the order of rows of each, together with the number of the epoch.
        first: Number of the first epoch, from 0, where others were trained before.
        shuffle: Whether to draw an order at all.
        validation_freq: Epochs from one validation to the next.
        validation_batch_size: Rows of a validation batch; default: as in training, at least 32.
        callbacks: Keras callbacks of each network, its own objects.
        trained: Where to put what happens while it happens, for each network.
        stop: Who may wish to stop.

    Returns:
        History and last weights of each; the seconds of an epoch are those of all together. The
        networks have their weights too, unless a callback has put back others. What a network has
        failed of is its `failure`.

    Raises:
        KeyboardInterrupt: Somebody wishes to stop; the networks have the weights they had then.
        ModelError: The networks cannot train side by side; `obstacle` says so before.
        RunError: Memory does not hold the rows, or TensorFlow cannot compute a step.
    """
    callbacks = callbacks or [[] for _ in models]
    if found := obstacle(models, rows, vals, callbacks, batch_size=batch_size):
        expected = "networks that can train side by side"
        raise ModelError(sentence(f"networks with {found}", expected, "Train each alone."))
    trained = trained or [Trained() for _ in models]
    with computing("the rows", FEWER_ROWS):
        train_rows, val_rows = Rows(rows), Rows(vals) if vals else None
    with computing(f"epoch {first + 1}"):
        prepare_metrics(models[0], *rows[0][:2])
        models[0].optimizer.build(models[0].trainable_variables)
        stack = Stack(models)
    slots = differing_numbers(models)
    val_batch_size = validation_batch_size or evaluation_batch(batch_size)
    program = Program(
        models[0], slots, train_rows, val_rows,
        batch_size=batch_size, val_batch_size=val_batch_size,
    )  # fmt: skip
    train = Part(train_rows, batch_size, seeds if shuffle else None)
    val = Part(val_rows or train_rows, val_batch_size, None)
    run = _Epochs(program, stack, train, val, validation_freq)
    trainings = [
        Training(
            number, stack, one, own, end=first + epochs,
            steps=-(-train_rows.counts[number] // batch_size),
        )
        for number, (one, own) in enumerate(zip(trained, callbacks, strict=True))
    ]  # fmt: skip
    run(trainings, range(first, first + epochs), stop or Stop())
    return list(trained)


class Part:
    """Train or validation rows, and how those networks that run go through them.

    Args:
        rows: Rows of all networks.
        batch_size: Rows of a step.
        seeds: Draw the order of each network; None for the order as they lie.
    """

    def __init__(self, rows: Rows, batch_size: int, seeds: Sequence[int] | None) -> None:
        self.rows, self.batch_size, self.seeds = rows, batch_size, seeds
        self.counts = rows.counts

    def set_members(self, members: Sequence[int]) -> None:
        """Arrange the steps of those networks that are left."""
        self.members = members
        counts = [self.counts[member] for member in members]
        self.segments = schedule(counts, self.batch_size)
        self.offsets = self.rows.offsets_of(members)
        self.orders = np.tile(np.arange(max(counts), dtype=np.int32), (len(members), 1))
        self._tables = {id(self.segments): tuple(map(tf.constant, tables(self.segments)))}

    def draw(self, epoch: int) -> None:
        """Draw the orders of an epoch."""
        if self.seeds is not None:
            for row, member in enumerate(self.members):
                count = self.counts[member]
                order = epoch_order(count, seed=self.seeds[member], epoch=epoch)
                self.orders[row, :count] = order

    def passes(self, segments: Sequence[Any]) -> Passes:
        """Give some of the steps to the compiled function."""
        members, table = self._tables.get(id(segments)) or map(tf.constant, tables(segments))
        orders = tf.constant(self.orders)
        return Passes(self.rows.tensors, self.offsets, orders, members, table)


class _Epochs:
    """The epochs of all networks, by compiled steps."""

    def __init__(
        self, program: Program, stack: Stack, train: Part, val: Part, validation_freq: int
    ) -> None:
        self.program, self.stack, self.train, self.val = program, stack, train, val
        self.validation_freq = validation_freq
        self.names = output_names(program.model)
        self.pace = Pace()
        self._arrange()

    def __call__(self, trainings: Sequence[Training], epochs: range, stop: Stop) -> None:
        """Run the epochs until none is left, or all networks have stopped."""
        running = list(trainings)
        try:
            for epoch in epochs:
                for training in running:
                    training.begin(epoch)
                with computing(f"epoch {epoch + 1}"):
                    figures = self._epoch(epoch, stop)
                with monitors_may_be_absent():
                    self._tell(running, epoch, figures)
                running = [training for training in running if training.runs]
                if not running:
                    return
                stop.check()
                if 2 * len(running) <= len(self.stack.members):
                    self.stack.keep([training.number for training in running])
                    self._arrange()
            for training in running:
                training.finish()
        except BaseException:
            for training in running:
                if training.runs:
                    training.leave()
            raise

    def _arrange(self) -> None:
        members = self.stack.members
        self.train.set_members(members)
        self.val.set_members(members)
        self.factors = [
            tf.constant([slot.values[member] for member in members], tf.float64)
            for slot in self.program.slots
        ]
        self.fresh = self.program.fresh_for(len(members))

    def _epoch(self, epoch: int, stop: Stop) -> Figures:
        """Train the steps of an epoch, and validate behind the last."""
        self.train.draw(epoch)
        validates = self.program.validates and (epoch + 1) % self.validation_freq == 0
        metrics, left = self.fresh, self.train.segments
        while True:
            now, left = self._next(left)
            val = self.val.passes(self.val.segments if validates and not left else [])
            steps = sum(segment.stop - segment.first for segment in now)
            with self.pace.timing(steps):
                figures = self.program(
                    self.stack.values, metrics, self.fresh, self.factors,
                    self.train.passes(now), val,
                )  # fmt: skip
                finite = figures.finite.numpy()
            self.stack.set_values(list(figures.values))
            metrics = figures.metrics
            if not left:
                return figures._replace(finite=finite, val=figures.val if validates else {})
            stop.check()

    def _next(self, left: Any) -> Any:
        if sum(segment.stop - segment.first for segment in left) <= self.pace.steps:
            return left, []
        return pieces(left, self.pace.steps)

    def _tell(self, running: Sequence[Training], epoch: int, figures: Figures) -> None:
        """Tell each network that runs of its figures."""
        train = {name: values.numpy() for name, values in figures.train.items()}
        val = {name: values.numpy() for name, values in figures.val.items()}
        for training in running:
            row = self.stack.members.index(training.number)
            training.end(
                epoch,
                plain_logs({name: values[row] for name, values in train.items()}, self.names),
                self._of(val, row),
                is_finite=bool(figures.finite[row]),
            )

    def _of(self, figures: dict[str, np.ndarray], row: int) -> dict[str, float]:
        own = {name: values[row] for name, values in figures.items()}
        return plain_logs(own, self.names) if own else {}
