"""Half precision: which layers compute in it, and whether the loss has to be scaled.

Keras takes the dtype policy of a layer that is given none from the process; here that holds for
as long as layers are built, and no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from dltrain.model.leaves import leaves

WHOLE = "float32"
HALF = "mixed_float16"


@contextmanager
def building_in(precision: str) -> Iterator[None]:
    """Give layers that are built a dtype policy where they are given none.

    Args:
        precision: Name of the policy.

    Example:
        >>> with building_in("mixed_float16"):
        ...     layer = keras.layers.Dense(1)
        >>> layer.compute_dtype, layer.variable_dtype, keras.layers.Dense(1).compute_dtype
        ('float16', 'float32', 'float32')
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def needs_scaled_loss(model: keras.Model) -> bool:
    """Tell whether gradients may be too small for a layer that computes in float16.

    Keras's `compile` asks the model's own policy, which a model does not keep in its file.
    """
    return any(
        layer.dtype_policy.name == HALF
        for layer in leaves(model, parts=True)
        if not isinstance(layer, keras.layers.InputLayer)  # it computes nothing
    )
