"""What counts as much, and what as certain.

They are shares of the only scale that every task has, the error or the loss of the constant
prediction, or probabilities; docs/diagnosis.md gives the reasons. None was fitted to runs.
"""

from __future__ import annotations

# Quantile of the normal distribution: what lies outside 95 % is certain enough to be said.
Z = 1.96
# The same as a probability, for exact tests.
CHANCE = 0.05
# Share of the constant prediction's error, or loss, below which a difference does not matter.
MATERIAL = 0.1
# More than this share of what was learned on the train rows does not hold for others.
MOST = 0.5
# A majority class leaves less than this share of the error of guessing: classes are skewed.
SKEWED = 0.5
# Train rows for each weight of a linear model from which its final prediction error holds: for rows
# that are drawn anew it is too low by a share of one over the square of this, here 4 %.
ROWS_A_WEIGHT = 5
# How the fall of a loss in the second half compares with that in the first: an exponential that
# has not had two time constants has more than 1/e.
LINEAR = 0.5
# Fewer epochs have no shape.
FEWEST_EPOCHS = 8
# A layer's gradient as a share of the largest one of the network.
VANISHED = 1e-3
# Growth of a layer's gradient over a training.
EXPLODED = 1e3

NAMED = {
    "certain": Z,
    "material": MATERIAL,
    "most": MOST,
    "skewed": SKEWED,
    "linear": LINEAR,
    "vanished": VANISHED,
    "exploded": EXPLODED,
}
