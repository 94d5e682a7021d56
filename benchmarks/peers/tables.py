"""What was measured, and the tables of it that a README can hold."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from peers.contenders import ALL, OURS
from peers.works import products_of


@dataclass(frozen=True)
class Measured:
    """One training in one process.

    Attributes:
        epoch: Seconds of an epoch.
        fastest: Seconds of the fastest epoch, which the machine's load has slowed down least.
        first: Seconds of the first epoch, compiling included.
        peak: The most memory that the process had, MB.
        loss: Loss of the last epoch.
        engine: What dltrain has chosen.
        others: Cores that other processes kept busy meanwhile.
    """

    epoch: float
    fastest: float
    first: float
    peak: float
    loss: float
    engine: str
    others: float


def median(runs: Sequence[Measured], fact: str) -> float:
    """Give the median of one fact over rounds."""
    return statistics.median(getattr(run, fact) for run in runs)


def ratios(runs: Sequence[Measured], ours: Sequence[Measured]) -> str:
    """Compare epochs round by round: the median ratio and its range."""
    each = [run.epoch / own.epoch for run, own in zip(runs, ours, strict=False)]
    if not each:
        return ""
    middle, low, high = (_ratio(one) for one in (statistics.median(each), min(each), max(each)))
    return f"{middle} ({low} – {high})"


def work_table(title: str, measured: dict[str, list[Measured]], absent: dict[str, str]) -> str:
    """Write the table of one work.

    Args:
        title: The work.
        measured: The rounds of each contender.
        absent: Why there are no figures, for each contender that has none.
    """
    lines = [
        f"| {title} | s an epoch | to dltrain's | fastest | first | peak MB | last loss | others |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in measured.items():
        shown = title_of(name, runs)
        if runs:
            facts = [seconds(median(runs, "epoch")), ratios(runs, measured.get(OURS, ()))]
            facts += [seconds(min(run.fastest for run in runs)), seconds(median(runs, "first"))]
            facts += [f"{median(runs, 'peak'):.0f}", f"{median(runs, 'loss'):.3f}"]
            lines.append(f"| {shown} | {' | '.join(facts)} | {median(runs, 'others'):.2f} |")
        else:
            lines.append(f"| {shown} | {absent[name]} | | | | | | |")
    return "\n".join(lines)


def title_of(name: str, runs: Sequence[Measured]) -> str:
    """Name a contender, and for dltrain the engine that it has chosen."""
    chosen = f", auto: {runs[0].engine}" if name == OURS and runs else ""
    return ALL[name].title + chosen


def summary_table(
    measured: dict[str, dict[str, list[Measured]]], columns: dict[str, tuple[str, ...]]
) -> str:
    """Write the table of all works: seconds an epoch, and how `fit` compares.

    Args:
        measured: For each work's title, the rounds of each contender.
        columns: For each column its contenders; the fastest of them counts.
    """
    head = f"| seconds an epoch | {' | '.join(columns)} | `fit` : dltrain |"
    lines = [head, "|---" * (len(columns) + 2) + "|"]
    for title, runs in measured.items():
        cells = [_fastest(runs, names) for names in columns.values()]
        compared = ratios(runs.get("fit", ()), runs.get(OURS, ()))
        lines.append(f"| {title} | {' | '.join(cells)} | {compared} |")
    return "\n".join(lines)


def limit_text(rows: int, ours: Sequence[Measured], rates: dict[str, list[float]]) -> str:
    """Hold an epoch of the MLP against its matrix products, round by round.

    Args:
        rows: Train rows.
        ours: Rounds of dltrain.
        rates: For each way to measure it, the rounds' GFLOP/s.
    """
    needed = [products_of(rows) / max(each) / 1e9 for each in zip(*rates.values(), strict=True)]
    each = [run.epoch / least for run, least in zip(ours, needed, strict=True)]
    ways = ", ".join(f"{way} {statistics.median(rate):.0f}" for way, rate in rates.items())
    return (
        f"Matrix products, GFLOP/s of float32: {ways}. An epoch has {products_of(rows) / 1e9:.1f} "
        f"GFLOP of them, {seconds(statistics.median(needed))} s at the best rate; dltrain needs "
        f"{statistics.median(each):.2f} ({min(each):.2f} – {max(each):.2f}) times that."
    )


def seconds(value: float) -> str:
    """Write seconds with two digits that count, or milliseconds after the point."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}" if value < 0.01 else f"{value:.3f}"


def _fastest(runs: dict[str, list[Measured]], names: tuple[str, ...]) -> str:
    medians = [median(runs[name], "epoch") for name in names if runs.get(name)]
    return seconds(min(medians)) if medians else ""


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
