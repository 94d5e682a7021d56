"""Pictures inside of a page: PNG as a data address."""

from __future__ import annotations

import base64
import io

import numpy as np


def as_png(picture: np.ndarray, largest: int | None = None, *, clear: bool = False) -> str:
    """Turn a picture into a data address.

    Args:
        picture: uint8 (height, width, channels): grey, or red, green and blue; of other numbers
            of channels the first alone is shown.
        largest: Pixels that it is high and wide at most; None for all of them.
        clear: Whether a fourth channel says how much one can see through.
    """
    from PIL import Image

    colours = picture.shape[-1] == (4 if clear else 3)
    pixels = picture if colours else picture[..., 0]
    image = Image.fromarray(np.ascontiguousarray(pixels, np.uint8))
    if largest is not None:
        image.thumbnail((largest, largest))
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
