"""Comments allow what a rule finds, where they stand, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.lint import Facts, allowed, lint
from dltrain.config.lint.allowing import allowances

STOPPING = """\
training: {phases: [{epochs: 100}, {epochs: 100}]}
callbacks:%s
  - {type: early_stopping, patience: 20}%s
"""

ALLOWING = {
    "on the line": ("", "  # dltrain: allow DL034"),
    "on the line of a key above": ("  # dltrain: allow DL034", ""),
    "alone on the line above": ("\n  # dltrain: allow DL034", ""),
    "alone, above another comment and an empty line": ("\n# dltrain: allow DL034\n\n  # why", ""),
    "one of several": ("", "  # dltrain: allow DL034, DL033"),
    "with a reason": ("", "  # dltrain: allow DL034 the second phase begins anew"),
    "behind another comment": ("", "  # as in the book # dltrain: allow DL034"),
    "without spaces": ("", " #dltrain:allow DL034"),
}


@pytest.mark.parametrize(("above", "behind"), ALLOWING.values(), ids=ALLOWING.keys())
def test_a_comment_allows_a_rule(rules, above, behind):
    assert "DL034" not in rules(STOPPING % (above, behind))


NOT_ALLOWING = {
    "no comment": ("", ""),
    "on another line": ("", "\n# dltrain: allow DL034\nseed: 3"),
    "another rule": ("", "  # dltrain: allow DL033"),
    "below the item": ("", "\n  # dltrain: allow DL034"),
    "in a string": (
        "",
        '\n  - {type: csv_logger, filename: "x # dltrain: allow DL034"}',
    ),
    "in lower case": ("", "  # dltrain: allow dl034"),
    "not a comment of its own": ("", "  # dltrain:allowing DL034"),
}


@pytest.mark.parametrize(("above", "behind"), NOT_ALLOWING.values(), ids=NOT_ALLOWING.keys())
def test_everything_else_allows_nothing(rules, above, behind):
    assert "DL034" in rules(STOPPING % (above, behind))


def test_a_comment_on_the_first_entry_of_a_list_holds_for_that_entry(rules):
    text = """\
architecture:
  layers:
    - {type: dense, units: 8}  # dltrain: allow DL050
    - {type: dense, units: 8}
    - {type: dense, units: 8, activation: relu}
