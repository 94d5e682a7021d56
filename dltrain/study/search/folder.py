"""The folder of a search: members that have failed are over as well as those that are finished."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from dltrain import run_folder
from dltrain.run_folder import RunFolder
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Failure

FAILED = "state/failed"
GIVEN = "state/config.yaml"
BEST = "best"
BEST_CONFIG = "best.yaml"


class SearchFolder(StudyFolder):
    """The folder of a search."""

    def is_finished(self, name: str) -> bool:
        """Tell whether a member is over: finished, or failed."""
        return self.failure(name) is not None or super().is_finished(name)

    def failure(self, name: str) -> Failure | None:
        """Tell why a member has failed; None where it has not."""
        path = self.folder / FAILED / f"{name}.json"
        if not path.is_file():
            return None
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Failure(**facts)

    def fail(self, failure: Failure) -> None:
        """Note that a member has failed, so that it is not tried again."""
        (self.folder / FAILED).mkdir(parents=True, exist_ok=True)
        facts = {
            "name": failure.name,
            "reason": failure.reason,
            "exit_code": failure.exit_code,
        }
        self.folder.write_json(f"{FAILED}/{failure.name}.json", facts)

    def continue_from(self, before: str, name: str) -> bool:
        """Let a member begin where another has ended, if that has left what it needs.

        Args:
            before: The finished member.
            name: The one that gets more epochs; where its folder is there, it stays.

        Returns:
            Whether it has a folder now: one to be resumed, or that of a training that a callback
            has stopped and that more epochs would not change.
        """
        path, source = self.member(name), RunFolder(self.member(before))
        if path.exists():
            return True
        if not source.path.is_dir() or not _can_go_on(source):
            return False
        copied = path.with_name(f".{name}.copy")
        if copied.exists():
            shutil.rmtree(copied)  # somebody was killed while copying
        shutil.copytree(source.path, copied)
        facts = source.read_json(run_folder.STATUS)
        if not facts.get("stopped_early"):
            RunFolder(copied).write_json(run_folder.STATUS, facts | {"status": "interrupted"})
        copied.rename(path)
        return True

    @property
    def best(self) -> Path:
        """Where the best trial is trained once more."""
        return self.path / BEST


def _can_go_on(folder: RunFolder) -> bool:
    """Tell whether a run has left a state; members that train side by side leave none."""
    from dltrain.training.keeping import newest_state

    return newest_state(folder) is not None
