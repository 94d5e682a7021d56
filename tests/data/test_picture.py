"""One picture file as pixels, compared with Pillow's own functions and with NumPy."""

from __future__ import annotations

import io
import re
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageOps

from dltrain.data.sources.picture import NoPictureError, pixels_of, reading_pictures

RANDOM = np.random.default_rng(0)
COLOURS = RANDOM.integers(0, 256, (7, 5, 3), dtype=np.uint8)
GREYS = COLOURS[..., 0]
ALPHA = RANDOM.integers(0, 256, (7, 5, 4), dtype=np.uint8)
DEEP = RANDOM.integers(0, 65_536, (7, 5), dtype=np.uint16)
# A picture without sharp edges, which a JPEG keeps nearly as it is.
ROWS, COLUMNS = np.mgrid[0:160, 0:240]
SMOOTH = np.stack([ROWS * 255 / 160, COLUMNS * 255 / 240, 255 - ROWS * 255 / 160], axis=-1)


def saved(picture, kind, **options):
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(
        file, kind, **options
    )
    return file.getvalue()


def decoded(content, size=None, channels=3, resize="stretch"):
    with reading_pictures():
        return pixels_of(content, size, channels, resize)


def on_white(pixels):
    share = pixels[..., 3:].astype(float) / 255
    return pixels[..., :3] * share + 255 * (1 - share)


def in_grey(pixels):
    return pixels @ np.array([0.299, 0.587, 0.114])


def in_three(pixels):
    return np.repeat(np.asarray(pixels)[..., np.newaxis], 3, axis=-1)


PALETTE = Image.fromarray(COLOURS).quantize(16)
ONE_BIT = Image.fromarray(GREYS).convert("1", dither=Image.Dither.NONE)
FORMS = {
    "colours": (saved(COLOURS, "PNG"), COLOURS),
    "greys": (saved(GREYS, "PNG"), in_three(GREYS)),
    "black and white": (saved(ONE_BIT, "PNG"), in_three(np.asarray(ONE_BIT) * 255)),
    "16 bits": (saved(DEEP, "PNG"), in_three(DEEP // 256)),
    "bmp": (saved(COLOURS, "BMP"), COLOURS),
    "bmp in grey": (saved(GREYS, "BMP"), in_three(GREYS)),
    "alpha": (saved(ALPHA, "PNG"), on_white(ALPHA)),
    "grey with alpha": (
        saved(ALPHA[..., [0, 3]], "PNG"), on_white(ALPHA[..., [0, 0, 0, 3]]),
    ),
    "palette": (saved(PALETTE, "PNG"), np.asarray(PALETTE.convert("RGB"))),
    "palette with a transparent colour": (
        saved(PALETTE, "PNG", transparency=3),
        np.where(in_three(PALETTE) == 3, 255, np.asarray(PALETTE.convert("RGB"))),
    ),
    "palette with alpha for each colour": (
        saved(PALETTE, "PNG", transparency=bytes(range(0, 160, 10))),
        on_white(np.dstack([np.asarray(PALETTE.convert("RGB")), np.asarray(PALETTE) * 10])),
    ),
    "colours of which one is transparent": (
        saved(COLOURS, "PNG", transparency=tuple(COLOURS[2, 3].tolist())),
        np.where((COLOURS[2, 3] == COLOURS).all(axis=-1, keepdims=True), 255, COLOURS),
    ),
    "gif": (saved(PALETTE, "GIF"), np.asarray(PALETTE.convert("RGB"))),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), FORMS.values(), ids=FORMS.keys())
def test_every_form_of_pixels_becomes_colours_or_greys(content, expected):
    colours, greys = decoded(content), decoded(content, channels=1)

    assert colours.dtype == greys.dtype == np.uint8
    assert (colours.shape, greys.shape) == ((7, 5, 3), (7, 5, 1))
    assert np.abs(colours - expected.astype(float)).max() <= 1
    assert np.abs(greys[..., 0] - in_grey(expected)).max() <= 2


def test_an_animated_gif_gives_its_first_picture():
    others = [Image.fromarray(255 - COLOURS).quantize(16)]
    content = saved(PALETTE, "GIF", save_all=True, append_images=others, duration=50)

    assert np.array_equal(decoded(content), np.asarray(PALETTE.convert("RGB")))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "YCbCr"])
def test_a_jpeg_of_any_colours_is_read(mode):
    whole = Image.fromarray(SMOOTH.astype(np.uint8))
    content = saved(whole.convert(mode), "JPEG", quality=95)

    found = decoded(content).astype(float)

    expected = np.asarray(whole.convert(mode).convert("RGB"))
    assert found.shape == (160, 240, 3)
    assert np.abs(found - expected).mean() < 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_as_its_exif_data_says(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(SMOOTH.astype(np.uint8), kind, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))

    whole, small = decoded(content), decoded(content, (30, 20))

    assert np.array_equal(whole, np.asarray(upright))
    expected = np.asarray(upright.resize((20, 30), Image.Resampling.BILINEAR), float)
    assert np.abs(small - expected).mean() < 1


