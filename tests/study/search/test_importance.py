"""Importance of keys against a landscape whose shares are known."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from dltrain.config.sections.search import Search
from dltrain.study.search.importance import importance
from dltrain.study.search.trial import Result, Trial

SPACE = {
    "a": {"type": "float", "min": 1e-3, "max": 1, "sampling": "log"},
    "b": {"type": "choice", "values": ["red", {"type": "green"}]},
    "c": {"type": "boolean"},
}


@pytest.fixture(scope="module")
def space():
    return TypeAdapter(Search).validate_python({"space": SPACE}).space


def results(objective, number):
    """Draw trials whose objective is a function of the three places, from 0 to 1."""
    draw = np.random.default_rng(3)
    for at in range(1, number + 1):
        place, choice, flag = draw.uniform(), int(draw.integers(2)), bool(draw.integers(2))
        values = {"a": 10 ** (3 * place - 3), "b": SPACE["b"]["values"][choice], "c": flag}
        yield Result(Trial(at, values), objective(place, choice, flag))


def test_shares_are_those_of_an_additive_landscape(space):
    # Variances of the terms: 144 of a uniform place times 12, 36/4 of a choice: 12 and 9 of 21.
    found = importance(space, list(results(lambda a, b, c: 12 * a + 6 * b, 400)))

    assert found["a"] == pytest.approx(12 / 21, abs=0.08)
    assert found["b"] == pytest.approx(9 / 21, abs=0.08)
    assert found["c"] < 0.01


def test_what_keys_do_together_is_no_share_of_either(space):
    # Half of all are zero and share a rank of 1/4; the others have ranks from 1/2 to 1. So the
    # variances are 1/192 for the place, 1/16 for the choice, and 7/96 in all.
    found = importance(space, list(results(lambda a, b, c: a * b, 400)))

    assert found["a"] == pytest.approx(1 / 14, abs=0.04)
    assert found["b"] == pytest.approx(6 / 7, abs=0.06)
    assert found["c"] < 0.01


def test_trials_that_went_astray_do_not_outweigh_the_others(space):
    usual = importance(space, list(results(lambda a, b, c: 12 * a + 6 * b, 60)))
    astray = importance(space, list(results(lambda a, b, c: np.exp(12 * a + 6 * b), 60)))

    assert usual == pytest.approx(astray)


def test_too_few_trials_tell_nothing(space):
    assert importance(space, list(results(lambda a, b, c: a, 9))) == {}
