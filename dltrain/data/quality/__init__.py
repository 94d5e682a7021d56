"""What is doubtful about rows and columns, though every cell is what it should be.

What is said about columns is learned from the train rows alone; rows are compared across parts,
and no figure of a model is looked at. Imports: NumPy and pandas.
"""

from dltrain.data.quality.looking import Quality, quality_of

__all__ = ["Quality", "quality_of"]
