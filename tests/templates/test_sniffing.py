"""How a text file is written is told from its first lines."""

import pytest

from dltrain.templates.sniffing import PLAIN, gaps_in, has_header, sniff

CASES = {
    "commas": ("age,sort\n1,a\n2,b\n", {}),
    "no header": ("5.1,a\n4.9,b\n", {"header": False}),
    "semicolons": ("age;sort\n1;a\n2;b\n", {"separator": ";"}),
    "semicolons and decimal commas": (
        "age;size\n1;2,5\n2;3,5\n", {"separator": ";", "decimal": ","},
    ),
    "commas inside of words": ('age;name\n1;"Braund, Owen"\n2;"Li, Ann"\n', {"separator": ";"}),
    "tabs": ("age\tsort\n1\ta b\n2\tb c\n", {"separator": "\t"}),
    "bars": ("age|sort\n1|a\n2|b\n", {"separator": "|"}),
    "spaces": (
        ' 18.0   8  "chevrolet malibu"\n 15.0\t10  "buick"\n',
        {"separator": "whitespace", "header": False},
    ),
    "spaces that a tab would divide too": (
        '18  8\t"a b"\n15  9\t"c d"\n', {"separator": "whitespace", "header": False},
    ),
    "spaces after commas": ("age, sort\n1, a\n2, b\n", {"skip_spaces": True}),
    "a comma after every row": ("age,sort\n1,a,\n2,b,\n", {}),
    "comments": ("# made up\nage,sort\n1,a\n", {"comment": "#"}),
    "blank lines": ("\nage,sort\n\n1,a\n", {}),
    "byte order mark": ("\ufeffage,sort\n1,a\n", {}),
    "one column": ("age\n1\n2\n", {}),
    "lines of every length": ("age,sort\n1\n2,b,c\n", {}),
    "empty": ("", {}),
    "comments alone": ("# nothing\n", {}),
    "cp1252": ("größe,y\n1,2\n".encode("cp1252"), {"encoding": "cp1252"}),
    "latin-1": (b"gr\x81,y\n1,2\n", {"encoding": "latin-1"}),
    "UTF-16": ("a,y\n1,2\n".encode("utf-16"), {"encoding": "utf-16"}),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES.keys())
def test_what_is_unlike_the_default_is_told(tmp_path, content, expected):
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    found = sniff(path)

    assert found == PLAIN | expected


def test_a_large_file_is_told_from_its_start(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("age;sort\n" + "1;ä\n" * 400_000, encoding="utf-8")

    assert sniff(path) == PLAIN | {"separator": ";"}


def test_a_packed_file_is_taken_to_be_written_in_the_most_common_way(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(b"\x1f\x8b;;\n")

    assert sniff(path) == PLAIN


HEADERS = {
    "words over numbers": ([["age", "size"], ["1", "2"]], True),
    "a number among the names": ([["age", "1"], ["1", "2"]], False),
    "words that come again": ([["p", "x"], ["e", "x"]], False),
    "words over words": ([["sort", "shape"], ["e", "x"]], True),
    "a name twice": ([["a", "a"], ["1", "2"]], False),
    "numbered rows without a name": ([["", "age"], ["0", "7"]], True),
    "an empty name": ([["age", ""], ["0", "7"]], False),
    "a gap": ([["a", "?"], ["b", "7"]], False),
    "names alone": ([["age", "sort"]], True),
}


@pytest.mark.parametrize(("rows", "named"), HEADERS.values(), ids=HEADERS.keys())
def test_a_first_row_of_names_is_told_from_one_of_values(rows, named):
    assert has_header(rows) == named


GAPS = {
    "a question mark": (["?"], ["?"]),
    "a question mark among words": (["horse", "?"], ["?"]),
    "a dash among numbers": (["-"], ["-"]),
    "a dash among words, which may be one": (["-", "+"], []),
    "words": (["horse", "car"], []),
}


@pytest.mark.parametrize(("words", "gaps"), GAPS.values(), ids=GAPS.keys())
def test_words_for_a_missing_value_are_chosen(words, gaps):
    assert gaps_in(iter(words)) == gaps
