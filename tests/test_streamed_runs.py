"""Whole runs on a table that is read from the cache by blocks."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.data import blocks
from dltrain.data.sources import chunks

ROWS = 900
NETWORK = "architecture: {layers: [{type: dense, units: 8, activation: relu}]}"
GRAPH = """\
architecture:
  layers:
    - {type: dense, units: 8, activation: relu, inputs: one, name: left}
    - {type: dense, units: 8, activation: relu, inputs: two, name: right}
    - {type: concatenate, inputs: [left, right]}
"""
RUNS = {
    "class weights": f"training: {{class_weight: balanced, epochs: 2}}\n{NETWORK}",
    "weights of rows": (
        f"training: {{sample_weight: rank, class_weight: balanced, epochs: 2}}\n{NETWORK}"
    ),
    "weights of rows for several targets": (
        f"training: {{sample_weight: rank, epochs: 2}}\n{NETWORK}"
    ),
    "weights of rows of an autoencoder": (
        f"task: autoencoder\ntraining: {{sample_weight: rank, epochs: 2}}\n{NETWORK}"
    ),
    "the first val rows": f"training: {{validation_steps: 1, epochs: 2}}\n{NETWORK}",
    "several classes": f"loss: categorical_crossentropy\n{NETWORK}",
    "several inputs": GRAPH,
    "several targets": NETWORK,
    "an autoencoder": f"task: autoencoder\n{NETWORK}",
    "rows in the order of the file": f"training: {{shuffle: false, epochs: 2}}\n{NETWORK}",
}
DATASETS = {
    "several classes": "target: crate",
    "several inputs": "target: sort, inputs: {one: [weight], two: [colour, crate]}",
    "several targets": "target: {sort: {}, weight: {scaling: standard}}",
    "weights of rows for several targets": "target: {sort: {}, weight: {scaling: standard}}",
    "weights of rows of an autoencoder": "features: {include: [weight, crate]}",
    "an autoencoder": "features: {include: [weight, length]}",
}


@pytest.fixture
def streamed(tmp_path, monkeypatch):
    """Write a config over a table that is sorted by class; blocks have 128 rows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 128)
    monkeypatch.setattr(blocks, "PIECE_ROWS", 50)
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 100)
    draw = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            "weight": draw.normal(150, 40, ROWS),
            "length": draw.normal(8, 2, ROWS),
            "colour": draw.choice(["green", "red", "yellow"], ROWS),
            "crate": draw.choice(["a", "b", "c"], ROWS),
        }
    )
    table["rank"] = draw.integers(0, 4, ROWS)
    score = (table["weight"] - 150) / 40 + (table["colour"] == "red")
    table["sort"] = np.where(score > 0, "pear", "apple")
    table.sort_values("sort", kind="stable").to_csv("fruit.csv", index=False)

    def write(text, dataset="target: sort", cache="always"):
        head = f"seed: 3\ndataset: {{type: csv, path: fruit.csv, cache: {cache}, {dataset}}}\n"
        training = "" if "training:" in text else "training: {epochs: 2}\n"
        (tmp_path / "run.yaml").write_text(head + training + text, encoding="utf-8")
        return tmp_path / "run.yaml"

    return write


def metrics(folder):
    return json.loads((folder / "metrics.json").read_text())["splits"]


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_evaluate_gives_the_very_numbers_of_the_run(streamed, command, name):
    config = streamed(RUNS[name], DATASETS.get(name, "target: sort"))

    ended = command("fit", config)
    again = command("evaluate", ended.folder, "--json")

    assert ended.exit_code == 0, ended.stderr
    assert "cache" in ended.stderr
    assert "in columns, made in 0 s, read by blocks" in ended.stderr
    assert json.loads(again.stdout)["splits"] == metrics(ended.folder)
    assert len(pd.read_csv(ended.folder / "predictions.csv")) == ROWS


