"""Studies on the command line: `report`, `runs list`, `runs show`, and drawings that fail."""

from __future__ import annotations

import json
import subprocess
import sys

from dltrain.cli import report
from dltrain.report.studies import writing
from dltrain.run_folder import RunFolder
from dltrain.runs.listing import listing
from tests.report.studies.conftest import PLACE

RATES = [{"optimizer.learning_rate": rate} for rate in (0.1, 0.01)]


def test_the_page_is_the_only_line_on_stdout(made_cv, command):
    folder = made_cv()

    ended = command("report", folder.path)

    assert (ended.exit_code, ended.stdout) == (0, f"{folder / 'report.html'}\n")
    assert not (folder / "model_card.md").exists()


def test_what_has_ended_is_drawn_where_its_file_wants_it(made_sweep, reports):
    folder = made_sweep(RATES)

    report.draw(RunFolder(folder.path))

    assert (folder / "report.html").is_file()


def test_nothing_is_drawn_where_its_file_does_not_want_it(made_sweep, reports):
    folder = made_sweep(RATES)
    first = folder / "state" / "members" / "001-seed-0.yaml"
    first.write_text(f"{first.read_text('utf-8')}evaluation: {{report: false}}\n", "utf-8")

    report.draw(RunFolder(folder.path))

    assert not (folder / "report.html").exists()


def test_a_drawing_that_fails_is_a_warning(made_cv, reports, monkeypatch, capsys):
    def fail(path):
        raise ZeroDivisionError("made to fail")

    monkeypatch.setattr(writing, "write_study_report", fail)

    report.draw(RunFolder(made_cv().path))

    assert capsys.readouterr().err == (
        "warning: no report was drawn (ZeroDivisionError: made to fail); `dltrain report` does it\n"
    )


def test_no_tensorflow_is_imported(made_cv):
    watched = f"""
import sys
from dltrain.cli import app
try:
    app(["report", {str(made_cv().path)!r}])
except SystemExit as ended:
    assert not ended.code
print([name for name in ("keras", "tensorflow") if name in sys.modules])
"""

    done = subprocess.run(
        [sys.executable, "-c", watched], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_studies_are_marked_in_the_list(made_cv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made_cv()

    found = listing("runs")

    assert [(one["run"], one["study"]) for one in found.to_json()] == [(PLACE, "cv")]
    shown = found.for_reading()
    assert shown.columns == [
        "run", "status", "study", "epochs", "best_epoch", "seconds", "val.loss",
    ]  # fmt: skip
    assert len(listing("runs", where=["study=cv"]).rows) == 1
    assert listing("runs", where=["study=sweep"]).rows == []


def test_a_cross_validation_shows_its_table(made_cv, command):
    ended = command("runs", "show", made_cv().path)

    assert ended.exit_code == 0
    lines = ended.stdout.splitlines()
    assert "study    cv · 3 trainings · 3 side by side" in lines
    assert "config   /home/somebody/study.yaml" in lines
    rows = [" ".join(line.split()) for line in lines]
    at = rows.index("train val 95 % interval majority")
    assert rows[at + 1] == "accuracy 0.750 ± 0.050 0.700 ± 0.050 0.452 – 0.948 0.500"


def test_a_sweep_shows_its_table(made_sweep, command):
    folder = made_sweep(RATES, failed=(2,))

    ended = command("runs", "show", folder.path)

    lines = ended.stdout.splitlines()
    assert "study    sweep · 4 trainings · 2 failed · 4 side by side" in lines
    at = lines.index("                    val accuracy   val loss       epochs  against the best")
    assert lines[at + 1 : at + 3] == [
        "learning_rate 0.1   0.880 ± 0.000  0.105 ± 0.007  5       best",
        "learning_rate 0.01  –              –              –       failed, 2 of 2 seeds",
    ]


def test_json_has_what_study_json_holds(made_sweep, command):
    folder = made_sweep(RATES)

    shown = json.loads(command("runs", "show", folder.path, "--json").stdout)

    assert shown["study"] == folder.read_json("study.json")
