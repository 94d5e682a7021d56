"""A training: epochs of compiled steps, validations, and Keras's callbacks around them.

Callbacks are called as `fit` calls them; given the same order of rows, weights and figures equal
those of `fit` bit for bit (see `steps`). An epoch runs in a few pieces, so that a wish to stop and
a state that is due need not wait for its end; pieces change no bit. `engine="keras"` leaves the
epochs to `fit` itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import keras

from dltrain.model.passes import computing, evaluation_batch, prepare_metrics
from dltrain.model.streams import Pass, evaluation_pass
from dltrain.training.by_keras import fit_epochs
from dltrain.training.continuing import Continuation
from dltrain.training.feeding import Arrays, Feed, feed_of, segments
from dltrain.training.listening import Listeners, monitors_may_be_absent
from dltrain.training.log_files import close_files, go_on_writing
from dltrain.training.pace import Pace
from dltrain.training.recording import Recorder
from dltrain.training.state import Position
from dltrain.training.steps import TrainSteps
from dltrain.training.trained import Trained

FEWER_ROWS = "Use fewer rows, or `dataset.cache=always`, which reads a table in blocks."


def train(
    model: keras.Model,
    rows: Arrays,
    val: Arrays | None = None,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    first: int = 0,
    shuffle: bool = True,
    steps_per_epoch: int | None = None,
    validation_freq: int = 1,
    validation_batch_size: int | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    engine: str = "graph",
    trained: Trained | None = None,
    continuation: Continuation | None = None,
) -> Trained:
    """Train a compiled model.

    Args:
        model: A compiled model.
        rows: Inputs and targets of the train rows, and sample weights where there are any;
            each (n, …), or blocks of rows.
        val: Inputs and targets of the validation rows.
        epochs: Epochs, at most.
        batch_size: Rows a step; the last step of a pass over the rows may have fewer.
        seed: Draws the order of rows, together with the number of the pass.
        first: Number of the first epoch, from 0, where others were trained before: epochs count on.
        shuffle: Whether to draw an order at all.
        steps_per_epoch: Steps of an epoch; default: those of one pass over the rows.
        validation_freq: Epochs from one validation to the next.
        validation_batch_size: Rows of a validation batch; default: as in training, at least 32.
        callbacks: Keras callbacks.
        engine: "graph", "xla" or "keras".
        trained: Where to put what happens while it happens; kept when the training fails.
        continuation: Where the training goes on from, and what makes it one that can go on.

    Returns:
        History and last weights. The model has them too, unless a callback has put back others.

    Raises:
        KeyboardInterrupt: Somebody wishes to stop; the state has been kept.
        RunError: The loss or a weight is not finite, memory does not hold the rows, or TensorFlow
            cannot compute a step.
    """
    trained = trained or Trained()
    continuation = continuation or Continuation()
    with computing("the train rows", FEWER_ROWS):
        feed = feed_of(rows, batch_size, seed=seed, shuffle=shuffle)
    with computing(f"epoch {first + 1}"):
        prepare_metrics(model, *rows[:2])
        model.optimizer.build(model.trainable_variables)
    recorder = Recorder(trained, last_epoch=first + epochs, marks=continuation.marks)
    continuation.begin(first, trained, [recorder, *callbacks])
    go_on_writing(callbacks, trained.history, continuation.kept)
    listeners = Listeners(
        [recorder, *callbacks, continuation], model, epochs=first + epochs,
        steps=steps_per_epoch or feed.steps,
    )  # fmt: skip
    val_rows = validation_batch_size or evaluation_batch(batch_size)
    try:
        if engine == "keras" and not continuation.is_over(first + epochs):
            fit_epochs(
                model, feed, val, listeners, continuation, validation_freq=validation_freq,
                validation_batch_size=val_rows,
            )  # fmt: skip
        else:
            with computing("the val rows", FEWER_ROWS):
                validate = evaluation_pass(model, val[0], val[1], val_rows) if val else None
            run = _Epochs(model, feed, listeners, continuation, engine == "xla")
            run(first + epochs, validate, validation_freq)
    finally:
        close_files(callbacks)
    return trained


class _Epochs:
    """The epochs of a training, by compiled steps."""

    def __init__(
        self,
        model: keras.Model,
        feed: Feed,
        listeners: Listeners,
        continuation: Continuation,
        xla: bool,
    ) -> None:
        self.model, self.feed, self.listeners = model, feed, listeners
        self.continuation = continuation
        self.steps = TrainSteps(model, feed, xla=xla)
        self.pace = Pace()

    def __call__(self, end: int, validate: Pass | None, every: int) -> None:
        """Run the epochs up to the one with the number `end`, as `fit` does."""
        model, listeners = self.model, self.listeners
        model.stop_training = False
        listeners.on_train_begin()
        begin, logs = self.continuation.position, {}
        for epoch in range(begin.epoch, 0 if begin.stopped else end):
            listeners.on_epoch_begin(epoch)
            with computing(f"epoch {epoch + 1}"):
                self._train(epoch, begin.step if epoch == begin.epoch else 0)
                logs = self.steps.results()
                if validate and (epoch + 1) % every == 0:
                    logs |= self._validated(validate)
            with monitors_may_be_absent():
                listeners.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
        model.optimizer.finalize_variable_values(model.trainable_weights)
        listeners.on_train_end(logs)

    def _train(self, epoch: int, done: int) -> None:
        """Run the steps of an epoch behind those that are done."""
        if not done:
            self.steps.reset()
        begin, per_epoch = epoch * self.listeners.steps, self.listeners.steps
        for block, start, stop in segments(self.feed, begin + done, begin + per_epoch):
            for piece in self._pieces(start, stop):
                with self.pace.timing(len(piece)):
                    self.steps(block, piece.start, piece.stop)
                self.listeners.on_batches(done, done + len(piece), self.steps.results)
                done += len(piece)
                if self.model.stop_training:
                    return
                self.continuation.look(Position(self.continuation.phase, epoch, done))

    def _pieces(self, start: int, stop: int) -> Iterator[range]:
        """Cut steps into pieces, none longer than the pace and the callbacks allow."""
        while start < stop:
            steps = min(self.pace.steps, self.listeners.next_batch() or stop)
            yield range(start, min(start + steps, stop))
            start += steps

    def _validated(self, validate: Pass) -> dict[str, float]:
        self.listeners.on_test_begin()
        logs = validate()
        self.listeners.on_test_end(logs)
        return {f"val_{name}": value for name, value in logs.items()}
