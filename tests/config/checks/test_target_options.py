"""Options of a target that exclude each other, or its task; metrics that need an order."""

import pytest

from dltrain.errors import ConfigError

# Name of the case: options of the target y, rest of the file, message.
WRONG = {
    "bins of a regression target": (
        "{task: regression, bins: 3}", "",
        "1:72: dataset.target.y.bins: got `bins` for a regression target, expected it for one of "
        "binary, multiclass. Remove one.",
    ),
    "bins of a regression file": (
        "{bins: 3}", "task: regression\n",
        "1:54: dataset.target.y.bins: got `bins` for a regression target, expected it for one of "
        "binary, multiclass. Remove one.",
    ),
    "scaling of classes": (
        "{task: binary, scaling: standard}", "",
        "1:71: dataset.target.y.scaling: got `scaling` for a binary target, expected it for "
        "regression. Remove one.",
    ),
    "classes of amounts": (
        "{task: regression, classes: [a, b]}", "",
        "1:75: dataset.target.y.classes: got `classes` for a regression target, expected it for "
        "one of binary, multiclass, multilabel. Remove one.",
    ),
    "an order of labels": (
        "{task: multilabel, ordered: true}", "",
        "1:75: dataset.target.y.ordered: got `ordered` for a multilabel target, expected it for "
        "one of binary, multiclass. Remove one.",
    ),
    "a separator between classes": (
        "{task: multiclass, separator: ';'}", "",
        "1:77: dataset.target.y.separator: got `separator` for a multiclass target, expected it "
        "for multilabel. Remove one.",
    ),
    "scaled bins": (
        "{scaling: standard, bins: 3}", "",
        "1:57: dataset.target.y.scaling: got `scaling` beside `bins`, expected one of the two. "
        "Bins are classes, which have no scale.",
    ),
    "bins and classes": (
        "{bins: 2, classes: [low, high]}", "",
        "1:66: dataset.target.y.classes: got `classes` beside `bins`, expected one of the two. "
        "Bins are named by their edges.",
    ),
    "scaled labels": (
        "{scaling: standard, separator: ';'}", "",
        "1:78: dataset.target.y.separator: got `separator` beside `scaling`, expected one of the "
        "two.",
    ),
    "labels in bins": (
        "{bins: 3, separator: ';'}", "",
        "1:68: dataset.target.y.separator: got `separator` beside `bins`, expected one of the two.",
    ),
    "ordered labels": (
        "{ordered: true, separator: ';'}", "",
        "1:74: dataset.target.y.separator: got `separator` beside `ordered`, expected one of the "
        "two. Labels that go together have no order.",
    ),
    "ordered amounts": (
        "{ordered: true, scaling: standard}", "",
        "1:72: dataset.target.y.scaling: got `scaling` beside `ordered`, expected one of the two.",
    ),
    "scaled classes": (
        "{classes: [a, b], scaling: standard}", "",
        "1:74: dataset.target.y.scaling: got `scaling` beside `classes`, expected one of the two.",
    ),
    "classes of label columns": (
        "{task: multilabel, classes: [a, b]}", "",
        "1:75: dataset.target.y.classes: got `classes` for labels without a `separator`, expected "
        "classes, or labels in one cell. Name the columns instead.",
    ),
    "three classes of a binary target": (
        "{task: binary, classes: [a, b, c]}", "",
        "1:71: dataset.target.y.classes: got 3 classes, expected two for `task: binary`. "
        "Use `task: multiclass`.",
    ),
    "three bins of a binary target": (
        "{task: binary, bins: [1, 2]}", "",
        "1:68: dataset.target.y.bins: got 2 edges, which make 3 bins, expected one edge for "
        "`task: binary`. Use `task: multiclass`.",
    ),
    "a distance between classes without an order": (
        "{task: multiclass}", "metrics: [accuracy, class_distance]\n",
        "2:21: metrics.1: got class_distance for a target without an order, expected an ordered "
        "one. Write `target: {y: {ordered: true}}`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "rest", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_excludes_each_other_is_refused(load_text, options, rest, message):
    with pytest.raises(ConfigError) as caught:
        load_text(
            f"dataset: {{type: csv, path: a.csv, target: {{y: {options}}}}}\n"
            f"{rest}architecture: {{layers: []}}\n"
        )

    assert str(caught.value) == f"a.yaml:{message}"


# Name of the case: dataset, metrics, message.
WITHOUT_ORDER = {
    "a name alone": (
        "{type: csv, path: a.csv, target: y}", "[quadratic_weighted_kappa]",
        "2:11: metrics.0: got quadratic_weighted_kappa for a target without an order, expected an "
        "ordered one. Write `target: {y: {ordered: true}}`.",
    ),
    "a set without a named target": (
        "{type: sklearn, name: iris}", "[class_distance]",
        "2:11: metrics.0: got class_distance for a target without an order, expected an ordered "
        "one. Use accuracy.",
    ),
    "the second of several targets": (
        "{type: csv, path: a.csv, target: {a: {ordered: true}, b: }}",
        "{a: [class_distance], b: [class_distance]}",
        "2:36: metrics.b.0: got class_distance for a target without an order, expected an ordered "
        "one. Write `target: {b: {ordered: true}}`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("dataset", "metrics", "message"), WITHOUT_ORDER.values(), ids=WITHOUT_ORDER.keys()
)
def test_metrics_that_need_an_order_are_refused_without(load_text, dataset, metrics, message):
    with pytest.raises(ConfigError) as caught:
        load_text(f"dataset: {dataset}\nmetrics: {metrics}\narchitecture: {{layers: []}}\n")

    assert str(caught.value) == f"a.yaml:{message}"


RIGHT = {
    "nothing": "{}",
    "bins": "{bins: 4, ordered: true}",
    "bins of a binary target, as equal ones are merged": "{bins: 4, task: binary}",
    "classes in order": "{classes: [low, high], ordered: true, task: binary}",
    "labels of a cell": "{separator: ';', classes: [a, b], task: multilabel}",
    "scaled amounts": "{scaling: log1p, task: regression}",
    "defaults spelled out": "{scaling: none, ordered: false, bins: null, task: binary}",
}


@pytest.mark.parametrize("options", RIGHT.values(), ids=RIGHT.keys())
def test_options_that_go_together_are_accepted(load_text, options):
    text = f"dataset: {{type: csv, path: a.csv, target: {{y: {options}}}}}\n"

    assert load_text(f"{text}architecture: {{layers: []}}\n").experiment.dataset.target
