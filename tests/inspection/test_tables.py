"""Tables on stdout: text from data stays text, wide ones are cut and say so."""

from __future__ import annotations

from dltrain.inspection.data.blocks import blocks, main_blocks, shortened
from dltrain.inspection.tables import Block, show
from dltrain.spelling import plain


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


def test_behind_a_pipe_lines_are_wide(capsys):
    show([Block("t", ("name", "value"), [["a" * 60, "b" * 60]])])

    assert f"{'a' * 60}   {'b' * 60}" in capsys.readouterr().out


def test_a_long_table_is_cut_and_says_so():
    assert shortened([[1], [2], [3]], 2) == ([[1], [2]], "1 more lines: `--json` has all")
    assert shortened([[1], [2]], 2) == ([[1], [2]], "")


def test_warnings_stand_with_their_place(described, tmp_path):
    rows = "\n".join(f"{row},{row % 2}" for row in range(60))
    (tmp_path / "t.csv").write_text(f"id,y\n{rows}\n", encoding="utf-8")

    facts = described("{type: csv, path: t.csv, target: y}")

    (block,) = [one for one in main_blocks(facts, 60) if one.title == "warnings"]
    assert any("given.yaml:" in text for _, text in block.lines)
    assert [one.title for one in blocks(facts)][-1] == "prepared targets of the same rows"
