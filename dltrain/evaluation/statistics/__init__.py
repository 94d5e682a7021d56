"""Figures of a finished model as functions of what each row weighs.

A weight of 1 for every row gives the figure, random counts give its bootstrap distribution, and 0
for one row its jackknife: one definition for the value and for how sure it is. Many vectors of
weights are computed at once. All figures equal those of scikit-learn, with the weights as its
`sample_weight` (a test compares them). Imports: NumPy.
"""

from __future__ import annotations

from dltrain.evaluation.statistics.kinds import Area, Cells, Figures, Means, Proportion
from dltrain.evaluation.statistics.of_task import statistics_of
from dltrain.evaluation.statistics.statistics import Statistics, averaged

__all__ = [
    "Area",
    "Cells",
    "Figures",
    "Means",
    "Proportion",
    "Statistics",
    "averaged",
    "statistics_of",
]
