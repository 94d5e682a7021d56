"""From a `dataset` and a `split` to numbers: read, split, learn from the train rows, prepare."""

from dltrain.data.preparation import Data, Part, prepare, prepare_rows

__all__ = ["Data", "Part", "prepare", "prepare_rows"]
