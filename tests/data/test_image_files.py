"""`type: images`: a folder of pictures for each class, an archive of it, or a csv."""

from __future__ import annotations

import shutil
import tarfile

import numpy as np
import pytest
from PIL import Image

from dltrain.data.sources import read
from dltrain.errors import DataError

RANDOM = np.random.default_rng(0)
PICTURES = {
    name: RANDOM.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    for name in ("cat/a.png", "cat/b.png", "dog/a.bmp", "dog/b.png", "dog/c.png")
}
FILES = {"size": None, "channels": 3, "resize": "stretch"}


@pytest.fixture
def section(tmp_path, monkeypatch):
    """Write pictures, and other content by name, and give the `dataset` section."""
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))

    def write(others=None, path="pets", **images):
        folder = tmp_path / "pets"
        for name, content in (PICTURES | (others or {})).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, np.ndarray):
                Image.fromarray(content).save(file)
            elif content is not None:
                file.write_bytes(content)
        kind = {"type": "images", "file": "path", "target": "label", "images": FILES | images}
        return kind | {"path": str(tmp_path / path)}

    return write


def refusal(section):
    with pytest.raises(DataError) as caught:
        read(section)
    return str(caught.value)


def test_pictures_come_by_class_and_name(section):
    raw = read(section())

    assert raw.form == "images"
    assert raw.features.dtype == np.uint8
    assert np.array_equal(raw.features, list(PICTURES.values()))
    assert raw.targets["label"].tolist() == ["cat"] * 2 + ["dog"] * 3
    assert raw.own_test is None


def test_kinds_are_told_by_content(section, tmp_path):
    given = section()
    (tmp_path / "pets/cat/a.png").rename(tmp_path / "pets/cat/a.jpg")

    assert np.array_equal(read(given).features[0], PICTURES["cat/a.png"])


def test_grey_pictures_have_one_channel(section):
    raw = read(section(channels=1))

    expected = PICTURES["dog/c.png"] @ np.array([0.299, 0.587, 0.114])
    assert raw.features.shape == (5, 6, 5, 1)
    assert np.abs(raw.features[4, ..., 0] - expected).max() <= 1


@pytest.mark.parametrize("ending", [".tar.gz", ".zip"])
def test_an_archive_is_the_folder(section, tmp_path, ending):
    plain = read(section())
    kind = {".tar.gz": "gztar", ".zip": "zip"}[ending]
    shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path, "pets")

    packed = read(section(path=f"packed{ending}"))

    assert np.array_equal(packed.features, plain.features)
    assert packed.targets.equals(plain.targets)
    assert packed.fingerprint != plain.fingerprint


