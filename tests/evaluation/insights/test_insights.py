"""Insights: measured against closed forms, and they change nothing."""

from __future__ import annotations

import hashlib
import json

import keras
import numpy as np
import pandas as pd
import pytest

from dltrain import leavings, runner
from dltrain.config import load
from dltrain.evaluation.insights import gathering
from dltrain.evaluation.insights.surface import grid
from dltrain.report.plots.importance import importance
from dltrain.report.plots.windows import windows
from dltrain.report.record import read_record
from dltrain.terminal import Terminal

LINE = """\
name: line
dataset: {{type: csv, path: line.csv, target: y, scaling: none, columns: {{k: {{type: category}}}}}}
architecture: {{layers: [{{type: dense, units: 1}}]}}
training: {{epochs: {epochs}}}
evaluation: {{report: {report}, baselines: false}}
"""


@pytest.fixture
def ran(tmp_path, reports):
    """Run a file over a made table, and give its folder and its insights."""

    def run(table, text, **overrides):
        (tmp_path / "line.csv").write_text(table, encoding="utf-8")
        (tmp_path / "line.yaml").write_text(text, encoding="utf-8")
        outcome = runner.fit(
            load(tmp_path / "line.yaml", overrides), output=tmp_path / "runs",
            terminal=Terminal(quiet=True),
        )  # fmt: skip
        folder = outcome.folder
        with np.load(folder / "insights.npz", allow_pickle=False) as archive:
            arrays = dict(archive)
        return folder, json.loads((folder / "insights.json").read_text()), arrays

    return run


def table_of(rows=300):
    draw = np.random.default_rng(4)
    a, b = draw.normal(size=(2, rows)).round(4)
    k = draw.choice(["p", "q"], rows)
    y = (3 * a + 0.0 * b).round(4)
    return "a,b,k,y\n" + "".join(f"{a[i]},{b[i]},{k[i]},{y[i]}\n" for i in range(rows))


def test_importance_is_the_error_that_a_shuffled_column_adds(ran):
    text = LINE.format(epochs=1, report="true").replace("epochs: 1", "epochs: 60").replace(
        "training: {", "optimizer: {type: adam, learning_rate: 0.05}\ntraining: {"
    )  # fmt: skip

    folder, facts, arrays = ran(table_of(), text)

    found = dict(zip(facts["importance"]["features"], arrays["importance/0"], strict=True))
    model = keras.saving.load_model(folder / "model/best.keras", compile=False)
    slope = float(
        model(np.array([[1, 0, 0]], np.float32))[0, 0]
        - model(np.array([[0, 0, 0]], np.float32))[0, 0]
    )
    val = pd.read_csv(folder / "split.csv").query("part == 'val'")["row"]
    a = pd.read_csv(folder.path.parents[2] / "line.csv")["a"].to_numpy()[val]
    assert slope == pytest.approx(3, abs=0.3)
    # Behind a random order any other row's cell may stand: the mean over all pairs of rows.
    expected = slope * np.abs(a[:, None] - a).mean()
    assert found["a"].mean() == pytest.approx(expected, rel=0.1)
    assert abs(found["b"].mean()) < 0.1
    assert abs(found["k"].mean()) < 0.1
    assert facts["importance"]["part"] == "val"


def test_importance_is_measured_on_train_rows_where_val_has_few(ran):
    folder, facts, _ = ran(table_of(150), LINE.format(epochs=1, report="true"))

    rows = pd.read_csv(folder / "split.csv")["part"].value_counts()
    assert (rows["val"], rows["test"]) == (15, 30)
    assert facts["importance"]["part"] == "train"
    assert facts["importance"]["rows"] == rows["train"]
    [plot] = importance(read_record(folder.path))
    assert plot.title == "permutation importance, train rows, as val has too few"


def test_a_report_changes_no_bit_of_the_run(fitted_pair):
    plain, reported = fitted_pair

    for name in ("metrics.json", "predictions.csv", "history.csv", "preprocessing.json"):
        assert (plain / name).read_bytes() == (reported / name).read_bytes(), name
    for name in ("best", "last"):
        assert _digest(plain, name) == _digest(reported, name)


def _digest(folder, name):
    model = keras.saving.load_model(folder / f"model/{name}.keras", compile=False)
    digest = hashlib.sha256()
    for one in model.weights:
        digest.update(one.path.encode() + one.numpy().tobytes())
    return digest.hexdigest()


@pytest.fixture
def fitted_pair(fruit, command, no_reports, monkeypatch, tmp_path):
    plain = command("fit", fruit, "training.epochs=2", "-o", tmp_path / "plain")
    monkeypatch.setattr(leavings, "is_wanted", no_reports)
    reported = command("fit", fruit, "training.epochs=2", "-o", tmp_path / "reported")
    return plain.folder, reported.folder


def test_the_surface_is_what_the_model_says_there(ran):
    text = LINE.format(epochs=2, report="{animate: true}").replace(
        "columns: {k: {type: category}}", "features: {exclude: [k]}"
    )

    folder, facts, arrays = ran(table_of(60), text)

    model = keras.saving.load_model(folder / "model/best.keras", compile=False)
    plane = grid(np.array(facts["surface"]["ends"]), 80)
    said = model.predict(plane, verbose=0, batch_size=6400).reshape(80, 80, 1)
    np.testing.assert_allclose(arrays["surface/values"], said, rtol=1e-4, atol=1e-5)
    assert facts["surface"]["epochs"] == [0, 1, 2]
    assert arrays["surface/frames"].shape == (3, 48, 48, 1)
    small = model.predict(grid(np.array(facts["surface"]["ends"]), 48), verbose=0)
    np.testing.assert_allclose(
        arrays["surface/frames"][facts["surface"]["epochs"].index(json.loads(
            (folder / "metrics.json").read_text())["epoch"])].ravel(),
        small.ravel(), rtol=2e-3, atol=2e-3,
    )  # fmt: skip


