"""How fast is `dltrain tune` beside KerasTuner with `model.fit`, and how good is what it finds?

    python benchmarks/tune.py [--rounds 3] [--seeds 10] [--no-grid]

The digits of scikit-learn with the training of configs/digits.yaml, at most 100 epochs and early
stopping; 30 trials by chance over the learning rate, the number of units and the dropout rate.
Both are whole processes, in turns: `dltrain tune` with a run folder for each trial and the best one
trained once more, and a script with KerasTuner's `RandomSearch`, which has the same rows, space,
training and number of trials.

Then a grid over the same space, of 13 learning rates, 3 numbers of units and 5 dropout rates, is
gone through by `dltrain tune` as well; its best point and the best of the 30 trials are trained
with as many seeds as `--seeds`, and their val losses are compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from machine import machine
from processes import Needed, run

TRIALS = 30
FILE = """\
name: digits
dataset: {{type: sklearn, name: digits}}
architecture:
  layers:
    - {{type: dense, units: 64, activation: relu, kernel_initializer: he_normal}}
    - {{type: dropout, rate: 0.2}}
metrics: [accuracy]
optimizer: {{type: adam, learning_rate: 0.003}}
callbacks:
  - {{type: early_stopping, monitor: val_loss, patience: 10, restore_best_weights: true}}
training: {{epochs: 100, batch_size: 32}}
evaluation: {{report: false}}
search:
  algorithm: {algorithm}
  max_trials: {trials}
  space:
    optimizer.learning_rate: {{type: float, min: 1e-4, max: 1e-1, sampling: log{step}}}
    architecture.layers.0.units: {{type: choice, values: [32, 64, 128]}}
    architecture.layers.1.rate: {{type: float, min: 0, max: 0.5{other}}}
"""
KERASTUNER = """
import sys, tempfile
from dltrain import backend
backend.options = backend.Options(helpers=False)
backend.start()
import keras, keras_tuner
from dltrain.config import load
from dltrain.study.member import member
from dltrain.study.rows import Rows
from dltrain.study.training import prepare
ready = prepare(member(load(sys.argv[1]), "file", {}), Rows(smoke=False)).assembly
def build(hp):
    network = keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(
            hp.Choice("units", [32, 64, 128]), activation="relu", kernel_initializer="he_normal"),
        keras.layers.Dropout(hp.Float("dropout", 0, 0.5)),
        keras.layers.Dense(10, activation="softmax"),
    ])
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    network.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network
with tempfile.TemporaryDirectory() as folder:
    tuner = keras_tuner.RandomSearch(
        build, objective="val_loss", max_trials=int(sys.argv[2]), seed=1, directory=folder)
    (x, y), val = ready.train[:2], ready.val[:2]
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=True)
    tuner.search(
        x, y, batch_size=32, epochs=ready.epochs, verbose=0, validation_data=val,
        callbacks=[stopping])
    print(tuner.oracle.get_best_trials()[0].score)
"""


def main() -> None:
    """Run both in turns, then the grid, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--no-grid", action="store_true")
    arguments = parser.parse_args()
    print(f"{machine()}; digits, {TRIALS} trials of at most 100 epochs\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        random = folder / "digits.yaml"
        random.write_text(written("random", TRIALS), encoding="utf-8")
        searches, plain = [], []
        for _ in range(arguments.rounds):
            searches.append(tuned(random, folder / "runs"))
            plain.append(run(["-c", KERASTUNER, str(random), str(TRIALS)]))
        tell_speed(searches, plain)
        if not arguments.no_grid:
            compare(folder, Path(searches[0].said.strip()), arguments)


def written(algorithm: str, trials: int) -> str:
    """Write the file: of a grid with steps, 13 and 5 values."""
    grid = algorithm == "grid"
    return FILE.format(
        algorithm=algorithm, trials=trials,
        step=f", step: {1000 ** (1 / 12):.12f}" if grid else "", other=", step: 0.125" * grid,
    )  # fmt: skip


def tuned(file: Path, output: Path) -> Needed:
    """Run a search."""
    return run(["-m", "dltrain", "tune", str(file), "-o", str(output)])


def tell_speed(searches: list[Needed], plain: list[Needed]) -> None:
    """Print trials per minute, and their ratio round by round."""
    print("| | seconds | trials per minute |\n|---|---|---|")
    for name, needed in (("KerasTuner, `model.fit`", plain), ("`dltrain tune`", searches)):
        seconds = statistics.median(one.wall for one in needed)
        print(f"| {name} | {seconds:.1f} | {60 * TRIALS / seconds:.1f} |")
    ratios = [other.wall / own.wall for own, other in zip(searches, plain, strict=True)]
    spread = f"({min(ratios):.2f} – {max(ratios):.2f})"
    print(f"\n`dltrain tune` has {statistics.median(ratios):.2f} times the trials {spread}\n")
    for name, needed in (("KerasTuner", plain), ("dltrain", searches)):
        cpu = statistics.median(one.cpu for one in needed)
        print(f"{name}: {cpu:.1f} s of CPU", flush=True)


def compare(folder: Path, study: Path, arguments: argparse.Namespace) -> None:
    """Go through the grid, and train its best point and the best trial with several seeds."""
    grid = folder / "grid.yaml"
    grid.write_text(written("grid", 1000), encoding="utf-8")
    found = Path(tuned(grid, folder / "grid").said.strip())
    trials = json.loads((found / "study.json").read_text(encoding="utf-8"))["trials"]
    losses = {}
    for name, place in (("best of the grid", found), ("best trial", study)):
        losses[name] = by_seeds(place / "best.yaml", folder / name, arguments.seeds)
    (best, own), spread = (losses.values()), statistics.stdev(losses["best of the grid"])
    print(f"\n| of {arguments.seeds} seeds | val loss | standard deviation |\n|---|---|---|")
    for name, values in losses.items():
        print(f"| {name} | {statistics.mean(values):.4f} | {statistics.stdev(values):.4f} |")
    distance = (statistics.mean(own) - statistics.mean(best)) / spread
    print(f"\nof a grid of {len(trials)} points; distance {distance:+.2f} standard deviations")


def by_seeds(file: Path, output: Path, seeds: int) -> list[float]:
    """Train a file with several seeds; give the val losses."""
    changes = [f"sweep={{seed: [{', '.join(map(str, range(1, seeds + 1)))}]}}"]
    said = run(["-m", "dltrain", "sweep", str(file), *changes, "-o", str(output)]).said
    return [
        json.loads(path.read_text(encoding="utf-8"))["splits"]["val"]["loss"]
        for path in sorted(Path(said.strip()).glob("members/*/metrics.json"))
    ]


if __name__ == "__main__":
    main()
