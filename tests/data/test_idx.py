"""`type: idx`: the four files of MNIST and of sets made like it."""

import gzip

import numpy as np
import pytest

from dltrain.data.sources.idx import read, read_file
from dltrain.errors import DataError

TRAIN_IMAGES = "train_images_idx3_ubyte"
TRAIN_LABELS = "train_labels_idx1_ubyte"
TEST_IMAGES = "t10k_images_idx3_ubyte"
FILE = "train-images-idx3-ubyte.gz"


def test_pictures_and_labels_are_read_and_the_test_part_is_known(idx_section):
    raw = read(idx_section())

    assert raw.form == "images"
    assert raw.features.shape == (10, 3, 2, 1)
    assert raw.features.dtype == np.uint8
    assert raw.features[1, :, :, 0].tolist() == [[6, 7], [8, 9], [10, 11]]
    assert raw.features[6, :, :, 0].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert raw.targets["label"].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert raw.own_test.tolist() == [False] * 6 + [True] * 4


def test_plain_files_are_read_too(idx_section, tmp_path):
    section = idx_section()
    packed = read(section)
    for path in tmp_path.glob("*.gz"):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()

    plain = read(section)

    assert np.array_equal(plain.features, packed.features)
    assert np.array_equal(plain.targets, packed.targets)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (2, 1, 2, 1)], ids=str)
def test_an_idx_file_gives_back_its_array(tmp_path, as_idx, shape):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path / "a"
    path.write_bytes(as_idx(array))

    assert np.array_equal(read_file(path), array)


def test_fingerprint_changes_with_a_pixel(idx_section, as_idx):
    before = read(idx_section()).fingerprint
    pictures = np.arange(36, dtype=np.uint8).reshape(6, 3, 2)
    pictures[5, 2, 1] = 99

    after = read(idx_section(**{TRAIN_IMAGES: gzip.compress(as_idx(pictures))})).fingerprint

    assert before != after


def packed(array, dtype=b"\x08", cut=None):
    head = b"\0\0" + dtype + bytes([array.ndim])
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress((head + sizes + array.tobytes())[:cut])


ARRAY = np.zeros((6, 3, 2), np.uint8)
RANDOM = gzip.compress(np.random.default_rng(0).bytes(1000))
NO_IDX = (
    "got FOLDER/FILE, which does not begin like one, expected an idx file of unsigned bytes. "
    "Fetch the file again."
)
SHAPES = "expected (n, height, width) and (n,), none of them 0. Fetch the file again."
WRONG = {
    "one file missing": (
        {TRAIN_IMAGES: None},
        "got FOLDER without FILE, expected the four idx files of the set. "
        "Name another with `dataset.path=…`.",
    ),
    "two files missing": (
        {TRAIN_LABELS: None, TEST_IMAGES: None},
        "got FOLDER without t10k-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
        "expected the four idx files of the set. Name another with `dataset.path=…`.",
    ),
    "gz cut off": (
        {TRAIN_IMAGES: packed(ARRAY)[:-9]},
        "got FOLDER/FILE, which is broken (Compressed file ended before the end-of-stream marker "
        "was reached), expected a whole idx file. Fetch the file again.",
    ),
    "gz damaged": (
        {TRAIN_IMAGES: RANDOM[:12] + b"\xff\xff" + RANDOM[14:]},
        "got FOLDER/FILE, which is broken (Error -3 while decompressing data: invalid stored "
        "block lengths), expected a whole idx file. Fetch the file again.",
    ),
    "not packed": (
        {TRAIN_IMAGES: b"hello"},
        "got FOLDER/FILE, which is broken (Not a gzipped file (b'he')), "
        "expected a whole idx file. Fetch the file again.",
    ),
    "empty": ({TRAIN_IMAGES: b""}, NO_IDX),
    "empty inside": ({TRAIN_IMAGES: gzip.compress(b"")}, NO_IDX),
    "text inside": ({TRAIN_IMAGES: gzip.compress(b"hello world")}, NO_IDX),
    "more dimensions than an array may have": (
        {TRAIN_IMAGES: gzip.compress(b"\0\0\x08\x46" + b"\0\0\0\1" * 70 + b"x")},
        NO_IDX,
    ),
    "head cut off": ({TRAIN_IMAGES: packed(ARRAY, cut=9)}, NO_IDX),
    "whole numbers of 4 bytes": ({TRAIN_IMAGES: packed(ARRAY, b"\x0c")}, NO_IDX),
    "pixels cut off": (
        {TRAIN_IMAGES: packed(ARRAY, cut=-1)},
        "got FOLDER/FILE with 35 bytes of data, expected 36 as its head says. "
        "Fetch the file again.",
    ),
    "pixels too many": (
        {TRAIN_IMAGES: gzip.compress(gzip.decompress(packed(ARRAY)) + b"\0")},
        "got FOLDER/FILE with 37 bytes of data, expected 36 as its head says. "
        "Fetch the file again.",
    ),
    "no picture": (
        {TRAIN_IMAGES: packed(np.zeros((0, 3, 2)))},
        f"got FILE of shape (0, 3, 2) and train-labels-idx1-ubyte.gz of shape (6,), {SHAPES}",
    ),
    "neither picture nor label": (
        {TRAIN_IMAGES: packed(np.zeros((0, 3, 2))), TRAIN_LABELS: packed(np.zeros(0))},
        f"got FILE of shape (0, 3, 2) and train-labels-idx1-ubyte.gz of shape (0,), {SHAPES}",
    ),
    "pictures without pixels": (
        {TRAIN_IMAGES: packed(np.zeros((6, 0, 2)))},
        f"got FILE of shape (6, 0, 2) and train-labels-idx1-ubyte.gz of shape (6,), {SHAPES}",
    ),
    "labels in the place of pictures": (
        {TRAIN_IMAGES: packed(np.zeros(6, np.uint8))},
        f"got FILE of shape (6,) and train-labels-idx1-ubyte.gz of shape (6,), {SHAPES}",
    ),
    "fewer labels than pictures": (
        {TRAIN_LABELS: packed(np.zeros(5, np.uint8))},
        f"got FILE of shape (6, 3, 2) and train-labels-idx1-ubyte.gz of shape (5,), {SHAPES}",
    ),
    "two sizes": (
        {TEST_IMAGES: packed(np.zeros((4, 2, 2), np.uint8))},
        "got train pictures of (3, 2) and test pictures of (2, 2), expected one size. "
        "Fetch the file again.",
    ),
}


@pytest.mark.parametrize(("files", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_set_that_is_not_whole_is_refused(idx_section, files, message):
    section = idx_section(**files)

    with pytest.raises(DataError) as caught:
        read(section)

    spelled = message.replace("FOLDER", section["path"]).replace("FILE", FILE)
    assert str(caught.value) == f"dataset.path: {spelled}"


def test_a_file_in_the_place_of_the_folder_is_refused(idx_section, tmp_path):
    path = tmp_path / FILE
    section = idx_section() | {"path": str(path)}

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == (
        f"dataset.path: got the file {path}, expected a folder. Name another with `dataset.path=…`."
    )


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        read({"path": str(tmp_path / "none")})

    assert str(caught.value) == (
        f"dataset.path: got {tmp_path / 'none'}, which does not exist, expected a folder. "
        "Name another with `dataset.path=…`."
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fashion-mnist", "mnist"])
def test_the_real_sets_have_70_000_pictures(real_data, name):
    raw = read({"path": str(real_data(name))})

    assert raw.features.shape == (70_000, 28, 28, 1)
    assert raw.own_test.sum() == 10_000
    assert sorted(raw.targets["label"].unique()) == list(range(10))
