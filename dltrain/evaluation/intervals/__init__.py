"""How sure figures are: 95 % intervals from the rows that were judged, each of which weighs 1.

Each kind of figure has the interval that held the true one most reliably: shares of rows Wilson's,
and so what rises with a share or is an average of two; Matthews' correlation of two classes
Fisher's; the area under the ROC curve of two classes DeLong's on the logit scale; a median that of
its order statistics; means of rows the studentized bootstrap; all others the bias-corrected and
accelerated (BCa) bootstrap. docs/evaluation.md has what was measured.
Imports: NumPy; SciPy where there is an area.
"""

from __future__ import annotations

from dltrain.evaluation.intervals.choosing import intervals
from dltrain.evaluation.intervals.closed import (
    LEVEL,
    Interval,
    of_area,
    of_average,
    of_correlation,
    of_median,
    wilson,
)
from dltrain.evaluation.intervals.resampling import bca, resampled, studentized

__all__ = [
    "LEVEL",
    "Interval",
    "bca",
    "intervals",
    "of_area",
    "of_average",
    "of_correlation",
    "of_median",
    "resampled",
    "studentized",
    "wilson",
]
