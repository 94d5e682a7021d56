"""environment.json: everything outside the file that a result may depend on."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "dltrain", "h5py", "keras", "numpy", "pandas", "pillow", "pyarrow", "pydantic", "pyyaml",
    "rich", "scikit-learn", "scipy", "tensorflow", "typer",
)  # fmt: skip
# Variables that change how TensorFlow, and the libraries below it, compute.
VARIABLES = (
    "CUDA_VISIBLE_DEVICES", "DNNL_MAX_CPU_ISA", "KERAS_BACKEND", "MKL_NUM_THREADS",
    "NVIDIA_TF32_OVERRIDE", "OMP_NUM_THREADS", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_NUM_THREADS",
    "TF_DETERMINISTIC_OPS", "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_XLA_FLAGS", "XLA_FLAGS",
)  # fmt: skip
CPU_INFO = Path("/proc/cpuinfo")  # of Linux


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
        **surroundings(devices),
        "argv": sys.argv,
        "git": git(config.parent),
        "data": {"sha256": fingerprint},
    }


def surroundings(devices: list[str]) -> dict[str, Any]:
    """Describe what computes: versions, code, machine, and variables that change how it does.

    Args:
        devices: Names of the devices that TensorFlow sees.
    """
    machine = {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "threads": threads(),
        "devices": devices,
    }
    variables = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    code = {"dltrain": code_sha256()}
    return {"versions": versions(), "code": code, "machine": machine, "variables": variables}


def versions() -> dict[str, str | None]:
    """Give the versions of Python and of the packages that a result may depend on."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def code_sha256(package: Path = Path(__file__).parent) -> str:
    """Tell the code of a package from all other; its version stays the same while it is worked on.

    About 40 ms on a busy core.

    Args:
        package: Its folder.

    Returns:
        sha256 over the names and contents of its .py files, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def cpu() -> str | None:
    """Name the model of the processor; None where the system does not tell."""
    if CPU_INFO.is_file():
        for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or None


def threads() -> int | None:
    """Give the number of cores that this process may use, and TensorFlow threads with them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def git(folder: Path) -> dict[str, Any] | None:
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
