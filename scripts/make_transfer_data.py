"""Divide scikit-learn's digits into the pictures of two configs, which share none.

    python scripts/make_transfer_data.py

`configs/digits_base.npz`: 900 pictures with their digits, for `digits_base.yaml`. Of the others,
`configs/digits_loops.npz` says only whether the digit has a closed loop (0, 6, 8 and 9): 30 to
learn from and 867 to judge by, for `digits_transfer.yaml`. What that one starts from,
`configs/digits_base.keras`, is `model/best.keras` of the first one's run:

    dltrain fit configs/digits_base.yaml
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

FOLDER = Path(__file__).parent.parent / "configs"
BASE_ROWS, TRAIN_ROWS = 900, 30
LOOPS = (0, 6, 8, 9)


def main() -> None:
    """Write both files."""
    digits = load_digits()
    pictures = (digits.images / 16 * 255).round().astype(np.uint8)[..., None]
    order = np.random.default_rng(9).permutation(len(pictures))
    base, train, test = np.split(order, [BASE_ROWS, BASE_ROWS + TRAIN_ROWS])
    np.savez_compressed(FOLDER / "digits_base.npz", x=pictures[base], y=digits.target[base])
    loop = np.isin(digits.target, LOOPS).astype(np.int64)
    np.savez_compressed(
        FOLDER / "digits_loops.npz",
        x_train=pictures[train], y_train=loop[train], x_test=pictures[test], y_test=loop[test],
    )  # fmt: skip


if __name__ == "__main__":
    main()
