"""Every file in configs/: its header says what it is and how to run it, it is valid, it trains.

Those of lectures are sweeps, each with a page in docs/lectures.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from dltrain import config
from dltrain.config.sections.dataset import Csv, Npz, Sklearn

FOLDER = Path(__file__).parents[1] / "configs"
FILES = sorted(FOLDER.glob("*.yaml"))
NAMES = [path.stem for path in FILES]
LECTURES = sorted((FOLDER / "lectures").glob("*.yaml"))
LECTURE_NAMES = [path.stem for path in LECTURES]
PAGES = FOLDER.parent / "docs" / "lectures"


def is_bundled(path: Path) -> bool:
    """Tell whether the data comes with dltrain or with scikit-learn."""
    dataset = config.load(path).experiment.dataset
    is_file = isinstance(dataset, Csv | Npz) and Path(dataset.path).is_file()
    return isinstance(dataset, Sklearn) or is_file


def header_of(path: Path) -> list[str]:
    """Read the comments above the first key."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[: next(index for index, line in enumerate(lines) if not line.startswith("#"))]


BUNDLED = [path for path in FILES if is_bundled(path)]


def test_there_are_configs_and_six_of_them_have_their_data():
    assert len(FILES) >= 11
    assert len(BUNDLED) >= 6


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_config_is_valid(path):
    config.load(path)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_header_says_what_it_is_how_to_run_it_and_what_to_expect(path):
    title, *others = header_of(path)

    commands = [line for line in others if line.startswith("#   dltrain fit ")]
    assert re.fullmatch(r"# [A-Z].*\.", title)
    assert commands
    assert all(line.startswith(f"#   dltrain fit configs/{path.name}") for line in commands)
    assert re.search(r"(accuracy|error|R²)[^.;]* \d+\.\d", " ".join(others))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_header_says_where_data_that_is_not_bundled_comes_from(path):
    text = path.read_text(encoding="utf-8")

    assert path in BUNDLED or "dataset.path=" in text or "keras" in text


@pytest.mark.slow
@pytest.mark.parametrize("path", BUNDLED, ids=[path.stem for path in BUNDLED])
def test_a_config_with_bundled_data_trains(command, tmp_path, path):
    ended = command("fit", path, "--smoke", "-o", tmp_path)

    assert ended.exit_code == 0, ended.stderr
    assert ended.folder.parent.name == path.stem


@pytest.mark.parametrize("path", LECTURES, ids=LECTURE_NAMES)
def test_a_lecture_is_a_sweep_over_data_that_is_bundled(path):
    assert config.load(path).experiment.sweep
    assert is_bundled(path)


@pytest.mark.parametrize("path", LECTURES, ids=LECTURE_NAMES)
def test_the_header_of_a_lecture_has_its_sweep_what_to_expect_and_its_page(path):
    title, command, *others = header_of(path)

    assert re.fullmatch(r"# [A-Z].*\.", title)
    assert command == f"#   dltrain sweep configs/lectures/{path.name}"
    assert re.search(r"(accuracy|error)[^;]* \d+\.\d", " ".join(others))
    assert re.search(r" \d+ s on 2 CPU cores\.", " ".join(others))
    assert f"# What is seen and why: docs/lectures/{path.stem}.md" in others


@pytest.mark.parametrize("path", LECTURES, ids=LECTURE_NAMES)
def test_a_lecture_has_a_page_with_its_figure_and_a_line_in_the_index(path):
    page = (PAGES / f"{path.stem}.md").read_text(encoding="utf-8")

    assert f"    dltrain sweep configs/lectures/{path.name}\n" in page
    figures = re.findall(r"\((images/\w+\.svg)\)", page)
    assert figures
    assert all((PAGES / figure).is_file() for figure in figures)
    assert f"]({path.stem}.md)" in (PAGES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LECTURES, ids=LECTURE_NAMES)
def test_what_a_lecture_proposes_next_is_valid(path):
    _, proposals = (PAGES / f"{path.stem}.md").read_text(encoding="utf-8").split("## Next\n")
    found = [
        [word for word in shlex.split(code) if "=" in word]
        for code in re.findall("`([^`]*)`", proposals)
    ]

    assert any(found)
    for arguments in found:
        config.load(path, arguments)


@pytest.mark.slow
@pytest.mark.parametrize("path", LECTURES, ids=LECTURE_NAMES)
@pytest.mark.parametrize("name", ["fit", "sweep"])
def test_a_lecture_trains(command, tmp_path, name, path):
    ended = command(name, path, "--smoke", "-o", tmp_path)

    assert ended.exit_code == 0, ended.stderr
    assert ended.folder.parent.name == path.stem
