"""model_card.md: what somebody needs to know who gets the model and not the run.

Source: Mitchell et al., Model Cards for Model Reporting, 2019.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dltrain import run_folder
from dltrain.report import facts
from dltrain.report.deciding import decisions, meanings
from dltrain.report.elements import Element, Facts, Table
from dltrain.report.record import Record
from dltrain.report.tables import figures_table
from dltrain.report.words import lead
from dltrain.spelling import plain

# What Markdown or HTML would read as more than a letter.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
MOST = 300
MOST_COLUMNS = 30


def model_card(record: Record) -> str:
    """Write the card of the model of a run, in Markdown."""
    return "\n".join(_lines(record)).rstrip() + "\n"


def _lines(record: Record) -> Iterator[str]:
    yield f"# {markdown(record.name)}"
    for line in lead(record):
        yield f"\n{markdown(line)}"
    yield "\n## Data\n"
    yield from _elements(facts.data(record))
    yield "\n## Figures\n"
    yield from _elements(figures_table(record))
    yield "\n## Limits\n"
    yield from (f"- {markdown(line)}" for line in limits(record))
    yield "\n## How to load it\n"
    yield f"In the run folder, which holds this card:\n\n```python\n{facts.LOADING}```\n"
    yield from _takes(record)
    for line in (*meanings(record), *decisions(record, exact=True)):
        yield f"\n{markdown(line)}"
    yield "\n## How it was made\n"
    yield from _elements(one for one in facts.model(record) if isinstance(one, Facts))
    yield "\n## Where it was made\n"
    yield from _elements(facts.environment(record.environment, record.status))


def limits(record: Record) -> Iterator[str]:
    """Say what the model must not be trusted with, as far as the run knows."""
    judged = record.judged
    if judged is None:
        yield "It was never judged: there are no figures."
    elif judged != "test":
        yield (
            f"It was judged on {judged} rows alone, which it was trained on or chosen by: on new "
            "rows it will be worse."
        )
    for one in record.diagnosis.get("findings", ()):
        yield f"{one['name']} ({one['severity']}): {one['evidence']}"
    for part, reasons in record.metrics.get("undefined", {}).items():
        for name, reason in reasons.items():
            yield f"{name} of {part} is unknown: {reason}."
    if record.run.is_smoke:
        yield "It comes from a smoke run: a few rows and two epochs, to see that all of it works."
    yield "It was judged on rows of the same source; for rows from elsewhere nothing is known."


def _takes(record: Record) -> Iterator[str]:
    """Say what the model takes."""
    inputs = record.preprocessing.get("inputs", {})
    if inputs.get("form") == "table" and len(inputs["raw"]) > MOST_COLUMNS:
        yield (
            f"It takes float32 rows with {len(inputs['raw'])} columns, in the order of "
            f"`inputs.raw` in `{run_folder.PREPROCESSING}`."
        )
        yield from _words(inputs)
    elif inputs.get("form") == "table":
        names = ", ".join(f"`{_code(one)}`" for one in inputs["raw"])
        yield f"It takes float32 rows with these columns, in this order: {names}."
        yield from _words(inputs)
    elif inputs.get("form") == "several":
        names = ", ".join(f"`{_code(one)}`" for one in inputs["inputs"])
        yield f"It takes a map of inputs: {names}; `{run_folder.PREPROCESSING}` describes each."
    elif inputs:
        shape = ", ".join(("n", *map(str, inputs.get("shape", ()))))
        yield f"It takes an array of shape ({shape})."


def _words(inputs: dict[str, Any]) -> Iterator[str]:
    """Say where the numbers of words are, where a column has any."""
    columns = inputs["columns"]
    values = [value for one in columns for value in one.get("values", ())]
    if any(isinstance(value, str) for value in values):
        yield f"Words are given by their number in `{run_folder.PREPROCESSING}`."


def _elements(found: Any) -> Iterator[str]:
    for one in found:
        yield from _element(one)


def _element(one: Element) -> Iterator[str]:
    if isinstance(one, Facts):
        yield from (f"- {markdown(name)}: {markdown(text)}" for name, text in one.lines)
    elif isinstance(one, Table):
        if one.title:
            yield f"\n{markdown(one.title).capitalize()}:\n"
        yield _row(one.header)
        yield "|".join(
            ("", *("---" if at in one.left else "---:" for at in range(len(one.header))), "")
        )
        yield from map(_row, one.rows)
        if one.note:
            yield f"\n{markdown(one.note)}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(markdown, cells))} |"


def markdown(text: str) -> str:
    r"""Spell a text so that Markdown and HTML read it as it is.

    Example:
        >>> print(markdown("a|b <script>"))
        a\|b \<script\>
    """
    return SPECIAL.sub(r"\\\1", plain(text, MOST))


def _code(text: str) -> str:
    return plain(text).replace("`", "'")
