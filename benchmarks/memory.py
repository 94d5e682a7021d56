"""How much memory does a training need above bare TensorFlow?

    python benchmarks/memory.py

Each training is a process of its own: made-up rows of which a tenth validates, a small network, two
epochs of dltrain's loop with each engine. Its peak of resident memory (`ru_maxrss`) is held against
that of a process which imports TensorFlow and adds two numbers, plus 200 MB, plus twice the bytes
of the data. The exit code says whether all stay below. Run it where JAX is not installed:
TensorFlow imports it when it is there, which takes 100 MB.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from machine import machine

ALLOWED = 200.0  # MB
ENGINES = ("graph", "xla")
BARE = "bare"
EPOCHS, BATCH = 2, 128


@dataclass(frozen=True)
class Data:
    """Rows of a table.

    Attributes:
        rows: How many.
        columns: Numbers of a row.
        units: Units of the network's hidden layers.
        dtype: float32 or uint8.
    """

    rows: int
    columns: int
    units: tuple[int, ...]
    dtype: str = "float32"

    @property
    def size(self) -> float:
        """MB of inputs and targets."""
        return self.rows * (self.columns * (4 if self.dtype == "float32" else 1) + 4) / 1e6


DATA = {
    "small": Data(3_400, 29, (16,)),
    "pictures": Data(60_000, 784, (128, 128), "uint8"),
    "large": Data(1_000_000, 100, (64, 32)),
}


def main() -> None:
    """Measure one process, or start all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(peak_here(*arguments.child))
    else:
        sys.exit(compare())


def compare() -> bool:
    """Print the table; returns whether a training needs too much."""
    bare, broken = peak_of(BARE, ""), False
    print(f"{machine()}; bare TensorFlow {bare:.0f} MB\n")
    print(
        "| training | data MB | engine | peak MB | above bare | allowed above |",
        "|---" * 6 + "|",
        sep="\n",
    )
    for name, data in DATA.items():
        shape = "-".join(str(one) for one in (data.columns, *data.units, 1))
        for engine in ENGINES:
            peak, allowed = peak_of(name, engine), ALLOWED + 2 * data.size
            broken |= peak - bare > allowed
            facts = f"{data.size:.1f} | {engine} | {peak:.0f} | {peak - bare:.0f} | {allowed:.0f}"
            print(f"| {shape}, {data.rows} rows of {data.dtype} | {facts} |", flush=True)
    return broken


def peak_of(name: str, engine: str) -> float:
    """Start a process and read its peak, MB.

    This one stays small: what starts a process counts as the least peak of it.
    """
    command = [sys.executable, __file__, "--child", name, engine]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return float(ended.stdout.splitlines()[-1])


def peak_here(name: str, engine: str) -> float:
    """Be such a process; returns its peak, MB."""
    if name == BARE:
        import tensorflow as tf

        tf.constant(1) + 1
    else:
        train(DATA[name], engine)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def train(data: Data, engine: str) -> None:
    """Train a small network, validating on a tenth of the rows."""
    from dltrain import training

    x, y = drawn(data)
    parts = slice(data.rows // 10, None), slice(data.rows // 10)
    rows, val = ((x[part], y[part]) for part in parts)
    training.train(network(data), rows, val, epochs=EPOCHS, batch_size=BATCH, seed=0, engine=engine)


def drawn(data: Data) -> tuple[Any, Any]:
    """Draw rows, without a second copy of them on the way."""
    import numpy as np

    draw, shape = np.random.default_rng(0), (data.rows, data.columns)
    y = draw.integers(0, 2, data.rows, dtype=np.int32)
    if data.dtype == "uint8":
        return draw.integers(0, 256, shape, dtype=np.uint8), y
    return draw.standard_normal(shape, dtype=np.float32), y


def network(data: Data) -> Any:
    """Build and compile the network."""
    import keras
    from keras import layers

    scaled = [layers.Rescaling(1 / 255)] if data.dtype == "uint8" else []
    hidden = [layers.Dense(units, activation="relu") for units in data.units]
    given, output = keras.Input((data.columns,), dtype=data.dtype), layers.Dense(1, "sigmoid")
    model = keras.Sequential([given, *scaled, *hidden, output])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], jit_compile=False)
    return model


if __name__ == "__main__":
    main()
