"""Checked values and shapes to `tf.keras` objects. Its modules import TensorFlow."""
