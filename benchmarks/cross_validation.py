"""How long does `dltrain cv` take on heart, 5 folds × 5 repeats, beside a loop of `model.fit`?

    DLTRAIN_DATA=FOLDER python benchmarks/cross_validation.py [--fits 5] [--rounds 1]

The command is the whole process: imports, data, 25 trainings of up to 300 epochs with early
stopping, figures, baselines and predictions of each, 25 run folders with models, means and
intervals; without the report. The loop is a process too, in which as many networks as `--fits`
train one after another by `model.fit` on the rows that the command's members have, with the same
callbacks; its seconds are those of the training alone, scaled up to 25. In turns, once more
before, uncounted, where there are several rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from machine import machine
from processes import run

CONFIG = Path(__file__).parents[1] / "configs" / "heart.yaml"
MEMBERS = 25
LOOP = """
import json, sys, time
from pathlib import Path
from dltrain import backend
backend.options = backend.Options(helpers=False)
backend.start()
import keras
from dltrain.config import load
from dltrain.study.cross_validation import members_of
from dltrain.study.rows import Rows
from dltrain.study.training import prepare
from dltrain.training.callbacks import build_callbacks
rows, spent, epochs = Rows(smoke=False), [], []
members = list(members_of(load(sys.argv[1], sys.argv[3:]), test=False))
for member in members[:int(sys.argv[2])]:
    ready = prepare(member, rows).assembly
    values = ready.config.experiment
    callbacks = build_callbacks(values.callbacks, Path(), ready.modes)
    started = time.perf_counter()
    history = ready.network.fit(
        *ready.train, batch_size=ready.batch_size, epochs=ready.epochs, verbose=0,
        validation_data=ready.val, validation_batch_size=ready.validation_batch_size,
        callbacks=callbacks,
    )
    spent.append(time.perf_counter() - started)
    epochs.append(len(history.epoch))
print(json.dumps([sum(spent) / len(spent), sum(epochs) / len(epochs)]))
"""


def main() -> None:
    """Run both in turns, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fits", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    data = Path(os.environ["DLTRAIN_DATA"], "heart", "heart.csv").absolute()
    changes = [f"dataset.path={data}", "cross_validation.repeats=5", "evaluation.report=false"]
    wholes, trainings, fits = [], [], []
    for number in range(arguments.rounds + (arguments.rounds > 1)):
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "dltrain", "cv", str(CONFIG), *changes, "-o", folder]
            whole = run(command)
            study = Path(whole.said.strip())
            facts = [
                json.loads(path.read_text(encoding="utf-8"))
                for path in study.glob("members/*/status.json")
            ]
        training = sum(one["seconds"]["training"] for one in facts)
        epochs = statistics.mean(one["epochs"] for one in facts)
        loop = run(["-c", LOOP, str(CONFIG), str(arguments.fits), *changes])
        mean, loop_epochs = json.loads(loop.said.splitlines()[-1])
        if number or arguments.rounds == 1:
            wholes.append(whole.wall)
            trainings.append(training)
            fits.append(mean * MEMBERS)
    print(f"{machine()}; heart, {MEMBERS} trainings of up to 300 epochs\n")
    print(f"epochs of a training: {epochs:.0f}; of `model.fit`, {arguments.fits} of them: "
          f"{loop_epochs:.0f}\n")  # fmt: skip
    print("| | seconds | `model.fit` to it |\n|---|---|---|")
    print(f"| `model.fit`, one after another | {statistics.median(fits):.1f} | 1 |")
    for name, seconds in (("whole command", wholes), ("training", trainings)):
        ratios = [fit / own for fit, own in zip(fits, seconds, strict=True)]
        spread = f"({min(ratios):.1f} – {max(ratios):.1f})"
        cells = f"{statistics.median(seconds):.1f} | {statistics.median(ratios):.1f} {spread}"
        print(f"| `dltrain cv`, {name} | {cells} |")


if __name__ == "__main__":
    main()
