"""What a benchmark ran on: cores, processor, versions, date. Imports nothing heavy."""

from __future__ import annotations

import datetime
import os
import platform
from importlib import metadata
from pathlib import Path

FRAMEWORKS = {
    "TensorFlow": "tensorflow",
    "Keras": "keras",
    "PyTorch": "torch",
    "Lightning": "lightning",
    "JAX": "jax",
}


def machine() -> str:
    """Describe this machine in one line."""
    cores = f"{core_count()} cores of {processor()}, {platform.system()}"
    today = datetime.date.today().isoformat()
    return ", ".join([cores, f"Python {platform.python_version()}", *versions(), today])


def core_count() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """Name the processor, as the system does."""
    facts = Path("/proc/cpuinfo")
    for line in facts.read_text().splitlines() if facts.is_file() else ():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def versions() -> list[str]:
    """Name the frameworks that are installed, with their versions."""
    return [
        f"{title} {metadata.version(package)}"
        for title, package in FRAMEWORKS.items()
        if is_installed(package)
    ]


def is_installed(package: str) -> bool:
    """Tell whether pip has installed a package."""
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True
