"""Bounds of `expect:`: what they say, and texts that are none."""

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from dltrain.config.sections.expect import Expect, meets

BOUNDS = {
    "above": ("> 0.8", [0.81], [0.8, 0.79]),
    "at least": (">= 0.8", [0.8, 1], [0.79]),
    "below": ("< 0.6", [0.5, -math.inf], [0.6, 0.7]),
    "at most": ("<= 6e-1", [0.6], [0.61]),
    "without a space": (">=.8", [0.8], [0.7]),
    "more spaces": ("  <   1  ", [0], [1]),
    "negative": ("> -1", [0], [-1]),
}


@pytest.mark.parametrize(("bound", "inside", "outside"), BOUNDS.values(), ids=BOUNDS.keys())
def test_a_figure_meets_its_bound_or_not(bound, inside, outside):
    assert all(meets(figure, bound) for figure in inside)
    assert not any(meets(figure, bound) for figure in [*outside, math.nan])


NO_BOUNDS = ["0.8", 0.8, "", ">=", "= 0.8", "== 0.8", ">= x", "> .inf", "> .nan", "> 1_0", "> 1 2",
             "=> 1", None, [">= 1"], "> 0.8 and < 1"]  # fmt: skip


@pytest.mark.parametrize("text", NO_BOUNDS, ids=repr)
def test_a_text_that_is_no_bound_is_refused(text):
    with pytest.raises(ValidationError, match=r'expected a bound such as ">= 0\.8"'):
        TypeAdapter(Expect).validate_python({"test": {"accuracy": text}})


def test_parts_match_without_regard_to_case():
    assert TypeAdapter(Expect).validate_python({"Test": {"loss": "< 1"}}) == {
        "test": {"loss": "< 1"}
    }


def test_nothing_expects_nothing():
    assert TypeAdapter(Expect).validate_python(None) == {}
    assert TypeAdapter(Expect).validate_python({"val": None}) == {"val": {}}
