"""Large tables: the cells are those that are read into memory, and nothing half-made stays."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dltrain.config.sections.dataset import Csv, Parquet
from dltrain.data.cache import tables
from dltrain.data.cache.folder import ABANDONED, UNFINISHED
from dltrain.data.sources import chunks, csv, parquet, read, stored
from dltrain.errors import DataError

KINDS = {"csv": (Csv, csv.read), "parquet": (Parquet, parquet.read)}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, and chunks of three rows."""
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 3)
    return tmp_path / "cache"


def section(path, **options):
    kind = path.suffix.removeprefix(".")
    values = {"type": kind, "path": str(path), "target": "y", "cache": "always"} | options
    return KINDS[kind][0](**values).model_dump()


def written(path, table):
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    return path


def table(rows=20):
    """Columns whose cells look different from chunk to chunk."""
    number = np.arange(rows)
    return pd.DataFrame(
        {
            "whole": number,
            "fraction": number / 7,
            "gaps": np.where(number % 5 == 4, np.nan, number),
            "late gap": np.where(number == rows - 1, np.nan, number),
            "word": np.array(["red", "green", "blue"])[number % 3],
            "word with gaps": np.where(number % 4 == 1, None, "a"),
            "true": number % 2 == 0,
            "small": number.astype(np.float32),
            "y": number % 2,
        }
    )


def in_file_order(raw):
    """Give the features of a stored table as words and numbers, in the order of the file."""
    order = np.argsort(raw.stored.order)
    return {name: raw.cells(name, order).reset_index(drop=True) for name in raw.features}


@pytest.mark.parametrize("kind", KINDS)
def test_cells_types_and_rows_are_those_of_the_table_in_memory(tmp_path, kind):
    dataset = section(written(tmp_path / f"a.{kind}", table()))

    raw, whole = stored.read(dataset), KINDS[kind][1](dataset)

    assert sorted(raw.stored.order.tolist()) == list(range(20))
    assert raw.fingerprint == whole.fingerprint
    for name, cells in in_file_order(raw).items():
        pd.testing.assert_series_equal(cells, whole.features[name])
    order = np.argsort(raw.stored.order)
    assert raw.targets["y"].to_numpy()[order].tolist() == whole.targets["y"].tolist()
    assert [raw.where(int(place)) for place in order] == [whole.where(row) for row in range(20)]


CHANGING = {
    "words late": ["1", "2", "3", "4", "x"],
    "words early": ["x", "2", "3", "04", "5"],
    "fractions late": ["1", "2", "3", "4", "0.5"],
    "gap in a later chunk": ["1", "2", "3", "4", ""],
    "a chunk of gaps": ["", "", "", "a", "b"],
    "true and false": ["True", "False", "True", "True", "False"],
    "true and a word": ["True", "False", "True", "True", "maybe"],
    "true and a number": ["True", "False", "True", "1", "0"],
    "gaps alone": ["", "", "", "", ""],
}


@pytest.mark.parametrize("cells", CHANGING.values(), ids=CHANGING.keys())
def test_the_type_of_a_text_column_follows_from_all_chunks(tmp_path, cells):
    lines = [f"{cell},{row % 2},{row}" for row, cell in enumerate(cells)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["x,y,z", *lines, ""]))
    dataset = section(path)

    found, whole = in_file_order(stored.read(dataset))["x"], csv.read(dataset).features["x"]

    pd.testing.assert_series_equal(found, whole)


@pytest.mark.parametrize("kind", KINDS)
def test_several_files_are_one_table(tmp_path, kind):
    paths = [written(tmp_path / f"{n}.{kind}", table()[n * 8 : n * 8 + 8]) for n in range(2)]
    dataset = section(paths[0]) | {"path": [str(path) for path in paths]}

    raw, whole = stored.read(dataset), KINDS[kind][1](dataset)

    assert in_file_order(raw)["whole"].tolist() == list(range(16))
    place = int(np.argmax(raw.stored.order == 9))
    assert raw.where(place).replace(f"{tmp_path}/", "") == (
        whole.where(9).replace(f"{tmp_path}/", "")
    )


