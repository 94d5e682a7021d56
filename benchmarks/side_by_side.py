"""How much faster do many small networks train side by side than one after another?

    DLTRAIN_DATA=FOLDER python benchmarks/side_by_side.py [--members 25] [--alone 3] [--rounds 1]

25 networks of 29-16-1, as in five repetitions of five folds of the heart data: up to 300 epochs of
batches of 32, a validation after each, early stopping with a patience of 33, the best weights kept.
FOLDER holds heart/heart.csv; without it rows of the same shape are made up.

All of them train side by side; a few of them (`--alone`) also train by `model.fit` and by dltrain's
own loop, one after another, each with everything that is compiled for it, and their seconds are
scaled up to the number of members. They are those that have stopped nearest the mean epoch. All
train once before, uncounted, to find that out. Read the ratios; the seconds change with what else
runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from machine import machine

from dltrain.training import train
from dltrain.training.callbacks import BestWeights
from dltrain.training.side_by_side import train_side_by_side

FOLDS, BATCH, EPOCHS, PATIENCE = 5, 32, 300, 33
CODES = ["sex", "cp", "fbs", "restecg", "exang", "ca", "thal"]


def main() -> None:
    """Train, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=25)
    parser.add_argument("--alone", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    source, x, y = heart()
    parts = folds(x, y, arguments.members)
    print(f"{machine()}; {source}; {arguments.members} networks, {arguments.rounds} rounds")
    lengths = side_by_side(parts)
    near = np.argsort(np.abs(lengths - np.mean(lengths)), kind="stable")[: arguments.alone]
    few = [parts[at] for at in near]
    print(f"`fit` and the loop: {len(few)} networks, scaled by {len(parts) / len(few):.2f}\n")
    ways: dict[str, tuple[Callable[[Any], list[int]], Any]] = {
        "side by side": (side_by_side, parts), "dltrain's loop": (by_loop, few),
        "`model.fit`": (by_fit, few),
    }  # fmt: skip
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    epochs = {}
    for name, (way, given) in ways.items():
        for _ in range(arguments.rounds):
            started = time.perf_counter()
            epochs[name] = statistics.mean(way(given))
            seconds[name].append((time.perf_counter() - started) * len(parts) / len(given))
    print(table(seconds, epochs))


def heart() -> tuple[str, np.ndarray, np.ndarray]:
    """Read the heart data, codes one-hot as in configs/heart.yaml, or make rows up."""
    path = Path(os.environ.get("DLTRAIN_DATA", ""), "heart", "heart.csv")
    if not path.is_file():
        random = np.random.default_rng(0)
        x = random.normal(size=(303, 29)).astype(np.float32)
        noise = random.normal(size=(303, 1))
        return "rows made up", x, (x[:, :1] + x[:, 1:2] + noise > 0).astype(np.float32)
    import pandas

    frame = pandas.read_csv(path)
    y = frame.pop("target").to_numpy(np.float32)[:, None]
    wide = pandas.get_dummies(frame, columns=CODES).to_numpy(np.float32)
    spread = wide.std(axis=0)
    return "heart", ((wide - wide.mean(axis=0)) / np.where(spread > 0, spread, 1)), y


def folds(x: np.ndarray, y: np.ndarray, members: int) -> list[Any]:
    """Divide the rows anew every five members."""
    parts = []
    for number in range(members):
        order = np.random.default_rng(number // FOLDS).permutation(len(x))
        held = order[number % FOLDS :: FOLDS]
        kept = np.setdiff1d(order, held)
        parts.append((number, (x[kept], y[kept]), (x[held], y[held])))
    return parts


def network(seed: int, width: int) -> keras.Model:
    """Make a network with weights of its own."""
    keras.utils.set_random_seed(seed)
    layers = [keras.Input((width,)), keras.layers.Dense(16, "relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], jit_compile=False)
    return model


def callbacks() -> list[keras.callbacks.Callback]:
    """Make what listens to one training."""
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=PATIENCE, mode="min")
    return [BestWeights("val_loss", "min"), stopping]


def side_by_side(parts: list[Any]) -> list[int]:
    """Train all networks at once; count the epochs of each."""
    numbers, rows, vals = zip(*parts, strict=True)
    models = [network(number, rows[0][0].shape[1]) for number in numbers]
    listening = [callbacks() for _ in parts]
    trained = train_side_by_side(
        models, rows, vals, epochs=EPOCHS, batch_size=BATCH, seeds=numbers, callbacks=listening
    )
    return [len(one.history) for one in trained]


def by_loop(parts: list[Any]) -> list[int]:
    """Train one network after another by dltrain's loop."""
    done = []
    for number, rows, val in parts:
        model = network(number, rows[0].shape[1])
        left = train(
            model, rows, val, epochs=EPOCHS, batch_size=BATCH, seed=number, callbacks=callbacks()
        )
        done.append(len(left.history))
    return done


def by_fit(parts: list[Any]) -> list[int]:
    """Train one network after another by Keras."""
    done = []
    for number, rows, val in parts:
        model = network(number, rows[0].shape[1])
        history = model.fit(
            *rows, BATCH, epochs=EPOCHS, validation_data=val, callbacks=callbacks(), verbose=0
        )
        done.append(len(history.epoch))
    return done


def table(seconds: dict[str, list[float]], epochs: dict[str, float]) -> str:
    """Write the median seconds, and the ratios to training side by side."""
    lines = ["| way | seconds | to side by side | epochs a network |", "|---" * 4 + "|"]
    base = statistics.median(seconds["side by side"])
    for name, values in seconds.items():
        middle = statistics.median(values)
        cells = (name, f"{middle:.1f}", f"{middle / base:.1f}", f"{epochs[name]:.0f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