"""

    assert rules(text) == ["DL050"]


def test_a_comment_alone_on_the_last_line_allows_nothing_and_is_reported(messages):
    said = messages("seed: 3\n# dltrain: allow DL034\n")

    assert said == [
        "a.yaml:6:1: hint DL001 unused_allow: got DL034 allowed where it finds nothing, "
        "expected no comment. Remove it."
    ]


UNKNOWN = {
    "DLO34": "Did you mean 'DL034'?",
    "E501": "",
    "best_weights_not_restored": "Did you mean 'DL034'?",
    "everything": "",
}


@pytest.mark.parametrize(("name", "way_out"), UNKNOWN.items(), ids=UNKNOWN.keys())
def test_an_unknown_rule_is_met_with_the_nearest(messages, name, way_out):
    said = messages(f"seed: 3  # dltrain: allow {name}\n")

    expected = f"got '{name}', expected the id of a rule, such as DL033. {way_out}".rstrip()
    assert said == [f"a.yaml:5:10: warning DL002 unknown_rule: {expected}"]


def test_a_comment_without_a_rule_is_met_too(messages):
    assert messages("seed: 3  # dltrain: allow\n") == [
        "a.yaml:5:10: warning DL002 unknown_rule: got '', expected the id of a rule, such as DL033."
    ]


TEXTS = {
    "a quoted string": 'a: "b # dltrain: allow DL034"\n',
    "a string over two lines": 'a: "b\n  # dltrain: allow DL034"\n',
    "a block of text": "a: |\n  b\n  # dltrain: allow DL034\nc: 1\n",
    "a plain string": "a: b#dltrain:allow DL034\n",
    "a key": '"a # dltrain: allow DL034": 1\n',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_that_only_looks_like_a_comment_is_none(text):
    assert list(allowances(text, "a.yaml")) == []


BESIDE = {
    "a quoted string": 'a: "b # c"  # dltrain: allow DL034\n',
    "the mark of a block of text": "a: |  # dltrain: allow DL034\n  b\n",
    "a plain string": "a: b c  # dltrain: allow DL034\n",
    "carriage returns": "a: b  # dltrain: allow DL034\r\nc: d\r\n",
    "a character of four bytes": 'a: "😀"  # dltrain: allow DL034\n',
}


@pytest.mark.parametrize("text", BESIDE.values(), ids=BESIDE.keys())
def test_a_comment_is_found_beside_any_text(text):
    assert [(one.rule, one.line) for one in allowances(text, "a.yaml")] == [("DL034", 1)]


HEADS = {
    "above everything": "# dltrain: allow DL034\n",
    "below other comments and empty lines": "\n# Texts.\n\n  # dltrain: allow DL034 as meant\n",
    "below the mark of a document": "---\n# dltrain: allow DL034\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_comment_above_the_first_key_holds_for_the_whole_file(tmp_path, base, head):
    (tmp_path / "a.yaml").write_text(head + base + STOPPING % ("", ""))

    assert lint(load(tmp_path / "a.yaml")) == []


def test_a_comment_behind_the_first_key_holds_for_that_alone(tmp_path, base):
    head = "seed: 3  # dltrain: allow DL034\n"
    (tmp_path / "a.yaml").write_text(head + base + STOPPING % ("", ""))

    assert [one.rule.id for one in lint(load(tmp_path / "a.yaml"))] == ["DL001", "DL034"]


def test_a_comment_above_the_first_key_may_stand_there_in_advance(tmp_path, base):
    (tmp_path / "a.yaml").write_text("# dltrain: allow DL033, DLO34\n" + base)

    assert [one.rule.id for one in lint(load(tmp_path / "a.yaml"))] == ["DL002"]


def test_a_comment_above_the_first_key_of_a_base_holds_for_the_base(tmp_path, base):
    (tmp_path / "base.yaml").write_text("# dltrain: allow DL060, DL070\n" + base + "training: "
                                        "{shuffle: false}\n")  # fmt: skip
    (tmp_path / "a.yaml").write_text("extends: base.yaml\noptimizer: {learning_rate: 7}\n")

    assert [one.rule.id for one in lint(load(tmp_path / "a.yaml"))] == ["DL060"]


ALLOWED = {
    "a rule of the file": ("metrics: [accuracy]  # dltrain: allow DL021\n", ["DL021"]),
    "a rule that only the data can judge": ("seed: 3  # dltrain: allow DL024\n", ["DL024"]),
    "what finds nothing": ("seed: 3  # dltrain: allow DL033\n", []),
    "no rule": ("seed: 3  # dltrain: allow DL999\n", []),
    "what is found elsewhere too": (
        "metrics: [mae]\narchitecture:\n  layers:\n"
        "    - {type: dropout, rate: 0.9}  # dltrain: allow DL043\n"
        "    - {type: dropout, rate: 0.8}\n",
        [],
    ),
}


@pytest.mark.parametrize(("text", "ids"), ALLOWED.values(), ids=ALLOWED.keys())
def test_what_a_file_allows_is_told_by_rule(tmp_path, base, text, ids):
    section = base.split("architecture:")[0] if "architecture:" in text else base
    (tmp_path / "a.yaml").write_text(f"task: regression\n{section}{text}")

    assert allowed(load(tmp_path / "a.yaml")) == ids


def test_a_base_allows_for_what_it_says_itself(tmp_path, monkeypatch, base):
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(base + STOPPING % ("  # dltrain: allow DL034, DL070", ""))
    Path("a.yaml").write_text("extends: base.yaml\noptimizer: {type: adam, learning_rate: 7}\n")

    assert [finding.rule.id for finding in lint(load("a.yaml"))] == ["DL060"]


def test_a_rule_that_asks_the_data_is_not_called_unused_before_it_has_been_asked(rules):
    text = "metrics: [accuracy]  # dltrain: allow DL024\n"

    assert rules(text) == []
    assert rules(text, Facts(train_rows=10)) == []
    assert rules(text, Facts(train_rows=10, parameters=10)) == ["DL001"]
