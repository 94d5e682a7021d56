"""The file: YAML text to checked values. No heavy library is imported here."""

from dltrain.config.experiment import Experiment
from dltrain.config.loading import Config, load

__all__ = ["Config", "Experiment", "load"]