def test_one_that_fails_is_named_and_the_others_go_on(ran, monkeypatch):
    def fail(subject, gathered):
        gathered.facts["importance"] = "half done"
        raise ZeroDivisionError("made to fail")

    monkeypatch.setitem(gathering.INSIGHTS, "importance", fail)

    _, facts, _ = ran(table_of(60), LINE.format(epochs=1, report="true"))

    assert facts["failed"] == {"importance": "ZeroDivisionError: made to fail"}
    assert "importance" not in facts
    assert {"mistakes", "model", "weights"} <= set(facts)


def test_mistakes_are_spelled_as_the_table_has_them(ran):
    table = table_of(80)

    _, facts, _ = ran(table, LINE.format(epochs=1, report="true"))

    found, lines = facts["mistakes"][""], table.splitlines()[1:]
    for at, row in enumerate(found["rows"]):
        a, _, k, y = lines[row].split(",")
        assert float(found["cells"]["a"][at]) == float(a)
        assert found["cells"]["k"][at] == k
        assert found["truth"][at] == [pytest.approx(float(y))]
    sizes = np.abs(found["sizes"])
    assert (np.diff(sizes) <= 0).all()


SERIES = """\
name: series
dataset: {type: windows, path: line.csv, target: [y, z], window: 4, horizon: 2, stride: 3}
architecture: {layers: [flatten, {type: dense, units: 2}]}
training: {epochs: 1}
evaluation: {baselines: false}
"""


def test_the_worst_windows_are_kept_as_the_file_has_them(ran):
    draw = np.random.default_rng(7)
    numbers = pd.DataFrame(draw.normal(500, 5, (150, 3)).round(2), columns=["y", "other", "z"])

    folder, facts, arrays = ran(numbers.to_csv(index=False), SERIES)

    found, past = facts["mistakes"][""], arrays["mistakes/0/windows"]
    assert found["series"] == ["y", "z"]
    assert found["behind"] == [3 * window + 4 for window in found["rows"]]
    for at, behind in enumerate(found["behind"]):
        wanted = numbers[["y", "z"]]
        np.testing.assert_allclose(past[at], wanted[behind - 4 : behind], rtol=1e-6)
        follows = wanted[behind : behind + 2].to_numpy().T.ravel()
        np.testing.assert_allclose(found["truth"][at], follows, rtol=1e-6)
    plots = list(windows(read_record(folder.path), read_record(folder.path).answers[0], ""))
    assert [one.name for one in plots] == [f"worst-window-{at}" for at in range(1, 7)]


TEXTS = """\
name: texts
dataset:
  type: csv
  path: line.csv
  target: y
  inputs: {first: [first], second: [second]}
  columns:
    first: {type: text, encoding: sequence, vocabulary: 10, length: 4}
    second: {type: text, encoding: multi_hot, vocabulary: 10}
architecture:
  layers:
    - {type: embedding, output_dim: 2, inputs: first, name: e}
    - {type: flatten, inputs: e, name: f}
    - {type: concatenate, inputs: [f, second]}
training: {epochs: 1}
evaluation: {baselines: false}
"""


@pytest.fixture
def texts():
    """Rows of which every fourth has words that no other row has."""
    draw = np.random.default_rng(3)
    rows = []
    for at in range(80):
        first = " ".join(draw.choice(["Red,", "blue", "GREEN!", "-"], 3))
        second = "It's <b>so</b>"
        if at % 4 == 0:
            first = f"one  two - three only{at}! {first}\t."
            second = f"{second}  {'long' * 150}{at} end{at} gone"
        rows.append([first, second, "ab"[at // 4 % 2]])
    return pd.DataFrame(rows, columns=["first", "second", "y"])


def test_texts_are_kept_as_they_were_written_with_the_words_that_are_unknown(ran, texts):
    folder, facts, _ = ran(texts.to_csv(index=False), TEXTS)

    learned = json.loads((folder / "preprocessing.json").read_text())["inputs"]["inputs"]
    known = {name: set(one["words"]) for name, one in learned.items()}
    found = facts["mistakes"][""]
    assert found["written"]["first"]["last"] == 4
    assert found["written"]["second"]["last"] is None
    assert any(row % 4 == 0 for row in found["rows"])
    for name, column in found["written"].items():
        for row, text, unknown in zip(
            found["rows"], column["texts"], column["unknown"], strict=True
        ):
            pieces, whole = text.split(" "), texts[name][row].split()
            if name == "first" and sum(any(map(str.isalnum, one)) for one in whole) > 4:
                assert pieces[0] == "…"
                pieces = pieces[1:]
                assert sum(any(map(str.isalnum, one)) for one in pieces) == 4
                unknown = [at - 1 for at in unknown]
            if name == "second" and row % 4 == 0:
                assert (pieces[2], pieces[3:]) == ("long" * 100, ["…"])
                pieces = pieces[:2]
                assert unknown[-1] == 2
                unknown = unknown[:-1]
            assert whole[: len(pieces)] == pieces or whole[-len(pieces) :] == pieces
            plain = ["".join(filter(str.isalnum, one)).lower() for one in pieces]
            expected = [at for at, one in enumerate(plain) if one and one not in known[name]]
            assert unknown == expected
