"""An optimizer of Keras whose updates land in a `StatelessScope`.

On TensorFlow Keras's optimizers write into TensorFlow's variables by themselves. Their base class,
which all backends share, writes into Keras's variables, which a scope can catch; so for as long as
a step is traced its methods take the place of theirs. A condition becomes a choice between what
both branches would leave, since a vectorised step takes both ways at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import tensorflow as tf

METHODS = (
    "_apply_weight_decay", "_backend_increment_gradient_accumulators", "_backend_update_step",
    "_overwrite_model_variables_with_average_value", "_var_key", "assign", "assign_add",
    "assign_sub",
)  # fmt: skip
KINDS = {kind.__name__: kind for kind in keras.optimizers.Optimizer.__mro__}
OURS, BASE = KINDS["TFOptimizer"], KINDS["BaseOptimizer"]
OPS: Any = vars(sys.modules[BASE.__module__])["ops"]


@contextmanager
def writing_into(scope: keras.StatelessScope, optimizer: Any) -> Iterator[None]:
    """Let an optimizer write into a scope, for as long as the block runs.

    Args:
        scope: The scope, which is entered, and knows all variables.
        optimizer: A built optimizer.
    """
    before, cond = {name: vars(OURS)[name] for name in METHODS}, OPS.cond
    places = optimizer._trainable_variables_indices
    own = {id(variable): at for at, variable in enumerate(optimizer._trainable_variables)}
    try:
        # In the class itself: what an optimizer overrides calls it.
        for name in METHODS:
            setattr(OURS, name, getattr(BASE, name))
        object.__setattr__(optimizer, "_trainable_variables_indices", own)
        OPS.cond = partial(_choose, scope)
        yield
    finally:
        OPS.cond = cond
        object.__setattr__(optimizer, "_trainable_variables_indices", places)
        for name, method in before.items():
            setattr(OURS, name, method)


def _choose(
    scope: Any, condition: Any, then: Callable[[], Any], otherwise: Callable[[], Any]
) -> None:
    """Compute both branches of a condition, and keep what the right one leaves."""
    before = dict(scope.state_mapping)
    then()
    changed, scope.state_mapping = scope.state_mapping, dict(before)
    otherwise()
    for key, value in changed.items():
        other = scope.state_mapping[key]
        if value is not other:
            scope.state_mapping[key] = tf.where(condition, value, other)
