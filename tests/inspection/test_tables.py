"""Tables on stdout: text from data stays text, wide ones are cut and say so."""

from __future__ import annotations

import pytest

from dltrain.inspection.data.blocks import blocks, main_blocks, shortened
from dltrain.inspection.tables import Block, amount, plain, share, short, show


def test_text_from_data_is_no_markup_and_moves_no_cursor(capsys):
    name = plain("[red]a[/red]\x1b[2J\r\nb\u202e")
    show([Block("[bold]title", ("[x]",), [[name]])])

    out = capsys.readouterr().out
    assert "[bold]title" in out
    assert r"[red]a[/red]\x1b[2J\r\nb\u202e" in out
    assert "\x1b" not in out


def test_what_moves_the_cursor_is_escaped_wherever_it_stands(capsys):
    odd = "a\x1b[2J"
    show([Block(odd, (odd,), [[odd]], lines=[(odd, odd)], note=odd)])

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count(r"a\x1b[2J") == 6


def test_blanks_stay_blanks():
    assert plain(amount(123_456)) == "123\N{NO-BREAK SPACE}456"


def test_behind_a_pipe_lines_are_wide(capsys):
    show([Block("t", ("name", "value"), [["a" * 60, "b" * 60]])])

    assert f"{'a' * 60}   {'b' * 60}" in capsys.readouterr().out


def test_a_long_table_is_cut_and_says_so():
    assert shortened([[1], [2], [3]], 2) == ([[1], [2]], "1 more lines: `--json` has all")
    assert shortened([[1], [2]], 2) == ([[1], [2]], "")


AMOUNTS = {
    "whole": (3.0, "3"),
    "large": (1_234_567, "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
    "fraction": (0.123456, "0.123"),
    "small": (1.2e-7, "1.2e-07"),
    "huge": (3e38, "3e+38"),
    "nothing": (None, "–"),
    "word": ("a\nb", r"a\nb"),
}


@pytest.mark.parametrize(("value", "expected"), AMOUNTS.values(), ids=AMOUNTS.keys())
def test_amounts_are_read_at_a_glance(value, expected):
    assert amount(value) == expected


def test_shares_and_sizes_are_short():
    assert [share(1, 3), share(1, 1000), share(3, 3)] == ["33 %", "0.1 %", "100 %"]
    assert share(0, 0) == "–"
    assert [short(0, "B"), short(999_600, "B"), short(1.5e9)] == ["0 B", "1 MB", "1.5 G"]


def test_warnings_stand_with_their_place(described, tmp_path):
    rows = "\n".join(f"{row},{row % 2}" for row in range(60))
    (tmp_path / "t.csv").write_text(f"id,y\n{rows}\n", encoding="utf-8")

    facts = described("{type: csv, path: t.csv, target: y}")

    (block,) = [one for one in main_blocks(facts, 60) if one.title == "warnings"]
    assert any("given.yaml:" in text for _, text in block.lines)
    assert [one.title for one in blocks(facts)][-1] == "prepared targets of the same rows"
