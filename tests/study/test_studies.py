"""Studies as a user meets them: what they print, what they leave, how they go on."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from dltrain.cli.ending import FAILED
from dltrain.run_folder import RunFolder
from dltrain.study import running
from dltrain.study.member import Failure
from tests.study.conftest import CONVOLUTION

pytestmark = pytest.mark.slow


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def cv(write_config, shell, tmp_path):
    """Cross-validate, in a process of its own."""

    def run(more="cross_validation: {folds: 3}", **options):
        write_config(more, **options)
        ended = shell("cv", "iris.yaml", folder=tmp_path)
        return ended, tmp_path / ended.folder

    return run


def test_a_cross_validation_judges_every_row_once_and_leaves_the_test_rows_closed(cv):
    ended, folder = cv()

    assert ended.exit_code == 0
    predicted = rows_of(folder / "predictions.csv")
    numbers = [int(row["row"]) for row in predicted]
    assert len(set(numbers)) == len(numbers) == 120
    for fold in (1, 2, 3):
        member = folder / "members" / f"fold-{fold}"
        parts = {int(row["row"]): row["part"] for row in rows_of(member / "split.csv")}
        own = {int(row["row"]) for row in predicted if row["fold"] == str(fold)}
        assert own == {row for row, part in parts.items() if part == "val"}
        assert set(read(member / "metrics.json")["splits"]) == {"train", "val"}


def test_the_figures_of_a_cross_validation_are_the_means_of_its_members(cv):
    _, folder = cv()

    found = read(folder / "metrics.json")
    own = [
        read(folder / "members" / f"fold-{fold}" / "metrics.json")["splits"]["val"]["loss"]
        for fold in (1, 2, 3)
    ]
    assert found["splits"]["val"]["loss"] == pytest.approx(np.mean(own))
    assert read(folder / "study.json")["side_by_side"] == [3]


def test_a_member_is_the_run_that_fit_makes_of_its_file(cv, shell, tmp_path):
    _, folder = cv(epochs=10)

    ended = shell("fit", folder / "state/members/fold-2.yaml", folder=tmp_path)
    alone, member = tmp_path / ended.folder, folder / "members/fold-2"
    for name in ("split.csv", "preprocessing.json"):
        assert (alone / name).read_bytes() == (member / name).read_bytes()
    ours, theirs = rows_of(member / "history.csv"), rows_of(alone / "history.csv")
    for row, other in zip(ours, theirs, strict=True):
        for name in row:
            assert float(row[name]) == pytest.approx(float(other[name]), rel=1e-5)


def test_a_member_is_evaluated_like_any_run(cv, shell, tmp_path):
    _, folder = cv()

    member = folder / "members/fold-1"
    ended = shell("evaluate", member, "--json", folder=tmp_path)

    now = json.loads(ended.stdout)["splits"]["val"]
    assert now == pytest.approx(read(member / "metrics.json")["splits"]["val"], rel=1e-6)


def test_members_that_train_by_themselves_have_the_bits_of_fit(write_config, shell, tmp_path):
    write_config("sweep: {optimizer: [sgd, adam]}", layers=CONVOLUTION)
    ended = shell("sweep", "iris.yaml", folder=tmp_path)
    member = tmp_path / ended.folder / "members/002-optimizer-adam"
    given = tmp_path / ended.folder / "state/members/002-optimizer-adam.yaml"

    alone = shell("fit", given, folder=tmp_path)

    for name in ("history.csv", "predictions.csv", "metrics.json"):
        expected = (tmp_path / alone.folder / name).read_bytes()
        assert (member / name).read_bytes() == expected


def test_a_sweep_shows_what_failed_beside_what_came_out(write_config, shell, tmp_path):
    write_config("sweep: {optimizer.learning_rate: [0.01, 1e30], seeds: 2}")

    ended = shell("sweep", "iris.yaml", folder=tmp_path)

    assert ended.exit_code == 0
    found = read(tmp_path / ended.folder / "study.json")
    assert [row["label"] for row in found["rows"]] == ["learning_rate 0.01"]
    assert found["failed"] == [
        {
            "label": "learning_rate 1.0e+30",
            "values": {"optimizer.learning_rate": 1e30},
            "members": [f"002-learning_rate-1.0e-30-seed-{seed}" for seed in (3, 4)],
            "of": 2,
        }
    ]


def test_a_study_that_was_interrupted_ends_in_the_bits_of_one_that_was_not(cv, shell, tmp_path):
    _, folder = cv()
    expected = {
        path.relative_to(folder): path.read_bytes()
        for name in ("history.csv", "metrics.json", "predictions.csv", "split.csv")
        for path in folder.rglob(name)
    }
    # As a power cut leaves it: one member half written, one not begun, no figures.
    status = read(folder / "status.json") | {"status": "running"}
    (folder / "status.json").write_text(json.dumps(status))
    (folder / "members/fold-3/status.json").write_text(json.dumps(status))
    for path in (folder / "members/fold-2").rglob("*.csv"):
        path.unlink()
    (folder / "members/fold-2/status.json").unlink()
    (folder / "metrics.json").unlink()

    ended = shell("resume", folder, folder=tmp_path)

    assert ended.exit_code == 0
    assert RunFolder(folder).status() == "finished"
    for name, data in expected.items():
        assert (folder / name).read_bytes() == data, name


def test_a_study_of_which_every_member_fails_ends_with_code_1(cv):
    more = "cross_validation: {folds: 2}\noptimizer: {type: sgd, learning_rate: 1e30}"

    ended, _ = cv(more)

    assert ended.exit_code == FAILED
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("got 2 members that all failed, the first so: epoch 1: got ")


def test_commands_for_one_run_name_the_members_of_a_study(cv, shell, tmp_path):
    _, folder = cv()

    ended = shell("evaluate", folder, folder=tmp_path)

    assert ended.exit_code == 2
    assert ended.stderr == (
        f"got {folder}, the folder of a study, expected that of one run. "
        f"Its members are in {folder}/members.\n"
    )


def test_a_cross_validation_lacking_a_fold_tells_it_and_ends_with_code_1(
    write_config, command, tmp_path, monkeypatch
):
    def train(study, members, terminal, processes, *, first):
        trained = trained_members(study, members, terminal, processes, first=first)
        study.clear("fold-2")
        return replace(trained, failures=[Failure("fold-2", "epoch 1: got loss nan")])

    trained_members = running.train_members
    monkeypatch.setattr(running, "train_members", train)

    ended = command("cv", write_config("cross_validation: {folds: 3}"), "-o", tmp_path / "runs")

    assert ended.exit_code == FAILED
    assert ended.stderr.splitlines()[-1] == "failed  1 of 3; study.json says why"
    assert read(ended.folder / "metrics.json")["failed"] == ["fold-2"]
    assert read(ended.folder / "study.json")["failures"] == {"fold-2": "epoch 1: got loss nan"}


def test_a_study_does_not_go_on_with_other_data(fruit, command):
    study = command("cv", fruit, "cross_validation.folds=2", "training.epochs=1").folder
    status = read(study / "status.json") | {"status": "running"}
    (study / "status.json").write_text(json.dumps(status))
    (study / "members/fold-2/status.json").unlink()
    data = fruit.parent / "fruit.csv"
    data.write_text(data.read_text().replace("pear", "plum"))

    ended = command("resume", study)

    assert ended.exit_code == 2
    assert ended.stderr.splitlines()[-1].endswith(
        f" as when {study}/members/fold-1 was made. Put the data back, or start a new study."
    )


def test_a_resumed_member_has_the_files_that_the_study_extends(write_config, command, tmp_path):
    path = write_config("cross_validation: {folds: 2}")
    base = tmp_path / "base.yaml"
    base.write_text(path.read_text())
    path.write_text("extends: base.yaml\n")
    study = command("cv", path, "-o", tmp_path / "runs").folder
    status = read(study / "status.json") | {"status": "running"}
    (study / "status.json").write_text(json.dumps(status))
    (study / "members/fold-2/status.json").unlink()

    assert command("resume", study).exit_code == 0

    first, second = (study / f"members/fold-{fold}" for fold in (1, 2))
    assert (second / "config/base.yaml").read_bytes() == (first / "config/base.yaml").read_bytes()
    files = [read(one / "environment.json")["files"] for one in (first, second)]
    assert files[0] == files[1]


def test_losses_that_are_no_one_quantity_are_not_compared(write_config, command, tmp_path):
    path = write_config("sweep: {regularization.kernel: [null, l2], seeds: 2}")

    ended = command("sweep", path, "-o", tmp_path / "runs")

    found = read(ended.folder / "study.json")
    assert [row["against_best"] for row in found["rows"]] == ["", ""]
    assert found["unlike"] is True
