import keras
import numpy as np
import tensorflow as tf

from dltrain.model.seeding import devices, set_seed


def drawn(seed):
    set_seed(seed)
    kernel = keras.initializers.GlorotUniform()((3, 3))
    dropped = keras.layers.Dropout(0.5)(np.ones((20, 5)), training=True)
    return np.concatenate([np.ravel(kernel), np.ravel(dropped)])


def test_the_same_seed_gives_the_same_weights_and_dropout():
    first, again, other = drawn(1), drawn(1), drawn(2)

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_devices_are_those_of_tensorflow():
    assert "CPU:0" in devices()
    assert len(devices()) == len(tf.config.list_physical_devices())
