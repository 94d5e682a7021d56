"""The page of a cross-validation: its figures against closed forms, its words as a whole."""

from __future__ import annotations

import json
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from dltrain import run_folder
from dltrain.data.targets import Target
from dltrain.errors import FolderError
from dltrain.report.studies import folds, tables
from dltrain.report.studies.combinations import combinations
from dltrain.report.studies.out_of_fold import DIFFER, out_of_fold
from dltrain.report.studies.record import read_study
from dltrain.report.studies.sections import main_chart
from dltrain.report.studies.words import lead
from dltrain.report.studies.writing import write_study_report
from dltrain.run_folder import RunFolder
from dltrain.spelling import figure, interval
from tests.report.conftest import AMOUNT, BINARY, CLASSES, SEVERAL, Parsed

ACCURACIES = [0.65, 0.70, 0.75]


def headings(text):
    return [one["id"] for one in Parsed(text).all("section")]


def test_a_page_has_the_sections_of_a_cross_validation_and_fetches_nothing(made_cv):
    text = write_study_report(made_cv().path).read_text("utf-8")

    assert headings(text) == [
        "figures", "curves", "trainings", "wrong", "config", "environment",
    ]  # fmt: skip
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


def test_the_table_has_means_deviations_and_the_corrected_interval(made_cv):
    [found] = tables.folds_figures(read_study(made_cv().path))

    mean, deviation = np.mean(ACCURACIES), np.std(ACCURACIES, ddof=1)
    half = t.ppf(0.975, 2) * deviation * math.sqrt(1 / 3 + 30 / 30)  # val rows / train rows
    assert found.header == ["figure", "train", "val", "95 % interval", "majority"]
    assert found.rows[0] == [
        "accuracy", f"{mean + 0.05:.3f} ± 0.050", f"{mean:.3f} ± {deviation:.3f}",
        interval([mean - half, mean + half]), "0.500",
    ]  # fmt: skip
    assert found.note == (
        "± is the standard deviation over the folds. The interval is that of the mean of val, "
        "corrected by Nadeau and Bengio (2003) for what folds share: as most of their train rows "
        "are the same, s²/k is widened to s² · (1/k + val rows / train rows). Baselines are "
        "learned on the train rows of each fold and judged on its val rows."
    )


def test_folds_are_listed_with_the_worst_and_the_best_marked(made_cv):
    [found] = tables.folds(read_study(made_cv(epochs=(5, 9, 7)).path))

    assert found.header == [
        "training", "fold", "repeat", "seed", "epochs", "best epoch", "accuracy", "loss",
        "by accuracy",
    ]  # fmt: skip
    assert found.rows == [
        ["fold-1", "1", "1", "7", "5", "3", "0.650", "0.100", "worst"],
        ["fold-2", "2", "1", "7", "9", "3", "0.700", "0.200", ""],
        ["fold-3", "3", "1", "7", "7", "3", "0.750", "0.300", "best"],
    ]


def test_the_page_begins_with_what_came_out(made_cv):
    half = t.ppf(0.975, 2) * 0.05 * math.sqrt(1 / 3 + 30 / 30)
    told = interval([0.7 - half, 0.7 + half])

    assert list(lead(read_study(made_cv().path), [])) == [
        "3 trainings: 3 folds.",
        "On rows that a network has not seen, accuracy is 0.700 ± 0.050 over 3 folds (95 % "
        f"interval {told}); baselines: 0.500 (majority).",
    ]


def test_curves_are_means_with_each_fold_behind(made_cv):
    record = read_study(made_cv(epochs=(5, 9, 7)).path)

    first, second = folds.curves(record)
    chart = folds.chart_of(record, "loss")

    assert (first.name, second.name) == ("curve-loss", "curve-accuracy")
    assert [one.name for one in first.lines] == ["train", "val"]
    assert [len(one.band.singles) for one in chart.curves] == [3, 3]
    last = np.mean([0.1 * fold + 1 / count for fold, count in ((1, 5), (2, 9), (3, 7))])
    assert first.lines[1].y[-1] == pytest.approx(last)
    assert first.sentence == (
        f"In the last epoch the mean loss is train {figure(last / 2)}, val {figure(last)}."
    )
    axes = first.figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "binary crossentropy (nats)")
    # Of each part a line for each fold, then the mean.
    assert len(axes.lines) == 2 * (3 + 1)


def test_figures_are_drawn_fold_by_fold(made_cv):
    accuracy, _ = folds.strips(read_study(made_cv().path))

    axes = accuracy.figure.axes[0]
    assert [one.get_text() for one in axes.get_yticklabels()] == ["train", "val", "majority"]
    points = [one.get_offsets()[:, 0].tolist() for one in axes.collections]
    assert points[1] == pytest.approx(ACCURACIES)
    assert accuracy.sentence.startswith(
        "Each point is a fold: of val rows from 0.650 to 0.750. The upright mark is the mean, "
        "0.700, and the bar its corrected 95 % interval, "
    )


