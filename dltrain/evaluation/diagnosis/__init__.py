"""What is wrong with a trained network, if anything, and what to try next.

A verdict by the table of bias and variance, with the numbers it rests on; findings, each with its
evidence; and ready overrides of the file. What is said follows from plain facts that a run has
left, so it can be said again later. Imports: NumPy.
"""

from dltrain.evaluation.diagnosis.diagnosing import Diagnosis, diagnose
from dltrain.evaluation.diagnosis.facts import Facts, Layer, Settings
from dltrain.evaluation.diagnosis.finding import Finding

__all__ = ["Diagnosis", "Facts", "Finding", "Layer", "Settings", "diagnose"]
