"""Write the made-up tables that configs in `configs/` read: `houses.csv` and `sentences.csv`.

    python scripts/make_example_data.py            writes the files
    python scripts/make_example_data.py --check    exits with 1 where a file differs

Each table has a rule behind it that a model can find and chance that it cannot, so the figures
in the configs' headers can be judged.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "configs"

PRAISE = ("bright", "quiet", "renovated", "spacious", "sunny")
BLAME = ("cramped", "damp", "dark", "noisy", "worn")
NEUTRAL = ("corner", "district", "flat", "floor", "garden", "kitchen", "park", "school", "station")

GOOD = ("brilliant", "charming", "clever", "funny", "gripping", "moving")
BAD = ("boring", "clumsy", "dull", "shallow", "silly", "slow")
THINGS = ("acting", "dialogue", "ending", "film", "music", "plot", "story")


def houses(rows: int = 800) -> Iterator[list[str]]:
    """Make flats: the price follows from size, rooms and the words of the note.

    What was sold is what the words praise more than they blame, whatever the price; where they do
    both alike, a quarter of the rows, chance decides, and so it does for a tenth of the others. No
    model can be right about more than 80 of 100.
    """
    chance = random.Random(1)
    yield ["area", "rooms", "note", "price", "sold"]
    for _ in range(rows):
        area, rooms = chance.uniform(25, 140), chance.randint(1, 5)
        praise = chance.sample(PRAISE, chance.randint(0, 3))
        blame = chance.sample(BLAME, chance.randint(0, 3))
        words = praise + blame + chance.sample(NEUTRAL, 4)
        chance.shuffle(words)
        balance = len(praise) - len(blame)
        price = 0.03 * area + 0.1 * rooms + 0.35 * balance + chance.gauss(0, 0.2)
        liked = balance > 0 or (balance == 0 and chance.random() < 0.5)
        sold = liked if chance.random() > 0.1 else not liked
        yield [f"{area:.1f}", str(rooms), " ".join(words), f"{price:.3f}", "yes" if sold else "no"]


def sentences(rows: int = 1500) -> Iterator[list[str]]:
    """Make judgements of films in which `not` turns the next word around.

    Without the order of the words a model cannot tell which word was turned around: each sentence
    has one good and one bad word, and `not` stands before one of them.
    """
    chance = random.Random(2)
    yield ["text", "verdict"]
    for _ in range(rows):
        things = chance.sample(THINGS, 2)
        words = [chance.choice(GOOD), chance.choice(BAD)]
        turned = chance.randrange(2)
        positive = turned == 1  # the bad word is turned around: both are praise
        words[turned] = f"not {words[turned]}"
        chance.shuffle(words)
        first, second = words
        filler = chance.choice(("really", "rather", "quite", "just", "very"))
        text = f"the {things[0]} is {filler} {first} and the {things[1]} is {second}"
        yield [text, "praise" if positive else "blame"]


TABLES = {"houses.csv": houses, "sentences.csv": sentences}


def main() -> int:
    """Write the tables, or compare them with the files; returns the exit code."""
    texts = {FOLDER / name: as_csv(make()) for name, make in TABLES.items()}
    if "--check" in sys.argv[1:]:
        return int(any(path.read_text(encoding="utf-8") != text for path, text in texts.items()))
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="")
    return 0


def as_csv(rows: Iterator[list[str]]) -> str:
    """Lay out rows as comma-separated values."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
