"""Every kind of source goes the whole way: fit, evaluate again, and plain Keras."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import dltrain
from dltrain.reevaluation import evaluate
from dltrain.trust import trusting

MODULE = """\
import pandas as pd

def load(path):
    table = pd.read_csv(path)
    return table[["x", "word"]], table["y"]
"""
CONFIG = """\
dataset: {dataset}
architecture:
  layers: {layers}
metrics: {metrics}
training: {{epochs: 2}}
"""


def write_sources(folder):
    """Write one table in every form: three csv files, a folder of Parquet, ARFF; and a series."""
    draw = np.random.default_rng(8)
    table = pd.DataFrame({"x": draw.normal(size=90).round(4), "word": draw.choice(["p", "q"], 90)})
    table["y"] = (table["x"] + (table["word"] == "p") > 0.5).astype(int)
    table.to_csv(folder / "all.csv", index=False)
    for at, name in enumerate("abc"):
        table[30 * at : 30 * at + 30].to_csv(folder / f"rows-{name}.csv", index=False)
    head = "@relation made\n@attribute x numeric\n@attribute word {p,q}\n@attribute y {0,1}\n"
    (folder / "a.arff").write_text(head + "@data\n" + table.to_csv(index=False, header=False))
    (folder / "load_table.py").write_text(MODULE)
    days = pd.date_range("2026-01-01", periods=120).strftime("%Y-%m-%d")
    wave = np.sin(np.arange(120) / 5)
    heat, rain = (20 + wave + draw.normal(0, 0.1, 120)).round(3), draw.integers(0, 5, 120)
    pd.DataFrame({"day": days, "heat": heat, "rain": rain}).to_csv(folder / "s.csv", index=False)
    (folder / "parts").mkdir()
    return table


SOURCES = {
    "csv": "{type: csv, path: all.csv, target: y}",
    "csv files": "{type: csv, path: [rows-a.csv, 'rows-[bc].csv'], target: y}",
    "arff": "{type: arff, path: a.arff, target: y}",
    "python": "{type: python, function: 'load_table:load', arguments: {path: PATH}}",
    "parquet": "{type: parquet, path: parts, target: y}",
}


@pytest.mark.slow
def test_the_same_rows_give_the_same_run_from_every_source(tmp_path):
    table = write_sources(tmp_path)
    sources = dict(SOURCES)
    try:
        table[:50].to_parquet(tmp_path / "parts" / "a.parquet")
        table[50:].to_parquet(tmp_path / "parts" / "b.parquet")
    except ImportError:
        del sources["parquet"]
    metrics = {}
    for name, dataset in sources.items():
        config = tmp_path / "a.yaml"
        layers, given = "[{type: dense, units: 4}]", dataset.replace("PATH", f"{tmp_path}/all.csv")
        config.write_text(CONFIG.format(dataset=given, layers=layers, metrics="[accuracy]"))
        run = dltrain.fit(config, output=tmp_path / "runs", quiet=True, trust=name == "python")
        metrics[name] = run.metrics

        with trusting(name == "python"):
            assert evaluate(run.path)["splits"] == run.metrics

    assert all(one == metrics["csv"] for one in metrics.values())


TARGETS = {
    "one target": ("heat", ["target_heat+1", "target_heat+2"]),
    "two in one output": (
        "[heat, rain]", ["target_heat+1", "target_heat+2", "target_rain+1", "target_rain+2"],
    ),
    "two outputs": (
        "{heat: {scaling: standard}, rain: {scaling: none}}",
        ["target_heat+1", "target_heat+2", "target_rain+1", "target_rain+2"],
    ),
}  # fmt: skip
PLAIN = """\
import sys
import keras, numpy as np
model = keras.saving.load_model(sys.argv[1])
outputs = model.predict(np.load(sys.argv[2]), verbose=0)
outputs = list(outputs.values()) if isinstance(outputs, dict) else [outputs]
np.save(sys.argv[3], np.concatenate(outputs, axis=1))
assert "dltrain" not in sys.modules
"""


@pytest.mark.slow
@pytest.mark.parametrize(("target", "columns"), TARGETS.values(), ids=TARGETS.keys())
def test_a_time_series_goes_the_whole_way(tmp_path, target, columns):
    write_sources(tmp_path)
    dataset = f"{{type: windows, path: s.csv, target: {target}, time: day, window: 6, horizon: 2}}"
    several = target.startswith("{")
    metrics = "{heat: [mae], rain: [mae]}" if several else "[mae]"
    config = tmp_path / "a.yaml"
    config.write_text(CONFIG.format(dataset=dataset, layers="[{type: gru, units: 4}]",
                                    metrics=metrics))  # fmt: skip

    run = dltrain.fit(config, output=tmp_path / "runs", quiet=True)

    predictions = pd.read_csv(run.path / "predictions.csv")
    assert [name for name in predictions if name.startswith("target")] == columns
    series = pd.read_csv(tmp_path / "s.csv")
    truth = np.stack([
        series[name.removeprefix("target_")[:-2]].to_numpy()[predictions["row"] + 5 + int(name[-1])]
        for name in columns
    ], axis=1)  # fmt: skip
    np.testing.assert_allclose(predictions[columns], truth, rtol=1e-6)

    assert evaluate(run.path)["splits"] == run.metrics

    new = run.predict(series)
    given = [name.replace("target", "prediction") for name in columns]
    np.testing.assert_allclose(
        new.loc[predictions["row"] + 5, given], predictions[given], rtol=1e-5, atol=1e-6
    )
    assert list(new.index) == list(range(5, 120))

    windows = np.stack([series[["heat", "rain"]][at : at + 6] for at in predictions["row"]])
    np.save(tmp_path / "x.npy", windows.astype(np.float32))
    paths = [run.path / "model" / "best.keras", tmp_path / "x.npy", tmp_path / "y.npy"]
    subprocess.run([sys.executable, "-c", PLAIN, *map(str, paths)], check=True, cwd=tmp_path)
    by_keras = np.sort(np.load(tmp_path / "y.npy"), axis=1)
    np.testing.assert_allclose(by_keras, np.sort(predictions[given], axis=1), rtol=1e-4, atol=1e-5)
