"""How sure figures are: 95 % intervals from the rows that were judged, each of which weighs 1.

A kind of figure has the interval that held it most reliably, from 100 rows on in 93 to 97 % of the
sets that were tried: shares of rows Wilson's, medians that of their order statistics, the area
under the ROC curve DeLong's on the logit scale, means of rows the studentized bootstrap, all others
the bias-corrected and accelerated (BCa) bootstrap. docs/evaluation.md has what was measured.
Imports: NumPy; SciPy where there is an area.
"""

from __future__ import annotations

from dltrain.evaluation.intervals.choosing import intervals
from dltrain.evaluation.intervals.closed import LEVEL, Interval, of_area, of_median, wilson
from dltrain.evaluation.intervals.resampling import bca, resampled, studentized

__all__ = [
    "LEVEL",
    "Interval",
    "bca",
    "intervals",
    "of_area",
    "of_median",
    "resampled",
    "studentized",
    "wilson",
]
