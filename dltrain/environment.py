"""environment.json: everything outside the file that a result may depend on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "dltrain", "keras", "numpy", "pandas", "pydantic", "pyyaml", "rich", "scikit-learn",
    "tensorflow", "typer",
)  # fmt: skip


def describe(config: Path, fingerprint: str, devices: list[str]) -> dict[str, Any]:
    """Describe versions, machine, command, data, and the git commit of the config.

    Args:
        config: The config file, whose folder's git commit is recorded.
        fingerprint: sha256 of the data.
        devices: Names of the devices that TensorFlow sees.

    Returns:
        Plain data for environment.json.
    """
    return {
        "versions": versions(),
        "machine": {
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "devices": devices,
        },
        "argv": sys.argv,
        "git": _git(config.parent),
        "data": {"sha256": fingerprint},
    }


def versions() -> dict[str, str | None]:
    """Give the versions of Python and of the packages that a result may depend on."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _git(folder: Path) -> dict[str, Any] | None:
    """Name the commit of a folder and whether tracked files differ from it; None outside git."""
    commit = _git_output(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    return {"commit": commit, "dirty": bool(_git_output(folder, "status", "--porcelain", "-uno"))}


def _git_output(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder or "."), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
