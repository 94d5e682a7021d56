"""What the train rows tell the rules: plain numbers, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltrain import config
from dltrain.assembly import prepare_data
from dltrain.config.lint import InputFacts, TargetFacts
from dltrain.facts import facts_of

LAYERS = "split: none\narchitecture: {layers: [%s]}\n"
TABLE = """\
age,income,colour,sort,price,sold,rated
20,3000,red,a,1.5,0,1
40,4000,green,b,-2.5,1,1
60,5000,red,a,9,1,0
80,12000,red,c,0,1,1
"""


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Gather the facts of a `dataset` section over a small table."""
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(TABLE, encoding="utf-8")

    def gathered(section: str, first_layer: str = "flatten", *, smoke: bool = False):
        text = f"dataset: {{type: csv, path: table.csv, {section}}}\n{LAYERS % first_layer}"
        Path("a.yaml").write_text(text, encoding="utf-8")
        return facts_of(prepare_data(config.load("a.yaml"), smoke=smoke), smoke=smoke)

    return gathered


TARGETS = {
    "binary": ("target: sold", TargetFacts("binary", 1, (1, 3))),
    "classes": ("target: sort", TargetFacts("multiclass", 3, (2, 1, 1))),
    "labels": ("target: [sold, rated]", TargetFacts("multilabel", 2)),
    "a quantity": ("target: price", TargetFacts("regression", 1, least=-2.5, largest=9.0)),
    "a quantity as the network sees it": (
        "target: {price: {scaling: min_max}}",
        TargetFacts("regression", 1, least=0.0, largest=1.0),
    ),
    "bins": ("target: {price: {bins: [0, 5]}}", TargetFacts("multiclass", 3, (1, 2, 1))),
}


@pytest.mark.parametrize(("section", "target"), TARGETS.values(), ids=TARGETS.keys())
def test_a_target_is_counted(facts, section, target):
    assert facts(section).targets == {"": target}


def test_several_targets_are_counted_by_name(facts):
    told = facts("target: {sold: {task: binary}, price: null}")

    assert told.targets == {
        "sold": TargetFacts("binary", 1, (1, 3)),
        "price": TargetFacts("regression", 1, least=-2.5, largest=9.0),
    }


def test_columns_that_nothing_scales_have_their_root_mean_square(facts):
    told = facts(
        "target: sold, features: {include: [age, income, colour]}, columns: "
        "{income: {type: number, scaling: none}}"
    )

    unscaled = {"income": pytest.approx(((9 + 16 + 25 + 144) * 1e6 / 4) ** 0.5)}
    assert told.inputs == {"input": InputFacts("table", (4,), unscaled)}


def test_several_inputs_are_told_by_name(facts):
    told = facts(
        "target: sold, inputs: {people: [age, income], colours: [colour]}",
        "{type: concatenate, inputs: [people, colours]}",
    )

    assert {name: one.shape for name, one in told.inputs.items()} == {
        "people": (2,), "colours": (2,),
    }  # fmt: skip


def test_a_sample_tells_no_number_of_rows(facts):
    assert facts("target: sold").train_rows == 4
    assert facts("target: sold", smoke=True).train_rows is None
