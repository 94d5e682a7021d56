"""Next steps: each is an argument that the command line reads, as what it was meant to be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltrain.config.composing.overrides import from_arguments
from dltrain.evaluation.diagnosis import Layer, Settings, steps
from tests.evaluation.diagnosis.conftest import every_step

NAMES = (
    "it's", 'the "best"', "null", "~", "true", "no", "12", "1e3", "0x1F", "2026-01-01", "a, b",
    "[a]", "{a: b}", "a: b", "# a", "a #b", "*a", "&a", "!a", "- a", "", " a ", "a\nb", "a\tb",
    "back\\slash", "é", "=", "a=b", "%", "@a", "`a`", "\x85", "\u2028",
)  # fmt: skip
# Settings that between them make every step say something, also what stands in scientific notation.
SETTINGS = (
    Settings(layers=(Layer("dense", "architecture.layers.0", "units", 8, "relu"),), split_seed=7),
    Settings(
        learning_rate=1e30,
        rate_key="training.phases.0.optimizer.learning_rate",
        dropout=0.3,
        kernel={"type": "l2", "l2": 1e-7},
        layers=(Layer("dense", "architecture.units", "0", 8, "tanh"),),
        validates=True,
    ),
    Settings(learning_rate=1e-9, kernel={"type": "l1_l2", "l2": 3.0}, split_seed=0),
)


def excluded(before: tuple[str, ...], columns: tuple[str, ...]) -> object:
    [step] = steps.without(Settings(excluded=before), columns)
    [override] = from_arguments([step])
    assert override.key == ("dataset", "features", "exclude")
    return override.value


@pytest.mark.parametrize("name", NAMES, ids=map(repr, NAMES))
def test_columns_of_any_name_are_left_out_by_that_name(name):
    assert excluded(("a",), (name, "b")) == ["a", name, "b"]


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_no_column_is_taken_for_another(names):
    assert excluded((), tuple(names)) == names


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_every_proposed_override_is_read_back(settings):
    settings = replace(settings, excluded=())
    given_steps = every_step(settings, NAMES)

    values = {".".join(map(str, one.key)): one.value for one in from_arguments(given_steps)}

    assert values["dataset.features.exclude"] == list(NAMES)
    assert values[settings.rate_key] == pytest.approx(settings.learning_rate / 10)


HIGHER = {
    "tenfold": ("adam", 0.001, 100, ["optimizer.learning_rate=0.01"]),
    "not rounded above tenfold": ("adam", 0.00017, 10, ["optimizer.learning_rate=0.0017"]),
    "Adam to 0.1": ("adam", 0.02, 10, ["optimizer.learning_rate=0.1"]),
    "Adam no further": ("adam", 0.2, 10, []),
    "SGD to 1": ("sgd", 0.2, 10, ["optimizer.learning_rate=1"]),
    "SGD no further": ("sgd", 1.0, 10, []),
    "lower as often as asked": ("adam", 5.0, 0.01, ["optimizer.learning_rate=0.05"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("optimizer", "before", "factor", "expected"), HIGHER.values(), ids=HIGHER.keys()
)
def test_a_rate_is_raised_within_bounds(optimizer, before, factor, expected):
    assert [*steps.rate(Settings(optimizer, before), factor)] == expected
