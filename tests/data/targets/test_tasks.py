"""The task that the values of a target, or its options, stand for."""

import pandas as pd
import pytest

from dltrain.data.targets.tasks import infer_task, task_of

TASKS = {
    "two numbers": ({"y": [0, 1, 1]}, "binary"),
    "two words": ({"y": ["no", "yes", "no"]}, "binary"),
    "booleans": ({"y": [True, False, True]}, "binary"),
    "two floats": ({"y": [0.0, 1.0, 1.0]}, "binary"),
    "three words": ({"y": ["a", "b", "c"]}, "multiclass"),
    "numbers among words": ({"y": ["1", "no", "yes"]}, "multiclass"),
    "20 whole numbers": ({"y": list(range(20))}, "multiclass"),
    "21 whole numbers": ({"y": list(range(21))}, "regression"),
    "whole floats": ({"y": [0.0, 1.0, 2.0]}, "multiclass"),
    "fractions": ({"y": [0.5, 1.0, 2.0]}, "regression"),
    "several of 0 and 1": ({"a": [0, 1, 1], "b": [1, 1, 0]}, "multilabel"),
    "several words of 0 and 1": ({"a": ["0", "1"], "b": ["1", "1"]}, "multilabel"),
    "words of 0 and 2": ({"a": ["0", "2"], "b": ["1", "1"]}, "regression"),
    "several booleans": ({"a": [True, False], "b": [True, True]}, "multilabel"),
    "several quantities": ({"a": [0.5, 1.0], "b": [1.0, 2.0]}, "regression"),
}


@pytest.mark.parametrize(("columns", "task"), TASKS.values(), ids=TASKS.keys())
def test_the_task_follows_from_the_values(columns, task):
    assert infer_task(pd.DataFrame(columns)) == task


OPTIONS = {
    "nothing": ({}, "multiclass"),
    "a task": ({"task": "regression"}, "regression"),
    "a separator": ({"separator": ";"}, "multilabel"),
    "two classes": ({"classes": ["a", "b"]}, "binary"),
    "three classes": ({"classes": ["a", "b", "c"]}, "multiclass"),
    "a scaling of few whole numbers": ({"scaling": "standard"}, "regression"),
    "no scaling": ({"scaling": "none"}, "multiclass"),
    "classes and a task": ({"classes": ["a", "b"], "task": "multiclass"}, "multiclass"),
    "bins, whose number the rows tell": ({"bins": 4}, None),
}


@pytest.mark.parametrize(("options", "task"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options_stand_for_a_task(options, task):
    assert task_of(pd.DataFrame({"y": [1, 2, 3]}), options) == task
