"""`type: keras`: the sets of keras.datasets. Nothing here touches the network."""

import re
import shutil
import sys
import types
from urllib.error import URLError

import numpy as np
import pytest

from dltrain import backend
from dltrain.data.sources.keras_datasets import FILES, read
from dltrain.data.texts.words import padded
from dltrain.errors import DataError

PICTURES = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
LABELS = np.array([1, 0, 1], np.uint8)


def section(name, **options):
    return {
        "type": "keras",
        "name": name,
        "features": {"include": None, "exclude": []},
        "columns": {},
        "scaling": "standard",
        "images": {"scaling": "0_1"},
        "text": {"encoding": "sequence", "vocabulary": 50, "length": 4},
    } | options


@pytest.fixture
def keras_gives(monkeypatch):
    """Put a stand-in in the place of Keras, whose sets are given or fail."""

    def give(answer):
        asked = {}

        def load_data(**options):
            asked.update(options)
            if isinstance(answer, Exception):
                raise answer
            print("Downloading data from …")
            return answer

        sets = {name: types.SimpleNamespace(load_data=load_data) for name in FILES}
        stand_in = types.ModuleType("keras")
        stand_in.datasets = types.SimpleNamespace(**sets)
        monkeypatch.setitem(sys.modules, "keras", stand_in)
        monkeypatch.setattr(backend, "start", lambda: None)
        return asked

    return give


@pytest.fixture
def keras_home(monkeypatch, tmp_path):
    """Let Keras look into an empty folder, and fail where it would download."""
    backend.start()
    from keras.src.backend import config
    from keras.src.utils import file_utils

    def no_network(*_, **__):
        raise URLError("no network in tests")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))
    monkeypatch.setattr(file_utils, "urlretrieve", no_network)
    return tmp_path


SETS = {
    "grey pictures": ("mnist", PICTURES, LABELS, "images", (6, 4, 4, 1)),
    "colour pictures": (
        "cifar10", PICTURES.reshape(3, 4, 2, 2), LABELS.reshape(3, 1), "images", (6, 4, 2, 2),
    ),
    "table": ("boston_housing", np.eye(3), np.array([1.5, 2.5, 3.0]), "table", (6, 3)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "x", "y", "form", "shape"), SETS.values(), ids=SETS.keys())
def test_a_set_keeps_its_own_test_part(keras_gives, name, x, y, form, shape):
    keras_gives(((x, y), (x, y)))

    raw = read(section(name))

    assert raw.form == form
    assert raw.features.shape == shape
    assert list(raw.targets.columns) == ["target"]
    assert raw.targets["target"].tolist() == [*y.reshape(-1), *y.reshape(-1)]
    assert raw.own_test.tolist() == [False] * 3 + [True] * 3


def test_texts_become_token_numbers_of_one_length(keras_gives):
    texts = np.array([[1, 14, 2], [1, 5, 6, 7, 8, 9], []], dtype=object)
    asked = keras_gives(((texts, LABELS), (texts[:1], LABELS[:1])))

    raw = read(section("imdb"))

    assert asked == {"num_words": 50}
    assert raw.form == "tokens"
    assert raw.features.tolist() == [[0, 1, 14, 2], [6, 7, 8, 9], [0, 0, 0, 0], [0, 1, 14, 2]]
    assert raw.features.dtype == np.int32
    assert raw.targets["target"].tolist() == [1, 0, 1, 1]


LENGTHS = {
    "sequence": [[0] * 200, [0] * 194 + [1, 5, 6, 5, 8, 5]],
    "multi_hot": [[0, 0, 0, 0], [1, 6, 8, 5]],
    "tf_idf": [[0, 0, 0, 0, 0, 0], [1, 5, 6, 5, 8, 5]],
}


@pytest.mark.parametrize(("encoding", "rows"), LENGTHS.items(), ids=LENGTHS.keys())
def test_without_a_length_no_token_of_a_set_is_cut_off(keras_gives, encoding, rows):
    texts = np.array([[], [1, 5, 6, 5, 8, 5], [1]], dtype=object)
    keras_gives(((texts, LABELS), (texts[:1], LABELS[:1])))

    text = {"encoding": encoding, "vocabulary": 50, "length": None}

    assert read(section("imdb", text=text)).features[:2].tolist() == rows


def test_what_keras_prints_does_not_reach_stdout(keras_gives, capsys):
    keras_gives(((PICTURES, LABELS), (PICTURES, LABELS)))

    read(section("mnist"))

    assert capsys.readouterr().out == ""


