"""The file: YAML text to checked values. No heavy library is imported here."""

from dltrain.config.loading import Config, load
from dltrain.config.sections.experiment import Experiment

__all__ = ["Config", "Experiment", "load"]
