"""`dataset.columns`: what each type of column may say."""

import pytest

from dltrain.config import load
from dltrain.errors import ConfigError

TEXT = """\
dataset: {{type: csv, path: a.csv, target: y, columns: {{a: {{{}}}}}}}
architecture: {{type: mlp, units: 2}}
"""
READ = {
    "logarithms": ("type: number, scaling: LOG1P", {"scaling": "log1p"}),
    "vectors": ("type: category, encoding: embedding, dimension: 3", {"dimension": 3}),
    "German dates": ("type: date, format: '%d.%m.%Y'", {"format": "%d.%m.%Y", "cyclic": True}),
    "dates with a zone": ("type: date, format: '%Y-%m-%d %z'", {"format": "%Y-%m-%d %z"}),
    "parts": ("type: date, parts: [Month, hour], cyclic: false", {"parts": ["month", "hour"]}),
    "booleans": ("type: boolean, missing: impute", {"missing": "impute"}),
}


@pytest.mark.parametrize(("keys", "values"), READ.values(), ids=READ.keys())
def test_keys_are_read(tmp_path, keys, values):
    path = tmp_path / "a.yaml"
    path.write_text(TEXT.format(keys), encoding="utf-8")

    column = load(path).experiment.dataset.model_dump()["columns"]["a"]

    assert {name: column[name] for name in values} == values


DIRECTIVES = "expected directives of Python's strptime, such as %d.%m.%Y."
WRONG = {
    "a dimension without vectors": (
        "type: category, dimension: 3",
        "dimension: got a dimension for one_hot, expected one for an embedding alone. "
        "Say `encoding: embedding`.",
    ),
    "a format without directives": (
        "type: date, format: dd.mm.yyyy", f"format: got 'dd.mm.yyyy', {DIRECTIVES}",
    ),
    "an unknown directive": ("type: date, format: '%d.%Q'", f"format: got '%d.%Q', {DIRECTIVES}"),
    "a part twice": (
        "type: date, parts: [day, day]",
        "parts: got ['day', 'day'], expected each part once.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "message"), WRONG.values(), ids=WRONG.keys())
def test_keys_that_do_not_go_together_are_refused(tmp_path, keys, message):
    path = tmp_path / "a.yaml"
    path.write_text(TEXT.format(keys), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(path)

    [problem] = caught.value.problems
    assert problem.partition(": ")[2] == f"dataset.columns.a.{message}"
