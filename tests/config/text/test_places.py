"""Places in words, and the line that a message is about."""

import pytest

from dltrain.config.text.places import Document, Place

EXCERPTS = {
    "short line": ("a: b", 3, "a: b\n   ^"),
    "end of the line": ("a: b", 4, "a: b\n    ^"),
    "wide letters": ("名前: @x", 4, "名前: @x\n      ^"),
    "letter and accent": ("e\u0301: @x", 4, "e\u0301: @x\n   ^"),
    "tab": ("a:\t@x", 3, "a:→@x\n   ^"),
    "sign that turns the line around": ("a: \u202e@x", 4, "a:  @x\n    ^"),
    "long line, at its start": ("x" * 200, 0, f"{'x' * 75}…\n^"),
    "long line, in the middle": ("x" * 200, 100, f"…{'x' * 74}…\n{' ' * 38}^"),
    "long line, at its end": ("x" * 200, 200, f"…{'x' * 75}\n{' ' * 76}^"),
}


@pytest.mark.parametrize(("text", "column", "shown"), EXCERPTS.values(), ids=EXCERPTS.keys())
def test_a_line_is_shown_with_a_mark_below_the_column(text, column, shown):
    lines = Document("a.yaml", f"first\n{text}").excerpt(1, column).split("\n")

    assert [line[:4] for line in lines] == ["    ", "    "]
    assert "\n".join(line[4:] for line in lines) == shown


def test_an_argument_is_shown_whole():
    document = Document("argument 'a.b=[1, @]'", "[1, @]", "a.b=")

    assert document.excerpt(0, 4) == "    a.b=[1, @]\n            ^"
    assert str(document.place(0, 4)) == "argument 'a.b=[1, @]', column 9"


def test_a_later_line_of_an_argument_has_no_column():
    assert Document("argument", "[1,\n2]", "a=").place(1, 0) == Place("argument")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_place_counts_lines_and_characters(newline):
    text = newline.join(["ä", "ü😀", "x"])

    assert Document("a.yaml", text).place_at(len(text)) == Place("a.yaml", 3, 2)
    assert Document("a.yaml", text).place_at(text.index("😀")) == Place("a.yaml", 2, 2)
