"""How long does `dltrain runs list` take with 1 000 run folders, beside importing its libraries?

    python benchmarks/runs.py [RUN] [--folders 1000] [--rounds 9]

Makes run folders in a temporary folder, the JSON and YAML files of one real run with other
figures, seeds and learning rates; RUN is that run, by default one of configs/iris.yaml that is
trained for it. Then whole processes in turns: `import pydantic, typer, yaml, rich`, and the list in
several forms. Prints the medians of wall time and CPU time and their ratios to the import, round by
round. The first round, which fills the disk's cache, is not counted.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from machine import machine
from processes import Needed, run, table

CONFIG = Path(__file__).parents[1] / "configs" / "iris.yaml"
BASE = "`import pydantic, typer, yaml, rich`"
LIST = ["-m", "dltrain", "runs", "list"]
COMMANDS = {
    BASE: ["-c", "import pydantic, typer, yaml, rich"],
    "`runs list`": LIST,
    "`runs list --sort val.loss --limit 20`": [*LIST, "--sort", "val.loss", "--limit", "20"],
    "`runs list --json`": [*LIST, "--json"],
    "`runs list --where optimizer.type=adam`": [*LIST, "--where", "optimizer.type=adam"],
    "`runs list --sort optimizer.learning_rate`": [*LIST, "--sort", "optimizer.learning_rate"],
}
COPIED = ("config.yaml", "environment.json", "history.csv", "preprocessing.json", "timing.csv")


def main() -> None:
    """Make the folders, run in turns, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="?", type=Path)
    parser.add_argument("--folders", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        one = (arguments.run or trained(Path(folder))).absolute()
        multiply(one, Path(folder, "runs"), arguments.folders)
        seconds = in_turns(Path(folder), arguments.rounds)
    print(f"{machine()}; {arguments.folders} folders, medians of {arguments.rounds} rounds\n")
    print(table(seconds, BASE, "the import", digits=3))


def trained(folder: Path) -> Path:
    """Train the run that is copied."""
    fit = ["-m", "dltrain", "fit", str(CONFIG), "-o", str(folder / "one"), "expect=null"]
    return Path(run(fit).said.strip())


def multiply(one: Path, runs: Path, number: int) -> None:
    """Write run folders with the files of one and other values, 20 names in all."""
    draw = random.Random(0)
    status, metrics = (read(one / name) for name in ("status.json", "metrics.json"))
    config = (one / "config.resolved.yaml").read_text(encoding="utf-8")
    kept = {name: (one / name).read_bytes() for name in COPIED}
    for at in range(number):
        folder = (
            runs / f"iris_{at % 20}" / f"20261128-{at // 3600:02}{at // 60 % 60:02}{at % 60:02}"
        )
        (folder / "state").mkdir(parents=True)
        (folder / "model").mkdir()
        (folder / "state" / "lock").touch()
        for name, content in kept.items():
            (folder / name).write_bytes(content)
        rate, optimizer = 10 ** draw.uniform(-4, -1), draw.choice(["adam", "sgd"])
        text = config.replace("type: adam", f"type: {optimizer}")
        text = text.replace("learning_rate: 0.01", f"learning_rate: {rate:.6f}")
        (folder / "config.resolved.yaml").write_text(text, encoding="utf-8")
        splits = {
            part: {name: value and value * draw.uniform(0.8, 1.2) for name, value in values.items()}
            for part, values in metrics["splits"].items()
        }
        write(folder / "metrics.json", metrics | {"splits": splits})
        write(folder / "status.json", status | {"best_epoch": draw.randint(1, 20)})


def read(path: Path) -> dict:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, facts: dict) -> None:
    """Write a JSON file as a run does."""
    path.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def in_turns(folder: Path, rounds: int) -> dict[str, list[Needed]]:
    """Run each command once a round, and once more before."""
    seconds: dict[str, list[Needed]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            needed = run(arguments, folder)
            if number:
                seconds[name].append(needed)
    return seconds


if __name__ == "__main__":
    main()
