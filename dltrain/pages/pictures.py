"""Pictures inside of a page: PNG as a data address."""

from __future__ import annotations

import base64
import io

import numpy as np


def as_png(picture: np.ndarray, largest: int | None = None) -> str:
    """Turn a picture into a data address.

    Args:
        picture: uint8 (height, width, channels): grey, or red, green, blue and perhaps alpha; of
            other numbers of channels the first alone.
        largest: Pixels that it is high and wide at most; None for all of them.
    """
    from PIL import Image

    pixels = picture if picture.shape[-1] in (3, 4) else picture[..., 0]
    image = Image.fromarray(np.ascontiguousarray(pixels, np.uint8))
    if largest is not None:
        image.thumbnail((largest, largest))
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
