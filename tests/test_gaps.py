"""Missing values from the file to the prediction: every command fills them as the training did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dltrain.config import load
from dltrain.errors import DataError
from dltrain.reevaluation import evaluate
from dltrain.run import Run

CONFIG = """\
dataset:
  type: csv
  path: gaps.csv
  target: y
  na_values: ["?"]
  missing: impute
  columns: {{c: {{type: number, missing: {c}}}}}
architecture: {{layers: [{{type: dense, units: 4, activation: tanh}}]}}
metrics: [accuracy]
training: {{epochs: 2, batch_size: 16}}
"""


def fitted(home, command, c):
    draw = np.random.default_rng(2)
    table = pd.DataFrame({"a": draw.normal(size=200), "b": draw.choice(["u", "v"], 200)})
    table["c"], table["y"] = draw.normal(size=200), (table["a"] > 0).astype(int)
    table.loc[::5, "a"], table.loc[::7, "b"] = np.nan, None
    if c == "drop":
        table.loc[::4, "c"] = np.nan
    table.to_csv(home / "gaps.csv", index=False, na_rep="?")
    (home / "gaps.yaml").write_text(CONFIG.format(c=c), encoding="utf-8")
    ended = command("fit", home / "gaps.yaml", "-o", home / "runs")
    assert ended.exit_code == 0, ended.stderr
    return Run(ended.folder)


@pytest.fixture(scope="module")
def run(tmp_path_factory, command):
    return fitted(tmp_path_factory.mktemp("gaps"), command, "error")


pytestmark = pytest.mark.slow


def test_a_table_with_gaps_is_predicted_as_the_filled_matrix(run):
    table = pd.DataFrame({"a": [0.5, np.nan], "b": ["u", None], "c": [1.0, 2.0]})

    by_name = run.predict(table)
    by_matrix = run.predict(np.array([[0.5, 0, 1], [np.nan, np.nan, 2]]))

    pd.testing.assert_frame_equal(by_name, by_matrix)
    assert by_name.notna().all(axis=None)


WRONG = {
    "a gap in a table": pd.DataFrame({"a": [1.0], "b": ["u"], "c": [np.nan]}),
    "a gap in an array": np.array([[1.0, 0.0, np.nan]]),
    "infinity where gaps are filled": np.array([[np.inf, 0.0, 1.0]]),
}


@pytest.mark.parametrize("rows", WRONG.values(), ids=WRONG.keys())
def test_a_gap_is_refused_where_the_column_does_not_fill_it(run, rows):
    with pytest.raises(DataError):
        run.predict(rows)


def test_other_data_with_gaps_is_evaluated(run, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b,c,y\n?,u,1,0\n1,?,2,1\n?,?,3,1\n", encoding="utf-8")

    judged = evaluate(run.path, data=other)

    assert all(judged["splits"]["data"][name] is not None for name in judged["main"])
    assert judged["rows"] == {"data": 3}


def test_the_folder_evaluates_to_the_same_figures(run):
    assert evaluate(run.path)["splits"] == run.metrics


def test_the_resolved_file_keeps_what_each_column_does_about_gaps(run):
    columns = load(run.path / "config.resolved.yaml").experiment.dataset.columns

    assert {name: column.missing for name, column in columns.items()} == {
        "a": "impute", "b": "impute", "c": "error",
    }  # fmt: skip


def test_rows_that_are_left_out_are_in_no_part(tmp_path, command):
    run = fitted(tmp_path, command, "drop")

    rows = pd.read_csv(run.path / "split.csv")["row"]
    assert sorted(rows) == [row for row in range(200) if row % 4]
    assert evaluate(run.path)["splits"] == run.metrics
