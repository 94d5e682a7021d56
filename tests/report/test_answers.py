"""predictions.csv read back gives what was written, whatever classes and targets are called."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain import run_folder
from dltrain.data import Part
from dltrain.data.blocks import rows_of
from dltrain.data.targets import NamedTargets, Target
from dltrain.evaluation import answering, answers
from dltrain.evaluation.answers import read_answers
from tests.report.conftest import SEVERAL, TARGETS, answers_of, some_parts

PARTS = ("train", "val", "test")
# Names that a reader of CSV files or of column names could mistake for something else.
AWKWARD = {
    "words for nothing": Target("multiclass", ("y",), ("NA", "None", "nan", "")),
    "numbers": Target("multiclass", ("y",), (3, 10, 2)),
    "truth values": Target("binary", ("y",), (False, True)),
    "quotes and commas": Target("binary", ("y",), ('a,"b"', "<script>")),
    "targets called as columns": NamedTargets({
        "a": Target("binary", ("a",), ("b", "c")),
        "a_b": Target("binary", ("a_b",), ("c", "b_c")),
    }),
}  # fmt: skip


def expected(target: Target, y: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say what is true and what is said, without the code under test."""
    if target.task == "regression":
        return y, given
    if target.task == "multiclass":
        return y, np.array([max(range(len(row)), key=row.__getitem__) for row in given.tolist()])
    said = np.array([[float(one > 0.5) for one in row] for row in given.tolist()])
    return (y[:, 0], said[:, 0]) if target.task == "binary" else (y, said)


@pytest.mark.parametrize(
    "target",
    [one for name, one in (TARGETS | AWKWARD).items() if name != "autoencoder"],
    ids=[name for name in TARGETS | AWKWARD if name != "autoencoder"],
)
def test_every_row_is_read_back(made, target):
    folder = made(target)
    y, given = answers_of(target)
    each = target.each if isinstance(target, NamedTargets) else {"": target}

    found = {
        one.target: one for one in read_answers(folder / run_folder.PREDICTIONS, target.to_json())
    }

    assert list(found) == list(each)
    for name, one in each.items():
        truth, said = expected(one, *((y[name], given[name]) if name else (y, given)))
        for part, rows in found[name].parts.items():
            np.testing.assert_allclose(rows.truth, truth[rows.rows], rtol=1e-6, err_msg=part)
            np.testing.assert_allclose(rows.said, said[rows.rows], rtol=1e-6)
            assert rows.rows.tolist() == some_parts(y, PARTS, 60)[part].rows.tolist()


def test_probabilities_belong_to_their_classes(made):
    folder = made(SEVERAL)
    given = answers_of(SEVERAL)[1]

    found = list(read_answers(folder / run_folder.PREDICTIONS, SEVERAL.to_json()))

    assert found[1].classes == ("ape", "bee", "cat")
    np.testing.assert_allclose(found[1].rows.shares, given["kind"][found[1].rows.rows], rtol=1e-6)
    assert found[2].words == ("calm", "sad", "glad")
    np.testing.assert_allclose(found[2].rows.shares, given["moods"][found[2].rows.rows], rtol=1e-6)


def test_the_judged_part_is_the_last_there_is(made):
    folder = made(TARGETS["binary"], parts=("train", "val"))

    [found] = read_answers(folder / run_folder.PREDICTIONS, TARGETS["binary"].to_json())

    assert found.judged == "val"


def test_a_cut_leaves_the_first_rows_of_each_part(made, monkeypatch):
    monkeypatch.setattr(answers, "ROWS_AT_ONCE", 7)
    target = TARGETS["regression"]
    folder = made(target)
    y = answers_of(target)[0]
    dealt = some_parts(y, PARTS, 60)

    [found] = read_answers(folder / run_folder.PREDICTIONS, target.to_json(), most=15)
    [whole] = read_answers(folder / run_folder.PREDICTIONS, target.to_json(), most=20)

    for part in PARTS:
        assert found.parts[part].rows.tolist() == dealt[part].rows[:15].tolist()
        assert found.parts[part].truth == pytest.approx(y[dealt[part].rows[:15]], rel=1e-6)
    assert [found.parts[part].cut for part in PARTS] == [True] * 3
    assert [whole.parts[part].cut for part in PARTS] == [False] * 3


def test_only_the_parts_that_are_asked_for_are_read(made):
    folder = made(TARGETS["binary"])

    [found] = read_answers(
        folder / run_folder.PREDICTIONS, TARGETS["binary"].to_json(), parts=("val",), most=None
    )

    assert list(found.parts) == ["val"]
    assert len(found.rows) == 20


@pytest.mark.parametrize("target", (TARGETS | AWKWARD).values(), ids=(TARGETS | AWKWARD).keys())
def test_answers_of_outputs_in_memory_are_those_of_the_file(made, target):
    folder = made(target)
    y, given = answers_of(target)
    dealt = some_parts(y, PARTS, 60)
    shuffled = {name: turned(part) for name, part in dealt.items()}
    outputs = {name: rows_of(given, part.rows) for name, part in shuffled.items()}

    found = answering.answers_of(shuffled, outputs, target, 0.5, most=15)

    written = read_answers(folder / run_folder.PREDICTIONS, target.to_json(), most=15)
    for one, other in zip(found, written, strict=True):
        assert one.parts.keys() == other.parts.keys()
        assert (one.target, one.task, one.names, one.classes) == (
            other.target, other.task, other.names, other.classes,
        )  # fmt: skip
        for part, rows in one.parts.items():
            for field in ("rows", "truth", "said", "shares", "errors"):
                mine, read = getattr(rows, field), getattr(other.parts[part], field)
                assert (mine.dtype, mine.shape) == (read.dtype, read.shape), (part, field)
                if field != "errors" or one.task == "autoencoder":  # else of no meaning
                    np.testing.assert_allclose(mine, read, rtol=1e-6, atol=1e-7)
            assert rows.cut


def turned(part: Part) -> Part:
    """Give the rows of a part in another order."""
    order = np.random.default_rng(2).permutation(len(part.rows))
    return Part(part.rows[order], None, None, rows_of(part.y, order))
