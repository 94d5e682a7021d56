"""The corpus of wrong files in `wrong/`: beside each stands its whole message."""

from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from dltrain.config import load
from dltrain.config.schema import file_schema
from dltrain.config.text.source import read
from dltrain.errors import ConfigError

WRONG = Path(__file__).parent / "wrong"
FILES = sorted(WRONG.glob("*.yaml"))


def test_the_corpus_is_whole():
    assert len(FILES) >= 80
    assert {file.stem for file in FILES} == {file.stem for file in WRONG.glob("*.txt")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_wrong_file_is_refused_with_its_whole_message(monkeypatch, file):
    monkeypatch.chdir(WRONG)

    with pytest.raises(ConfigError) as caught:
        load(file.name)

    assert str(caught.value) + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")


# What one key, or the file itself, does not show: names that refer to others, sums, other files.
BEYOND_A_SCHEMA = {
    "base-missing",
    "base-of-itself",
    "checkpoint-outside-the-run-folder",
    "checkpoint-over-a-file-of-the-run",
    "column-in-two-inputs",
    "dataset-without-target",
    "expectation-of-an-unknown-figure",
    "fold-beyond-the-folds",
    "folds-by-time-drawn-twice",
    "fractions-that-do-not-sum-to-one",
    "input-of-a-layer-below-it",
    "input-of-a-layer-unknown",
    "keyword-that-attention-does-not-take",
    "layer-that-nothing-reads",
    "loss-for-two-targets",
    "loss-map-for-one-target",
    "metric-called-loss",
    "metric-twice",
    "metrics-for-two-targets",
    "monitor-that-no-metric-produces",
    "monitor-without-val-rows",
    "no-inputs-behind-several",
    "output-of-an-unknown-target",
    "reference-to-itself",
    "reference-unknown",
    "search-by-an-unknown-figure",
    "search-by-folds-without-any",
    "search-by-hyperband-with-max-trials",
    "search-by-the-test-rows",
    "search-of-a-key-that-is-none",
    "search-of-a-misspelled-value",
    "search-on-a-logarithmic-scale-from-zero",
    "search-over-losses",
    "search-over-the-split",
    "search-with-a-condition-below",
    "search-with-a-condition-that-is-never-met",
    "sweep-of-a-key-that-is-none",
    "sweep-of-a-misspelled-value",
    "sweep-of-the-seed-with-seeds",
    "sweep-without-a-key",
    "two-layers-of-one-name",
    "two-learning-rates",
    "use-of-an-unknown-layer",
}


def test_the_json_schema_refuses_every_mistake_of_structure():
    validator, accepted = Draft7Validator(file_schema()), set()

    for file in FILES:
        try:
            value = read(file.read_text(encoding="utf-8"), file.name).value
        except ConfigError:  # not YAML, so no editor gets as far as the schema
            continue
        if validator.is_valid(value):
            accepted.add(file.stem)

    assert accepted == BEYOND_A_SCHEMA
