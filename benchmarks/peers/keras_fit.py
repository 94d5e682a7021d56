"""`model.fit`, with all its defaults: over arrays, or over a tf.data pipeline."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from peers.clock import Clock
from peers.keras_networks import callbacks_of, network
from peers.outcome import Outcome
from peers.rows import Rows
from peers.works import Work


def train(work: Work, rows: Rows, clock: Clock, variant: str) -> Outcome:
    """Train.

    Args:
        work: What to train.
        rows: Its rows.
        clock: Gets the times.
        variant: arrays or tf.data.
    """
    model = network(work, "auto")
    given = pipelines(work, rows) if variant == "tf.data" else arrays(work, rows)
    callbacks = callbacks_of(work, clock)
    clock.start()
    history = model.fit(**given, epochs=work.epochs, callbacks=callbacks, verbose=0)
    return Outcome(history.history["loss"][-1])


def arrays(work: Work, rows: Rows) -> dict[str, Any]:
    """Give `fit` arrays, which it shuffles and cuts into batches."""
    val = (rows.val_x, rows.val_y) if work.val_rows else None
    return {"x": rows.x, "y": rows.y, "batch_size": work.batch, "validation_data": val}


def pipelines(work: Work, rows: Rows) -> dict[str, Any]:
    """Give `fit` batches that tf.data makes, shuffled over all rows."""
    batches = tf.data.Dataset.from_tensor_slices((rows.x, rows.y)).shuffle(work.rows)
    val = tf.data.Dataset.from_tensor_slices((rows.val_x, rows.val_y)).batch(work.batch)
    ahead = tf.data.AUTOTUNE
    return {
        "x": batches.batch(work.batch).prefetch(ahead),
        "validation_data": val.prefetch(ahead) if work.val_rows else None,
    }
