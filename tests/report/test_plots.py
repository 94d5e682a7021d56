"""What is drawn equals what scikit-learn, NumPy or counting by hand says."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score, roc_curve

from dltrain.data.targets import Target
from dltrain.evaluation.answers import Answers, Rows
from dltrain.pages import plots
from dltrain.pages.plots import as_svg
from dltrain.report.elements import COLOURS
from dltrain.report.insights import Insights
from dltrain.report.plots.amounts import amounts
from dltrain.report.plots.calibration import calibration, calibration_of
from dltrain.report.plots.canvas import words
from dltrain.report.plots.classes import class_errors, confusion, confusion_plot
from dltrain.report.plots.curves import learning_curves, learning_rate
from dltrain.report.plots.surface import tinted
from dltrain.report.plots.thresholds import MOST_GREY, MOST_POINTS, precision_recall, roc
from dltrain.report.plots.windows import windows
from dltrain.report.record import read_record
from dltrain.report.tables import class_table, figures_table
from tests.report.conftest import (
    AMOUNT,
    AMOUNTS,
    BINARY,
    CLASSES,
    LABELS,
    SEVERAL,
    answers_of,
)


def answered(target: Target, rows: int = 200, **chosen) -> Answers:
    """Give answers about a target that one part has."""
    y, given = answers_of(target, rows, **chosen)
    nothing = np.empty(rows)
    if target.task == "binary":
        shares = np.concatenate([1 - given, given], axis=1).astype(float)
        found = (y[:, 0].astype(int), (given[:, 0] > 0.5).astype(int), shares)
    elif target.task == "multiclass":
        found = (y, given.argmax(axis=1), given.astype(float))
    elif target.task == "multilabel":
        found = (y.astype(float), (given > 0.5).astype(float), given.astype(float))
    else:
        found = (y.astype(float), given.astype(float), np.empty((rows, 0)))
    part = Rows(np.arange(rows), *found, nothing)
    classes = tuple(map(str, target.classes))
    return Answers("", target.task, target.names, classes, {"test": part})


def drawn_line(plot, colour: str) -> np.ndarray:
    """Read the longest line of a colour back from the SVG, in the units of the axes."""
    svg = as_svg(plot.figure)
    paths = re.findall(rf'<path d="([^"]*)"[^>]*stroke: {COLOURS[colour]}', svg)
    longest = max(paths, key=len)
    pairs = np.array(re.findall(r"[ML] (\S+) (\S+)", longest), float)
    box = json.loads(plot.hover)
    (left, top, width, height), (x0, x1, _), (y0, y1, _) = box["box"], box["x"], box["y"]
    x = x0 + (pairs[:, 0] - left) / width * (x1 - x0)
    y = y0 + (1 - (pairs[:, 1] - top) / height) * (y1 - y0)
    return np.stack([x, y], axis=1)


def test_the_roc_curve_is_that_of_every_threshold():
    answers = answered(BINARY)
    truth, shares = answers.rows.truth == 1, answers.rows.shares[:, 1]

    [plot] = roc(answers, "")

    by_hand = [
        ((shares[~truth] >= one).mean(), (shares[truth] >= one).mean())
        for one in sorted({np.inf, *shares}, reverse=True)
    ]
    [line] = plot.lines
    points = set(zip(line.x.round(9), line.y.round(9), strict=True))
    assert points <= {(round(float(x), 9), round(float(y), 9)) for x, y in by_hand}
    np.testing.assert_allclose(
        np.interp([x for x, _ in by_hand if 0 < x < 1], line.x, line.y).mean(),
        np.interp([x for x, _ in by_hand if 0 < x < 1], *np.array(by_hand).T).mean(),
    )
    assert f"area {roc_auc_score(truth, shares):.3f}" in plot.sentence


def test_the_svg_holds_the_points_of_the_curve():
    answers = answered(BINARY)
    false, true, _ = roc_curve(answers.rows.truth, answers.rows.shares[:, 1])

    [plot] = roc(answers, "")

    drawn = drawn_line(plot, "train")
    assert len(drawn) == len(false)
    np.testing.assert_allclose(drawn, np.stack([false, true], axis=1), atol=1e-3)


def test_a_curve_of_many_rows_keeps_its_form_with_few_points():
    answers = answered(BINARY, 20_000, sure=0.5)
    false, true, _ = roc_curve(answers.rows.truth, answers.rows.shares[:, 1])

    [plot] = roc(answers, "")

    [line] = plot.lines
    assert len(line.x) <= MOST_POINTS
    assert (line.x[0], line.y[0], line.x[-1], line.y[-1]) == (0, 0, 1, 1)
    np.testing.assert_allclose(np.interp(false, line.x, line.y), true, atol=0.01)


ANIMALS = tuple(f"animals_{one}_northern" for one in ("a", "a2", "b", "c", "d", "e", "f", "g"))


@pytest.mark.parametrize("plot_of", [roc, precision_recall])
def test_classes_that_shorten_to_one_name_are_told_apart(plot_of):
    answers = answered(Target("multiclass", ("y",), ANIMALS), sure=1.0)

    [plot] = plot_of(answers, "")

    written = re.findall(r">(…\S+)  0\.\d+<", as_svg(plot.figure))
    assert len(set(written)) == 6
    assert written == [one.name for one in plot.lines]
    assert ">2 more in grey<" in as_svg(plot.figure)


def test_axes_of_classes_that_shorten_to_one_name_tell_them_apart():
    answers = answered(Target("multiclass", ("y",), ANIMALS), sure=0.0)

    [errors] = class_errors(answers, "")
    [matrix] = confusion_plot(answers, "")

    told = {f"…ls_{one[8:]}" for one in ANIMALS}
    for axis in (
        errors.figure.axes[0].yaxis,
        matrix.figure.axes[0].yaxis,
        matrix.figure.axes[0].xaxis,
    ):
        assert {one.get_text() for one in axis.get_ticklabels()} == told
    pairs = re.findall(r"(…\S+) for (…\S+)", matrix.sentence)
    assert len(pairs) == 3
    assert {one for pair in pairs for one in pair} <= told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["red", "red", "red (2)"], ["red", "red (3)", "red (2)"]),
        (
            [f"{'x' * 20}{one}{'x' * 20}" for one in "ab"] + ["red"],
            ["…xxxaxxxxxxxxxx…", "…xxxbxxxxxxxxxx…", "red"],
        ),
        (
            [f"{'x' * 9}{one}{'x' * 30}{two}{'x' * 9}" for one in "ab" for two in "ab"],
            [
                "…xxxaxxxxxxxxxx…", "…xxxaxxxxxxxxxx… (2)",
                "…xxxbxxxxxxxxxx…", "…xxxbxxxxxxxxxx… (2)",
            ],
        ),
    ],
    ids=["alike", "at one place", "at two places"],
)  # fmt: skip
def test_names_side_by_side_are_never_alike(names, told):
    assert words(names) == told


def test_few_of_many_curves_are_drawn():
    many = Target("multiclass", ("y",), tuple(f"class {one}" for one in range(100)))

    [plot] = roc(answered(many, 500), "")

    grey = [one for one in plot.figure.axes[0].lines if one.get_color() == COLOURS["dim"]]
    assert len(grey) == MOST_GREY + 1  # and what chance would have
    assert ">30 of 94 more in grey<" in as_svg(plot.figure)
    assert len(plot.lines) == 6


def test_average_precision_is_that_of_scikit_learn():
    answers = answered(LABELS)

    [plot] = precision_recall(answers, "")

    areas = [
        average_precision_score(answers.rows.truth[:, at], answers.rows.shares[:, at])
        for at in range(3)
    ]
    assert f"{min(areas):.3f}" in plot.sentence
    assert f"{max(areas):.3f}" in plot.sentence


def test_a_class_without_rows_has_no_curve():
    whole = answered(BINARY)
    rows = whole.rows
    there = rows.truth == 0
    only = Rows(*(one[there] for one in (rows.rows, rows.truth, rows.said, rows.shares)),
                rows.errors[there])  # fmt: skip
    answers = Answers("", "binary", whole.names, whole.classes, {"test": only})

    assert list(roc(answers, "")) == []
    assert list(precision_recall(answers, "")) == []
    [plot] = confusion_plot(answers, "")
    assert plot.sentence.startswith(f"{(only.said == 0).sum()} of {len(only)} rows of test")


@pytest.mark.parametrize("target", [BINARY, CLASSES], ids=["binary", "multiclass"])
def test_confusion_is_that_of_scikit_learn(target):
    answers = answered(target)
    rows = answers.rows

    counts = confusion(answers)

    np.testing.assert_array_equal(counts, confusion_matrix(rows.truth, rows.said))
    [plot] = confusion_plot(answers, "")
    svg = as_svg(plot.figure)
    written = re.findall(r"<text[^>]*>(\d+)</text>", svg)
    assert sorted(map(int, written)) == sorted(int(one) for one in counts.flat if one)


def test_many_classes_are_drawn_as_a_picture():
    many = Target("multiclass", ("y",), tuple(f"class {one}" for one in range(100)))

    [plot] = confusion_plot(answered(many, 500), "")

    svg = as_svg(plot.figure)
    assert "<image" in svg
    assert len(svg) < 200_000


def test_calibration_is_what_counting_gives():
    answers = answered(CLASSES)
    rows = answers.rows
    sure, right = rows.shares.max(axis=1), rows.truth == rows.said

    found = calibration_of(answers)

    error, at = 0.0, 0
    for low in np.arange(10) / 10:
        mine = (sure >= low) & ((sure < low + 0.1) | (low == 0.9))
        if mine.any():
            assert found.rows[at] == mine.sum()
            np.testing.assert_allclose(found.predicted[at], sure[mine].mean())
            np.testing.assert_allclose(found.observed[at], right[mine].mean())
            error += mine.mean() * abs(sure[mine].mean() - right[mine].mean())
            at += 1
    np.testing.assert_allclose(found.error, error)
    [plot] = calibration(answers, "")
    assert f"off by {error:.3f}" in plot.sentence


@pytest.mark.parametrize(
    ("target", "one"), [(BINARY, "yes"), (LABELS, "a label")], ids=["binary", "multilabel"]
)
@pytest.mark.parametrize(("share", "said"), [(0.8, "too high by 0.300"), (0.3, "too low by 0.200")])
def test_calibration_of_a_class_says_whether_its_probability_is_too_high(target, one, share, said):
    half = np.arange(200) % 2
    labels = len(target.names)
    if target.task == "binary":
        found = (half, half, np.tile([1 - share, share], (200, 1)))
    else:
        found = (*[np.tile(half[:, None], labels)] * 2, np.full((200, labels), share))
    rows = Rows(np.arange(200), *found, np.empty(200))
    answers = Answers("", target.task, target.names, ("no", "yes"), {"test": rows})

    [plot] = calibration(answers, "")

    axes = plot.figure.axes[0]
    assert axes.get_xlabel() == f"P({one}) that the model gives"
    assert axes.get_ylabel() == f"how often {one} is true"
    assert plot.sentence == (
        f"On the dotted line {one} is as often true as P({one}) says; larger points have more "
        f"rows. The points are off by {said[-5:]} on average; P({one}) is on average {said}."
    )


def test_errors_by_class_begin_with_the_worst():
    answers = answered(CLASSES, sure=1.0)
    rows = answers.rows
    shares = [(rows.said[rows.truth == one] != one).mean() for one in range(3)]

    [plot] = class_errors(answers, "")

    worst = answers.classes[int(np.argmax(shares))]
    assert plot.sentence.startswith(f"Most often wrong: class {worst}, ")


def test_errors_of_one_class_alone_are_told_once():
    truth, said = np.zeros(20, int), np.repeat([1, 0], [13, 7])
    rows = Rows(np.arange(20), truth, said, np.full((20, 2), 0.5), np.empty(20))
    answers = Answers("", "binary", ("y",), ("no", "yes"), {"test": rows})

    [plot] = class_errors(answers, "")

    assert plot.sentence == "Wrong: class no, 13 of 20 rows; there is no other."


def test_no_errors_draw_nothing():
    assert list(class_errors(answered(CLASSES, sure=99.0), "")) == []


def test_the_table_of_classes_is_that_of_scikit_learn():
    from sklearn.metrics import precision_recall_fscore_support

    answers = answered(CLASSES)
    rows = answers.rows

    [table] = class_table(answers)

    for name, line, *scores in zip(
        answers.classes,
        table.rows,
        *precision_recall_fscore_support(rows.truth, rows.said),
        strict=True,
    ):
        assert line[:5] == [name, *(f"{one:.3f}" for one in scores[:3]), str(scores[3])]


def test_each_quantity_has_its_residuals():
    plots = list(amounts(answered(AMOUNTS), ""))

    assert [one.name for one in plots] == [
        "predicted-against-true-1", "residuals-1", "predicted-against-true-2", "residuals-2",
        "predicted-against-true-3", "residuals-3",
    ]  # fmt: skip


def test_residuals_are_those_of_the_rows():
    answers = answered(Target("regression", ("price",)))
    gaps = (answers.rows.said - answers.rows.truth)[:, 0]

    _, plot = amounts(answers, "")

    assert f"on average {abs(gaps.mean()):.3f} too {'high' if gaps.mean() > 0 else 'low'}" in (
        plot.sentence
    )
    assert as_svg(plot.figure).count("<use ") >= len(gaps)


def test_learning_curves_hold_every_epoch_and_the_best(made):
    record = read_record(made(BINARY, epochs=12).path)

    [plot] = learning_curves(record)

    drawn = drawn_line(plot, "train")
    np.testing.assert_allclose(drawn[:, 0], np.arange(1, 13), atol=0.02)
    np.testing.assert_allclose(drawn[:, 1], 1 / np.arange(1, 13), atol=2e-3)
    assert plot.sentence == (
        "loss: train goes from 1.000 to 0.083, val goes from 1.100 to 0.183; in the best epoch, 3: "
        "train 0.333, val 0.433."
    )


def test_a_learning_rate_that_changes_is_drawn(made):
    folder = made(BINARY)
    text = (folder / "history.csv").read_text().splitlines()
    rates = ["learning_rate", "0.1", "0.1", "0.01", "0.01", "0.001"]
    lines = [f"{line},{rate}" for line, rate in zip(text, rates, strict=True)]
    (folder / "history.csv").write_text("\n".join(lines))

    [plot] = learning_rate(read_record(folder.path))

    assert plot.sentence == "The learning rate goes from 0.100 to 0.001."
    assert [one.title for one in learning_curves(read_record(folder.path))] == ["loss"]


def test_colours_say_the_class_and_how_sure():
    values = np.array([[[0.0], [0.5], [1.0]]])

    colours = tinted(values, {"task": "binary"}, (0, 1))

    assert colours[0, :, 3].tolist() == [0.7, 0.0, 0.7]
    blue, _, orange = (tuple((255 * one[:3]).round().astype(int).tolist()) for one in colours[0])
    assert (f"#{bytes(blue).hex()}", f"#{bytes(orange).hex()}") == (
        COLOURS["train"], COLOURS["bad"],
    )  # fmt: skip


def test_figures_stand_beside_intervals_and_baselines(made):
    folder = made(
        BINARY,
        main=["accuracy", "loss"],
        splits={"train": {"accuracy": 1.0, "loss": 0.1}, "test": {"accuracy": 0.9, "loss": 0.2}},
        intervals={"test": {"accuracy": [0.8, 0.95]}},
        baselines={"majority": {"test": {"accuracy": 0.5, "loss": None}}},
        undefined={"test": {"roc_auc": "one class alone"}},
    )

    [table] = figures_table(read_record(folder.path))

    assert table.header == ["figure", "train", "test", "95 % interval, test", "majority"]
    assert table.rows == [
        ["accuracy", "1.000", "0.900", "0.800 – 0.950", "0.500"],
        ["loss", "0.100", "0.200", "–", "–"],
    ]
    assert table.note == (
        "Baselines are judged on test. roc_auc of test is undefined: one class alone."
    )


def test_a_part_has_one_colour_on_all_pages():
    assert {name: COLOURS[name] for name in plots.COLOURS} == plots.COLOURS


def known(**counts) -> dict:
    """Give what metrics.json says behind the figures of two classes; not what the rows say."""
    names = ("precision", "recall", "f1")
    classes = [
        {"class": name, **dict.fromkeys(names, 0.125), "rows": 80, "predicted": 80, "right": right}
        for name, right in (("no", 70), ("yes", 60))
    ]
    found = {
        "confusion": {"classes": ["no", "yes"], "counts": [[70, 10], [20, 60]]},
        "classes": classes,
        "calibration": {
            "bins": [{"low": 0, "high": 0.1, "rows": 160, "predicted": 0.05, "observed": 0.3}],
            "error": 0.25,
        },
    }
    return {name: one for name, one in found.items() if name not in counts.get("without", ())}


def test_the_report_draws_what_metrics_json_says(made):
    folder = made(BINARY, details={"test": known()})

    [answers] = read_record(folder.path).answers

    assert confusion(answers).tolist() == [[70, 10], [20, 60]]
    [table] = class_table(answers)
    assert table.rows == [
        ["no", "0.125", "0.125", "0.125", "80", "80"],
        ["yes", "0.125", "0.125", "0.125", "80", "80"],
    ]
    [plot] = class_errors(answers, "")
    assert plot.sentence == (
        "Most often wrong: class yes, 20 of 80 rows; least often: no, 10 of 80."
    )
    assert calibration_of(answers).error == 0.25


def test_what_metrics_json_lacks_is_counted(made):
    [counted] = read_record(made(BINARY, place="a/b/c").path).answers
    folder = made(BINARY, details={"test": known(without=("confusion", "classes"))})
    [answers] = read_record(folder.path).answers
    older = made(BINARY, place="d/e/f", details={"test": {
        "classes": [{"class": "no", "rows": 1}, {"class": "yes", "rows": 2}],
    }})  # fmt: skip

    np.testing.assert_array_equal(
        confusion(counted), confusion_matrix(counted.rows.truth, counted.rows.said)
    )
    assert confusion(answers).tolist() == confusion(counted).tolist()
    assert calibration_of(answers).error == 0.25
    [answers] = read_record(older.path).answers
    assert list(class_table(answers)) == list(class_table(counted))


def test_a_part_that_was_read_in_part_is_counted_by_itself():
    whole = answered(BINARY)
    cut = Answers("", "binary", whole.names, whole.classes, {"test": replace(whole.rows, cut=True)},
                  known())  # fmt: skip

    assert confusion(cut).tolist() == confusion(whole).tolist()


def test_each_of_several_targets_has_its_own_details(made):
    folder = made(SEVERAL, details={"test": {"kind": {"calibration": known()["calibration"]}}})

    answers = {one.target: one for one in read_record(folder.path).answers}

    assert calibration_of(answers["kind"]).error == 0.25
    assert calibration_of(answers["moods"]).error != 0.25


def windows_of(record, answers, past, behind, series):
    """Draw windows as if `fit` had kept the rows of a part in their order."""
    rows = answers.rows
    facts = {
        "rows": rows.rows.tolist(), "behind": behind, "series": series,
        "truth": rows.truth.tolist(), "said": rows.said.tolist(),
    }  # fmt: skip
    insights = Insights({"mistakes": {"": facts}}, {"mistakes/0/windows": past})
    return list(windows(replace(record, answers=[answers], insights=insights), answers, ""))


def series_answers(names, truth, said) -> Answers:
    truth, said = np.array(truth, float), np.array(said, float)
    nothing = np.empty((len(truth), 0))
    part = Rows(np.arange(40, 40 + len(truth)), truth, said, nothing, np.empty(len(truth)))
    return Answers("", "regression", names, (), {"test": part})


def test_a_window_shows_what_was_seen_what_came_and_what_was_said(made):
    record = read_record(made(AMOUNT).path)
    answers = series_answers(("price+1",), [[5], [8]], [[7], [7.5]])
    past = np.array([[[1], [2], [4]], [[2], [4], [5]]], float)

    first, second = windows_of(record, answers, past, [103, 104], ["price"])

    assert (first.name, second.name) == ("worst-window-1", "worst-window-2")
    assert first.title == "window 40: 5.000, predicted 7.000"
    assert first.sentence == (
        "Row 103 of the series, from the 3 before: the model says 7.000 for price, 2.000 too high."
    )
    assert second.sentence.endswith("says 7.500 for price, 0.500 too low.")
    lines = {line.name: (line.x.tolist(), line.y) for line in first.lines}
    assert all(x == [-2, -1, 0, 1] for x, _ in lines.values())
    np.testing.assert_array_equal(lines["seen"][1], [1, 2, 4, np.nan])
    np.testing.assert_array_equal(lines["true"][1], [np.nan, np.nan, np.nan, 5])
    np.testing.assert_array_equal(lines["predicted"][1], [np.nan, np.nan, np.nan, 7])
    np.testing.assert_allclose(drawn_line(first, "train"), [[-2, 1], [-1, 2], [0, 4]], atol=1e-3)


def test_of_several_variables_and_steps_the_one_farthest_off_is_drawn(made):
    record = read_record(made(AMOUNTS).path)
    # z is off by 3 where 2 is usual, y by 8 where 6 is.
    names = ("y+1", "y+2", "z+1", "z+2")
    answers = series_answers(names, [[0] * 4, [0] * 4], [[8, 6, 1, -3], [4, 6, 1, 1]])
    past = np.zeros((2, 5, 2))
    past[..., 1] = 2

    first, second = windows_of(record, answers, past, [1005, 1006], ["y", "z"])

    assert first.title == "window 40: 0.000, predicted -3.000"
    assert first.sentence == (
        "Rows 1005 to 1006 of the series, from the 5 before: farthest off is row 1006, where the "
        "model says -3.000 for z, 3.000 too low."
    )
    assert first.lines[0].y[:5].tolist() == [2] * 5
    assert " for y, 6.000 too high." in second.sentence


def test_other_rows_have_no_windows(made):
    record = read_record(made(AMOUNT).path)

    assert list(windows(record, record.answers[0], "")) == []
