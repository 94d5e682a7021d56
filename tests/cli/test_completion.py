"""Tab offers commands, files, keys, values and run folders."""

import pytest

from dltrain.cli import app, completion


@pytest.fixture
def offered(monkeypatch, capsys):
    """Ask for completions as bash does; bash cuts words at `=`."""

    def complete(*words):
        monkeypatch.setenv("_DLTRAIN_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(("dltrain", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit):
            app(prog_name="dltrain")
        return capsys.readouterr().out.split()

    return complete


CASES = {
    "commands": (["ev"], ["evaluate"]),
    "commands of config": (["config", "s"], ["show", "schema"]),
    "commands of inspect": (["inspect", ""], ["data", "model"]),
    "keys of inspect": (
        ["inspect", "model", "fruit.yaml", "training.ep"],
        ["training.epochs=", "training.epochs=10"],
    ),
    "files": (["fit", "fr"], ["fruit.yaml"]),
    "files of config show": (["config", "show", "fr"], ["fruit.yaml"]),
    "a section": (
        ["fit", "fruit.yaml", "regularization.d"],
        ["regularization.dropout=", "regularization.dropout=0.0"],
    ),
    "a key and its values": (
        ["fit", "fruit.yaml", "training.eng"],
        [
            "training.engine=", "training.engine=auto", "training.engine=graph",
            "training.engine=keras", "training.engine=xla",
        ],
    ),
    "a key and its default": (["fit", "fruit.yaml", "see"], ["seed=", "seed=0"]),
    "an argument of Keras": (
        ["fit", "fruit.yaml", "optimizer.nest"],
        ["optimizer.nesterov=", "optimizer.nesterov=true", "optimizer.nesterov=false"],
    ),
    "values behind =": (
        ["fit", "fruit.yaml", "training.engine", "=", ""],
        ["auto", "graph", "keras", "xla"],
    ),
    "values behind a letter": (["fit", "fruit.yaml", "training.engine", "=", "g"], ["graph"]),
    "values in one word": (
        ["fit", "fruit.yaml", "training.engine=g"], ["training.engine=graph"]
    ),
    "a second override": (
        ["fit", "fruit.yaml", "seed", "=", "1", "split.str"],
        ["split.stratify=", "split.stratify=true", "split.stratify=false"],
    ),
    "keys to explain": (["config", "explain", "training.ep"], ["training.epochs"]),
    "nothing known": (["fit", "fruit.yaml", "nothing"], []),
    "nothing known behind =": (["fit", "fruit.yaml", "nothing=a"], []),
    "templates": (["init", "mini"], ["minimal"]),
    "commands of runs": (["runs", ""], ["list", "show", "compare"]),
    "columns": (["runs", "list", "--sort", "best"], ["best_epoch"]),
    "columns that are keys": (
        ["runs", "list", "--sort", "training.ep"], ["training.epochs"]
    ),
    "columns behind a comma": (
        ["runs", "list", "--columns", "run,stat"], ["run,status"]
    ),
    "columns behind a plus": (["runs", "list", "--columns", "+verd"], ["+verdict"]),
    "conditions": (["runs", "list", "--where", "training.ep"], ["training.epochs"]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), CASES.values(), ids=CASES.keys())
def test_tab_offers_what_fits(fruit, offered, words, expected):
    assert offered(*words) == expected


def test_evaluate_offers_run_folders_the_latest_first(fruit, offered, tmp_path):
    for time in ("20261120-210301", "20261121-090000"):
        folder = tmp_path / "runs" / "heart" / time
        folder.mkdir(parents=True)
        (folder / "status.json").write_text("{}", encoding="utf-8")

    assert offered("reproduce", "runs/") == offered("evaluate", "runs/") == [
        "runs/heart/20261121-090000", "runs/heart/20261120-210301"
    ]  # fmt: skip


@pytest.fixture
def heart(fruit, tmp_path):
    folder = tmp_path / "runs" / "heart" / "20261120-210301"
    folder.mkdir(parents=True)
    (folder / "status.json").write_text("{}", encoding="utf-8")
    figures = '{"splits": {"val": {"loss": 1, "top_3_accuracy": 2}}}'
    (folder / "metrics.json").write_text(figures, encoding="utf-8")


@pytest.mark.parametrize("words", [["runs", "show"], ["runs", "compare", "heart"]])
def test_runs_offers_names_and_run_folders(heart, offered, words):
    assert offered(*words, "he") == ["heart"]
    assert offered(*words, "runs/") == ["runs/heart/20261120-210301"]


def test_figures_of_the_runs_are_columns(heart, offered):
    assert offered("runs", "list", "--sort", "val.") == ["val.loss", "val.top_3_accuracy"]
    assert offered("runs", "list", "--columns", "run,val.l") == ["run,val.loss"]


def test_files_that_cannot_be_listed_offer_nothing(fruit):
    assert completion.files("nothing/fr") == []


def test_hidden_files_and_other_types_are_not_offered(fruit, tmp_path):
    (tmp_path / ".hidden.yaml").touch()
    (tmp_path / "folder").mkdir()

    assert completion.files("") == ["folder/", "fruit.yaml"]
