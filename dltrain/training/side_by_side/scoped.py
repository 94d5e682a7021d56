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
from types import MethodType
from typing import Any

import keras
import tensorflow as tf

BASE: Any = next(
    kind for kind in keras.optimizers.Optimizer.__mro__ if kind.__name__ == "BaseOptimizer"
)
METHODS = (
    "_apply_weight_decay", "_backend_increment_gradient_accumulators", "_backend_update_step",
    "_overwrite_model_variables_with_average_value", "_var_key", "assign", "assign_add",
    "assign_sub",
)  # fmt: skip
OPS = sys.modules[BASE.__module__].ops  # type: ignore[attr-defined]


@contextmanager
def writing_into(scope: keras.StatelessScope, optimizer: Any) -> Iterator[None]:
    """Let an optimizer write into a scope, for as long as the block runs.

    Args:
        scope: The scope, which is entered, and knows all variables.
        optimizer: A built optimizer.
    """
    places, cond = optimizer._trainable_variables_indices, OPS.cond
    own = {id(variable): at for at, variable in enumerate(optimizer._trainable_variables)}
    try:
        for name in METHODS:
            object.__setattr__(optimizer, name, MethodType(getattr(BASE, name), optimizer))
        object.__setattr__(optimizer, "_trainable_variables_indices", own)
        OPS.cond = partial(_choose, scope)
        yield
    finally:
        OPS.cond = cond
        object.__setattr__(optimizer, "_trainable_variables_indices", places)
        for name in METHODS:
            object.__delattr__(optimizer, name)


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
