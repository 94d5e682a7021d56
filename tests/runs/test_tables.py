"""Tables keep what is in a cell there, on a terminal, in Markdown and in CSV."""

from __future__ import annotations

import csv
import io

from rich.cells import cell_len

from dltrain.runs.tables import as_csv, as_markdown, as_text, cell

NASTY = "a|b\n\x1b[31m,\"'心"


def test_columns_are_aligned_also_where_characters_are_wide():
    text = as_text(["run", "loss", "note"], [["心脏", 0.5, "x"], ["heart", 12.25, None]])

    assert text == "run     loss  note\n心脏   0.500  x\nheart  12.25  –"
    assert {cell_len(line[: line.index(mark)]) for line, mark in zip(
        text.split("\n"), ("note", "x", "–"), strict=True
    )} == {14}  # fmt: skip


def test_numbers_that_were_given_keep_their_digits():
    rows = [[0.00012345, 0.00012345], [1e-7, 1e-7]]

    text = as_text(["rate", "loss"], rows, {"rate"})

    assert text == "      rate      loss\n0.00012345  0.000123\n     1e-07     1e-07"


def test_nothing_leaves_its_cell_in_text_and_markdown():
    text, markdown = as_text(["x"], [[NASTY]]), as_markdown(["x"], [[NASTY]])

    assert text.split("\n") == ["x", "a|b\\n\\x1b[31m,\"'心"]
    assert markdown.split("\n") == ["| x |", "|:--|", "| a\\|b\\\\n\\\\x1b[31m,\"'心 |"]


def test_csv_holds_all_digits_and_can_be_read_back():
    rows = [[NASTY, 0.1 + 0.2, True, None, {"type": "adam"}], ["", 1e-300, 3, [1, 2], "x"]]

    text = as_csv(["a", "b", "c", "d", "e"], rows)

    assert list(csv.reader(io.StringIO(text))) == [
        ["a", "b", "c", "d", "e"],
        [NASTY, "0.30000000000000004", "true", "", "{type: adam}"],
        ["", "1e-300", "3", "[1, 2]", "x"],
    ]


def test_a_long_text_is_cut_but_where_it_is_asked_for_whole():
    assert cell("x" * 100) == "x" * 59 + "…"
    assert cell("x" * 100, most=None) == "x" * 100


def test_a_table_without_rows_has_its_header():
    assert as_text(["run", "status"], []) == "run  status"
    assert as_markdown(["run"], []) == "| run |\n|:--|"
    assert as_csv(["run"], []) == "run"
