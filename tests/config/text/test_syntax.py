"""Text that is no YAML: what each mistake is called, and the line with its mark."""

import pytest

from dltrain.config.text.source import read
from dltrain.errors import ConfigError

# Text, message, line and mark.
WRONG = {
    "tab": (
        "a:\n\tb: 1\n",
        "2:1: got a tab, expected spaces. YAML is indented with spaces only.",
        "→b: 1",
        "^",
    ),
    "tab behind spaces": (
        "a:\n  b: 1\n  \tc: 2\n",
        "3:3: got a tab, expected spaces. YAML is indented with spaces only.",
        "  →c: 2",
        "  ^",
    ),
    "tab behind a value": (
        "a: 1\n\tb: 2\n",
        "2:1: got a tab, expected spaces. YAML is indented with spaces only.",
        "→b: 2",
        "^",
    ),
    "tab behind a dash": (
        "a:\n- x\n-\ty: 1\n  z: 2\n",
        "3:2: got a tab, expected spaces. YAML is indented with spaces only.",
        "-→y: 1",
        " ^",
    ),
    "tab in a text of lines": (
        "a: |\n\tx\n",
        "2:1: got a tab, expected spaces. YAML is indented with spaces only.",
        "→x",
        "^",
    ),
    "at sign": (
        "a: @x\n",
        "1:4: got a value that begins with '@', expected quotes around it. Quote it.",
        "a: @x",
        "   ^",
    ),
    "grave accent": (
        "a: `x`\n",
        "1:4: got a value that begins with '`', expected quotes around it. Quote it.",
        "a: `x`",
        "   ^",
    ),
    "percent sign": (
        "a: %x\n",
        "1:4: got a value that begins with '%', expected quotes around it. Quote it.",
        "a: %x",
        "   ^",
    ),
    "percent sign at the start": (
        "%x\na: 1\n",
        "1:1: got the line '%x', expected a line that begins otherwise. Quote or remove it.",
        "%x",
        "^",
    ),
    "comparison": (
        "a: >= 0.8\n",
        "1:4: got '>= 0.8', which begins like a text of several lines, expected quotes around"
        " it. Write '>= 0.8' with the quotes.",
        "a: >= 0.8",
        "   ^",
    ),
    "comparison in braces": (
        "a: {b: >= 0.8}\n",
        "1:8: got a value that begins with '>', expected quotes around it. Quote it.",
        "a: {b: >= 0.8}",
        "       ^",
    ),
    "star": (
        "a: *.csv\n",
        "1:4: got a value that begins with '*', expected quotes around it. Quote it.",
        "a: *.csv",
        "   ^",
    ),
    "ampersand": (
        "a: & x\n",
        "1:4: got a value that begins with '&', expected quotes around it. Quote it.",
        "a: & x",
        "   ^",
    ),
    "exclamation mark": (
        "a: !e!x y\n",
        "1:4: got a value that begins with '!', expected quotes around it. Quote it.",
        "a: !e!x y",
        "   ^",
    ),
    "question mark": (
        "a: ? b\n",
        "1:4: got a value that begins with '?', expected quotes around it. Quote it.",
        "a: ? b",
        "   ^",
    ),
    "backslash": (
        'a: "C:\\data"\n',
        "1:7: got the escape \\d, expected one that YAML knows. Write two backslashes, or "
        "single quotes around the text.",
        'a: "C:\\data"',
        "      ^",
    ),
    "backslash and u": (
        'a: "C:\\users"\n',
        "1:7: got the escape \\u, expected one that YAML knows. Write two backslashes, or "
        "single quotes around the text.",
        'a: "C:\\users"',
        "      ^",
    ),
    "half a character": (
        'a: "\\ud800"\n',
        "1:5: got the escape \\u, expected one that YAML knows. Write two backslashes, or "
        "single quotes around the text.",
        'a: "\\ud800"',
        "    ^",
    ),
    "open bracket": (
        "a: [1, 2\nb: 3\n",
        "1:4: got '[' that is not closed, expected ']' behind its last entry. Close it.",
        "a: [1, 2",
        "   ^",
    ),
    "open brace": (
        "a: {b: 1\nc: 2\nd: 3\n",
        "1:4: got '{' that is not closed, expected '}' behind its last entry. Close it.",
        "a: {b: 1",
        "   ^",
    ),
    "open brace in a list": (
        "layers:\n  - {type: dense, units: 4\n  - relu\nseed: 1\n",
        "2:5: got '{' that is not closed, expected '}' behind its last entry. Close it.",
        "  - {type: dense, units: 4",
        "    ^",
    ),
    "wrong bracket": (
        "a: [1, 2}\n",
        "1:9: got '}' for the '[' on line 1, expected ']'. Close '[' with ']'.",
        "a: [1, 2}",
        "        ^",
    ),
    "bracket that closes nothing": (
        "a: [1]]\n",
        "1:7: got ']' that closes nothing, expected the end of the line. Remove it.",
        "a: [1]]",
        "      ^",
    ),
    "open quote": (
        "a: 'x\n",
        "1:4: got a quote (') that is not closed, expected the same quote behind the text. "
        "Close it, or quote the whole text.",
        "a: 'x",
        "   ^",
    ),
    "open quote and another": (
        "a: 'x\nb: 'y'\n",
        '2:5: got "y\'" behind a closing quote, expected the end of the line. A quote inside '
        "quotes is written ''; or one above is not closed.",
        "b: 'y'",
        "    ^",
    ),
    "apostrophe in quotes": (
        "a: 'it's'\n",
        '1:8: got "s\'" behind a closing quote, expected the end of the line. A quote inside '
        "quotes is written ''; or one above is not closed.",
        "a: 'it's'",
        "       ^",
    ),
    "text behind a quote": (
        'a: "x" y\n',
        "1:8: got 'y' behind a closing quote, expected the end of the line. A quote inside "
        'quotes is written \\"; or one above is not closed.',
        'a: "x" y',
        "       ^",
    ),
    "text behind a bracket": (
        "a: [1, 2] # ok\nb: [1] x\n",
        "2:8: got 'x' behind a value, expected the end of the line. Remove it, or quote the "
        "whole value.",
        "b: [1] x",
        "       ^",
    ),
    "no comma in a map": (
        "a: {b: 1 c: 2}\n",
        "1:10: got 'c' without a comma in front of it, expected ',' or '}'. A comma stands "
        "between entries, a colon and a space between key and value.",
        "a: {b: 1 c: 2}",
        "         ^",
    ),
    "no comma in a list": (
        "a: ['x' 'y']\n",
        "1:9: got \"'y'\" without a comma in front of it, expected ',' or ']'. A comma stands "
        "between entries, a colon and a space between key and value.",
        "a: ['x' 'y']",
        "        ^",
    ),
    "no comma in lines": (
        '{"a": 1,\n "b": 2\n "c": 3}\n',
        "3:2: got '\"c\"' without a comma in front of it, expected ',' or '}'. A comma stands "
        "between entries, a colon and a space between key and value.",
        ' "c": 3}',
        " ^",
    ),
    "comma too many": (
        "a: [1, , 2]\n",
        "1:8: got ',' without a value in front of it, expected a value. Remove the ',', or "
        "write the value.",
        "a: [1, , 2]",
        "       ^",
    ),
    "bracket behind a comment": (
        "a: [#x]\n",
        "1:8: got the end of the file, expected a value. Close every bracket.",
        "a: [#x]",
        "       ^",
    ),
    "second colon": (
        "a: b: c\n",
        "1:5: got a second colon in one line, expected a key and its value. Quote the value, "
        "or put its map on lines of its own.",
        "a: b: c",
        "    ^",
    ),
    "no colon": (
        "seed 7\nname: a\n",
        "1:1: got 'seed 7', expected a colon behind the key. Write `seed: 7`.",
        "seed 7",
        "^",
    ),
    "no colon in the last line": (
        "name: a\nseed 7\n",
        "2:1: got 'seed 7', expected a colon behind the key. Write `seed: 7`.",
        "seed 7",
        "^",
    ),
    "no colon in a section": (
        "t:\n  epochs 5\n  b: 3\n",
        "2:3: got 'epochs 5', expected a colon behind the key. Write `epochs: 5`.",
        "  epochs 5",
        "  ^",
    ),
    "no space behind a colon": (
        "t:\n  epochs:5\n  b: 3\n",
        "2:3: got 'epochs:5', expected a space behind the colon. Write `epochs: 5`.",
        "  epochs:5",
        "  ^",
    ),
    "no space behind a quoted key": (
        '"a":1\nb: 2\n',
        "1:4: got ':1', expected a space behind the colon.",
        '"a":1',
        "   ^",
    ),
    "equals sign": (
        "seed = 7\nname: a\n",
        "1:1: got 'seed = 7', expected a colon behind the key. Write `seed: 7`.",
        "seed = 7",
        "^",
    ),
    "word alone": (
        "a\nb: 1\n",
        "1:1: got 'a', expected a key, a colon and a value. Look at this line and the one "
        "above it.",
        "a",
        "^",
    ),
    "colon alone": (
        ": 1\n",
        "1:1: got a colon without a key, expected a key in front of it.",
        ": 1",
        "^",
    ),
    "key without end": (
        f"{'k' * 1100}: 1\n",
        "1:1101: got a colon where no key is, expected a key of at most 1024 characters. Quote it.",
        "…kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: 1",
        "                                                                         ^",
    ),
    "no space behind a dash": (
        "a:\n  -b\n  -c: 1\n",
        "2:3: got '-b', expected a space behind '-'. Write `- b`.",
        "  -b",
        "  ^",
    ),
    "uneven indentation": (
        "a:\n   b: 1\n  c: 2\n",
        "3:3: got an indentation by 2, expected one of 0, 3 as further up. Indent the lines "
        "of one map or list alike.",
        "  c: 2",
        "  ^",
    ),
    "deeper than a value": (
        "seed: 1\n  name: a\n",
        "2:3: got more indentation than line 1, which has its value already, expected the "
        "same indentation. Indent both lines alike.",
        "  name: a",
        "  ^",
    ),
    "deeper than a map": (
        "a: {b: 1}\n  c: 1\n",
        "2:3: got an indentation by 2, expected 0 as further up. Indent the lines of one map "
        "or list alike.",
        "  c: 1",
        "  ^",
    ),
    "less than the first line": (
        "  a: 1\nb: 2\n",
        "2:1: got an indentation by 0, expected 2 as further up. Indent the keys at the top "
        "of the file alike.",
        "b: 2",
        "^",
    ),
    "uneven list": (
        "a:\n  - b\n - c\n",
        "3:2: got an indentation by 1, expected one of 0, 2 as further up. Indent the lines "
        "of one map or list alike.",
        " - c",
        " ^",
    ),
    "entry among keys": (
        "t:\n  a: 1\n  - b\n",
        "3:3: got a list entry among keys, expected a key. Indent the list below its key.",
        "  - b",
        "  ^",
    ),
    "key among entries": (
        "a:\n  - b\n  c: 1\n",
        "3:3: got 'c: 1' among the entries of a list, expected '- '. Begin it with '- ', or "
        "indent it like the key of the list.",
        "  c: 1",
        "  ^",
    ),
    "list behind a key": (
        "a: - b\n",
        "1:4: got a list entry behind a key, expected a value. Begin the list on the next "
        "line, or write it in brackets.",
        "a: - b",
        "   ^",
    ),
    "second value": (
        "{a: 1}\nb: 2\n",
        "2:1: got 'b: 2' behind the end of the document, expected one value, such as a map of"
        " keys. Look at this line and the one above it.",
        "b: 2",
        "^",
    ),
    "directive": (
        "%YAML 2.0\n---\na: 1\n",
        "1:1: got the line '%YAML 2.0', expected a line that begins otherwise. Quote or remove it.",
        "%YAML 2.0",
        "^",
    ),
    "two anchors": (
        "a: &x &y 1\n",
        "1:7: got '&y 1' behind a value, expected the end of the line. Remove it, or quote "
        "the whole value.",
        "a: &x &y 1",
        "      ^",
    ),
}


