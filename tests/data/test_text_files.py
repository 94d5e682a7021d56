"""`type: text`: folders of texts, archives of them, and tables with a column of texts."""

import errno
import tarfile
import zipfile
from pathlib import Path

import pytest

from dltrain.data.preparation import prepare
from dltrain.data.sources.text_files import read
from dltrain.errors import DataError

CLASSES = {
    "neg/2.txt": "Bad, really bad.",
    "neg/10.txt": "So bad!",
    "pos/1.txt": "Good.",
}
PARTS = {
    "train/neg/1.txt": "bad bad bad",
    "train/neg/2.txt": "bad thing",
    "train/pos/1.txt": "good",
    "train/pos/2.txt": "good thing",
    "test/neg/1.txt": "bad again and again",
    "test/pos/1.txt": "good again",
}
SECTION = {
    "type": "text",
    "column": "text",
    "target": "label",
    "text": {"encoding": "multi_hot", "vocabulary": 100, "length": None},
    "aside": {},
}
GIVEN = {"type": "given", "fractions": {"val": 0.0}, "stratify": True, "seed": 0}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path):
    """Write text files into a folder, and give it."""

    def write(files, name="set"):
        for file, text in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path / name

    return write


def section(path, **options):
    return SECTION | {"path": str(path)} | options


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read(section(path, **options))
    return str(caught.value)


def test_the_folder_of_a_text_is_its_class(folder):
    raw = read(section(folder(CLASSES)))

    assert raw.form == "texts"
    assert raw.features["text"].tolist() == ["So bad!", "Bad, really bad.", "Good."]
    assert raw.targets["label"].tolist() == ["neg", "neg", "pos"]
    assert raw.own_test is None
    assert raw.where(1) == "row 1 (neg/2.txt)"


def test_folders_train_and_test_divide_the_rows(folder):
    raw = read(section(folder(PARTS)))

    assert raw.targets["label"].tolist() == ["neg", "pos", "neg", "neg", "pos", "pos"]
    assert raw.own_test.tolist() == [True, True, False, False, False, False]


def test_words_are_learned_from_the_train_folder_alone(folder):
    data = prepare(section(folder(PARTS)), GIVEN, None)

    assert data.inputs.words == ("bad", "good", "thing")
    assert data.inputs.shape == (2,)
    assert {name: len(part) for name, part in data.parts.items()} == {"train": 4, "test": 2}
    assert data.target.classes == ("neg", "pos")


PACKED = ("set.tar.gz", "set.zip")


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_holds_the_same_texts(folder, tmp_path, name):
    files = PARTS | {"README": "about", "train/lists.txt": "a list of names"}
    path, packed = folder(files), tmp_path / name
    if name.endswith("gz"):
        with tarfile.open(packed, "w:gz") as archive:
            archive.add(path, "set")
    else:
        with zipfile.ZipFile(packed, "w") as archive:
            for file in files:
                archive.write(path / file, f"set/{file}")

    found, expected = read(section(packed)), read(section(path))

    assert found.features.equals(expected.features)
    assert found.targets.equals(expected.targets)
    assert found.own_test.tolist() == expected.own_test.tolist()


def test_other_files_do_not_count(folder):
    beside = {"neg/a.md": "x", "notes.txt": "x", "neg/.hidden.txt": "x", "pos/UP.TXT": "up"}

    raw = read(section(folder(CLASSES | beside)))

    assert raw.features["text"].tolist() == ["So bad!", "Bad, really bad.", "Good.", "up"]


def test_a_byte_order_mark_is_no_part_of_the_text(folder):
    raw = read(section(folder(CLASSES | {"pos/1.txt": b"\xef\xbb\xbfGood"})))

    assert raw.features["text"].tolist()[-1] == "Good"


