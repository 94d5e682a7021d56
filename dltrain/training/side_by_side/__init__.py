"""Several networks of one architecture that train side by side, as one compiled program.

Their variables are stacked, and one vectorised step trains all of them at once; everything else is
Keras's own: loss, metrics, optimizer and callbacks. Each ends as if it had been trained alone, but
for the rounding of sums that are added in another order.
"""

from dltrain.training.side_by_side.loop import train_side_by_side
from dltrain.training.side_by_side.obstacles import obstacle

__all__ = ["obstacle", "train_side_by_side"]
