"""How long does a small `dltrain fit` take from start to end, beside a script for plain Keras?

    python benchmarks/start_up.py [--rounds 9]

Whole processes, in turns: `dltrain fit configs/digits.yaml training.epochs=1`, a hand-written
script with the same rows, network, metrics and one epoch that saves a model, and `import
tensorflow` alone. Prints the medians of wall time and CPU time with their ratios to the script, and
where the time goes in dltrain, which also splits, evaluates all parts, judges a linear model and
writes a run folder. The first round, which fills the disk's cache, is not counted. Run it where JAX
is not installed: TensorFlow imports it when it is there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from machine import machine
from processes import Needed, run, table

CONFIG = Path(__file__).parents[1] / "configs" / "digits.yaml"
DLTRAIN, SCRIPT, BARE = (
    "`dltrain fit configs/digits.yaml training.epochs=1`",
    "a script for plain Keras",
    "`import tensorflow`",
)
KERAS = """\
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(7)
x, y = load_digits(return_X_y=True)
x, y = (x / 16).astype("float32"), keras.utils.to_categorical(y, 10)
x, x_test, y, y_test = train_test_split(x, y, test_size=0.2, stratify=y, random_state=7)
x, x_val, y, y_val = train_test_split(x, y, test_size=0.125, stratify=y, random_state=7)
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(64, activation="relu", kernel_initializer="he_normal"),
    keras.layers.Dropout(0.2),
    keras.layers.Dense(10, activation="softmax"),
])
metrics = ["accuracy", keras.metrics.F1Score(average="macro")]
model.compile(keras.optimizers.Adam(0.003), "categorical_crossentropy", metrics=metrics)
model.fit(x, y, batch_size=32, epochs=1, validation_data=(x_val, y_val), verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
model.save("digits.keras")
"""


def main() -> None:
    """Run in turns, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "digits.py").write_text(KERAS, encoding="utf-8")
        runs = in_turns(commands(), rounds, Path(folder))
        phases = [phases_of(Path(folder, run.said.strip())) for run in runs[DLTRAIN]]
    print(f"{machine()}; medians of {rounds} rounds\n")
    print(table(runs, SCRIPT, "the script's"), end="\n\n")
    print(phase_table(phases))


def commands() -> dict[str, list[str]]:
    """Give the arguments of Python for each of the contenders."""
    fit = ["-m", "dltrain", "fit", str(CONFIG), "training.epochs=1", "expect=null"]
    return {DLTRAIN: fit, SCRIPT: ["digits.py"], BARE: ["-c", "import tensorflow"]}


def in_turns(commands: dict[str, list[str]], rounds: int, folder: Path) -> dict[str, list[Needed]]:
    """Run each command once a round, and once more before."""
    runs: dict[str, list[Needed]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, arguments in commands.items():
            needed = run(arguments, folder)
            if number:
                runs[name].append(needed)
    return runs


def phases_of(folder: Path) -> dict[str, float]:
    """Read the seconds by phase of a run."""
    return json.loads((folder / "status.json").read_text(encoding="utf-8"))["seconds"]


def phase_table(phases: list[dict[str, float]]) -> str:
    """Write the median seconds of each phase of dltrain."""
    medians = {name: statistics.median(one[name] for one in phases) for name in phases[0]}
    head = f"| seconds in dltrain | {' | '.join(medians)} |"
    cells = " | ".join(f"{value:.2f}" for value in medians.values())
    return "\n".join([head, "|---" * (len(medians) + 1) + "|", f"| median | {cells} |"])


if __name__ == "__main__":
    main()
