"""What a user sees while a run goes on, and the same lines for log.txt.

Everything here goes to stderr: labelled facts, a live bar on a terminal and plain lines
otherwise, a table at the end. `NO_COLOR` is honoured by rich. Imports: errors, spelling and rich.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from dltrain.errors import DltrainError
from dltrain.spelling import figure

LABEL = 8
MOST_LINES = 20
MOST_FIGURES = 8
LEAST_WIDTH = 5
GAP = "    "


class Terminal:
    """The lines of one run.

    Args:
        stream: Where they go; default: stderr.
        quiet: Show nothing; log.txt still gets every line.
    """

    def __init__(self, stream: IO[str] | None = None, *, quiet: bool = False) -> None:
        stderr = stream is None
        self.console = Stderr(file=stream, stderr=stderr, quiet=quiet, highlight=False)
        self.shown: list[str] = []
        self.log: Path | None = None

    @contextmanager
    def logged(self, path: Path, *, anew: bool = True) -> Iterator[None]:
        """Write the lines so far, and those of the block, to a file; also why the block failed.

        Args:
            path: The file.
            anew: Begin it, where it is there, instead of going on.
        """
        with path.open("w" if anew else "a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in self.shown))
        self.log = path
        try:
            yield
        except DltrainError as error:
            self._record(str(error))
            raise
        except KeyboardInterrupt:
            self._record("interrupted")
            raise
        finally:
            self.log = None

    def fact(self, label: str, text: str, width: int = LABEL) -> None:
        """Show a fact behind its label; an empty label continues the fact above."""
        padded = f"{label} ".ljust(width)
        self._record(f"{padded}{text}")
        self._print(Text.assemble((padded, "bold"), text))

    def line(self, text: str = "", style: str = "") -> None:
        """Show a line."""
        self._record(text)
        self._print(Text(text, style=style))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show a table: names on the left, figures aligned on the right."""
        for index, line in enumerate(aligned(header, rows)):
            self.line(line, style="dim" if index == 0 else "")

    @contextmanager
    def epochs(self, total: int) -> Iterator[EpochLines]:
        """Show the epochs of a training: a live bar on a terminal, some lines otherwise."""
        if not self.console.is_terminal or self.console.quiet:
            yield EpochLines(self, total)
            return
        counted = Column(no_wrap=True, min_width=len(f"epoch {total}/{total}"))
        columns = (
            TextColumn("epoch {task.completed}/{task.total}", table_column=counted),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            Figures(table_column=Column(no_wrap=True, overflow="ellipsis")),
        )
        with Progress(*columns, console=self.console, refresh_per_second=8) as progress:
            yield EpochLines(self, total, progress)

    @contextmanager
    def steps(self, total: int) -> Iterator[Callable[[int], None]]:
        """Show how many steps are done: a live bar on a terminal that goes away, or nothing.

        Returns:
            What is to be called with the steps that are done.
        """
        if not self.console.is_terminal or self.console.quiet:
            yield lambda done: None
            return
        counted = TextColumn("step {task.completed}/{task.total}")
        with Progress(
            counted, BarColumn(bar_width=24), TimeElapsedColumn(),
            console=self.console, refresh_per_second=8, transient=True,
        ) as progress:  # fmt: skip
            task = progress.add_task("", total=total)
            yield lambda done: progress.update(task, completed=done)

    def _record(self, line: str) -> None:
        self.shown.append(line)
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    def _print(self, text: Text) -> None:
        self.console.print(text, soft_wrap=True)


class Stderr(Console):
    """A console that goes on in silence where nobody reads it any more."""

    def on_broken_pipe(self) -> None:
        """Say no more; the training and log.txt go on."""
        self.quiet = True


class Figures(ProgressColumn):
    """The figures of the last epoch, behind the bar."""

    def render(self, task: Task) -> Text:
        """Return the text that the last epoch has set."""
        return Text(task.fields.get("figures", ""))


class EpochLines:
    """Shows each epoch as it ends.

    Args:
        terminal: Where lines go.
        total: Epochs at most.
        progress: The live bar, if there is one.
    """

    def __init__(self, terminal: Terminal, total: int, progress: Progress | None = None) -> None:
        self.terminal = terminal
        self.total = total
        self.progress = progress
        self.task = progress.add_task("", total=total) if progress else None
        self.every = math.ceil(total / MOST_LINES)

    def show(self, row: Mapping[str, float], best: int) -> None:
        """Show one epoch.

        Args:
            row: Its row of the history.
            best: The best epoch so far; 0 for none.
        """
        epoch = int(row["epoch"])
        figures = epoch_figures({name: row[name] for name in row if name != "epoch"}) + (
            f" · best {best}" if best else ""
        )
        line = f"epoch {epoch}/{self.total}  {figures}"
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, completed=epoch, figures=figures)
        if epoch == 1 or epoch == self.total or epoch % self.every == 0:
            if self.progress is None:
                self.terminal.line(line)
            else:
                self.terminal._record(line)


def epoch_figures(logs: Mapping[str, float]) -> str:
    """Lay out the figures of an epoch on one line, the most telling ones where there are many.

    Example:
        >>> epoch_figures({"loss": 0.3121, "acc": 0.8679, "val_loss": 0.4019})
        'loss 0.312 acc 0.868 · val loss 0.402'
    """
    val = {
        name.removeprefix("val_"): value for name, value in logs.items() if name.startswith("val_")
    }
    train = {name: value for name, value in logs.items() if not name.startswith("val_")}
    if len(logs) > MOST_FIGURES:
        val = _telling(val)
        train = {"loss": train["loss"]} if val else _telling(train)
    return _in_a_row(train) + (" · val " + _in_a_row(val) if val else "")


def _telling(figures: Mapping[str, float]) -> dict[str, float]:
    """Leave out the losses of single outputs, whose sum is the loss; history.csv has them."""
    return {name: value for name, value in figures.items() if not name.endswith("_loss")}


def _in_a_row(figures: Mapping[str, float]) -> str:
    return " ".join(f"{name} {figure(value)}" for name, value in figures.items())


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out a table in lines.

    Example:
        >>> for line in aligned(["", "train"], [["loss", "0.100"], ["accuracy", "1.000"]]):
        ...     print(line)
                    train
        loss        0.100
        accuracy    1.000
    """
    table = [list(header), *map(list, rows)]
    widths = [
        max(LEAST_WIDTH, *(len(row[column]) for row in table)) for column in range(len(header))
    ]
    lines = []
    for name, *cells in table:
        padded = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        lines.append((name.ljust(label_width(rows)) + GAP.join(padded)).rstrip())
    return lines


def label_width(rows: Sequence[Sequence[str]]) -> int:
    """Give the width of a table's first column, the gap behind it included."""
    return max(LABEL, *(len(row[0]) for row in rows)) + len(GAP)
