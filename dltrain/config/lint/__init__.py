"""Rules that know deep learning: what a valid file does badly, why, and the way out.

`lint` takes a checked file, and what data and model told if they were asked. One small function
is one rule; `rules.py` has the table, docs/lint.md a section for each. Nothing is read or built
here. Imports: the config alone.
"""

from __future__ import annotations

from dltrain.config.lint.allowing import heading
from dltrain.config.lint.facts import Facts, InputFacts, TargetFacts
from dltrain.config.lint.finding import Finding, Rule
from dltrain.config.lint.linting import allowed, lint, refuse_errors
from dltrain.config.lint.rules import RULES

__all__ = [
    "RULES",
    "Facts",
    "Finding",
    "InputFacts",
    "Rule",
    "TargetFacts",
    "allowed",
    "heading",
    "lint",
    "refuse_errors",
]
