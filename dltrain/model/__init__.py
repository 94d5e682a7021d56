"""Checked values and shapes to `tf.keras` objects. Importing this package imports TensorFlow."""

import keras

from dltrain.errors import ModelError, sentence

if keras.backend.backend() != "tensorflow":
    raise ModelError(
        sentence(
            f"the Keras backend {keras.backend.backend()}",
            "tensorflow",
            "Unset KERAS_BACKEND, and `backend` in Keras's keras.json.",
        )
    )
