"""One thing that was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Finding:
    """One thing that was found, and what to try next.

    Attributes:
        name: What it is.
        severity: A warning, or a hint where no figure suffers from it.
        evidence: Why it is thought, with numbers, in a sentence.
        next: Overrides of the file, ready for the command line.
    """

    name: str
    severity: Literal["warning", "hint"]
    evidence: str
    next: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as diagnosis.json holds it."""
        return asdict(self) | {"next": list(self.next)}
