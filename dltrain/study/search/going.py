"""A search that goes on, round after round, until the best trial is trained alone."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from dltrain import records, run_folder
from dltrain.config import Config, load
from dltrain.config.composing.references import escaped
from dltrain.config.sections.search import Search
from dltrain.config.showing.comparison import differences
from dltrain.config.text.writing import to_yaml
from dltrain.errors import (
    DltrainError,
    FolderError,
    RunError,
    dotted,
    listed,
    sentence,
    shown,
)
from dltrain.run_folder import RunFolder
from dltrain.study.member import Member, write_members
from dltrain.study.processes import Processes, fit_or_resume
from dltrain.study.rows import Rows
from dltrain.study.running import Study
from dltrain.study.search import telling
from dltrain.study.search.asking import Asking
from dltrain.study.search.distributed import Part
from dltrain.study.search.folder import BEST_CONFIG, SearchFolder
from dltrain.study.search.handing_out import HandingOut
from dltrain.study.search.importance import importance
from dltrain.study.search.trial import Result, Trial, members_of_trial, result_of
from dltrain.study.training import train_members
from dltrain.terminal import Terminal

# Trials that are all wrong in file or data: all others would be.
ALL_WRONG = 3


@dataclass
class Going:
    """A search that goes on.

    Attributes:
        study: Its folder, which this process owns.
        config: The file.
        search: Its section.
        terminal: Where progress is shown.
        smoke: Whether trials are smoke runs.
        workers: Processes; None for one a core.
        part: The chief that this process is; None for none.
        alone: Whether each trial trains by itself, so that it does not matter where.
    """

    study: SearchFolder
    config: Config
    search: Search
    terminal: Terminal
    smoke: bool
    workers: int | None
    part: Part | None
    alone: bool

    def to_its_end(self, seconds: dict[str, float]) -> Study:
        """Train trials until KerasTuner has no more, and the best one once more."""
        started = time.perf_counter()
        known = [one["values"] for one in self.study.facts()["trials"]]
        asking = Asking(self.config.experiment, self.search, known)
        results = self._results(asking)
        seconds["training"] = round(time.perf_counter() - started, 3)
        ranked = _ranked(results, asking.mode)
        if not ranked:
            reason = results[0].reason if results else "KerasTuner proposed nothing"
            raise RunError(f"got {len(results)} trials that all failed, the first so: {reason}")
        self._conclude(results, ranked, asking.mode)
        metrics = self._best_alone(ranked[0].trial)
        telling.conclude(
            self.terminal, self.study.path, self.search, ranked, len(results) - len(ranked), metrics
        )
        failed = [one.trial.name for one in results if one.objective is None]
        return Study(self.study.folder, metrics, failed)

    def _results(self, asking: Asking) -> list[Result]:
        """Train round after round."""
        results: list[Result] = []
        with self._processes() as processes:
            while trials := asking.next_round():
                self._note(results, trials)
                told = self._train(trials, processes)
                results += told
                self._note(results, [])
                for one in told:
                    asking.tell(one)
                _stop_where_all_are_wrong(results)
        return results

    def _processes(self) -> AbstractContextManager[Processes | HandingOut]:
        if self.part is not None:
            file = records.text_sha256(self.config.text)
            return HandingOut(self.part, self.study, file, self.terminal, smoke=self.smoke)
        return Processes(self.workers, smoke=self.smoke)

    def _train(self, trials: Sequence[Trial], processes: Processes | HandingOut) -> list[Result]:
        """Train the trials of a round, those that are not over."""
        round = [(one, list(members_of_trial(self.config, self.search, one))) for one in trials]
        members = [one for _, ours in round for one in ours]
        write_members(self.study.folder, members)
        known = {one["name"]: one for one in self.study.facts()["members"]}
        known |= {one.name: one.to_json() for one in members}
        self.study.add({"members": list(known.values())})
        progress = telling.TrialLines(self.terminal, self.study, self.search, round)
        by_themselves = [one for pair in round for one in self._continued(*pair)]
        if isinstance(processes, Processes) and not self.alone:
            together = [one for one in members if one not in by_themselves]
            self._train_together(together, processes, progress)
        else:
            by_themselves = members
        for told in processes.train(self.study, by_themselves):
            progress.show(told)
        return [result_of(self.study, self.search, *pair) for pair in round]

    def _train_together(
        self, members: Sequence[Member], processes: Processes, progress: telling.TrialLines
    ) -> None:
        if not all(self.study.is_finished(one.name) for one in members):
            train_members(
                self.study, members, self.terminal, processes, progress=progress, tolerant=True
            )

    def _continued(self, trial: Trial, members: Sequence[Member]) -> list[Member]:
        """Copy the folders of the trial that a trial continues; give the members that have one."""
        if trial.before is None or self.smoke:
            return []
        before = Trial(trial.before, {}).name
        return [
            one
            for one in members
            if self.study.continue_from(one.name.replace(trial.name, before, 1), one.name)
        ]

    def _note(self, results: Sequence[Result], planned: Sequence[Trial]) -> None:
        """Write what came out so far and what comes next, unless something else was planned.

        Raises:
            FolderError: KerasTuner proposes other trials than before.
        """
        now = [one.to_json() for one in results] + [
            one.to_json() | {"name": one.name} for one in planned
        ]
        before = self.study.facts()["trials"]
        for ours, theirs in zip(now, before, strict=False):
            keys = ("values", "epochs", "before")
            plain = json.loads(json.dumps({key: ours[key] for key in keys}))
            if changed := list(differences({key: theirs[key] for key in keys}, plain)):
                told = (f"{dotted(one.key)} {shown(one.old)} → {shown(one.new)}" for one in changed)
                got = f"another {ours['name']} than before ({listed(told)})"
                way_out = "Another version of KerasTuner may draw otherwise: start a new search."
                raise FolderError(sentence(got, f"that of {self.study.path}", way_out))
        self.study.add({"trials": now + before[len(now) :]})

    def _conclude(self, results: Sequence[Result], ranked: Sequence[Result], mode: str) -> None:
        """Write what came out of all trials, and the file of the best one."""
        best = ranked[0]
        shares = importance(self.search.space, ranked)
        self.study.add({
            "objective": self.search.objective, "mode": mode, "best": best.trial.name,
            "importance": shares,
            "failed": {one.trial.name: one.reason for one in results if one.objective is None},
        })  # fmt: skip
        self._write_table(results)
        found = self.config.variant(best.trial.changes).source.value
        own = {name: value for name, value in self.config.source.value.items() if name == "expect"}
        named = {"name": self.config.name} | found | own
        header = (
            f"# Trial {best.trial.number} of {len(results)}: {self.search.objective} "
            f"{best.objective!r}.\n#   dltrain fit best.yaml\n"
        )
        self.study.folder.write_text(BEST_CONFIG, header + to_yaml(escaped(named)))

    def _write_table(self, results: Sequence[Result]) -> None:
        """Write trials.csv: a row for each trial, a column for each key."""
        keys = list(self.search.space)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["trial", *keys, self.search.objective, "epochs", "seconds", "failed"])
        for one in results:
            cells = [_cell(one.trial.values, key) for key in keys]
            figures = [one.objective, one.epochs, one.seconds, one.reason]
            writer.writerow([one.trial.number, *cells, *figures])
        self.study.folder.write_text("trials.csv", text.getvalue())

    def _best_alone(self, trial: Trial) -> dict[str, Any]:
        """Train the best trial as `dltrain fit best.yaml` does."""
        path = self.study.best
        self.terminal.line()
        self.terminal.line(f"the best, trial {trial.number}, alone once more")
        if not (path.is_dir() and RunFolder(path).status() == "finished"):
            fit_or_resume(load(self.study.path / BEST_CONFIG), path, Rows(smoke=self.smoke))
        found: dict[str, Any] = RunFolder(path).read_json(run_folder.METRICS)
        return found


def _cell(values: Any, key: str) -> str:
    return to_yaml(values[key], one_line=True).strip() if key in values else ""


def _ranked(results: Sequence[Result], mode: str) -> list[Result]:
    """Sort the trials that have come to their end, the best first; of equal ones the earlier."""
    sign = -1 if mode == "max" else 1
    done = [one for one in results if one.objective is not None]
    return sorted(done, key=lambda one: sign * (one.objective or 0.0))


def _stop_where_all_are_wrong(results: Sequence[Result]) -> None:
    """Stop where what is wrong is nothing that a trial has for itself.

    Raises:
        DltrainError: The first trials were all wrong in file, data or network.
    """
    if len(results) >= ALL_WRONG and all(
        one.exit_code == DltrainError.exit_code for one in results
    ):
        raise DltrainError(
            f"got {len(results)} trials that are all wrong, the first so: {results[0].reason}"
        )
