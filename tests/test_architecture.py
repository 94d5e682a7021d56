"""Imports go down only, and the light commands import nothing heavy."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dltrain

PACKAGE = Path(dltrain.__file__).parent

# From the top down. Modules on one line never import each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("dltrain",),  # what `import dltrain` offers
    ("study", "deploy", "report", "reproducing"),
    ("run", "runner"),
    ("evaluating", "fitting", "resuming", "runs"),
    ("diagnosing", "inspection", "leavings", "narration", "new_rows", "records", "reevaluation"),
    ("assembly", "changes", "expectations", "facts", "openings", "study_tables", "templates"),
    ("results",),
    ("training", "evaluation", "pages"),
    ("data", "model", "run_folder", "terminal", "environment"),
    ("config", "backend", "trust", "whole_files"),
    ("errors", "locking", "spelling", "terms"),
)
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names}
# The same inside of the config.
CONFIG_LAYERS = (
    ("showing",),
    ("lint", "schema"),
    ("loading",),
    ("checks", "composing"),
    ("sections",),
    ("catalogue", "text"),
)
CONFIG_LEVELS = {name: level for level, names in enumerate(CONFIG_LAYERS) for name in names}
MODULES = {
    path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in sorted(PACKAGE.rglob("*.py"))
}

HEAVY = ("PIL", "keras", "matplotlib", "pandas", "scipy", "sklearn", "tensorflow")
NO_MODELS = ("keras", "matplotlib", "scipy", "sklearn", "tensorflow")
LIGHT = {
    "import": ("import dltrain", HEAVY),
    "help": ("from dltrain.cli import app; app(['--help'])", (*HEAVY, "numpy")),
    "help of fit": ("from dltrain.cli import app; app(['fit', '--help'])", (*HEAVY, "numpy")),
    "validate": ("from dltrain.cli import app; app(['validate', FILE])", (*HEAVY, "numpy")),
    "config show": (
        "from dltrain.cli import app; app(['config', 'show', FILE, '--provenance'])",
        (*HEAVY, "numpy"),
    ),
    "config diff": (
        "from dltrain.cli import app; app(['config', 'diff', FILE, FILE])",
        (*HEAVY, "numpy"),
    ),
    "config schema": (
        "from dltrain.cli import app; app(['config', 'schema', '-o', 'schema.json'])",
        (*HEAVY, "numpy"),
    ),
    "config explain": (
        "from dltrain.cli import app; app(['config', 'explain', 'dense.units'])",
        (*HEAVY, "numpy"),
    ),
    # The cache is part of `data`, which is made of NumPy and pandas.
    "cache": ("from dltrain.cli import app; app(['cache', 'list'])", NO_MODELS),
    "runs list": (
        "from dltrain.cli import app; app(['runs', 'list', RUNS, '--where', 'optimizer=adam'])",
        (*HEAVY, "numpy", "dltrain.config.sections"),
    ),
    "runs show": ("from dltrain.cli import app; app(['runs', 'show', RUNS])", (*HEAVY, "numpy")),
    "runs compare": (
        "from dltrain.cli import app; app(['runs', 'compare', RUNS, RUNS])",
        ("keras", "matplotlib", "sklearn", "tensorflow"),
    ),
    "completion of columns": (
        "from dltrain.cli import completion; completion.columns('opt'); completion.named_runs('')",
        (*HEAVY, "numpy"),
    ),
    "completion": (
        "from dltrain.cli import completion; completion.keys('opt'); completion.runs('')",
        (*HEAVY, "numpy"),
    ),
    "help of reproduce": (
        "from dltrain.cli import app; app(['reproduce', '--help'])",
        (*HEAVY, "numpy"),
    ),
    "help of lr-find": (
        "from dltrain.cli import app; app(['lr-find', '--help'])",
        (*HEAVY, "numpy"),
    ),
    "help of ensemble": (
        "from dltrain.cli import app; app(['ensemble', '--help'])",
        (*HEAVY, "numpy"),
    ),
    "inspect": ("from dltrain.cli import app; app(['inspect', '--help'])", (*HEAVY, "numpy")),
    "inspect data": (
        "from dltrain.cli import app; app(['inspect', 'data', FILE])",
        ("keras", "matplotlib", "tensorflow"),
    ),
    "report": ("from dltrain.cli import app; app(['report', '--help'])", (*HEAVY, "numpy")),
    "templates": ("from dltrain.cli import app; app(['init', '--list'])", (*HEAVY, "numpy")),
    "a template": ("from dltrain.cli import app; app(['init', '-o', '-'])", (*HEAVY, "numpy")),
    "a wrong file": ("from dltrain.cli import app; app(['fit', WRONG])", (*HEAVY, "numpy")),
}


def imported(path: Path) -> Iterator[str]:
    """List the modules of dltrain that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "dltrain":
            names = {alias.name for alias in node.names}
            yield from (f"dltrain.{name}" if name in LEVELS else "dltrain" for name in names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def layer(module: str) -> str:
    """Name the entry of LAYERS that a module belongs to."""
    parts = module.removesuffix(".__init__").split(".")
    return parts[1] if len(parts) > 1 else parts[0]


@pytest.mark.parametrize("path", MODULES, ids=MODULES.values())
def test_imports_go_down_only(path):
    here = layer(MODULES[path])

    others = {layer(name) for name in imported(path) if name.split(".")[0] == "dltrain"} - {here}

    assert here in LEVELS
    assert {name for name in others if LEVELS[name] <= LEVELS[here]} == set()


CONFIG = [path for path in MODULES if path.is_relative_to(PACKAGE / "config")]
CONFIG.remove(PACKAGE / "config" / "__init__.py")


@pytest.mark.parametrize("path", CONFIG, ids=[MODULES[path] for path in CONFIG])
def test_imports_inside_of_the_config_go_down_only(path):
    here = MODULES[path].split(".")[2]

    modules = [name.split(".") for name in imported(path)]
    others = {parts[2] for parts in modules if parts[:2] == ["dltrain", "config"]} - {here}

    assert here in CONFIG_LEVELS
    assert {name for name in others if CONFIG_LEVELS[name] <= CONFIG_LEVELS[here]} == set()


@pytest.mark.parametrize(("code", "absent"), LIGHT.values(), ids=LIGHT.keys())
def test_light_commands_import_nothing_heavy(fruit, finished, tmp_path, code, absent):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(fruit.read_text().replace("dense", "dens"), encoding="utf-8")
    watched = f"""
import sys
FILE, WRONG, RUNS = {str(fruit)!r}, {str(wrong)!r}, {str(finished.folder.path.parent)!r}
try:
    {code}
except SystemExit:
    pass
import json
print(json.dumps(sorted(sys.modules)))
"""

    done = subprocess.run(
        [sys.executable, "-c", watched], capture_output=True, text=True, check=True
    )

    modules = json.loads(done.stdout.splitlines()[-1])
    assert [name for name in absent if name in modules] == []
    assert "dltrain" in modules
