"""`dltrain report`, and the report at the end of `fit`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from dltrain.report import writing


def test_the_page_is_the_only_line_on_stdout(copy, command):
    ended = command("report", copy.path)

    assert (ended.exit_code, ended.stdout) == (0, f"{copy / 'report.html'}\n")
    assert (copy / "report.html").is_file()
    assert (copy / "model_card.md").is_file()


def test_several_runs_are_compared(copy, finished, command, tmp_path):
    page = tmp_path / "both.html"

    ended = command("report", copy.path, finished.folder.path, "-o", page)

    assert (ended.exit_code, ended.stdout) == (0, f"{page}\n")
    assert not (copy / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gone",), "got gone, which does not exist, expected a run folder. `fit` prints it as its "
         "last line."),
        (("a", "b", "-o", "page.txt"), "-o: got page.txt, expected a file that ends with .html."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(command, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)

    ended = command("report", *arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == f"{message}\n"


def test_o_is_for_several_runs(command):
    ended = command("report", "one", "-o", "page.html")

    assert ended.exit_code == 2
    assert "-o is for several runs; one keeps its report in its folder." in " ".join(
        ended.stderr.replace("│", " ").split()
    )


def test_no_tensorflow_is_imported(copy):
    watched = f"""
import sys
from dltrain.cli import app
try:
    app(["report", {str(copy.path)!r}])
except SystemExit:
    pass
print([name for name in ("keras", "tensorflow") if name in sys.modules])
"""

    done = subprocess.run([sys.executable, "-c", watched], capture_output=True, text=True)

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_fit_draws_where_the_file_wants_it(fruit, command, reports, tmp_path):
    ended = command("fit", fruit, "training.epochs=1", "evaluation.report=false", "-o", tmp_path)
    assert not (ended.folder / "report.html").exists()
    assert not (ended.folder / "insights.json").exists()

    ended = command("fit", fruit, "training.epochs=1", "-o", tmp_path)

    assert (ended.folder / "report.html").is_file()
    assert ended.stderr.splitlines()[-1] == (f"next        dltrain report {ended.folder} --open")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ZeroDivisionError("made to fail"), "ZeroDivisionError: made to fail"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_a_drawing_that_fails_is_told_and_no_more(
    fruit, command, reports, tmp_path, monkeypatch, error, reason
):
    def fail(run):
        raise error

    monkeypatch.setattr(writing, "write_report", fail)

    ended = command("fit", fruit, "training.epochs=1", "-o", tmp_path)

    assert ended.exit_code == 0
    assert ended.stderr.splitlines()[-1] == (
        f"warning: no report was drawn ({reason}); `dltrain report` does it"
    )
    assert json.loads((ended.folder / "status.json").read_text())["status"] == "finished"
