"""One picture file as pixels: recognised by its content, turned upright, brought to a size.

Equal bytes give equal pixels. Nothing is decoded before the header has said how large it is.
Imports: NumPy and Pillow.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

FORMATS = ("BMP", "GIF", "JPEG", "PNG")
# Names by which a file is looked at, whatever it turns out to be.
ENDINGS = (".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png")
MOST_PIXELS = 50_000_000
# What Pillow raises about a file that is cut off or damaged.
BROKEN = (
    OSError, EOFError, IndexError, KeyError, OverflowError, SyntaxError, TypeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip
# What brings a picture upright, by the value of EXIF's orientation; those from 5 on exchange
# height and width. ImageOps.exif_transpose would write the other tags anew, and fail at odd ones.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)


class NoPictureError(Exception):
    """A file cannot be read as a picture; says why in words that go on behind `which`."""


@contextmanager
def reading_pictures() -> Iterator[None]:
    """Keep Pillow from warning, for as long as pictures are read, in all threads.

    Its bound on pixels is higher than the one here, and only warns. It warns about EXIF data
    that is damaged, without which the picture is still whole.
    """
    most, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = most


def pixels_of(
    content: bytes, size: tuple[int, int] | None, channels: int, resize: str
) -> np.ndarray:
    """Decode a png, jpeg, bmp or gif file; of several pictures in it the first.

    Transparent pixels become white; of 16 bits a pixel the upper 8 are kept.

    Args:
        content: The bytes of the file.
        size: Height and width; None leaves both as they are.
        channels: 1 for grey, 3 for red, green and blue.
        resize: "stretch" changes the proportions, "crop" cuts off around the middle what is too
            much, "pad" adds black; all interpolate with antialiasing.

    Returns:
        uint8 (height, width, channels).

    Raises:
        NoPictureError: It is no such file, not whole, or has more than 50 million pixels.
    """
    if not content:
        raise NoPictureError("is empty")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                got = f"{height}×{width} pixels, more than {MOST_PIXELS // 10**6} million"
                raise NoPictureError(f"has {got}")
            return _pixels(picture, size, channels, resize)
    except UnidentifiedImageError as error:
        raise NoPictureError("is no png, jpeg, bmp or gif") from error
    except BROKEN as error:
        raise NoPictureError(f"is broken ({' '.join(str(error).split())})") from error


def _pixels(
    picture: Image.Image, size: tuple[int, int] | None, channels: int, resize: str
) -> np.ndarray:
    orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    if size is not None and picture.format in ("JPEG", "MPO"):
        _shrink_while_decoding(picture, size[::-1] if orientation in LYING else size, resize)
    turn = TURNS.get(orientation)
    upright = picture if turn is None else picture.transpose(turn)
    plain = _without_alpha(upright).convert("L" if channels == 1 else "RGB")
    if size is not None and plain.size != (size[1], size[0]):
        plain = _resized(plain, size, resize)
    return np.asarray(plain).reshape(plain.height, plain.width, channels)


def _shrink_while_decoding(picture: Image.Image, size: tuple[int, int], resize: str) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth, at least twice as large as needed.

    The rest of the way is antialiased as ever.
    """
    width, height = _scaled(picture.size, (size[1], size[0]), resize)
    picture.draft(None, (2 * width, 2 * height))


def _scaled(size: tuple[int, int], target: tuple[int, int], resize: str) -> tuple[int, int]:
    """Give the size of the whole picture after scaling: before it is cropped or padded."""
    factors = [wanted / own for wanted, own in zip(target, size, strict=True)]
    if resize != "stretch":
        factors = [max(factors) if resize == "crop" else min(factors)] * 2
    width, height = (max(1, round(own * one)) for own, one in zip(size, factors, strict=True))
    return width, height


def _resized(picture: Image.Image, size: tuple[int, int], resize: str) -> Image.Image:
    target, bilinear = (size[1], size[0]), Image.Resampling.BILINEAR
    if resize == "crop":
        return ImageOps.fit(picture, target, bilinear)
    inner = picture.resize(_scaled(picture.size, target, resize), bilinear)
    if inner.size == target:
        return inner
    black = Image.new(picture.mode, target)
    black.paste(inner, ((black.width - inner.width) // 2, (black.height - inner.height) // 2))
    return black


def _without_alpha(picture: Image.Image) -> Image.Image:
    """Put a picture on white, as on paper; bring 16 bits to 8, as Pillow does for colours."""
    if picture.mode.startswith("I"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if not picture.has_transparency_data:
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA"))
