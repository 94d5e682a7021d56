"""In which numbers networks may differ that train side by side.

A number is here when Keras's code only computes with it. What it is rounded to, counted with or
compared with anything but 0 and 1 has to be the same in all networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras

from dltrain.model.leaves import leaves
from dltrain.training.side_by_side.factors import Slot

OF_LAYERS = {
    "Dropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "SpatialDropout1D": ("rate",),
}
OF_REGULARIZERS = {"L1": ("l1",), "L1L2": ("l1", "l2"), "L2": ("l2",)}
OF_ALL_OPTIMIZERS = ("clipnorm", "clipvalue", "ema_momentum", "global_clipnorm", "weight_decay")
OF_OPTIMIZERS = {
    "Adadelta": ("epsilon", "rho"),
    "Adagrad": ("epsilon",),
    "Adam": ("beta_1", "beta_2", "epsilon"),
    "AdamW": ("beta_1", "beta_2", "epsilon"),
    "Adamax": ("beta_1", "beta_2", "epsilon"),
    "Ftrl": ("beta", "l2_shrinkage_regularization_strength"),
    "Lion": ("beta_1", "beta_2"),
    "Nadam": ("beta_1", "beta_2", "epsilon"),
    "RMSprop": ("epsilon", "momentum", "rho"),
    "SGD": ("momentum",),
}
OF_SCHEDULES = {
    "CosineDecay": ("alpha", "initial_learning_rate"),
    "ExponentialDecay": ("decay_rate", "initial_learning_rate"),
    "InverseTimeDecay": ("decay_rate", "initial_learning_rate"),
    "PolynomialDecay": ("end_learning_rate", "initial_learning_rate"),
}
NUMBERS = (
    OF_LAYERS
    | OF_REGULARIZERS
    | OF_SCHEDULES
    | {name: (*own, *OF_ALL_OPTIMIZERS) for name, own in OF_OPTIMIZERS.items()}
)


def differing_numbers(models: Sequence[keras.Model]) -> list[Slot]:
    """Find the numbers that are others in some of the networks.

    Args:
        models: Compiled networks that differ in nothing else.
    """
    slots = []
    for owners in zip(*map(_owners, models), strict=True):
        for name in NUMBERS[type(owners[0]).__name__]:
            values = [getattr(owner, name) for owner in owners]
            if values[0] is not None and len(set(map(float, values))) > 1:
                slots.append(Slot(owners[0], name, tuple(map(float, values))))
    return slots


def _owners(model: keras.Model) -> Iterator[Any]:
    """List the objects of a network that have such numbers."""
    optimizer = model.optimizer
    candidates = [optimizer, getattr(optimizer, "_learning_rate", None)]
    for layer in leaves(model):
        regularizers = sorted(name for name in dir(layer) if name.endswith("_regularizer"))
        candidates += [layer, *(getattr(layer, name) for name in regularizers)]
    return (owner for owner in candidates if type(owner).__name__ in NUMBERS)
