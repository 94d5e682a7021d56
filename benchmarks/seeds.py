"""How much does a config's test score depend on chance?

    python benchmarks/seeds.py configs/heart.yaml dataset.path=FOLDER/heart.csv [--seeds 10]

Runs the config once for each seed, of split and training alike, and prints mean and standard
deviation of every test figure (train figures where there is no test part).
"""

from __future__ import annotations

import argparse
import tempfile

import numpy as np
from spread import spread

import dltrain
from dltrain.config.composing.overrides import from_arguments
from dltrain.errors import dotted


def main() -> None:
    """Run, and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE")
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    given = {dotted(one.key): one.value for one in from_arguments(arguments.overrides)}
    with tempfile.TemporaryDirectory() as output:
        rows = [
            figures(arguments.config, given | {"seed": seed}, seed, output)
            for seed in range(arguments.seeds)
        ]
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        each = np.round(values, 3).tolist()
        print(f"{name:12} {values.mean():.4f} ± {spread(values):.4f}   {each}")


def figures(config: str, overrides: dict[str, object], seed: int, output: str) -> dict[str, float]:
    """Run once; the split has a seed of its own, where it has one."""
    with_split = overrides | {"split.seed": seed}
    try:
        run = dltrain.fit(config, with_split, output=output, quiet=True)
    except dltrain.ConfigError:
        run = dltrain.fit(config, overrides, output=output, quiet=True)
    return run.metrics.get("test") or run.metrics["train"]


if __name__ == "__main__":
    main()
