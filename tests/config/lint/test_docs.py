"""docs/lint.md has a section for every rule, and each of its examples does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dltrain.config.lint import RULES, Facts, InputFacts, TargetFacts
from dltrain.config.lint.rules import DATA_RULES, FILE_RULES

REPOSITORY = Path(__file__).parents[3]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
TEXT = (REPOSITORY / "docs" / "lint.md").read_text(encoding="utf-8")
SECTION = re.compile(
    r"### (?P<id>DL\d{3}) (?P<name>\w+)\n\n"
    r"\*\*(?P<severity>\w+)\*\* · (?P<reason>.+)\n\n(?P<text>.+)\n\n"
    r"```yaml\n# bad\n(?P<bad>(?s:.+?))```\n\n```text\n(?P<message>.+)\n```\n\n"
    r"```yaml\n# good\n(?P<good>(?s:.+?))```\n"
)
SECTIONS = {found["id"]: found.groupdict() for found in SECTION.finditer(TEXT)}

# What the data tells where a section speaks of "here".
ROWS = Facts(train_rows=1000)
FACTS = {
    "DL018": Facts({"": TargetFacts("regression", 1, least=-3.0, largest=40.0)}),
    "DL024": Facts({"": TargetFacts("binary", 1, counts=(900, 100))}),
    "DL062": ROWS,
    "DL063": ROWS,
    "DL071": ROWS,
    "DL083": Facts(train_rows=1000, parameters=500_000),
    "DL093": Facts(constant=("country",)),
    "DL094": Facts(identifiers=("patient_id",)),
    "DL095": Facts(telling={"y": ("discharge_code",)}),
    "DL096": Facts({"": TargetFacts("regression", 1, least=35_000.0, largest=755_000.0)}),
    "DL090": Facts(inputs={"input": InputFacts("table", (2,), {"age": 1.0, "income": 4e4})}),
}


def test_every_rule_has_a_section_that_says_what_the_table_says():
    documented = [
        tuple(one[key] for key in ("id", "name", "severity", "reason")) for one in SECTIONS.values()
    ]

    assert documented == [(one.id, one.name, one.severity, one.reason) for one in RULES]
    assert len(SECTIONS) == TEXT.count("\n### ")


def test_the_examples_stand_on_the_file_that_the_page_shows(base):
    assert f"```yaml\n{base}```" in TEXT


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS.keys())
def test_a_bad_example_goes_against_its_rule_alone_in_the_words_of_the_page(messages, section):
    said = messages(section["bad"], FACTS.get(section["id"]))

    assert said == [section["message"]]
    assert f" {section['severity']} {section['id']} {section['name']}: " in said[0]


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS.keys())
def test_a_good_example_goes_against_no_rule(rules, section):
    assert rules(section["good"], FACTS.get(section["id"])) == []


def test_the_readme_counts_the_rules_that_look_at_files():
    assert f" {len(FILE_RULES) + len(DATA_RULES)} rules look " in README
