"""The page of a sweep: which plots its keys ask for, which lines are legible, what failed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from dltrain.report.elements import Plot, Table
from dltrain.report.studies import tables
from dltrain.report.studies.axes import with_unit
from dltrain.report.studies.combinations import combinations, labels_of
from dltrain.report.studies.curves import LINES
from dltrain.report.studies.record import read_study
from dltrain.report.studies.sections import main_chart, sections
from dltrain.report.studies.sweep_curves import legible, sweep_curves
from dltrain.report.studies.swept_values import against_values
from dltrain.report.studies.words import lead
from dltrain.report.studies.writing import write_study_report
from dltrain.spelling import interval
from tests.report.studies.conftest import FAILURE

RATE, SIZE = "optimizer.learning_rate", "training.batch_size"
RATES = [{RATE: rate} for rate in (0.001, 0.01, 0.1)]
KINDS = [{"optimizer": kind} for kind in ("sgd", "adam")]
BOTH = [kind | rate for kind in KINDS for rate in RATES]
TWO = [{RATE: rate, SIZE: size} for rate in (0.001, 0.1) for size in (8, 16)]
ONE_AT_A_TIME = [{RATE: 0.1}, {SIZE: 8}, {SIZE: "full"}]
MANY = [{RATE: 10.0**-power} for power in range(12)]


@pytest.fixture
def read(made_sweep):
    """Make a sweep, and read it with its combinations."""

    def make(values, **options):
        record = read_study(made_sweep(values, **options).path)
        return record, combinations(record)

    return make


def test_a_page_has_the_sections_of_a_sweep(read):
    found = list(sections(*read(RATES)))

    assert [one.key for one in found] == [
        "figures", "curves", "values", "trainings", "config", "environment",
    ]  # fmt: skip


def test_the_page_begins_with_what_came_out(read):
    assert list(lead(*read(RATES))) == [
        "6 trainings: 3 combinations, 2 seeds of each.",
        "By val_loss the best is learning_rate 0.001: 0.105 ± 0.007 over 2 seeds.",
    ]


def test_combinations_have_intervals_epochs_seconds_and_their_distance_from_the_best(read):
    [found] = tables.combinations_table(*read(RATES))

    assert found.header == [
        "combination", "val accuracy", "95 % interval", "val loss", "95 % interval", "epochs",
        "seconds", "against the best",
    ]  # fmt: skip
    half = t.ppf(0.975, 1) * np.std([0.1, 0.11], ddof=1) / np.sqrt(2)
    assert found.rows[0] == [
        "learning_rate 0.001", "0.880 ± 0.000", "0.880 – 0.880", "0.105 ± 0.007",
        interval([0.105 - half, 0.105 + half]), "5", "1.500", "best",
    ]  # fmt: skip
    assert [row[-1] for row in found.rows] == ["best", "worse", "worse"]


def test_one_seed_has_no_intervals(read):
    [found] = tables.combinations_table(*read(RATES, seeds=1))

    assert found.header == [
        "combination", "val accuracy", "val loss", "epochs", "seconds", "against the best",
    ]  # fmt: skip
    assert [row[-1] for row in found.rows] == ["best", "–", "–"]


def test_what_failed_is_listed_with_its_reason(read):
    record, found = read(RATES, failed=(2,))

    [shown] = tables.failed(record)

    assert shown.rows == [
        ["learning_rate 0.01", "0", FAILURE, "002-seed-0"],
        ["learning_rate 0.01", "1", FAILURE, "002-seed-1"],
    ]
    assert [one.row["label"] for one in found] == ["learning_rate 0.001", "learning_rate 0.1"]
    assert next(lead(record, found)) == "6 trainings: 3 combinations, 2 seeds of each; 2 failed."


def test_curves_are_those_of_the_monitored_figure_the_loss_and_the_main_figures(read):
    record, found = read(BOTH)

    plots = list(sweep_curves(record, found))

    assert [one.name for one in plots] == [
        "curve-val-loss", "curve-train-loss", "curve-val-accuracy",
    ]  # fmt: skip
    assert [one.name for one in plots[0].lines] == [
        "sgd, learning_rate 0.001", "sgd, learning_rate 0.01", "sgd, learning_rate 0.1",
        "adam, learning_rate 0.001", "adam, learning_rate 0.01", "adam, learning_rate 0.1",
    ]  # fmt: skip
    # The mean over seeds with levels 0.1 and 0.11, after five epochs.
    assert plots[0].lines[0].y[-1] == pytest.approx(0.105 + 1 / 5)
    assert plots[0].sentence == (
        "In the last epoch the best is sgd, learning_rate 0.001 with 0.305, the worst adam, "
        "learning_rate 0.1 with 0.805."
    )


def test_of_many_combinations_the_best_and_the_worst_are_drawn_and_it_is_said(read):
    record, found = read(MANY, seeds=1)

    chosen = legible(found)
    chart = main_chart(record, found)

    assert len(chosen) == len(LINES) == 10
    assert [one.number for one in chosen] == [1, 2, 3, 4, 5, 8, 9, 10, 11, 12]
    assert chart.title == "loss of val rows, the 5 best and the 5 worst of 12"


def test_lines_are_told_apart_by_colour_and_dashes():
    assert len({(colour, str(style)) for colour, style in LINES}) == len(LINES)


def test_a_figure_that_spans_powers_of_ten_has_an_axis_of_equal_ratios(made_sweep):
    folder = made_sweep([{RATE: 0.1}, {RATE: 0.01}], seeds=1)
    history = folder / "members" / "002-seed-0" / "history.csv"
    history.write_text("epoch,loss,val_loss\n1,2,2\n2,200,200\n", "utf-8")
    record = read_study(folder.path)

    plots = {one.name: one for one in sweep_curves(record, combinations(record))}

    scales = {name: one.figure.axes[0].get_yscale() for name, one in plots.items()}
    assert scales == {
        "curve-val-loss": "log", "curve-train-loss": "log", "curve-val-accuracy": "linear",
    }  # fmt: skip


PLOTS = {
    "one numeric key": (RATES, "val loss by optimizer.learning_rate", "log"),
    "one numeric key and one of words": (BOTH, "val loss by optimizer.learning_rate", "log"),
    "two numeric keys": (
        TWO, "val loss by optimizer.learning_rate and training.batch_size", "linear",
    ),
    "words": (KINDS, "val loss by combination", "linear"),
    "one at a time": (ONE_AT_A_TIME, "val loss by combination", "linear"),
    "near numbers": ([{SIZE: 10}, {SIZE: 12}, {SIZE: 14}], f"val loss by {SIZE}", "linear"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "title", "scale"), PLOTS.values(), ids=PLOTS)
def test_the_keys_ask_for_a_plot(read, values, title, scale):
    plots = {one.name: one for one in against_values(*read(values))}

    assert list(plots) == ["value-accuracy", "value-loss"]
    assert plots["value-loss"].title == title
    assert plots["value-loss"].figure.axes[0].get_xscale() == scale


def test_a_figure_stands_against_the_value_that_was_swept(read):
    _, loss = against_values(*read(RATES))

    axes = loss.figure.axes[0]
    line, *bars = axes.lines
    assert line.get_xdata().tolist() == [0.001, 0.01, 0.1]
    assert line.get_ydata() == pytest.approx([0.105, 0.205, 0.305])
    assert len(bars) == 3
    assert (axes.get_xlabel(), axes.get_ylabel()) == (RATE, "binary crossentropy (nats)")
    assert loss.sentence == (
        "loss of val rows is best at optimizer.learning_rate 0.001: 0.105. Bars are 95 % intervals "
        "over the seeds."
    )


def test_a_heat_map_is_darkest_where_a_figure_is_best(read):
    accuracy, loss = against_values(*read(TWO, failed=(4,)))

    shades = [one.get_alpha() for one in loss.figure.axes[0].patches]
    words = [one.get_text() for one in loss.figure.axes[0].texts]
    assert shades == sorted(shades, reverse=True)  # levels rise from combination to combination
    assert words == ["0.105", "0.205", "0.305", "failed"]
    assert accuracy.figure.axes[0].texts[0].get_text() == "0.880"


LABELS = {
    "a word and a number": (BOTH[:1], ["sgd, learning_rate 0.001"]),
    "one key": ([{SIZE: 1}, {SIZE: "full"}], ["1", "full"]),
    "a key of words and numbers": (
        [{RATE: 0.1, SIZE: 8}, {RATE: 0.1, SIZE: "full"}],
        ["learning_rate 0.1, batch_size 8", "learning_rate 0.1, batch_size full"],
    ),
    "a choice": (
        [{"optimizer": {"type": "sgd", "momentum": 0.9}}, {"optimizer": "sgd"}],
        ["sgd momentum 0.9", "sgd"],
    ),
    "last words that are alike": (
        [{"a.rate": 1, "b.x": 2}, {"b.rate": 1, "b.x": 2}], ["a.rate 1, b.x 2", "b.rate 1, b.x 2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("values", "labels"), LABELS.values(), ids=LABELS)
def test_labels_tell_combinations_apart_in_few_words(values, labels):
    assert labels_of(values) == labels


UNITS = {
    ("loss", "sparse_categorical_crossentropy"): "categorical crossentropy (nats)",
    ("loss", "mean_squared_error"): "mse (target unit²)",
    ("loss", "loss"): "loss",
    ("loss", "hinge"): "hinge",
    ("mae", "hinge"): "mae (target unit)",
    ("f1_macro", "hinge"): "f1 macro",
}


@pytest.mark.parametrize(("asked", "label"), UNITS.items(), ids=map(" ".join, UNITS))
def test_axes_say_their_unit(asked, label):
    assert with_unit(*asked) == label


def test_more_is_better_or_less(read):
    record, _ = read(RATES)

    names = ("accuracy", "val_accuracy", "roc_auc", "r2", "loss", "val_loss", "mae", "price_mae")
    assert [record.mode(name) for name in names] == ["max"] * 4 + ["min"] * 4


def test_every_training_is_listed(read):
    [found] = tables.each(*read(KINDS))

    assert [row[-1] for row in found.rows] == [
        "001-seed-0", "001-seed-1", "002-seed-0", "002-seed-1",
    ]  # fmt: skip
    assert isinstance(found, Table)


def test_the_page_and_the_main_figure_are_written(made_sweep):
    folder = made_sweep(RATES)

    page = write_study_report(folder.path)

    assert page == folder / "report.html"
    svg = (folder / "plots" / "curves.svg").read_text("utf-8")
    assert ">study: loss of val rows<" in svg
    assert (folder / "plots" / "value-loss.png").is_file()


def test_a_plot_has_one_name_of_its_own(read):
    record, found = read(BOTH)

    names = [one.name for part in sections(record, found) for one in part.elements
             if isinstance(one, Plot)]  # fmt: skip
    assert len(set(names)) == len(names)
