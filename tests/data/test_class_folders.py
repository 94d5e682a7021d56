"""Folders that say the class of each file."""

from __future__ import annotations

import pytest

from dltrain.data.sources.class_folders import labelled_files
from dltrain.errors import DataError

ENDINGS = (".jpg", ".png")


@pytest.fixture
def tree(tmp_path):
    """Make empty files, and the folders that they lie in."""

    def make(*files):
        for name in files:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir() if name.endswith("/") else path.touch()
        return tmp_path

    return make


def found(folder):
    return labelled_files(folder, ENDINGS, "a picture")


def test_files_are_sorted_by_class_and_name(tree):
    folder = tree("dog/b.png", "cat/b.jpg", "cat/a.PNG", "dog/a.png", "cat/10.png", "cat/9.png")

    files = found(folder)

    names = [path.relative_to(folder).as_posix() for path in files.paths]
    assert names == ["cat/10.png", "cat/9.png", "cat/a.PNG", "cat/b.jpg", "dog/a.png", "dog/b.png"]
    assert files.labels == ["cat"] * 4 + ["dog"] * 2
    assert files.parts == []


def test_folders_of_a_class_may_hold_folders(tree):
    files = found(tree("cat/a.png", "cat/more/still/b.png", "dog/c.png"))

    assert files.labels == ["cat", "cat", "dog"]


def test_what_is_hidden_or_no_such_file_is_left_out(tree):
    files = found(
        tree(
            "cat/a.png", "cat/Thumbs.db", "cat/.DS_Store", "cat/._a.png", "dog/b.png", "dog/b.txt",
            "readme.txt", ".git/c.png", "__MACOSX/cat/a.png",
        )
    )  # fmt: skip

    assert [path.name for path in files.paths] == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("train", "test"), ["test", "test", "train", "train"]),
        (("Train", "Valid", "Test"), ["test", "test", "train", "train", "val", "val"]),
    ],
)
def test_folders_above_those_of_the_classes_divide_the_files(tree, names, parts):
    files = found(tree(*(f"{name}/{one}/a.png" for name in names for one in ("cat", "dog"))))

    assert files.parts == parts
    assert files.labels == ["cat", "dog"] * len(names)


def test_classes_may_be_called_train_and_test(tree):
    files = found(tree("train/a.png", "test/a.png"))

    assert files.labels == ["test", "train"]
    assert files.parts == []


def test_links_to_folders_are_not_followed(tree):
    folder = tree("cat/a.png", "dog/b.png")
    (folder / "cat" / "round").symlink_to(folder, target_is_directory=True)

    assert len(found(folder).paths) == 2


WRONG = {
    "no folder": (("a.txt",), "FOLDER without folders, expected a folder for each class."),
    "a picture beside the folders": (
        ("cat/a.png", "dog/a.png", "b.png", "c.png"),
        "a picture beside the folders of FOLDER (b.png, c.png), expected a folder for each class. "
        "Move it into one of them.",
    ),
    "two classes without pictures": (
        ("cat/a.png", "dog/a.txt", "cow/"),
        "FOLDER with folders without a picture (cow, dog), expected files ending in .jpg, .png in "
        "each. Fill or remove them.",
    ),
    "one in the test part": (
        ("train/cat/a.png", "test/cat/a.txt"),
        "FOLDER/test with folders without a picture (cat), expected files ending in .jpg, .png in "
        "each. Fill or remove them.",
    ),
    "two folders of one part": (
        ("train/cat/a.png", "val/cat/a.png", "validation/cat/b.png"),
        "FOLDER with the folders train, val, validation, expected one for each of train, val and "
        "test. Put those of one part together.",
    ),
    "the folder above": (
        ("digits/0/a.png", "digits/1/a.png"),
        "FOLDER with the one folder digits, expected a folder for each class. "
        "Are these the folders in FOLDER/digits?",
    ),
}


@pytest.mark.parametrize(("files", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_folder_that_is_not_laid_out_so_is_refused(tree, files, message):
    folder = tree(*files)

    with pytest.raises(DataError) as caught:
        found(folder)

    assert str(caught.value) == f"dataset.path: got {message}".replace("FOLDER", str(folder))
