"""What stands in a table: target, task, gaps and columns."""

import pytest

from dltrain.errors import DataError
from dltrain.templates.seen import look


def written(tmp_path, rows, header="a,b,y"):
    path = tmp_path / "a.csv"
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join([*([header] if header else []), *lines, ""]), encoding="utf-8")
    return path


def rows(answer, count=60):
    return [(i * 7 % 13, "uv"[i % 2], answer(i)) for i in range(count)]


TASKS = {
    "two words": (lambda i: "pq"[i * i % 3 % 2], "binary", ["p", "q"]),
    "three codes": (lambda i: i % 3 + 4, "multiclass", [4, 5, 6]),
    "fractions": (lambda i: i / 2, "regression", []),
    "grades of which some are rare": (lambda i: 1 if i == 9 else 2 + i % 2, "regression", []),
    "booleans": (lambda i: i % 3 == 0, "binary", ["False", "True"]),
}


@pytest.mark.parametrize(("answer", "task", "classes"), TASKS.values(), ids=TASKS.keys())
def test_the_task_follows_from_the_target(tmp_path, answer, task, classes):
    table = look(written(tmp_path, rows(answer)), "y")

    assert (table.task, list(table.classes)) == (task, classes)
    assert sum(table.classes.values()) == (60 if classes else 0)


TARGETS = {"name": "y", "position": "2", "from the end": "-1"}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_target_is_named_or_counted(tmp_path, target):
    assert look(written(tmp_path, rows(lambda i: i % 2)), target).target == "y"


def test_without_a_header_columns_are_counted_from_0(tmp_path):
    table = look(written(tmp_path, rows(lambda i: i % 3), header=None), "-1")

    assert table.target == "column_2"
    assert [column.name for column in table.columns] == ["column_0", "column_1"]
    assert table.written["header"] is False


def test_question_marks_are_gaps(tmp_path):
    cells = [("?" if i % 9 == 0 else i / 2, "?" if i == 5 else "u", i % 3) for i in range(60)]

    table = look(written(tmp_path, cells), "y")

    assert table.written["na_values"] == ["?"]
    assert [(column.kind, column.missing) for column in table.columns] == [
        ("number", 7), ("category", 1),
    ]  # fmt: skip


def test_a_column_that_renames_the_classes_is_left_out(tmp_path):
    cells = [(i / 2, ["no", "yes"][i % 2], i % 2) for i in range(60)]

    table = look(written(tmp_path, cells), "y")

    assert [column.name for column in table.features] == ["a"]
    assert table.columns[1].seen == "the target in other words"


WRONG = {
    "no target": (
        rows(lambda i: i % 2),
        None,
        "--target: got nothing, expected the name or position of a column of FILE.\n"
        "    0  a\n    1  b\n    2  y",
    ),
    "an unknown target": (
        rows(lambda i: i % 2),
        "why",
        "--target: got 'why', expected one of a, b, y, or a position from -3 to 2.",
    ),
    "a position too far": (
        rows(lambda i: i % 2),
        "3",
        "--target: got '3', expected one of a, b, y, or a position from -3 to 2.",
    ),
    "a target with gaps": (
        rows(lambda i: "" if i == 3 else i % 2),
        "y",
        "got 1 row without 'y', expected a target in every row. Remove them from the file.",
    ),
    "a target that never changes": (
        rows(lambda i: 1),
        "y",
        "got the one value 1 as 'y', expected at least two. Choose another target.",
    ),
    "names as a target": (
        rows(lambda i: f"w{i}"),
        "y",
        "got 60 different words in 60 rows as 'y', expected classes or numbers. "
        "Choose another target.",
    ),
    "a class of one row": (
        rows(lambda i: "p" if i == 3 else "qr"[i % 2]),
        "y",
        "got 1 row of the class 'p', expected at least 3. "
        "Remove them, or join the class with another.",
    ),
    "nothing to learn from": (
        [(i, 5, i % 2) for i in range(60)],
        "y",
        "got no column that could help (a: identifier: a number of its own in every row; "
        "b: always 5), expected at least one beside the target.",
    ),
}


@pytest.mark.parametrize(("cells", "target", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_table_without_a_question_is_refused(tmp_path, cells, target, message):
    path = written(tmp_path, cells)

    with pytest.raises(DataError) as caught:
        look(path, target)

    assert str(caught.value) == message.replace("FILE", str(path))
