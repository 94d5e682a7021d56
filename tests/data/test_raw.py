"""Rows as a source gives them: how they are named and fingerprinted."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from dltrain.data.raw import Raw, fingerprint_of_arrays, fingerprint_of_files

TABLE = pd.DataFrame({"a": [1, 2, 3]})


def test_rows_are_numbered_from_zero():
    raw = Raw(TABLE, "table", TABLE, "")

    assert len(raw) == 3
    assert raw.numbers().tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("first_line", "name"), [(2, "row 1 (line 3)"), (None, "row 1")], ids=["lines", "no lines"]
)
def test_a_row_is_named_with_its_line_where_rows_are_lines(first_line, name):
    raw = Raw(TABLE, "table", TABLE, "", first_line=first_line)

    assert raw.where(1) == name


def test_fingerprint_of_a_file_follows_from_its_bytes_alone(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first, second = tmp_path / "one" / "a.csv", tmp_path / "two" / "b.csv"
    first.write_bytes(b"a,y\n1,0\n")
    second.write_bytes(b"a,y\n1,0\n")

    fingerprint = fingerprint_of_files([first])

    assert fingerprint == fingerprint_of_files([second])
    inner = hashlib.sha256(b"a,y\n1,0\n").digest()
    assert fingerprint == hashlib.sha256(inner).hexdigest()


def test_fingerprint_of_files_depends_on_their_order(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"1")
    second.write_bytes(b"2")

    assert fingerprint_of_files([first, second]) != fingerprint_of_files([second, first])


OTHERS = {
    "value": np.array([[1, 2], [3, 5]]),
    "type": np.array([[1, 2], [3, 4]], dtype=np.int32),
    "shape": np.array([1, 2, 3, 4]),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_fingerprint_of_arrays_changes_with(other):
    assert fingerprint_of_arrays([np.array([[1, 2], [3, 4]])]) != fingerprint_of_arrays([other])


def test_fingerprint_of_arrays_does_not_depend_on_their_layout_in_memory():
    array = np.arange(6).reshape(2, 3)

    assert fingerprint_of_arrays([array]) == fingerprint_of_arrays([np.asfortranarray(array)])