def test_exif_data_that_cannot_be_written_again_does_not_matter():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = bytearray(saved(COLOURS, "JPEG", exif=exif))
    start = content.index(b"Exif") + 6
    content[start + 8 : start + 10] = b"\x00\x07"  # more tags than there are

    assert decoded(bytes(content)).shape == (5, 7, 3)


def test_stretch_changes_the_proportions():
    expected = Image.fromarray(COLOURS).resize((9, 4), Image.Resampling.BILINEAR)

    assert np.array_equal(decoded(saved(COLOURS, "PNG"), (4, 9)), np.asarray(expected))


def test_a_size_that_it_has_leaves_a_picture_as_it_is():
    for resize in ("stretch", "crop", "pad"):
        assert np.array_equal(decoded(saved(COLOURS, "PNG"), (7, 5), 3, resize), COLOURS)


def test_crop_keeps_the_middle_and_the_proportions():
    wide = SMOOTH[:100].astype(np.uint8)

    found = decoded(saved(wide, "PNG"), (10, 10), resize="crop")

    whole = Image.fromarray(wide).resize((24, 10), Image.Resampling.BILINEAR)
    assert np.abs(found - np.asarray(whole, float)[:, 7:17]).max() <= 1


def test_pad_keeps_everything_between_black_borders():
    wide = np.full((10, 30, 3), 200, np.uint8)

    found = decoded(saved(wide, "PNG"), (12, 12), channels=1, resize="pad")[..., 0]

    assert (found[4:8] == 200).all()
    assert (found[:4] == 0).all()
    assert (found[8:] == 0).all()


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1)])
def test_a_line_is_a_picture_too(shape, resize):
    content = saved(np.full(shape, 200, np.uint8), "PNG")

    assert decoded(content, (8, 16), 1, resize).shape == (8, 16, 1)


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_a_large_jpeg_is_shrunk_while_it_is_decoded_to_the_same_picture(resize, monkeypatch):
    content = saved(SMOOTH.astype(np.uint8), "JPEG", quality=95)
    found = decoded(content, (24, 18), resize=resize)

    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile.draft", lambda *_: None)
    expected = decoded(content, (24, 18), resize=resize)

    assert not np.array_equal(found, expected)
    assert np.abs(found - expected.astype(float)).mean() < 1


PNG, JPEG = saved(COLOURS, "PNG"), saved(SMOOTH.astype(np.uint8), "JPEG")
HUGE = saved(Image.new("1", (10_000, 10_000)), "PNG")
FAULTS = {
    "nothing": (b"", "is empty"),
    "text": (b"a,b\n1,2\n", "is no png, jpeg, bmp or gif"),
    "a picture of another kind": (
        b"II*\0" + bytes(100), "is no png, jpeg, bmp or gif",
    ),
    "png cut off": (PNG[:-40], "is broken (image file is truncated)"),
    "jpeg cut off": (
        JPEG[:1500], "is broken (image file is truncated (NUMBER bytes not processed))",
    ),
    "its head alone": (PNG[:20], "is broken (Truncated File Read)"),
    "10 000 times 10 000": (HUGE, "has 10000×10000 pixels, more than 50 million"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_no_whole_picture_says_why(content, fault):
    with pytest.raises(NoPictureError) as caught:
        decoded(content, (4, 4))

    assert re.sub(r"\d+ bytes", "NUMBER bytes", str(caught.value)) == fault


def test_a_large_picture_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("decoded"))

    with pytest.raises(NoPictureError, match="more than 50 million"):
        decoded(HUGE)
    assert len(HUGE) < 20_000


def test_the_bound_of_pillow_is_as_it_was():
    before = Image.MAX_IMAGE_PIXELS

    decoded(PNG)

    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("content", [PNG, JPEG, saved(PALETTE, "GIF"), saved(COLOURS, "BMP")])
def test_no_damage_ends_in_another_error(content):
    draw = np.random.default_rng(1)
    damaged = [content[: draw.integers(len(content))] for _ in range(60)]
    for _ in range(60):
        changed = bytearray(content)
        for place in draw.integers(0, min(len(content), 400), 4):
            changed[place] = draw.integers(256)
        damaged.append(bytes(changed))

    for one in damaged:
        with suppress(NoPictureError):
            assert decoded(one, (6, 6)).shape == (6, 6, 3)