@pytest.mark.slow
@pytest.mark.parametrize("name", ["several classes", "several targets"])
def test_the_report_shows_the_rows_of_the_file(streamed, command, reports, name):
    config = streamed(RUNS[name], DATASETS[name])

    ended = command("fit", config)

    assert "warning" not in ended.stderr
    assert (ended.folder / "report.html").is_file()
    facts, table = (
        json.loads((ended.folder / "insights.json").read_text()),
        pd.read_csv("fruit.csv"),
    )
    assert facts["failed"] == {}
    for found in facts["mistakes"].values():
        for column, cells in found["cells"].items():
            for row, cell in zip(found["rows"], cells, strict=True):
                expected = table.loc[row, column]
                assert cell == expected or float(cell) == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
def test_two_runs_of_one_file_leave_the_same_bits(streamed, command):
    config = streamed(f"training: {{epochs: 3, batch_size: 16}}\n{NETWORK}")

    first, second = command("fit", config), command("fit", config)

    for name in ("history.csv", "metrics.json", "predictions.csv", "split.csv"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
    assert "in columns, read by blocks" in second.stderr


@pytest.mark.slow
def test_a_file_that_is_sorted_by_class_trains_as_well_as_in_memory(streamed, command):
    text = f"metrics: [accuracy]\ntraining: {{epochs: 30, batch_size: 16}}\n{NETWORK}"

    by_blocks = metrics(command("fit", streamed(text)).folder)
    in_memory = metrics(command("fit", streamed(text, cache="never")).folder)

    assert by_blocks["test"]["accuracy"] > 0.95
    assert by_blocks["test"]["accuracy"] == pytest.approx(in_memory["test"]["accuracy"], abs=0.03)


@pytest.mark.slow
def test_the_rows_of_the_parts_are_those_of_the_table_in_memory(streamed, command):
    by_blocks = command("fit", streamed(NETWORK)).folder
    in_memory = command("fit", streamed(NETWORK, cache="never")).folder

    assert (by_blocks / "split.csv").read_bytes() == (in_memory / "split.csv").read_bytes()
    one, other = (pd.read_csv(folder / "predictions.csv") for folder in (by_blocks, in_memory))
    pd.testing.assert_frame_equal(one[["row", "part", "target"]], other[["row", "part", "target"]])


@pytest.mark.slow
def test_predictions_are_those_of_the_saved_model(streamed, command):
    import dltrain

    ended = command("fit", streamed(NETWORK))

    found = pd.read_csv(ended.folder / "predictions.csv")
    expected = dltrain.Run(ended.folder).predict(pd.read_csv("fruit.csv").drop(columns="sort"))
    assert np.allclose(found["p_pear"], expected["p_pear"], atol=1e-6)


@pytest.mark.slow
def test_a_smoke_run_works(streamed, command):
    ended = command("fit", streamed(NETWORK), "--smoke")

    assert ended.exit_code == 0, ended.stderr
    assert len(pd.read_csv(ended.folder / "split.csv")) <= 256


@pytest.mark.slow
def test_one_batch_of_all_rows_is_refused_where_it_does_not_fit(streamed, command, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 16)

    ended = command("fit", streamed(f"training: {{batch_size: full}}\n{NETWORK}"))

    assert ended.exit_code == 2
    assert "training.batch_size: got batches of 630 rows for a table that is streamed" in (
        ended.stderr
    )


@pytest.mark.slow
def test_another_file_is_evaluated_by_blocks_too(streamed, command, tmp_path):
    ended = command("fit", streamed(f"metrics: [accuracy]\n{NETWORK}"))
    pd.read_csv("fruit.csv")[300:700].to_csv("other.csv", index=False)

    found = command("evaluate", ended.folder, "--data", "other.csv", "--json")

    assert found.exit_code == 0, found.stderr
    predicted = pd.read_csv(ended.folder / "predictions.csv")[300:700]
    accuracy = (predicted["target"] == predicted["prediction"]).mean()
    assert json.loads(found.stdout)["splits"]["data"]["accuracy"] == pytest.approx(accuracy)
