"""What `fit` says, composed from facts: what it is about to do, how it ended, what it is worth."""

from dltrain.narration.beginning import advise, describe, go_on, introduce, listening
from dltrain.narration.conclusion import conclude
from dltrain.narration.course import ending, phase

__all__ = ["advise", "conclude", "describe", "ending", "go_on", "introduce", "listening", "phase"]
