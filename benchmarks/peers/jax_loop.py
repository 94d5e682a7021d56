"""JAX with optax's Adam: a whole epoch in one compiled `scan`, or one compiled function a step.

The rows stay on the device as they are; each step gathers its own. The short last batch is a step
of its own. `scan` is the faster one, but for convolutions, which XLA is slow at inside a loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import numpy as np
import optax
from jax import lax
from jax import numpy as jnp

from peers.clock import Clock
from peers.jax_networks import initial, judged
from peers.outcome import Outcome
from peers.rows import Rows
from peers.works import EPSILON, RATE, Work

# From (weights, the optimizer's state, loss and right rows so far), the rows' x and y, positions of
# a batch's rows and a key to the first three behind the step.
Step = Callable[[Any, Any, Any, Any, Any], Any]
# The same for a whole epoch, from (weights, the optimizer's state) and positions of all rows.
Epoch = Callable[[Any, Any, Any, Any, Any], Any]


def train(work: Work, rows: Rows, clock: Clock, variant: str) -> Outcome:
    """Train.

    Args:
        work: What to train.
        rows: Its rows.
        clock: Gets the times.
        variant: scan or steps.
    """
    adam = optax.adam(RATE, eps=EPSILON)
    weights = initial(work)
    state = (weights, adam.init(weights))
    run = (scanned if variant == "scan" else stepped)(work, step_of(work, adam))
    validate = jax.jit(partial(judged, work))
    x, y, val_x, val_y = (jnp.asarray(one) for one in (rows.x, rows.y, rows.val_x, rows.val_y))
    drawn, key = np.random.default_rng(0), jax.random.key(1)
    best, waited, loss = math.inf, 0, math.nan
    clock.start()
    for epoch in range(work.epochs):
        order = drawn.permutation(work.rows).astype(np.int32)
        *trained, sums = run(state, x, y, order, jax.random.fold_in(key, epoch))
        state = tuple(trained)  # or JAX would compile anew, for a list
        loss, _accuracy = (float(one) / work.rows for one in sums)
        if work.val_rows:
            val_loss = float(validate(state[0], val_x, val_y)[0])
            best, waited = (val_loss, 0) if val_loss < best else (best, waited + 1)
        if clock.epoch_ends() or waited >= work.epochs:
            break
    return Outcome(loss)


def step_of(work: Work, adam: optax.GradientTransformation) -> Step:
    """Write one step."""
    graded = jax.value_and_grad(partial(judged, work), has_aux=True)

    def step(carry: Any, x: Any, y: Any, chosen: Any, key: Any) -> Any:
        weights, moments, (total, right) = carry
        one = key if work.dropout else None
        (loss, hits), gradients = graded(weights, x[chosen], y[chosen], one)
        changes, moments = adam.update(gradients, moments)
        weights = optax.apply_updates(weights, changes)
        return weights, moments, (total + loss * len(chosen), right + hits)

    return step


def scanned(work: Work, step: Step) -> Epoch:
    """Compile an epoch as a scan over its whole batches, and the short one."""
    steps = work.rows // work.batch
    whole = steps * work.batch

    @partial(jax.jit, donate_argnums=0)
    def epoch(state: Any, x: Any, y: Any, order: Any, key: Any) -> Any:
        def one(carry: Any, given: Any) -> Any:
            chosen, number = given
            return step(carry, x, y, chosen, jax.random.fold_in(key, number)), None

        batches = order[:whole].reshape(steps, work.batch)
        carry, _ = lax.scan(one, (*state, _sums()), (batches, jnp.arange(steps)))
        if whole < work.rows:
            carry, _ = one(carry, (order[whole:], steps))
        return carry

    return epoch


def stepped(work: Work, step: Step) -> Epoch:
    """Compile a step, and let Python call it for each batch."""
    compiled = jax.jit(step, donate_argnums=0)

    def epoch(state: Any, x: Any, y: Any, order: Any, key: Any) -> Any:
        carry = (*state, _sums())
        for start in range(0, work.rows, work.batch):
            one = jax.random.fold_in(key, start) if work.dropout else key
            carry = compiled(carry, x, y, order[start : start + work.batch], one)
        return carry

    return epoch


def _sums() -> tuple[Any, Any]:
    return jnp.zeros(()), jnp.zeros((), jnp.int32)