@pytest.mark.parametrize(("text", "message", "line", "mark"), WRONG.values(), ids=WRONG.keys())
def test_text_that_is_not_yaml_is_shown_with_what_was_meant(text, message, line, mark):
    with pytest.raises(ConfigError) as caught:
        read(text, "a.yaml")

    assert str(caught.value) == f"a.yaml:{message}\n    {line}\n    {mark}"


CONFLICT = """\
seed: 1
<<<<<<< ours
name: a
||||||| base
=======
name: b
>>>>>>> theirs
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_two_versions_of_a_file_are_not_merged_here(newline):
    with pytest.raises(ConfigError) as caught:
        read(CONFLICT.replace("\n", newline), "a.yaml")

    assert str(caught.value) == (
        "a.yaml:2:1: got the merge-conflict marker '<<<<<<<' (others on lines 4, 5, 7), "
        "expected one version of the lines. Keep one of the versions and remove the markers.\n"
        "    <<<<<<< ours\n"
        "    ^"
    )


TEXTS = {
    "underlined title": ("a: |\n  Title\n  =======\n", "Title\n=======\n"),
    "text that begins like a marker": ("a: '<<<<<<< x'\n", "<<<<<<< x"),
    "longer line of signs": ("a: |\n  <<<<<<<<\n", "<<<<<<<<\n"),
}


@pytest.mark.parametrize(("text", "value"), TEXTS.values(), ids=TEXTS.keys())
def test_text_that_looks_like_a_conflict_is_read(text, value):
    assert read(text, "a.yaml").value == {"a": value}


TABS = ["a: [\n\t1,\n\t2]\n", "a:\t[1, 2]\n", "a: [1,\t2]\t# two\n"]


@pytest.mark.parametrize("text", TABS)
def test_a_tab_that_indents_nothing_is_read(text):
    assert read(text, "a.yaml").value == {"a": [1, 2]}
