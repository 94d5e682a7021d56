"""The loop, the callbacks and the order of rows."""

from dltrain.training.loop import Trained, train
from dltrain.training.phases import train_in_phases

__all__ = ["Trained", "train", "train_in_phases"]