def test_faults_in_an_archive_are_named_as_in_it(section, tmp_path):
    section({"cat/a.png": b""})
    with tarfile.open(tmp_path / "packed.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "pets", "pets")

    assert refusal(section({"cat/a.png": b""}, path="packed.tar.gz")) == (
        "dataset.path: got cat/a.png, which is empty, expected png, jpeg, bmp or gif files. "
        "Mend or remove it."
    )


def test_the_fingerprint_follows_names_and_bytes(section, tmp_path):
    given = section()
    first = read(given).fingerprint
    again = read(given).fingerprint
    (tmp_path / "pets/dog/c.png").rename(tmp_path / "pets/dog/d.png")
    renamed = read(given).fingerprint
    Image.fromarray(255 - PICTURES["dog/c.png"]).save(tmp_path / "pets/dog/d.png")

    assert first == again
    assert len({first, renamed, read(given).fingerprint}) == 3


@pytest.fixture
def divided(section, tmp_path):
    """Put the pictures below folders of parts."""

    def move(*parts):
        given = section()
        whole = tmp_path / "divided"
        for part in parts:
            shutil.copytree(tmp_path / "pets", whole / part)
        return given | {"path": str(whole)}

    return move


def test_a_folder_test_is_the_sets_own_test_part(divided):
    raw = read(divided("train", "test"))

    assert raw.own_test.tolist() == [True] * 5 + [False] * 5
    assert raw.targets["label"].tolist() == (["cat"] * 2 + ["dog"] * 3) * 2


def test_folders_of_parts_are_a_column_for_the_split(divided):
    raw = read(divided("train", "valid", "test") | {"aside": {"part": "column"}})

    assert raw.aside["part"].tolist() == ["test"] * 5 + ["train"] * 5 + ["val"] * 5


def test_a_folder_val_has_to_be_asked_for(divided):
    given = divided("train", "val", "test") | {"aside": {}}

    assert refusal(given) == (
        f"dataset.path: got {given['path']} with a folder for val, expected train and test. "
        "`split: {type: column, column: part}` takes the folders as they are."
    )


ROWS = "file,kind,patient\npets/dog/c.png,x,007\npets/cat/a.png,y,8\npets/dog/a.bmp,x,007\n"


@pytest.fixture
def table(section, tmp_path):
    def write(text, **keys):
        given = section(path="rows.csv")
        (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
        return given | {"file": "file", "target": "kind"} | keys

    return write


def test_a_csv_names_files_beside_it_in_its_own_order(table):
    raw = read(table(ROWS))

    names = ["dog/c.png", "cat/a.png", "dog/a.bmp"]
    assert np.array_equal(raw.features, [PICTURES[name] for name in names])
    assert raw.targets["kind"].tolist() == ["x", "y", "x"]
    assert raw.where(1) == "row 1 (line 3)"


def test_other_columns_of_a_csv_are_for_the_split(table):
    raw = read(table(ROWS, aside={"patient": "group"}))

    assert raw.aside["patient"].tolist() == ["007", "8", "007"]


def test_a_path_of_digits_is_a_path_and_a_number_a_target(table, tmp_path):
    given = table("file,kind\n007,1.5\n007,2.5\n")
    shutil.copy(tmp_path / "pets/cat/a.png", tmp_path / "007")

    raw = read(given)

    assert raw.features.shape == (2, 6, 5, 3)
    assert raw.targets["kind"].tolist() == [1.5, 2.5]


def test_a_csv_may_name_files_anywhere(table, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a.png"
    Image.fromarray(PICTURES["cat/a.png"]).save(elsewhere)

    raw = read(table(f"file,kind\n{elsewhere},x\npets/dog/c.png,y\n"))

    assert np.array_equal(raw.features[0], PICTURES["cat/a.png"])


def test_the_fingerprint_of_a_csv_follows_labels_and_pictures(table, tmp_path):
    first = read(table(ROWS)).fingerprint
    other_label = read(table(ROWS.replace("y", "z"))).fingerprint
    Image.fromarray(255 - PICTURES["dog/c.png"]).save(tmp_path / "pets/dog/a.bmp")
    given = {"type": "images", "path": str(tmp_path / "rows.csv"), "images": FILES}

    other_picture = read(given | {"file": "file", "target": "kind"}).fingerprint

    assert len({first, other_label, other_picture}) == 3


WRONG_TABLES = {
    "a file that is not there": (
        ROWS.replace("dog/a.bmp", "dog/x.bmp"),
        "path: got pets/dog/x.bmp in row 2 (line 4), which cannot be read (no such file or "
        "directory), expected png, jpeg, bmp or gif files. Mend or remove it.",
    ),
    "two of them": (
        ROWS.replace("dog", "cow"),
        "path: got 2 files that are no pictures: pets/cow/c.png in row 0 (line 2), which cannot "
        "be read (no such file or directory); pets/cow/a.bmp in row 2 (line 4), which cannot be "
        "read (no such file or directory), expected png, jpeg, bmp or gif files. "
        "Mend or remove them.",
    ),
    "a row without a path": (
        ROWS.replace("pets/cat/a.png", ""),
        "path: got no path in row 1 (line 3), expected one in every row. Mend or remove the row.",
    ),
    "no such column of paths": (
        ROWS.replace("file", "files"),
        "file: got 'file', expected one of files, kind, patient. Did you mean 'files'?",
    ),
    "no such column of labels": (
        ROWS.replace("kind", "kinds"),
        "target: got 'kind', expected one of file, kinds, patient. Did you mean 'kinds'?",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG_TABLES.values(), ids=WRONG_TABLES.keys())
def test_a_wrong_csv_names_row_and_line(table, text, message):
    assert refusal(table(text)) == f"dataset.{message}"


def huge(path):
    Image.new("1", (10_000, 10_000)).save(path)
    return path.read_bytes()


def test_every_file_that_is_no_picture_is_named(section, tmp_path):
    whole = tmp_path / "whole.jpg"
    Image.fromarray(RANDOM.integers(0, 256, (90, 90, 3), dtype=np.uint8)).save(whole)
    given = section({
        "cat/empty.png": b"",
        "cat/text.png": b"a,b\n1,2\n",
        "dog/cut.jpg": whole.read_bytes()[:-900],
        "dog/huge.png": huge(tmp_path / "huge.png"),
    })  # fmt: skip

    message = refusal(given)

    assert message.startswith(
        "dataset.path: got 4 files that are no pictures: cat/empty.png, which is empty; "
        "cat/text.png, which is no png, jpeg, bmp or gif; dog/cut.jpg, which is broken (image "
        "file is truncated ("
    )
    assert message.endswith(
        " bytes not processed)); dog/huge.png, which has 10000×10000 pixels, more than 50 million, "
        "expected png, jpeg, bmp or gif files. Mend or remove them."
    )


def test_six_of_many_broken_files_are_named(section):
    message = refusal(section({f"cat/{number}.png": b"" for number in range(8)}))

    assert message.startswith("dataset.path: got 8 files that are no pictures: cat/0.png, which")
    assert "cat/5.png, which is empty; …, expected" in message
    assert "cat/6.png" not in message


def test_pictures_of_several_sizes_need_one(section):
    given = section({"dog/d.png": np.zeros((9, 4), np.uint8)})

    assert refusal(given) == (
        "dataset.images.size: got cat/a.png of [6, 5] and dog/d.png of [9, 4] pixels, expected "
        "one size. Say which they become, such as `dataset.images.size=[64, 64]`."
    )


def test_pictures_of_several_sizes_become_one(section):
    given = section({"dog/d.png": np.full((9, 4), 7, np.uint8)}, size=[6, 5])

    raw = read(given)

    assert np.array_equal(raw.features[:5], list(PICTURES.values()))
    assert (raw.features[5] == 7).all()


def test_the_first_file_need_not_be_whole_to_tell_the_size(section):
    message = refusal(section({"cat/0.png": b""}))

    assert message.startswith("dataset.path: got cat/0.png, which is empty, expected")


def test_columns_are_named_for_a_csv_alone(section):
    assert refusal(section() | {"target": "sort"}) == (
        "dataset.target: got `target` for folders of pictures, expected it for a csv. Remove it."
    )


def test_what_is_not_there_is_refused(section, tmp_path):
    assert refusal(section(path="none")) == (
        f"dataset.path: got {tmp_path}/none, which does not exist, expected a folder, or a .tar, "
        ".tar.gz, .tgz or .zip of it. Name another with `dataset.path=…`."
    )


@pytest.mark.slow
def test_the_real_hands_are_2062(real_data, tmp_path, monkeypatch):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path))
    path = real_data("images") / "sign-language-digits.tar.gz"
    keys = {"type": "images", "path": str(path), "file": "path", "target": "label"}

    raw = read(keys | {"images": {"size": [32, 32], "channels": 1, "resize": "crop"}})

    assert raw.features.shape == (2062, 32, 32, 1)
    assert raw.targets["label"].value_counts().min() == 204
    with pytest.raises(DataError, match="7/IMG_5874"):
        read(keys | {"images": FILES})


def test_pictures_of_other_kinds_are_refused_by_name(section):
    given = section({"cat/w.webp": b"RIFF", "dog/t.TIFF": b"II"})

    assert refusal(given) == (
        "dataset.path: got 2 pictures of other kinds (cat/w.webp, dog/t.TIFF), expected png, jpeg, "
        "bmp or gif files. Convert or remove them."
    )
