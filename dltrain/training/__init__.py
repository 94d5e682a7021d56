"""The loop: rows in order, compiled steps, callbacks, and a state from which it goes on."""

from dltrain.training.continuing import Continuation
from dltrain.training.loop import train
from dltrain.training.phases import train_in_phases
from dltrain.training.trained import Trained

__all__ = ["Continuation", "Trained", "train", "train_in_phases"]
