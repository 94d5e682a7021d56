"""Divide rows into train, validation and test.

Functions here see labels, groups, times or a row count, never the features, so a split can be
computed, saved and replayed without reading the dataset again. Equal arguments give equal rows on
every machine. Imports: NumPy, pandas, and scikit-learn, which does most of the drawing.
"""

from dltrain.data.splitting.dividing import columns_read, divide, divide_fold, folds
from dltrain.data.splitting.sampling import sampled
from dltrain.data.splitting.shares import Parts

__all__ = ["Parts", "columns_read", "divide", "divide_fold", "folds", "sampled"]