CHANGES = {
    "another text": {"pos/1.txt": "Fine."},
    "another file": {"pos/2.txt": "Fine."},
    "another name": {"pos/1.txt": None, "pos/3.txt": "Good."},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_the_fingerprint_is_that_of_names_and_texts(folder, changed):
    files = {name: text for name, text in (CLASSES | changed).items() if text is not None}

    before, again = read(section(folder(CLASSES))), read(section(folder(CLASSES, "again")))
    after = read(section(folder(files, "changed")))

    assert before.fingerprint == again.fingerprint != after.fingerprint


WRONG = {
    "no class": (
        {"1.txt": "x"},
        "dataset.path: got {} without folders, expected a folder for each class.",
    ),
    "a class without texts": (
        CLASSES | {"odd/a.md": "x"},
        "dataset.path: got {} with folders without a text (odd), expected files ending in .txt in "
        "each. Fill or remove them.",
    ),
    "an empty text": (
        CLASSES | {"pos/2.txt": "", "pos/3.txt": " \n"},
        "dataset.path: got 2 files without text (pos/2.txt, pos/3.txt), expected a text in each. "
        "Fill or remove them.",
    ),
    "Latin-1": (
        CLASSES | {"pos/2.txt": "C'est ça".encode("latin-1")},
        "dataset.path: got {}/pos/2.txt with the byte 0xe7 at position 6, which is no UTF-8, "
        "expected a text in UTF-8. Save it as UTF-8.",
    ),
    "texts of no class": (
        PARTS | {"train/unsup/1.txt": "x"},
        "dataset.path: got {} with unsup in train alone, expected the classes of test, neg, pos. "
        "Move it out of the folder.",
    ),
    "a folder for val": (
        PARTS | {"val/neg/1.txt": "x", "val/pos/1.txt": "x"},
        "dataset.path: got {} with a folder for val, expected train and test. "
        "`split: {{type: column, column: part}}` takes the folders as they are.",
    ),
}


@pytest.mark.parametrize(("files", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_folder_is_refused(folder, files, message):
    path = folder(files)

    assert refused(path) == message.format(path)


def test_a_folder_that_may_not_be_read_is_refused(folder, monkeypatch):
    def closed(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    path = folder(CLASSES)
    monkeypatch.setattr(Path, "iterdir", closed)  # the mode of a folder does not stop root

    assert refused(path) == (
        f"dataset.path: got {path}, which may not be read, expected a folder for each class. "
        "Change its permissions."
    )


def test_a_split_may_take_the_folders_as_they_are(folder):
    path = folder(PARTS | {"val/neg/1.txt": "bad val", "val/pos/1.txt": "good val"})

    raw = read(section(path, aside={"part": "column"}))

    assert raw.aside["part"].tolist() == [*["test"] * 2, *["train"] * 4, *["val"] * 2]


def test_one_class_is_refused(folder):
    path = folder({"pos/1.txt": "good", "pos/2.txt": "better"})

    with pytest.raises(DataError) as caught:
        prepare(section(path), {"type": "none"}, None)

    assert caught.value.key == ("dataset", "target")


def test_names_of_columns_are_for_tables(folder):
    assert refused(folder(CLASSES), column="review") == (
        "dataset.column: got `column` for folders of texts, expected it for a csv. Remove it."
    )


TABLES = {
    "reviews.csv": "review,stars,extra\n007,2,x\nGood.,5,y\n",
    "reviews.tsv": "review\tstars\textra\n007\t2\tx\nGood.\t5\ty\n",
}


@pytest.mark.parametrize(("name", "content"), TABLES.items(), ids=TABLES.keys())
def test_a_table_holds_texts_in_one_column(tmp_path, name, content):
    (tmp_path / name).write_text(content)

    raw = read(section(tmp_path / name, column="review", target="stars"))

    assert raw.features["review"].tolist() == ["007", "Good."]
    assert raw.targets["stars"].tolist() == [2, 5]
    assert raw.where(1) == "row 1 (line 3)"


def test_a_packed_table_is_no_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.csv.zip", "w") as packed:
        packed.writestr("a.csv", "text,label\nbad,neg\ngood,pos\n")

    assert read(section(tmp_path / "a.csv.zip")).features["text"].tolist() == ["bad", "good"]


WRONG_TABLES = {
    "no such column": (
        "txt,label\na,b\n",
        "dataset.column: got 'text', expected one of label, txt. Did you mean 'txt'?",
    ),
    "no such target": (
        "text,labels\na,b\n",
        "dataset.target: got 'label', expected one of labels, text. Did you mean 'labels'?",
    ),
    "a row without text": (
        "text,label\na,b\n,c\n",
        "dataset.column: got no text in row 1 (line 3), expected one in every row. "
        "Mend or remove the row.",
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG_TABLES.values(), ids=WRONG_TABLES.keys())
def test_a_wrong_table_is_refused(tmp_path, content, message):
    (tmp_path / "a.csv").write_text(content)

    assert refused(tmp_path / "a.csv") == message


def test_texts_without_a_word_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\n?,a\n!,b\n")

    with pytest.raises(DataError) as caught:
        prepare(section(tmp_path / "a.csv"), {"type": "none"}, None)

    assert str(caught.value) == ("dataset.path: got no word in any train row, expected texts.")
