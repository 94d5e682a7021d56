"""Texts as they stand in the data, for whoever shows rows. Imports: NumPy and pandas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw, as_words


@dataclass(frozen=True)
class Written:
    """Columns of texts.

    Attributes:
        cells: The texts, a column each.
        order: For each row its number in the dataset, int32 (n,); None where it is its place.
    """

    cells: pd.DataFrame
    order: np.ndarray | None = None

    def of(self, column: str, numbers: np.ndarray) -> list[str]:
        """Give texts of one column; a missing one is empty.

        Args:
            column: Its name.
            numbers: Numbers of rows in the dataset, (n,).
        """
        places = numbers
        if self.order is not None:
            found = np.flatnonzero(np.isin(self.order, numbers))
            place_of = dict(zip(self.order[found].tolist(), found.tolist(), strict=True))
            places = np.array([place_of[number] for number in numbers.tolist()], np.int64)
        texts = as_words(self.cells[column].iloc[places])
        return ["" if gap else str(one) for one, gap in zip(texts, texts.isna(), strict=True)]


def written_texts(raw: Raw, columns: list[str]) -> Written | None:
    """Keep the columns of texts of all rows; None where there are none.

    Nothing is copied: the words stay in memory for as long as the run, which is less than what
    their tokens took when they were counted.
    """
    if not columns:
        return None
    order = None if raw.stored is None else raw.stored.order
    return Written(pd.DataFrame(raw.features)[columns], order)
