"""A search from its first trial to the best one trained alone, or from where it stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dltrain import environment, records, reevaluation, resuming, run_folder
from dltrain.config import Config, load
from dltrain.config.composing.references import escaped
from dltrain.config.sections.search import Search
from dltrain.config.showing.comparison import differences
from dltrain.config.text.writing import to_yaml
from dltrain.errors import (
    ConfigError,
    DltrainError,
    FolderError,
    dotted,
    listed,
    sentence,
    shown,
)
from dltrain.narration import introduce
from dltrain.run_folder import RunFolder
from dltrain.study.member import member
from dltrain.study.rows import Rows
from dltrain.study.running import Study
from dltrain.study.search import telling
from dltrain.study.search.asking import check_extra, mode_of
from dltrain.study.search.distributed import Part, part
from dltrain.study.search.folder import GIVEN, SearchFolder
from dltrain.study.search.going import Going
from dltrain.study.search.working import work
from dltrain.study.training import prepare
from dltrain.terminal import Terminal
from dltrain.terms import STUDY_KIND

NAME = "tune"
ANEW = "Undo the change, or start a new search with `dltrain tune`."


def tune(
    config: Config,
    *,
    output: Path = Path("runs"),
    name: str | None = None,
    smoke: bool = False,
    workers: int | None = None,
    terminal: Terminal | None = None,
) -> Study:
    """Search the space of a file for the values with the best objective.

    Args:
        config: The checked file, with a `search`.
        output: Folder below which NAME/TIME is made.
        name: The study's name; default: the file's.
        smoke: At most 256 rows and 2 epochs.
        workers: Processes for trials that cannot train side by side; default: one a core.
        terminal: Where progress is shown.

    Returns:
        The study's folder, and the metrics of the best trial's own run.

    Raises:
        DltrainError: The file has no `search`, it, the data or a network is wrong, or every
            trial failed.
    """
    terminal = terminal or Terminal()
    search = asked(config)
    check_extra()
    own = part()
    if own is not None and not own.is_chief:
        return Study(RunFolder(work(config, own, terminal)))
    run_folder.check_place(output, name)
    first = prepare(member(config, "file", {}), Rows(smoke=smoke))
    introduce(terminal, first.assembly, name or config.name)
    telling.introduce(terminal, search, mode_of(config.experiment, search))
    folder = RunFolder.make(output / (name or config.name))
    study = SearchFolder(folder)
    seconds: dict[str, float] = {}
    with folder.locked(), folder.running(seconds), terminal.logged(folder / run_folder.LOG):
        folder.note({STUDY_KIND: NAME})
        _begin(study, config, first.assembly.data.fingerprint, smoke=smoke, alone=own is not None)
        going = Going(study, config, search, terminal, smoke, workers, own, own is not None)
        return going.to_its_end(seconds)


def resume(path: Path, *, workers: int | None = None, terminal: Terminal | None = None) -> Study:
    """Go on with a search that was interrupted; it ends as it would have.

    Args:
        path: The study's folder.
        workers: As for a new one.
        terminal: Where progress is shown.

    Raises:
        DltrainError: The search is over, or its file, its data or what KerasTuner proposes is not
            what it was.
    """
    terminal = terminal or Terminal()
    check_extra()
    own = part()
    folder = RunFolder(path)
    study = SearchFolder(folder)
    with folder.locked():
        facts = study.facts()
        _check_part(study, own, alone=bool(facts["alone"]))
        if folder.status() == "finished":
            got = f"{folder.path}, which is finished"
            raise FolderError(sentence(got, "a search that was interrupted", "Start a new one."))
        config, smoke = _given(study, facts), bool(facts["smoke"])
        search = asked(config)
        first = prepare(member(config, "file", {}), Rows(smoke=smoke))
        way_out = "Put the data back, or start a new search with `dltrain tune`."
        fingerprint = first.assembly.data.fingerprint
        dataset = config.experiment.dataset.model_dump()
        reevaluation.check_fingerprint(folder, fingerprint, dataset, way_out, ("dataset",))
        folder.sweep()
        seconds: dict[str, float] = {}
        with folder.running(seconds), terminal.logged(folder / run_folder.LOG, anew=False):
            over = sum("objective" in one for one in facts["trials"])
            terminal.fact("resumed", f"{over} trials are over")
            terminal.line()
            alone = bool(facts["alone"])
            going = Going(study, config, search, terminal, smoke, workers, own, alone)
            return going.to_its_end(seconds)


def asked(config: Config) -> Search:
    """Give the file's `search`.

    Raises:
        ConfigError: There is none.
    """
    if config.experiment.search is None:
        way_out = (
            "Such as `search: {space: {optimizer.learning_rate: "
            "{type: float, min: 1e-4, max: 0.1, sampling: log}}}`."
        )
        message = sentence("no `search`", "the keys to search and their values", way_out)
        raise ConfigError([f"{config.source.place(())}: {message}"])
    return config.experiment.search


def _check_part(study: SearchFolder, own: Part | None, *, alone: bool) -> None:
    """Check that a search goes on in a way in which its trials are what they would have been.

    Raises:
        DltrainError: Its trials began side by side, which workers cannot do; or a worker resumes.
    """
    if own is not None and not own.is_chief:
        got = f"`resume` by the worker {own.name}"
        raise DltrainError(sentence(got, "the chief", "A worker is started with `dltrain tune`."))
    if own is not None and not alone:
        got = f"a chief for {study.path}, which began without workers"
        way_out = "Unset KERASTUNER_ORACLE_IP."
        raise DltrainError(sentence(got, "a search that began with a chief", way_out))


def _begin(
    study: SearchFolder, config: Config, fingerprint: str, *, smoke: bool, alone: bool
) -> None:
    """Write what the search is; study.json, the last, says that all of it is there."""
    from dltrain.model.seeding import devices

    facts = environment.describe(config.path, fingerprint, devices())
    facts |= {"smoke": smoke, "files": records.files_of(config)}
    study.folder.write_json(run_folder.ENVIRONMENT, facts)
    study.folder.write_text(GIVEN, to_yaml(escaped(config.source.value)))
    values = {"values": config.source.value, "trials": [], "smoke": smoke, "alone": alone}
    study.begin(config, NAME, [], values)


def _given(study: SearchFolder, facts: dict[str, Any]) -> Config:
    """Read the file that the search began with, and check that nobody has changed it.

    Raises:
        FolderError: Somebody has.
    """
    recorded = study.folder.read_json(run_folder.ENVIRONMENT)
    resuming.check_originals(study.folder, recorded["files"], ANEW)
    config = load(study.folder.file(GIVEN))
    changed = list(differences(facts["values"], config.source.value))
    if changed:
        what = listed(f"{dotted(one.key)} {shown(one.old)} → {shown(one.new)}" for one in changed)
        got = f"{study.folder / GIVEN}, which has changed since the search began ({what})"
        raise FolderError(sentence(got, "the file as it was", ANEW))
    return replace(config, **study.given())