def test_longer_texts_keep_their_end():
    texts = np.array([[1, 2, 3, 4, 5], [6]], dtype=object)

    assert padded(texts, 3).tolist() == [[3, 4, 5], [0, 0, 6]]


def test_columns_of_a_set_without_columns_are_refused(keras_gives):
    texts = np.array([[1], [2], [3, 4]], dtype=object)
    keras_gives(((texts, LABELS), (texts, LABELS)))

    with pytest.raises(DataError) as caught:
        read(section("imdb", features={"include": None, "exclude": ["x0"]}))

    assert str(caught.value) == (
        "dataset.features: got names of columns for a dataset of texts, "
        "expected them for tables alone. Remove them."
    )


OFFLINE = {
    "no network": Exception("URL fetch failure on https://… : None -- no route"),
    "connection cut": ConnectionResetError("reset by peer"),
    "no answer": TimeoutError("timed out"),
}


@pytest.mark.parametrize("error", OFFLINE.values(), ids=OFFLINE.keys())
def test_without_a_network_the_files_and_their_folder_are_named(
    keras_gives, monkeypatch, tmp_path, error
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    keras_gives(error)

    with pytest.raises(DataError) as caught:
        read(section("imdb"))

    assert str(caught.value) == (
        f"dataset.name: got no network to download imdb with, expected imdb.npz in "
        f"{tmp_path}/datasets. "
        "Fetch them on another machine, or use `type: idx` or `npz` with a `path`."
    )


def test_broken_files_of_keras_are_named(keras_gives, monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    keras_gives(EOFError("Compressed file ended."))

    with pytest.raises(DataError) as caught:
        read(section("mnist"))

    assert str(caught.value) == (
        "dataset.name: got files of mnist that are broken (Compressed file ended), "
        f"expected mnist.npz in {tmp_path}/datasets. "
        "Remove them, so that Keras fetches them again."
    )


def test_a_mistake_of_ours_keeps_its_traceback(keras_gives):
    keras_gives(AttributeError("no such thing"))

    with pytest.raises(AttributeError):
        read(section("mnist"))


# The import of Keras is what takes seconds; with the rest of the tests it happens anyway.
@pytest.mark.parametrize("name", FILES)
def test_real_keras_without_a_network_ends_in_one_message(keras_home, name):
    with pytest.raises(DataError) as caught:
        read(section(name))

    assert str(caught.value) == (
        f"dataset.name: got no network to download {name} with, expected {FILES[name]} in "
        f"{keras_home}/datasets. "
        "Fetch them on another machine, or use `type: idx` or `npz` with a `path`."
    )


@pytest.mark.slow
def test_real_keras_looks_for_the_files_that_the_message_names(keras_home, monkeypatch):
    from keras.src.utils import file_utils

    asked = []

    def note(origin, path, *_, **__):
        asked.append(str(path))
        raise URLError("no network in tests")

    monkeypatch.setattr(file_utils, "urlretrieve", note)
    for name, files in FILES.items():
        with pytest.raises(DataError):
            read(section(name))
        words = re.split(r"[/{}]", files)
        assert asked[-1].startswith(f"{keras_home}/datasets/{words[0]}"), name


@pytest.mark.slow
def test_fashion_mnist_needs_no_network_where_its_files_are_put_in_place(keras_home, real_data):
    source = real_data("fashion-mnist")
    target = keras_home / "datasets" / "fashion-mnist"
    target.mkdir(parents=True)
    for path in source.glob("*.gz"):
        shutil.copy(path, target)

    raw = read(section("fashion_mnist"))

    assert raw.form == "images"
    assert raw.features.shape == (70_000, 28, 28, 1)
    assert raw.targets["target"].value_counts().tolist() == [7000] * 10
    assert raw.own_test.sum() == 10_000


def test_a_file_that_was_cut_off_in_keras_folder_is_refused(keras_home):
    import gzip

    folder = keras_home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for part in ("train-labels-idx1", "train-images-idx3", "t10k-labels-idx1", "t10k-images-idx3"):
        (folder / f"{part}-ubyte.gz").write_bytes(gzip.compress(bytes(1000))[:-12])

    with pytest.raises(DataError) as caught:
        read(section("fashion_mnist"))

    assert str(caught.value) == (
        "dataset.name: got files of fashion_mnist that are broken (Compressed file ended before "
        f"the end-of-stream marker was reached), expected {FILES['fashion_mnist']} in "
        f"{keras_home}/datasets. Remove them, so that Keras fetches them again."
    )
