"""Pictures: uint8 in memory, scaled inside the step by what the train rows say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data.arrays import OfArrays

# NumPy counts whole numbers of 8 bytes.
PIXELS_AT_ONCE = 2**22


@dataclass(frozen=True)
class ImageInputs(OfArrays):
    """Pictures: they stay uint8 and are scaled inside the step.

    Attributes:
        shape: (height, width, channels).
        scaling: "0_1", "standard" or "none".
        mean: Mean of each channel over the train rows, for "standard".
        variance: Variance of each channel over the train rows, for "standard".
    """

    shape: tuple[int, ...]
    scaling: str
    mean: tuple[float, ...] = ()
    variance: tuple[float, ...] = ()
    form: str = "images"

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        facts = {"form": self.form, "shape": list(self.shape), "scaling": self.scaling}
        if self.scaling == "standard":
            facts |= {"mean": list(self.mean), "variance": list(self.variance)}
        return facts

    def scaled(self, pictures: np.ndarray) -> np.ndarray:
        """Scale pictures as the network does inside its step, float32 (n, *shape)."""
        if self.scaling == "standard":
            mean, variance = (np.array(one, np.float32) for one in (self.mean, self.variance))
            return (pictures - mean) / np.sqrt(variance)
        return pictures * np.float32(1 / 255 if self.scaling == "0_1" else 1)


def learn_images(features: np.ndarray, train: np.ndarray, scaling: str) -> ImageInputs:
    """Learn mean and variance of each channel from the train rows, where the scaling needs them.

    Args:
        features: uint8 (n, height, width, channels).
        train: Numbers of the train rows.
        scaling: "0_1", "standard" or "none".
    """
    shape = features.shape[1:]
    if scaling != "standard":
        return ImageInputs(shape, scaling)
    levels, counts = np.arange(256), _counts(features, train)
    mean = (counts @ levels) / counts.sum(axis=1)
    variance = (counts * (levels - mean[:, None]) ** 2).sum(axis=1) / counts.sum(axis=1)
    variance[variance == 0] = 1.0
    return ImageInputs(shape, scaling, tuple(mean.tolist()), tuple(variance.tolist()))


def _counts(features: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Count the pixels of each level in each channel, int64 (channels, 256); some rows at once."""
    height, width, channels = features.shape[1:]
    counts = np.zeros((channels, 256), np.int64)
    for rows in np.array_split(train, 1 + len(train) * height * width // PIXELS_AT_ONCE):
        for channel in range(channels):
            pixels = features[rows, ..., channel].ravel()
            counts[channel] += np.bincount(pixels, minlength=256)
    return counts