def test_numbers_in_one_file_and_words_in_another_are_refused(tmp_path):
    one, two = (
        pd.DataFrame({"x": [1, 2], "y": [0, 1]}),
        pd.DataFrame({"x": ["a", "b"], "y": [0, 1]}),
    )
    paths = [written(tmp_path / "1.parquet", one), written(tmp_path / "2.parquet", two)]

    with pytest.raises(DataError) as caught:
        stored.read(section(paths[0]) | {"path": [str(path) for path in paths]})

    assert caught.value.message == (
        f"got {paths[0]} with numbers or dates as 'x', expected words, as another file has. "
        "Write them alike."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_run_does_not_parse_again(tmp_path, monkeypatch, kind):
    dataset = section(written(tmp_path / f"a.{kind}", table()))
    first = read(dataset)
    monkeypatch.setattr(stored, "write", None)

    second = read(dataset)

    assert first.stored.seconds is not None
    assert second.stored.seconds is None
    assert second.stored.size == first.stored.size
    assert np.array_equal(first.stored.order, second.stored.order)


OTHERS = {
    "another file": lambda path: written(path, table(21)) and {},
    "other columns": lambda path: {"features": {"exclude": ["word"]}},
    "another meaning of gaps": lambda path: {"na_values": ["red"]},
    "numbers as words": lambda path: {"columns": {"whole": {"type": "category"}}},
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS.keys())
def test_what_changes_the_cells_makes_another_entry(tmp_path, cache, change):
    path = written(tmp_path / "a.csv", table())
    read(section(path))

    raw = read(section(path, **change(path)))

    assert raw.stored.seconds is not None
    assert len(list((cache / "tables").iterdir())) == 2


def test_saying_what_was_inferred_makes_no_other_entry(tmp_path, cache):
    path = written(tmp_path / "a.csv", table())
    read(section(path))

    columns = {"word": {"type": "category", "values": ["red", "green", "blue"]},
               "whole": {"type": "number"}}  # fmt: skip
    raw = read(section(path, columns=columns))

    assert raw.stored.seconds is None
    assert len(list((cache / "tables").iterdir())) == 1


LARGE = {
    "never": ({"cache": "never"}, False),
    "always": ({"cache": "always"}, True),
    "auto": ({"cache": "auto"}, True),
    "auto, with texts": ({"cache": "auto", "columns": {"word": {"type": "text"}}}, False),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("options", "expected"), LARGE.values(), ids=LARGE.keys())
def test_a_large_table_is_stored_unless_the_file_says_otherwise(
    tmp_path, monkeypatch, kind, options, expected
):
    dataset = section(written(tmp_path / f"a.{kind}", table()), **options)
    small = stored.is_stored(dataset)
    monkeypatch.setattr(stored, "LARGE", 20 * 4 * 9 - 1)

    assert stored.is_stored(dataset) is expected
    assert small is (options["cache"] == "always")


def test_texts_are_refused(tmp_path):
    dataset = section(written(tmp_path / "a.csv", table()), columns={"word": {"type": "text"}})

    with pytest.raises(DataError) as caught:
        read(dataset)

    assert str(caught.value) == (
        "dataset.cache: got a cache for a table with the text 'word', expected words, numbers, "
        "dates or times. Say `cache: never`, which reads all of it into memory."
    )


def test_too_many_different_words_are_refused(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(tables, "MOST_WORDS", 5)
    one = pd.DataFrame({"x": [f"word {row}" for row in range(20)], "y": np.arange(20) % 2})

    with pytest.raises(DataError) as caught:
        read(section(written(tmp_path / "a.csv", one)))

    assert str(caught.value) == (
        "dataset.columns.x: got more than 5 different words in a table that is streamed, expected "
        "fewer. Leave the column out with `dataset.features.exclude`, or say "
        "`dataset.cache=never` to read all of it into memory."
    )
    assert list((cache / "tables").iterdir()) == []


WRONG = {
    "ragged line": ("x,y\n" + "1,0\n" * 7 + "1\n" + "1,0\n" * 3, "1 values in line 9"),
    "late quote": ("x,y\n" + "1,0\n" * 7 + '"1,0\n' + "1,0\n" * 3, "which is broken"),
    "more values than names": ("x,y\n" + "1,0\n" * 7 + "1,0,5\n", "which is broken"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_broken_file_is_told_and_leaves_nothing(tmp_path, cache, text, said):
    path = tmp_path / "a.csv"
    path.write_text(text)

    with pytest.raises(DataError) as caught:
        read(section(path))

    assert said in caught.value.message
    assert list((cache / "tables").iterdir()) == []


@pytest.mark.parametrize("fails_at", [0, 1, 5])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, cache, monkeypatch, fails_at):
    calls = iter(range(100))
    append = tables.ShuffledColumns.append

    def full(self, columns):
        if next(calls) == fails_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(self, columns)

    monkeypatch.setattr(tables.ShuffledColumns, "append", full)

    with pytest.raises(DataError) as caught:
        read(section(written(tmp_path / "a.csv", table())))

    assert caught.value.message == (
        f"got {cache / 'tables'}, which cannot be written (no space left on device), expected a "
        "place for the cache. Make room, or name another folder with the variable DLTRAIN_CACHE."
    )
    assert list((cache / "tables").iterdir()) == []


def test_a_broken_entry_is_told(tmp_path, cache):
    dataset = section(written(tmp_path / "a.csv", table()))
    read(dataset)
    (entry,) = (cache / "tables").iterdir()
    (entry / "0000.npy").write_bytes((entry / "0000.npy").read_bytes()[:-1])

    with pytest.raises(DataError) as caught:
        read(dataset)

    assert caught.value.message == (
        f"got {entry}, which is broken, expected a table of the cache. "
        "Remove it; the next run makes it again."
    )


READING = """
import sys, time
from dltrain.config.sections.dataset import Csv
from dltrain.data.cache import tables
from dltrain.data.sources import chunks, read
chunks.CHUNK_ROWS = 3
if len(sys.argv) > 2:
    append = tables.ShuffledColumns.append
    def slow(self, columns):
        append(self, columns)
        print("writing", flush=True)
        time.sleep(float(sys.argv[2]))
    tables.ShuffledColumns.append = slow
raw = read(Csv(type="csv", path=sys.argv[1], target="y", cache="always").model_dump())
print(raw.stored.order.tolist())
"""


def reading(path, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", READING, str(path), *arguments], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_no_entry(tmp_path, cache):
    path = written(tmp_path / "a.csv", table())
    killed = reading(path, "60")
    assert killed.stdout.readline() == "writing\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    (left,) = (cache / "tables").iterdir()
    assert left.name.startswith(UNFINISHED)

    fresh = read(section(path))
    assert fresh.stored.seconds is not None
    assert left.exists()  # somebody may still be filling it

    long_ago = time.time() - ABANDONED - 1
    for one in (*left.iterdir(), left):
        os.utime(one, (long_ago, long_ago))
    read(section(written(tmp_path / "b.csv", table(21))))
    assert not left.exists()


@pytest.mark.slow
def test_two_processes_may_make_the_same_entry(tmp_path, cache):
    path = written(tmp_path / "a.csv", table())

    both = [reading(path, "0.1") for _ in range(2)]
    said = [process.communicate()[0].splitlines()[-1] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1] == str(read(section(path)).stored.order.tolist())
    assert len(list((cache / "tables").iterdir())) == 1


def test_nothing_is_copied_into_memory(tmp_path):
    raw = read(section(written(tmp_path / "a.parquet", table())))

    for name in ("whole", "fraction", "small"):
        cells = pd.DataFrame(raw.features)[name].to_numpy()
        assert _file_behind(cells) is not None
    codes = raw.features["word"].cat.codes.to_numpy()
    assert _file_behind(raw.features["word"].array._ndarray) is not None
    assert codes.dtype == np.int8


def _file_behind(array) -> Path | None:
    """Name the file that an array is a map of, if it is one."""
    while array is not None and not isinstance(array, np.memmap):
        array = array.base
    return None if array is None else array.filename
