"""Which of Keras's layers augment: at random, in training only, each picture by itself.

Imports: none.
"""

from __future__ import annotations

from functools import cache

from dltrain.config.catalogue.names import kinds

# The others begin with `random_`. What changes pictures in predictions too, such as
# `auto_contrast` and `resizing`, is a part of the network and no augmentation.
OTHERS = ("aug_mix", "rand_augment", "solarization")


@cache
def augmenting() -> tuple[str, ...]:
    """Name the layers that augment.

    Example:
        >>> "random_flip" in augmenting(), "resizing" in augmenting()
        (True, False)
    """
    names = [name for name in kinds()["layer"] if name.startswith("random_")]
    return tuple(sorted([*OTHERS, *names]))
