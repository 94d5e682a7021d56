"""The folder of a study: what it was asked to do, its members' run folders, and what came out.

It is made, locked and kept true like a run folder, and lies where run folders lie:

    config.yaml   study.json   status.json   log.txt   members/NAME/   state/
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dltrain import environment, records, run_folder
from dltrain.config import Config
from dltrain.config.composing.extending import Base
from dltrain.config.text.text_file import main_text
from dltrain.errors import DataError, FolderError, sentence
from dltrain.reevaluation import check_fingerprint
from dltrain.run_folder import MEMBERS, STUDY, RunFolder
from dltrain.study.member import Member, write_members


class StudyFolder:
    """The folder of a study.

    Args:
        folder: The folder, which is there.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.folder.path

    def begin(
        self, config: Config, kind: str, members: Sequence[Member], facts: dict[str, Any]
    ) -> None:
        """Write what the study is; study.json, the last, says that all of it is there.

        Args:
            config: The study's file.
            kind: The command, such as "cv".
            members: All of them.
            facts: What else a resumed study has to know.
        """
        self.folder.write_text(run_folder.CONFIG, config.text)
        records.bases(self.folder, config.bases)
        write_members(self.folder, members)
        told = {"kind": kind, "name": config.name, "path": str(config.path.absolute()), **facts}
        told["versions"] = environment.versions()
        told["bases"] = [asdict(base) for base in config.bases]
        self.folder.write_json(STUDY, told | {"members": [one.to_json() for one in members]})

    def facts(self) -> dict[str, Any]:
        """Read study.json.

        Raises:
            FolderError: The study stopped before it had begun, or the file is broken.
        """
        if not (self.folder / STUDY).is_file():
            got = f"{self.path} without {STUDY}"
            way_out = "It stopped before it had begun: start a new one."
            raise FolderError(sentence(got, "a study that has begun", way_out))
        found: dict[str, Any] = self.folder.read_json(STUDY)
        return found

    def given(self) -> dict[str, Any]:
        """Give the study's file as it was: `path`, `text` and `bases` of a `Config`."""
        facts = self.facts()
        return {
            "path": Path(facts["path"]),
            "text": main_text(str(self.folder.file(run_folder.CONFIG))),
            "bases": tuple(Base(**one) for one in facts["bases"]),
        }

    def add(self, facts: dict[str, Any]) -> None:
        """Add facts to study.json."""
        self.folder.write_json(STUDY, self.facts() | facts)

    def member(self, name: str) -> Path:
        """Give the path of a member's run folder."""
        return self.folder / MEMBERS / name

    def is_finished(self, name: str) -> bool:
        """Tell whether a member has come to its end."""
        path = self.member(name)
        return (path / run_folder.STATUS).is_file() and RunFolder(path).status() == "finished"

    def check_rows(self, member: Member, fingerprint: str) -> None:
        """Check that rows that were read are those that a finished member has read.

        Raises:
            DataError: They have changed.
        """
        if not self.is_finished(member.name):
            return
        dataset = member.config.experiment.dataset.model_dump()
        try:
            folder = RunFolder(self.member(member.name))
            way_out = "Put the data back, or start a new study."
            check_fingerprint(folder, fingerprint, dataset, way_out, ("dataset",))
        except DataError as error:
            raise member.config.placed(error) from error

    def clear(self, name: str) -> None:
        """Remove what a member has left that did not come to its end."""
        path = self.member(name)
        if path.exists():
            shutil.rmtree(path)
