"""How long does an epoch take, in dltrain, in Keras's `fit`, and in its peers?

    DLTRAIN_DATA=FOLDER python benchmarks/engines.py [--rounds 3] [--all-engines]
    python benchmarks/engines.py --works mlp dropout --contenders dltrain fit jax

The peers need `pip install torch lightning jax optax`; what is not installed is left out. FOLDER
holds fashion-mnist/ with its four .gz files; without it pictures of the same shape are made up.

Every contender trains the same network on the same rows in a process of its own. They take turns,
in another order each round, so that the machine's load falls on all alike: the seconds change from
day to day, so read the ratios, and their range over the rounds. `others` tells how many cores other
processes kept busy meanwhile: what keeps several threads in step suffers most from them (one busy
core of two made PyTorch 40 times slower). `--calm 0.2` waits until others use less than that, and
repeats a turn, five times at most, in which they used more. `fastest` is the best epoch of all.

The first epoch, with all that is compiled, has a column of its own and is not counted; only where
the work is a whole training it is. `last loss` shows that all learn alike. dltrain's `engine: auto`
chooses as it does for 100 epochs, which is more than are measured. The networks of dense layers are
also held against the time that their matrix products alone need, at the best rate that TensorFlow
reaches here.
"""

from __future__ import annotations

import argparse
import json
import math

from machine import machine
from peers.contenders import ALL, COLUMNS, CONTENDERS, ENGINES, OURS
from peers.tables import limit_text, summary_table, work_table
from peers.turns import Turns, run_here
from peers.works import WORKS


def main() -> None:
    """Measure one contender, or let all take turns."""
    arguments = parsed()
    if arguments.child:
        print(json.dumps(run_here(*arguments.child, arguments.limit)))
    else:
        compare(arguments)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--contenders", nargs="+", choices=ALL, default=list(CONTENDERS))
    parser.add_argument("--all-engines", action="store_true", help="each engine of dltrain too")
    parser.add_argument("--limit", type=float, default=60.0, help="most seconds behind epoch 1")
    parser.add_argument("--calm", type=float, default=math.inf, help="most cores of others")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(arguments: argparse.Namespace) -> None:
    """Let the contenders take turns, and print the tables."""
    from peers.rows import picture_source

    pictures = "of Fashion-MNIST" if picture_source() else "made up"
    print(
        f"{machine()}; pictures {pictures}; {arguments.rounds} rounds\n",
        flush=True,
    )
    names = [*arguments.contenders, *(ENGINES if arguments.all_engines else ())]
    of_works = {}
    for work in arguments.works:
        turns = Turns(work, list(dict.fromkeys(names)), arguments.limit, arguments.calm)
        for number in range(arguments.rounds):
            turns.take(number)
        print(work_table(WORKS[work].title, turns.measured, turns.absent), end="\n\n")
        if turns.rates and turns.measured.get(OURS):
            print(limit_text(WORKS[work].rows, turns.measured[OURS], turns.rates), end="\n\n")
        print(end="", flush=True)
        of_works[WORKS[work].title] = turns.measured
    print(summary_table(of_works, COLUMNS))


if __name__ == "__main__":
    main()
