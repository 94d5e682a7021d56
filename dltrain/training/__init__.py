"""The loop, the callbacks and the order of rows."""

from dltrain.training.loop import Trained, train

__all__ = ["Trained", "train"]
