"""Good files that went wrong by chance: each is read, or refused at a place, and nothing else."""

from __future__ import annotations

import copy
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dltrain.config import load
from dltrain.config.text.plain import parts
from dltrain.config.text.source import read
from dltrain.config.text.writing import to_yaml
from dltrain.errors import ConfigError

ROOT = Path(__file__).parents[2]
BASE = """\
optimizer: {type: sgd, momentum: 0.9}
callbacks: [{type: early_stopping, patience: 3}]
"""
EXTENDING = """\
extends: base.yaml
seed: 7
name: run-${seed}
dataset: {type: csv, path: a.csv, target: y, columns: {a.b: &number {type: number}, c: *number}}
split: {type: random, seed: "${seed}", fractions: {train: 0.6, val: 0.2, test: 0.2}}
architecture:
  layers:
    - {type: dense, units: 4, name: hidden, kernel_regularizer: {type: l2, l2: 1e-4}}
    - {type: bidirectional, layer: {type: lstm, units: 3}}
    - {type: dropout, rate: 0.5}
optimizer:
  learning_rate:
    {type: exponential_decay, initial_learning_rate: 0.1, decay_steps: 9, decay_rate: 0.5}
"""
GOOD = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "configs").glob("*.yaml"))]
GOOD.append(EXTENDING)

NAMES = ["type", "layers", "units", "extends", "<<", "name", "path", "", "x", "1", "ä b", "null"]
VALUES: list[Any] = [
    None, True, 0, -1, 3, 1e-3, 10**18, 1e308, "", "x", "auto", "relu", "${seed}", "${a.b}", "$${",
    "${", "base.yaml", "a.yaml", "../..", "~", "\0", "\u202e", "9" * 59, [], [1], ["x"], [[]], {},
    {"type": "dense"}, {"type": "x"}, {"type": []}, {"type": None, "units": {}}, {0: 1}, {"a": {}},
]  # fmt: skip
TOKENS = [
    "[", "]", "{", "}", ":", ": ", "- ", ",", "'", '"', "\n", "\r", "\t", "\n\n  ", "#", "&a ",
    "*a", "*number", "!!int ", "|", ">", "%", "@", "`", "?", "<<: *number", "---\n", "\ufeff",
    "\x00",    "\u2028", "é", "😀", "${", "<<<<<<< x\n", "0x", "1e999", "9" * 70, "[" * 60,
]  # fmt: skip


def containers(value: Any) -> list[Any]:
    """List every map and list of a value that holds something."""
    inner = [found for _, part in parts(value) for found in containers(part)]
    return [value, *inner] if isinstance(value, dict | list) and value else inner


def deep(value: Any, levels: int) -> Any:
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def change_values(text: str, chance: random.Random) -> str:
    """Misspell, move, replace and remove keys and values."""
    value = read(text, "good.yaml").value
    for _ in range(chance.randint(1, 3)):
        if not (found := containers(value)):
            break
        container = chance.choice(found)
        key = chance.choice(list(dict(parts(container))))
        others = [*VALUES, deep(1, chance.randint(2, 40)), *containers(value)[1:3]]
        new = copy.deepcopy(chance.choice(others))
        if isinstance(container, dict) and chance.random() < 0.5:
            name = str(key)
            at = chance.randint(0, len(name))
            near = [name[:at] + name[at + 1 :], f"{name[:at]}x{name[at:]}", name.upper()]
            container[chance.choice([*near, *NAMES])] = container.pop(key)
        elif chance.random() < 0.2:
            del container[key]
        elif chance.random() < 0.3:
            container[key] = chance.choice([[container[key]], {"a": container[key]}])
        else:
            container[key] = new
    return to_yaml(value)


