"""How much memory does a table of 20 million rows need that is streamed, and how fast is it?

    python benchmarks/larger_than_memory.py [--rows 20000000] [--memory-rows 4000000]

Makes a Parquet file of 20 numbers a row, and trains 64-32-1 on it, read by blocks from the cache:
the first run makes the entry, the second finds it. A smaller table of the same kind is read into
memory; its last epoch of three is compared with the one epoch of the large table. All are whole
commands, `dltrain fit`, each in a process of its own, whose anonymous memory (RssAnon, Linux) is
looked at ten times a second; what bare TensorFlow has is taken off. Rows per second are train rows
by the seconds of an epoch, its validation included. Needs 15 GB of disk, and of memory 1 GB for
each million of `--memory-rows`. The exit code says whether the promises hold.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

COLUMNS = 20
GROUP_ROWS = 2**20
MOST_MEMORY = 1.5e9
LEAST_SPEED = 0.5
PAUSE = 0.1
TRAIN_SHARE = 0.7
BARE = "from dltrain import backend; backend.start(); import tensorflow; tensorflow.constant(1) + 1"
CONFIG = """\
dataset: {{type: parquet, path: {path}, target: y, cache: {cache}}}
architecture: {{type: mlp, units: [64, 32], activation: relu}}
metrics: [mae]
training: {{epochs: {epochs}, batch_size: {batch_size}}}
"""


@dataclass(frozen=True)
class Measured:
    """What one process needed.

    Attributes:
        memory: The most anonymous memory, bytes.
        seconds: From start to end.
        folder: The run folder, for a run.
    """

    memory: float
    seconds: float
    folder: Path | None = None


def main() -> None:
    """Make the file, run, and print a table."""
    arguments = parsed()
    folder = Path(tempfile.mkdtemp(prefix="larger-than-memory-", dir=arguments.folder))
    try:
        sys.exit(compare(folder, arguments))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--memory-rows", type=int, default=4_000_000)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--folder", help="Where the files go. Default: where temporary ones do.")
    return parser.parse_args()


def compare(folder: Path, arguments: argparse.Namespace) -> bool:
    """Run all ways; returns whether a promise is broken."""
    large = made_table(folder / "large.parquet", arguments.rows)
    small = made_table(folder / "small.parquet", arguments.memory_rows)
    size = large.stat().st_size / 1e9
    print(f"{arguments.rows} rows of {COLUMNS} numbers, {size:.2f} GB of Parquet")
    bare = measured([sys.executable, "-c", BARE], folder).memory
    print(f"bare TensorFlow: {bare / 1e9:.2f} GB of anonymous memory")
    print(
        f"{'':26}{'above bare':>12}{'epoch':>9}{'rows/s':>10}{'whole run':>11}   seconds by phase"
    )
    speed, above = {}, {}
    for name, path, rows, cache, epochs in (
        ("streamed, making the entry", large, arguments.rows, "always", 1),
        ("streamed", large, arguments.rows, "always", 1),
        ("in memory", small, arguments.memory_rows, "never", 3),
    ):
        config = folder / f"{cache}.yaml"
        facts = {"path": path, "cache": cache, "epochs": epochs}
        text = CONFIG.format(batch_size=arguments.batch_size, **facts)
        config.write_text(text, encoding="utf-8")
        fit = ["-m", "dltrain", "fit", str(config), "-o", str(folder / "runs")]
        run = measured([sys.executable, *fit], folder)
        above[name], epoch = run.memory - bare, epoch_seconds(run.folder)
        speed[name] = TRAIN_SHARE * rows / epoch
        print(
            f"{name:26}{above[name] / 1e9:9.2f} GB{epoch:8.1f}s{speed[name]:10.0f}"
            f"{run.seconds:10.1f}s   {phases(run.folder)}",
            flush=True,
        )
    ratio = speed["streamed"] / speed["in memory"]
    print(f"rows per second, streamed to in memory: {ratio:.2f}")
    most = max(above[name] for name in above if name != "in memory")
    return most > MOST_MEMORY or ratio < LEAST_SPEED


def made_table(path: Path, rows: int) -> Path:
    """Write 20 columns of float64 and a target that follows from them, a row group at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    names = [f"x{index}" for index in range(COLUMNS)]
    schema = pa.schema([(name, pa.float64()) for name in [*names, "y"]])
    draw = np.random.default_rng(0)
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, GROUP_ROWS):
            x = draw.normal(size=(min(GROUP_ROWS, rows - start), COLUMNS))
            y = x[:, 0] + x[:, 1] * x[:, 2] + draw.normal(0, 0.1, len(x))
            writer.write_table(pa.table([*x.T, y], schema=schema))
    return path


def measured(command: list[str], folder: Path) -> Measured:
    """Run a command, and look at its anonymous memory while it runs."""
    started, most = time.perf_counter(), 0.0
    environment = os.environ | {"DLTRAIN_CACHE": str(folder / "cache")}
    with (folder / "stderr.txt").open("w+") as errors:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        while process.poll() is None:
            most = max(most, anonymous(process.pid))
            time.sleep(PAUSE)
        said = process.communicate()[0].strip()
        errors.seek(0)
        if process.returncode:
            raise SystemExit(errors.read())
    return Measured(most, time.perf_counter() - started, Path(said) if said else None)


def anonymous(process: int) -> float:
    """Read the anonymous memory of a process, bytes."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return sum(float(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def epoch_seconds(run: Path | None) -> float:
    """Read what the last epoch of a run took."""
    with (Path(run or "") / "timing.csv").open() as file:
        return float(list(csv.DictReader(file))[-1]["seconds"])


def phases(run: Path | None) -> str:
    """Read the seconds of a run by phase."""
    seconds = json.loads((Path(run or "") / "status.json").read_text())["seconds"]
    return " · ".join(f"{name} {value:.0f}" for name, value in seconds.items())


if __name__ == "__main__":
    main()
