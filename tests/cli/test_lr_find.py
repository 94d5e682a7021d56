"""`dltrain lr-find` as a user meets it."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from dltrain.cli import app


def test_stdout_is_the_override_alone_and_fit_takes_it(fruit, command, tmp_path):
    before = sorted(tmp_path.iterdir())

    ended = command("lr-find", "fruit.yaml", "--repeats", "1")

    assert ended.exit_code == 0
    assert re.fullmatch(r"optimizer\.learning_rate=[0-9.e-]+\n", ended.stdout)
    assert sorted(tmp_path.iterdir()) == before
    tried = command("fit", "fruit.yaml", ended.stdout.strip(), "--dry-run")
    assert tried.exit_code == 0
    rate = ended.stdout.strip().partition("=")[2]
    assert f"adam {float(rate):g} · " in tried.stderr


def test_stderr_shows_head_curve_and_reason_in_80_columns(fruit, command):
    ended = command("lr-find", "fruit.yaml", "--repeats", "2", "optimizer.learning_rate=0.05")

    lines = ended.stderr.splitlines()
    head, rest = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert head[0] == "fruit   fruit.yaml · seed 3"
    assert rest[0] == "rates   1e-07 to 10 in 200 steps, 2 times"
    curve = rest[2 : rest.index("", 2)]
    assert max(map(len, curve)) <= 80
    assert [line[8] for line in curve[:-2]] == [*"┤││││┤│││││┤└"]
    assert curve[-2].split() == [
        "1e-07", "1e-06", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1", "10"
    ]  # fmt: skip
    rate = ended.stdout.strip().partition("=")[2]
    assert curve[-1].split() == ["▲", rate]
    facts = "\n".join(rest[rest.index("", 2) + 1 :])
    number = r"[\d.e-]+"
    assert re.fullmatch(
        rf"loss      {number} at the lowest rates, least {number} at {number}, "
        rf"the mean over 2 seeds\n"
        rf"diverged  (nowhere up to {number}|at {number}, [12] of 2 seeds in the end "
        r"\(no finite number, or above 4 times its best\))\n"
        rf"suggested {rate}, halfway between {number} \(steepest fall\) "
        rf"and {number} \(minimum / 10\)\n"
        rf"          the file has 0\.05\n"
        rf"(          the loss still falls at the highest rate: --max may be too low\n)?"
        rf"          of single seeds {number} to {number}",
        facts,
    )
    assert "\x1b" not in ended.stderr


@pytest.mark.slow
def test_a_schedule_gets_its_first_rate(fruit, command):
    schedule = "{type: exponential_decay, initial_learning_rate: 0.1, decay_steps: 9}"
    given = f"optimizer.learning_rate={schedule[:-1]}, decay_rate: 0.9}}"

    ended = command("lr-find", "fruit.yaml", given, "--repeats", "1")

    key, _, rate = ended.stdout.strip().partition("=")
    assert key == "optimizer.learning_rate.initial_learning_rate"
    assert command("fit", "fruit.yaml", given, f"{key}={rate}", "--dry-run").exit_code == 0


@pytest.mark.slow
def test_rates_too_low_for_a_descent_suggest_nothing(fruit, command):
    arguments = ("optimizer=sgd", "training.batch_size=full", "--max", "1e-5", "--repeats", "1")

    ended = command("lr-find", "fruit.yaml", *arguments)

    assert (ended.exit_code, ended.stdout) == (1, "")
    told = [line for line in ended.stderr.splitlines() if line.startswith("none")]
    assert len(told) == 1
    assert re.fullmatch(
        r"none      the loss (fell from [\d.]+ to no less than [\d.]+, which is (less than 2 %|"
        r"within the noise of its batches \(± [\d.]+\))|never fell below [\d.]+, where it began)\. "
        r"Raise --max, or take more --repeats or --steps\.",
        told[0],
    )


@pytest.mark.slow
def test_json_holds_the_curve(fruit, command):
    ended = command("lr-find", "fruit.yaml", "--repeats", "2", "--steps", "60", "--json")

    found = json.loads(ended.stdout)
    count = len(found["rates"])
    assert found["name"] == "fruit"
    assert found["override"] == f"optimizer.learning_rate={found['suggestion']:.2g}"
    assert [len(found[name]) for name in ("losses", "smoothed", "suggestions")] == [count, count, 2]
    assert found["rates"][0] == 1e-7
    assert found["minimum"] in found["rates"]
    assert count == 60 or found["diverged_at"] > found["rates"][-1]


@pytest.mark.slow
def test_plots_are_written_where_they_are_asked_for(fruit, command, tmp_path):
    for name in ("curve.svg", "curve.png"):
        ended = command("lr-find", "fruit.yaml", "--repeats", "1", "-o", name)

        assert ended.stderr.splitlines()[-1] == f"plot      {name}"
    drawn = ElementTree.parse(tmp_path / "curve.svg").getroot()
    assert drawn[0].text.startswith("Learning-rate range test of fruit: halfway between ")
    text = (tmp_path / "curve.svg").read_text()
    assert "#010203" not in text
    ticks = re.findall(r">(1e-07|0\.001|10)<", text)
    assert ticks == ["1e-07", "0.001", "10"]
    assert "mathdefault" not in text
    assert "@media screen and (prefers-color-scheme: dark)" in text
    assert (tmp_path / "curve.png").read_bytes()[:4] == b"\x89PNG"


MISTAKES = {
    "a rate of nothing": (
        ["--min", "0"],
        "--min: got 0, expected a finite number above 0.\n",
    ),
    "no range": (
        ["--min", "0.01", "--max", "0.5"],
        "--max: got 0.5, expected a finite number of at least 100 times --min, 0.01.\n",
    ),
    "no end": (
        ["--max", "inf"],
        "--max: got inf, expected a finite number of at least 100 times --min, 1e-07.\n",
    ),
    "too few steps": (
        ["--steps", "10"],
        "--steps: got 10, expected at least 50. Leave it out for the default.\n",
    ),
    "no repeat": (["--repeats", "0"], "--repeats: got 0, expected at least 1.\n"),
    "another kind of picture": (
        ["-o", "curve.pdf"],
        "-o: got curve.pdf, expected a file that ends with .png or .svg.\n",
    ),
    "a folder that is missing": (
        ["-o", "nowhere/curve.svg"],
        "-o: got nowhere/curve.svg, whose folder does not exist, "
        "expected a file in a folder that is there.\n",
    ),
    "a wrong file": (
        ["training.epochs=0"],
        "argument 'training.epochs=0': training.epochs: got 0, "
        "expected a whole number of at least 1.\n",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_ends_with_2_before_anything_slow(fruit, command, arguments, message):
    ended = command("lr-find", "fruit.yaml", *arguments)

    assert (ended.exit_code, ended.stdout, ended.stderr) == (2, "", message)


def test_defaults_of_help_are_those_of_the_function(command):
    from dltrain.study import range_test

    (registered,) = [one for one in app.registered_commands if one.name == "lr-find"]
    defaults = dict(
        zip(
            ("lowest", "highest", "steps", "repeats"),
            registered.callback.__defaults__[1:5],
            strict=True,
        )
    )

    assert defaults == {
        "lowest": range_test.LOWEST,
        "highest": range_test.HIGHEST,
        "steps": None,
        "repeats": range_test.REPEATS,
    }
