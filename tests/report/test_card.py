"""model_card.md: what somebody needs who has the model alone."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest

from dltrain.data.targets import NamedTargets
from dltrain.report.card import model_card
from dltrain.report.deciding import decisions, meanings
from dltrain.report.record import read_record
from dltrain.report.tables import figures_table
from dltrain.report.words import lead
from tests.report.conftest import BINARY, CLASSES, LABELS


def test_the_whole_card(made):
    folder = made(
        BINARY,
        rows=30,
        main=["accuracy", "loss"],
        splits={part: {"accuracy": 0.9, "loss": 0.3} for part in ("train", "val", "test")},
        intervals={"test": {"accuracy": [0.6, 0.98], "loss": [0.2, 0.5]}},
        baselines={"majority": {"test": {"accuracy": 0.5, "loss": 0.69}}},
    )

    card = model_card(read_record(folder.path))

    head, _, rest = card.partition("\n## How it was made\n")
    assert (
        head
        == f"""\
# made

On test, accuracy is 0.900 (95 % interval 0.600 – 0.980); baselines: 0.500 (majority).

It trained for 5 epochs in 1.500 s; the best was epoch 3.

## Data

- source: csv · /data/rows.csv
- inputs: array of 3
- target: binary, 2 classes: no, yes
- split: \\{{type: random, fractions: \\{{train: 0.7, val: 0.1, test: 0.2\\}}, \
stratify: true, seed: 0\\}}

Rows:

| part | rows | share |
|---|---:|---:|
| train | 10 | 33 % |
| val | 10 | 33 % |
| test | 10 | 33 % |

Rows by class:

| class | train | val | test |
|---|---:|---:|---:|
| no | {_counts(folder, "no")} |
| yes | {_counts(folder, "yes")} |

## Figures

| figure | train | val | test | 95 % interval, test | majority |
|---|---:|---:|---:|---:|---:|
| accuracy | 0.900 | 0.900 | 0.900 | 0.600 – 0.980 | 0.500 |
| loss | 0.300 | 0.300 | 0.300 | 0.200 – 0.500 | 0.690 |

Baselines are judged on test.

## Limits

- It was judged on rows of the same source; for rows from elsewhere nothing is known.

## How to load it

In the run folder, which holds this card:

```python
import keras

model = keras.saving.load_model("model/best.keras", compile=False)
model.summary()  # takes raw numbers: the preprocessing is inside
```

It takes an array of shape (n, 3).

It gives one number a row: P(yes), the probability of class yes; the other class is no.
"""
    )
    assert "- optimizer: " in rest


def _counts(folder, name):
    """Count the rows of a class in each part, as cells of a table."""
    lines = [line.split(",")[1:3] for line in (folder / "predictions.csv").read_text().splitlines()]
    return " | ".join(str(lines.count([part, name])) for part in ("train", "val", "test"))


def test_a_model_that_no_test_row_has_judged_says_so(made):
    card = model_card(read_record(made(BINARY, parts=("train", "val")).path))

    assert (
        "- It was judged on val rows alone, which it was trained on or chosen by: on new rows it "
        "will be worse."
    ) in card


@pytest.mark.parametrize(
    ("values", "said"), [(["p", "q"], True), ([1, 2], False)], ids=["words", "numbers"]
)
def test_numbers_of_words_are_spoken_of_where_there_are_words(made, values, said):
    folder = made(BINARY)
    facts = folder.read_json("preprocessing.json")
    columns = [{"name": "a", "type": "number"}, {"name": "k", "type": "category", "values": values}]
    facts["inputs"] = {"form": "table", "columns": columns, "raw": ["a", "k"]}
    folder.write_json("preprocessing.json", facts)

    card = model_card(read_record(folder.path))

    assert ("Words are given by their number in `preprocessing.json`." in card) == said


def test_a_chosen_threshold_is_told_with_what_it_decides(made):
    more = "evaluation: {threshold: {sensitivity: 0.9}}\n"
    record = read_record(made(BINARY, more=more, threshold=0.30312345).path)

    card = model_card(record)
    [table] = figures_table(record)

    rule = "chosen on val by {sensitivity: 0.9}."
    assert table.note == f"A row counts as yes where P(yes) is above 0.303, {rule}"
    assert (
        "\nA row counts as yes where P(yes) is above 0.30312345, "
        r"chosen on val by \{sensitivity: 0.9\}."
    ) in card


def test_thresholds_of_several_targets_name_them(made):
    target = NamedTargets({"spoiled": BINARY, "moods": LABELS, "kind": CLASSES})
    record = read_record(made(target, threshold=0.5).path)

    assert list(decisions(record)) == [
        "A row counts as yes for spoiled where P(yes) is above 0.5.",
        "A label is given for moods where its probability is above 0.5.",
    ]
    assert list(meanings(record)) == [
        "It gives one number a row for spoiled: P(yes), the probability of class yes; "
        "the other class is no."
    ]


def test_logits_are_called_log_odds(made):
    more = "loss: {type: binary_crossentropy, from_logits: true}\n"
    record = read_record(made(BINARY, more=more).path)

    assert list(meanings(record)) == [
        "It gives one number a row: the log-odds of class yes, whose sigmoid is P(yes); "
        "the other class is no."
    ]


def test_a_smoke_run_is_called_one_at_the_top(made):
    folder = made(BINARY)
    folder.write_json("environment.json", {"smoke": True})

    assert next(lead(read_record(folder.path))) == (
        "This is a smoke run: at most 256 rows and 2 epochs; its figures mean nothing."
    )


@pytest.mark.slow
def test_the_code_of_the_card_runs(fitted, monkeypatch, capsys):
    card = (fitted / "model_card.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    monkeypatch.chdir(fitted.path)
    names: dict[str, object] = {}

    exec(code, names)

    model = names["model"]
    assert isinstance(model, keras.Model)
    columns = re.search(r"in this order: (.*)\.", card)[1].count("`") // 2
    assert model.predict(np.zeros((2, columns), np.float32), verbose=0).shape == (2, 1)
