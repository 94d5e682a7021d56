"""Runs on texts: from folders or columns to the run folder, and to other texts."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import dltrain
from dltrain.errors import DataError
from dltrain.run_folder import PREPROCESSING, RESOLVED, RunFolder

WORDS = {"good": ("fine", "great", "lovely"), "bad": ("awful", "boring", "dull")}
FOLDERS = """\
dataset: {type: text, path: films, text: {encoding: ENCODING, vocabulary: 50}}
split: {type: given, fractions: {val: 0.2}}
architecture: {type: mlp, units: 4}
metrics: [accuracy]
optimizer: {type: adam, learning_rate: 0.1}
training: {epochs: 5, batch_size: 8}
"""
SEVERAL = """\
dataset:
  type: csv
  path: films.csv
  target: verdict
  inputs: {year: [year], title: [title], review: [review]}
  columns:
    title: {type: text, encoding: bigrams, vocabulary: 30}
    review: {type: text, encoding: tf_idf, vocabulary: 20}
architecture:
  layers:
    - {type: dense, units: 4, activation: relu, inputs: title, name: t}
    - {type: dense, units: 4, activation: relu, inputs: review, name: r}
    - {type: concatenate, inputs: [t, r, year]}
metrics: [accuracy]
optimizer: {type: adam, learning_rate: 0.1}
training: {epochs: 5, batch_size: 16}
"""


def review(draw, verdict):
    words = [*draw.choice(WORDS[verdict], 3), *draw.choice(["a", "film", "the"], 4)]
    return " ".join(draw.permutation(words)) + "."


def write_films(folder):
    draw = np.random.default_rng(1)
    for part, number in (("train", 20), ("test", 10)):
        for verdict in WORDS:
            inner = folder / "films" / part / verdict
            inner.mkdir(parents=True)
            for index in range(number):
                (inner / f"{index}.txt").write_text(review(draw, verdict))


@pytest.fixture
def fitted(tmp_path, command, monkeypatch):
    """Train by a config in the folder of the data."""
    monkeypatch.chdir(tmp_path)

    def fit(text):
        (tmp_path / "films.yaml").write_text(text)
        ended = command("fit", "films.yaml", "-o", "runs")
        assert ended.exit_code == 0, ended.stderr
        return RunFolder(ended.folder), ended.stderr

    return fit


ENCODINGS = {"multi_hot": 9, "bigrams": 50, "tf_idf": 9}


@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "words"), ENCODINGS.items(), ids=ENCODINGS.keys())
def test_a_folder_of_texts_is_trained_evaluated_and_predicted(
    tmp_path, command, fitted, encoding, words
):
    write_films(tmp_path)

    folder, told = fitted(FOLDERS.replace("ENCODING", encoding))

    vocabulary = min(50, words + 3)
    assert f"data    60 rows of text → {vocabulary} inputs · binary target, 50 % good" in told
    assert "train 32 · val 8 · test 20, stratified" in told
    metrics = folder.read_json("metrics.json")["splits"]
    assert metrics["test"]["accuracy"] > 0.9
    resolved = dltrain.config.load(folder.file(RESOLVED)).experiment.dataset.text
    learned = folder.read_json(PREPROCESSING)["inputs"]
    assert (resolved.encoding, resolved.vocabulary, resolved.length) == (
        encoding, vocabulary, learned["shape"][0],
    )  # fmt: skip

    again = json.loads(command("evaluate", folder.path, "--json").stdout)["splits"]
    assert again["test"] == pytest.approx(metrics["test"])
    other = command("evaluate", folder.path, "--data", tmp_path / "films" / "test", "--json")
    assert json.loads(other.stdout)["splits"]["data"] == pytest.approx(metrics["test"])

    run = dltrain.Run(folder.path)
    rows = pd.DataFrame({"text": ["lovely, great and fine!", "Dull, boring, awful"]})
    assert run.predict(rows)["prediction"].tolist() == ["good", "bad"]
    with pytest.raises(DataError, match="got no column 'text' among review"):
        run.predict(rows.rename(columns={"text": "review"}))
    with pytest.raises(DataError, match="got 1 missing text, the first in row 1, "):
        run.predict(pd.DataFrame({"text": ["lovely", None]}))


@pytest.mark.slow
def test_texts_of_several_encodings_stand_beside_a_table(tmp_path, fitted):
    draw = np.random.default_rng(2)
    verdicts = draw.choice(list(WORDS), 120)
    table = pd.DataFrame(
        {
            "year": draw.integers(1990, 2020, 120),
            "title": [f"the {verdict} film" for verdict in draw.choice(list(WORDS), 120)],
            "review": [review(draw, verdict) for verdict in verdicts],
            "verdict": verdicts,
        }
    )
    table.to_csv(tmp_path / "films.csv", index=False)

    folder, told = fitted(SEVERAL)

    assert "year 1 · title text → 11 inputs · review text → 12 inputs" in told
    metrics = folder.read_json("metrics.json")["splits"]
    assert metrics["test"]["accuracy"] > 0.9
    columns = dltrain.config.load(folder.file(RESOLVED)).experiment.dataset.columns
    assert (columns["title"].encoding, columns["review"].encoding) == ("bigrams", "tf_idf")


LOADED = """\
import json, sys
import keras, numpy as np
model = keras.saving.load_model(sys.argv[1])
facts = json.load(open(sys.argv[2]))["inputs"]
tokens = np.zeros((2, facts["shape"][0]), np.int32)
for row, word in enumerate(("lovely", "dull")):
    tokens[row, -1] = facts["words"].index(word) + 3
print(json.dumps(model.predict(tokens, verbose=0)[:, 0].tolist()))
assert "dltrain" not in sys.modules
"""


@pytest.mark.slow
def test_the_saved_model_is_one_of_plain_keras(tmp_path, fitted):
    write_films(tmp_path)
    folder, _ = fitted(FOLDERS.replace("ENCODING", "tf_idf"))

    done = subprocess.run(
        [sys.executable, "-c", LOADED, folder.file("model/best.keras"), folder.file(PREPROCESSING)],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip

    lovely, dull = json.loads(done.stdout.splitlines()[-1])
    rows = pd.DataFrame({"text": ["lovely", "dull"]})
    expected = dltrain.Run(folder.path).predict(rows)["p_good"]
    assert np.allclose([lovely, dull], expected, atol=1e-6)
