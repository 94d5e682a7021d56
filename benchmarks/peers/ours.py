"""dltrain's own loop, with each of its engines."""

from __future__ import annotations

import math

from dltrain import training
from dltrain.training.engines import choose_engine
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
        variant: An engine, or auto.
    """
    model, callbacks = network(work, jit_compile=False), callbacks_of(work, clock)
    val = (rows.val_x, rows.val_y) if work.val_rows else None
    steps = math.ceil(work.rows / work.batch) * work.usual_epochs
    clock.start()
    engine = choose_engine(model, variant, rows=work.rows, batch_size=work.batch, steps=steps).name
    trained = training.train(
        model, (rows.x, rows.y), val, epochs=work.epochs, batch_size=work.batch, seed=0,
        callbacks=callbacks, engine=engine,
    )  # fmt: skip
    return Outcome(trained.history[-1]["loss"], engine)