def change_text(text: str, chance: random.Random) -> str:
    """Remove, repeat, cut and exchange lines, and put signs between them."""
    for _ in range(chance.randint(1, 3)):
        lines = text.splitlines(keepends=True) or [""]
        line, at = chance.randrange(len(lines)), chance.randint(0, len(text))
        edits: list[Callable[[], str]] = [
            lambda lines=lines, line=line: "".join(lines[:line] + lines[line + 1 :]),
            lambda lines=lines, line=line: "".join(lines[: line + 1] + lines[line:]),
            lambda lines=lines, line=line: "".join([*lines[:line], "  ", *lines[line:]]),
            lambda text=text, at=at: text[:at],
            lambda text=text, at=at: text[:at] + text[at + chance.randint(1, 9) :],
            lambda text=text, at=at: text[:at] + chance.choice(TOKENS) + text[at:],
            lambda text=text, at=at: text[:at] + chance.choice(TOKENS) + text[at + 1 :],
        ]
        text = chance.choice(edits)()
    return text


def change_bytes(text: str, chance: random.Random) -> bytes:
    """Put bytes into a file that no editor would."""
    content = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def mutated(chance: random.Random) -> bytes:
    """Change one of the good files in one of the three ways."""
    text = chance.choice(GOOD)
    way = chance.choice([change_values, change_text, change_bytes])
    new = way(text, chance)
    return new if isinstance(new, bytes) else new.encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the base that one of the files extends, and room for a changed one."""
    folder = tmp_path_factory.mktemp("mutations")
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    return folder


GRAMMAR = re.compile(
    r"(a|base)\.yaml:\d+:\d+: (.+: )?got .+, expected .+[.?](\n {4}.*\n +\^)?", re.DOTALL
)


def check(folder: Path, content: bytes) -> None:
    """Load a changed file; whatever is wrong has to be said with its place."""
    path = folder / "a.yaml"
    path.write_bytes(content)
    try:
        load(path)
    except ConfigError as error:
        problems = [problem.removeprefix(f"{folder}{os.sep}") for problem in error.problems]
        assert problems
        assert [problem for problem in problems if not GRAMMAR.fullmatch(problem)] == []


BOUNDS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=500,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("text", GOOD)
def test_an_unchanged_file_is_read(folder, text):
    (folder / "a.yaml").write_text(text, encoding="utf-8")

    load(folder / "a.yaml")


@pytest.mark.slow
@BOUNDS
@given(seed=st.integers(0, 2**32))
def test_a_changed_file_is_read_or_refused_at_a_place(folder, seed):
    check(folder, mutated(random.Random(seed)))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)
SECTIONS = ["architecture", "callbacks", "dataset", "evaluation", "expect", "extends", "loss",
            "metrics", "name", "optimizer", "regularization", "seed", "split", "task", "training",
            "version"]  # fmt: skip


@pytest.mark.slow
@BOUNDS
@given(key=st.sampled_from(SECTIONS), value=ANYTHING)
def test_a_section_that_says_anything_is_read_or_refused_at_a_place(folder, key, value):
    whole = read(EXTENDING, "good.yaml").value

    check(folder, to_yaml(whole | {key: value}).encode())


@pytest.mark.slow
@BOUNDS
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(TOKENS + NAMES)).map("".join))
def test_any_text_is_read_or_refused_at_a_place(folder, text):
    check(folder, text.encode("utf-8", "surrogatepass"))


HEAVY = "keras matplotlib numpy pandas scipy sklearn tensorflow"
PROGRAM = f"""
import sys
from pathlib import Path
from dltrain.config import load
from dltrain.errors import ConfigError
refused = 0
for path in Path().glob("mutation*.yaml"):
    try:
        load(path)
    except ConfigError:
        refused += 1
print(refused > 100, [name for name in "{HEAVY}".split() if name in sys.modules])
"""


@pytest.mark.slow
def test_no_changed_file_imports_a_heavy_library(folder):
    chance = random.Random(5)
    for number in range(200):
        (folder / f"mutation{number}.yaml").write_bytes(mutated(chance))

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("True []\n", "")
