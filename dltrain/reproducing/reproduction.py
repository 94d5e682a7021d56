"""A finished run, run again in a new folder: from its own folder alone, and from the same data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltrain import resuming, run_folder, runner
from dltrain.config import load
from dltrain.config.showing.comparison import MISSING, Difference
from dltrain.errors import FolderError, dotted, sentence
from dltrain.reproducing.comparison import FILES, Compared, compared, other_facts
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

# What a run that is not finished is.
OTHER = {
    "failed": "which has failed",
    "interrupted": "which was interrupted",
    "running": "which is still running",
}


@dataclass(frozen=True)
class Reproduction:
    """A run beside the same run, made again.

    Attributes:
        run: Folder of the first.
        again: Folder of the second.
        compared: What both have left.
        facts: Recorded facts in which they differ.
    """

    run: RunFolder
    again: RunFolder
    compared: list[Compared]
    facts: list[Difference]

    @property
    def same(self) -> bool:
        """Whether all that was compared agrees to the bit."""
        return all(one.differing is None for one in self.compared)

    def lines(self) -> Iterator[str]:
        """Say in words what agrees and what does not, and what might be the reason."""
        width = max(len(one.name) for one in self.compared) + 4
        for one in self.compared:
            told = "equal" if one.differing is None else f"different  {one.differing}"
            yield f"{one.name.ljust(width)}{told}"
        yield ""
        if self.facts or not self.same:
            yield from self._reasons()
            yield ""
        yield f"{'same' if self.same else 'other'} bits: {self.run.path} and {self.again.path}"

    def _reasons(self) -> Iterator[str]:
        if not self.facts:
            yield "no recorded fact differs: versions, code, machine, data and git commit agree"
            return
        yield f"recorded facts that differ{', and change no bit' * self.same}"
        width = max(len(dotted(one.key)) for one in self.facts) + 4
        for one in self.facts:
            absent = "not set" if one.key[0] == "variables" else "not recorded"
            sides = (absent if side is MISSING else str(side) for side in (one.old, one.new))
            yield f"{dotted(one.key).ljust(width)}{' → '.join(sides)}"

    def to_json(self) -> dict[str, Any]:
        """Give all of it as plain data."""
        return {
            "run": str(self.run.path),
            "again": str(self.again.path),
            "same": self.same,
            "compared": [one.to_json() for one in self.compared],
            "facts": [one.to_json() for one in self.facts],
        }


def reproduce(
    run: str | Path, *, output: Path = Path("runs"), terminal: Terminal | None = None
) -> Reproduction:
    """Run a finished run again and compare the bits.

    Args:
        run: The run folder; nothing is written there.
        output: Folder below which NAME/TIME is made for the second run.
        terminal: Where its progress is shown.

    Raises:
        DltrainError: The run is not finished or its folder not whole; its data or a network is
            gone or has changed; or the second run fails.
    """
    folder = RunFolder.open(run)
    _check_finished(folder)
    facts = _checked_facts(folder)
    config = load(folder.file(run_folder.RESOLVED))
    resuming.check_networks(config, facts.get("networks", {}))
    resuming.check_place(config)
    outcome = runner.fit(
        config,
        output=output,
        smoke=bool(facts["smoke"]),
        terminal=terminal,
        like=folder,
    )
    assert outcome.folder is not None  # it is no dry run
    again = outcome.folder
    return Reproduction(folder, again, list(compared(folder, again)), other_facts(folder, again))


def _check_finished(folder: RunFolder) -> None:
    """Check that a run has come to its end and that its folder is whole.

    Raises:
        FolderError: It has not, or it is not.
    """
    if (folder / run_folder.ENSEMBLE).is_file():
        got, way_out = f"{folder.path}, an ensemble", "Reproduce its members and join them again."
        raise FolderError(sentence(got, "a run that is trained", way_out))
    status = folder.status()
    if status != "finished":
        got = f"{folder.path}, {OTHER.get(status, 'which is not')}"
        way_out = f"`dltrain resume {folder.path}` goes on." if status == "interrupted" else ""
        raise FolderError(sentence(got, "a run that is finished", way_out))
    for name in FILES:
        folder.file(name)


def _checked_facts(folder: RunFolder) -> dict[str, Any]:
    """Read what environment.json holds, and check that nobody has edited the config.

    Raises:
        FolderError: It lacks something, or somebody has.
    """
    facts = resuming.recorded(folder)
    if (folder / run_folder.BEGUN_WITH).is_file():  # who needs room may have removed the state
        resuming.check_own_copy(folder)
    return facts
