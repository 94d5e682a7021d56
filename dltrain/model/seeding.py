"""One seed for everything that Keras draws, and operations that repeat to the bit."""

from __future__ import annotations

import keras
import tensorflow as tf


def set_seed(seed: int) -> None:
    """Seed initial weights and dropout; on a GPU, choose operations that repeat to the bit.

    Args:
        seed: The file's `seed`.
    """
    keras.utils.set_random_seed(seed)
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.enable_op_determinism()


def devices() -> list[str]:
    """Name the devices that TensorFlow sees, such as `CPU:0`."""
    return [
        device.name.removeprefix("/physical_device:")
        for device in tf.config.list_physical_devices()
    ]