def test_the_confusion_matrix_counts_what_is_said_out_of_fold(made_cv):
    folder = made_cv(CLASSES)

    [section] = out_of_fold(read_study(folder.path))

    written = pd.read_csv(folder / run_folder.PREDICTIONS, dtype=str)
    pairs = Counter(zip(written["target"], written["prediction"], strict=True))
    right = sum(count for (truth, said), count in pairs.items() if truth == said)
    matrix = section.elements[0]
    assert matrix.title == "confusion matrix of val, out of fold"
    assert matrix.sentence.startswith(f"{right} of {len(written)} rows of val are right.")
    # Members of this fixture have the same val rows, as those of other seeds do.
    rows = written["row"].nunique()
    assert list(section.words) == [
        f"Out of fold: {rows} rows, each judged 3 times by networks that were not trained on it."
    ]


def test_amounts_are_drawn_predicted_against_true(made_cv):
    [section] = out_of_fold(read_study(made_cv(AMOUNT).path))

    assert [one.title for one in section.elements] == [
        "predicted against true, val, out of fold", "residuals, val, out of fold",
    ]  # fmt: skip


def test_each_target_has_a_section(made_cv):
    found = list(out_of_fold(read_study(made_cv(SEVERAL).path)))

    assert [one.title for one in found] == [
        "What goes wrong: price", "What goes wrong: kind", "What goes wrong: moods",
    ]  # fmt: skip


def test_bins_that_differ_from_fold_to_fold_have_no_matrix(made_cv):
    folder = made_cv(CLASSES)
    other = RunFolder(folder / "members" / "fold-2")
    facts = other.read_json(run_folder.PREPROCESSING)
    names = Target("multiclass", ("y",), ("ape", "bee", "cow"))
    other.write_json(run_folder.PREPROCESSING, facts | {"target": names.to_json()})
    text = (other / run_folder.PREDICTIONS).read_text("utf-8")
    other.write_text(run_folder.PREDICTIONS, text.replace("cat", "cow"))

    [section] = out_of_fold(read_study(folder.path))

    assert (list(section.words), list(section.elements)) == ([DIFFER], [])


def test_the_main_figure_says_what_it_is_by_itself(made_cv):
    folder = made_cv()

    write_study_report(folder.path)

    svg = (folder / "plots" / "curves.svg").read_text("utf-8")
    for words in ("study: loss of 3 trainings", "epoch", "binary crossentropy (nats)"):
        assert f">{words}<" in svg
    assert (folder / "plots" / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_folder_gives_the_same_page(made_cv):
    path = made_cv().path

    first = write_study_report(path).read_bytes()

    assert write_study_report(path).read_bytes() == first


def test_a_study_that_is_not_over_shows_what_is_there(made_cv):
    folder = made_cv(is_judged=False, status="interrupted")
    (folder / "members" / "fold-3" / run_folder.STATUS).unlink()

    text = write_study_report(folder.path).read_text("utf-8")

    assert headings(text) == ["curves", "trainings", "wrong", "config", "environment"]
    assert list(lead(read_study(folder.path), [])) == [
        "This study is interrupted.", "3 trainings: 3 folds; 2 are finished.",
    ]  # fmt: skip


def test_a_study_without_a_finished_member_has_a_page(made_cv):
    folder = made_cv(is_judged=False, status="failed")
    for fold in (1, 2, 3):
        (folder / "members" / f"fold-{fold}" / run_folder.STATUS).unlink()

    text = write_study_report(folder.path).read_text("utf-8")

    assert headings(text) == ["config"]
    assert main_chart(read_study(folder.path), []) is None


def test_smoke_runs_are_told(made_cv):
    words = list(lead(read_study(made_cv(smoke=True).path), []))

    assert words[0] == (
        "These are smoke runs: at most 256 rows and 2 epochs; its figures mean nothing."
    )


def test_names_from_data_are_shown_as_they_are(made_cv):
    evil = "<script>alert(1)</script>"

    folder = made_cv(Target("multiclass", ("y",), (evil, "bee", "cat")))

    assert evil not in write_study_report(folder.path).read_text("utf-8")


def _other_kind(folder: RunFolder) -> None:
    facts = folder.read_json(run_folder.STUDY)
    folder.write_json(run_folder.STUDY, facts | {"kind": "tune"})


def _not_begun(folder: RunFolder) -> None:
    (folder / run_folder.STUDY).unlink()


def _broken(folder: RunFolder) -> None:
    folder.write_text(run_folder.STUDY, json.dumps({"kind": "cv", "members": []}))


WRONG = {
    "another kind": (
        _other_kind, "got {}, a study made by `tune`, expected one made by cv or sweep.",
    ),
    "not begun": (
        _not_begun,
        "got {} without study.json, expected a study that has begun. It stopped before it had "
        "begun: start a new one.",
    ),
    "broken": (
        _broken,
        "got {}/study.json, which is broken, expected what a study writes there.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(made_cv, spoil, message):
    folder = made_cv()
    spoil(folder)

    with pytest.raises(FolderError) as error:
        write_study_report(folder.path)

    assert str(error.value) == message.format(folder.path)


def test_combinations_are_those_of_sweeps(made_cv):
    assert combinations(read_study(made_cv(BINARY).path)) == []
