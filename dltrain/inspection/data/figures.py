"""What a page shows beside the tables: which columns, texts, pictures and series become figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.data.blocks import rows_of
from dltrain.data.columns.cells import as_numbers
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.table import TableInputs
from dltrain.data.windows import WindowInputs
from dltrain.inspection.data.column_blocks import input_title
from dltrain.inspection.data.figure import Bar, Figure
from dltrain.inspection.data.pictures import pictures
from dltrain.inspection.data.plain import some
from dltrain.inspection.data.plots import Plots
from dltrain.inspection.data.series import points
from dltrain.spelling import amount, grouped, plain, share

if TYPE_CHECKING:
    from dltrain.inspection.data.looking import Look

MOST_PLOTS = 60
MOST_ROWS = 100_000
MOST_BARS = 12
SERIES = 12
DAY = 86_400  # seconds


def figures_of(seen: Look, facts: dict[str, Any]) -> Iterator[tuple[str, list[Figure]]]:
    """Draw targets and inputs.

    Args:
        seen: The data.
        facts: What `looking.document` has gathered.

    Returns:
        Headings with the figures below them.
    """
    plots = Plots()
    for target in facts["targets"]:
        figures = list(_target(seen, target, plots))
        if figures:
            yield f"target {plain(target['name'] or '')}".strip(), figures
    inputs = seen.data.inputs
    each = dict(inputs.each) if isinstance(inputs, NamedInputs) else {"input": inputs}
    for one in facts["inputs"]:
        x = {
            name: part.x[one["name"]] if isinstance(part.x, dict) else part.x
            for name, part in seen.opened.items()
        }
        drawn = list(_input(seen, each[one["name"]], one, x, plots))
        if drawn:
            yield input_title(one["name"]), drawn


def _target(seen: Look, target: dict[str, Any], plots: Plots) -> Iterator[Figure]:
    parts = {name: len(part) for name, part in seen.opened.items()}
    found = target.get("classes") or target.get("labels") or []
    word = "class" if "classes" in target else "label"
    if found:
        bars = [Bar(amount(one[word]), _shares(one["rows"], parts)) for one in found[:MOST_PLOTS]]
        alt = "; ".join(map(_said, bars))
        more = f"{len(found) - MOST_PLOTS} more" if len(found) > MOST_PLOTS else ""
        yield Figure(f"shares by {word}", alt, bars=_longest(bars), note=more)
    for column, one in enumerate(target.get("amounts", [])[:MOST_PLOTS]):
        numbers = {}
        for name, part in seen.opened.items():
            y = part.y[target["name"]] if isinstance(part.y, dict) else part.y
            numbers[name] = rows_of(y, slice(None))[:, column].astype(np.float64)
        yield _histogram(plain(one["name"]), numbers, plots)


def _input(
    seen: Look, inputs: Inputs, facts: dict[str, Any], x: Mapping[str, Any], plots: Plots
) -> Iterator[Figure]:
    if isinstance(inputs, TableInputs):
        columns = facts["columns"]
        for column in columns[:MOST_PLOTS]:
            yield _column(seen, column, plots)
    elif inputs.form == "tokens":
        yield _words(facts["text"])
    elif inputs.form == "images":
        train, seed = seen.data.parts["train"], seen.config.experiment.seed
        yield pictures(seen.raw, train, x["train"], seed=seed)
    elif isinstance(inputs, WindowInputs):
        yield from _series(seen, facts["series"]["variables"], plots)
    elif len(inputs.shape) == 2:
        yield from _steps(seen, x["train"], inputs.shape[1], plots)


def _column(seen: Look, column: dict[str, Any], plots: Plots) -> Figure:
    """Draw a column: numbers and dates as a histogram, anything else as bars."""
    seed, name = seen.config.experiment.seed, column["name"]
    cells = {
        part: seen.raw.cells(name, some(seen.places[part], MOST_ROWS, seed)).dropna()
        for part in seen.opened
    }
    title = plain(name)
    if column["type"] == "number":
        return _histogram(title, {part: as_numbers(one) for part, one in cells.items()}, plots)
    if column["type"] == "date":
        days = {part: _days(one, column["learned"]) for part, one in cells.items()}
        return _histogram(title, days, plots, dates=True)
    counts = {part: one.astype(str).value_counts() for part, one in cells.items()}
    values = list(counts["train"].index[:MOST_BARS])
    sizes = {part: len(one) for part, one in cells.items()}
    bars = []
    for value in values:
        rows = {part: int(one.get(value, 0)) for part, one in counts.items()}
        bars.append(Bar(plain(value, 30), _shares(rows, sizes)))
    left = len(counts["train"]) - len(values)
    alt = "; ".join(map(_said, bars))
    return Figure(title, alt, bars=_longest(bars), note=f"{left} more values" if left else "")


def _days(cells: Any, learned: dict[str, Any]) -> np.ndarray:
    from dltrain.inspection.data.columns import dates

    found = dates(cells, learned).dropna()
    epoch = found.dt.tz_localize(None) if found.dt.tz is not None else found
    return (epoch.to_numpy("datetime64[s]").astype(np.int64) / DAY).astype(np.float64)


def _histogram(
    title: str, numbers: Mapping[str, np.ndarray], plots: Plots, *, dates: bool = False
) -> Figure:
    present = {part: one for part, one in numbers.items() if len(one)}
    svg = plots.histogram(present, dates=dates) if present else None
    if svg is None:
        return Figure(title, "one value", note="one value")
    told = (
        f"{part}: {amount(float(one.min()))} to {amount(float(one.max()))}, "
        f"half below {amount(float(np.median(one)))}"
        for part, one in present.items()
    )
    return Figure(title, "" if dates else "histogram; " + "; ".join(told), svg)


def _words(text: dict[str, Any]) -> Figure:
    found = text["most_frequent"]
    bars = [
        Bar(plain(one["word"]), {"train": (one["count"], grouped(one["count"]))}) for one in found
    ]
    alt = ", ".join(map(_said, bars))
    return Figure("most frequent words of train", alt, bars=_longest(bars))


def _series(seen: Look, variables: list[dict[str, Any]], plots: Plots) -> Iterator[Figure]:
    windows = {part: seen.places[part] for part in seen.opened}
    for one in variables[:SERIES]:
        spread = f"{amount(one['min'])} to {amount(one['max'])} in train"
        svg = plots.by_part(points(seen.raw, one["name"], windows))
        yield Figure(plain(one["name"]), f"series over its rows; {spread}", svg)


def _steps(seen: Look, train: Any, variables: int, plots: Plots) -> Iterator[Figure]:
    chosen = some(np.arange(len(train)), SERIES, seen.config.experiment.seed)
    rows = rows_of(train, chosen)
    for variable in range(min(variables, SERIES)):
        title = f"variable {variable}: {len(rows)} rows of train, step by step"
        yield Figure(title, title, plots.series([row[:, variable] for row in rows]))


def _longest(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """Make the longest of some bars as long as there is room."""
    longest = max((length for bar in bars for length, _ in bar.parts.values()), default=0) or 1
    return tuple(
        Bar(one.label, {part: (long / longest, text) for part, (long, text) in one.parts.items()})
        for one in bars
    )


def _shares(rows: Mapping[str, int], parts: Mapping[str, int]) -> dict[str, tuple[float, str]]:
    return {
        name: (count / parts[name] if parts[name] else 0.0, share(count, parts[name]))
        for name, count in rows.items()
    }


def _said(bar: Bar) -> str:
    return f"{bar.label}: " + ", ".join(f"{part} {text}" for part, (_, text) in bar.parts.items())
