"""A module of the user's own: found beside the config, imported, and its function called."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from dltrain.errors import DataError, Key, did_you_mean, sentence, shown

FUNCTION: Key = ("dataset", "function")
ARGUMENTS: Key = ("dataset", "arguments")


def result_of(function: str, arguments: dict[str, Any], folder: str) -> Any:
    """Import a module, and call a function of it.

    Args:
        function: MODULE:NAME.
        arguments: Keyword arguments.
        folder: Where the module is looked for before Python's own path. What is imported from
            there is forgotten afterwards, so modules of one name do not get mixed up.

    Raises:
        DataError: Module or function are not there, the arguments do not fit, or it raised.
    """
    module_name, name = function.split(":")
    with _importing_from(Path(folder), module_name.partition(".")[0]):
        importlib.invalidate_caches()
        module = _imported(module_name, folder)
        called = _function(module, name)
        try:
            inspect.signature(called).bind(**arguments)
        except TypeError as error:
            got = f"arguments that do not fit ({error})"
            expected = f"those of {name}{inspect.signature(called)}"
            raise DataError(sentence(got, expected), key=ARGUMENTS) from error
        except ValueError:  # a builtin without a signature
            pass
        try:
            return called(**arguments)
        except Exception as error:
            raise _raised(function, error, folder) from error


def file_of(function: str, folder: str) -> Path | None:
    """Find the file of a function beside the config, without importing it; None for one elsewhere.

    Args:
        function: MODULE:NAME.
        folder: As in `result_of`.
    """
    place = Path(folder, *function.partition(":")[0].split("."))
    files = (place / "__init__.py", place.with_name(f"{place.name}.py"))
    return next((file for file in files if file.is_file()), None)


@contextmanager
def _importing_from(folder: Path, package: str) -> Iterator[None]:
    """Look for modules in a folder first, and forget afterwards what came from there."""
    found = PathFinder.find_spec(package, [str(folder)]) is not None
    before = dict(sys.modules)
    if found:
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if _is_below(module, folder) and module is not before.get(name):
                del sys.modules[name]
        sys.modules.update({
            name: module for name, module in before.items() if name not in sys.modules
        })  # fmt: skip


def _is_below(module: Any, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(folder)


def _imported(name: str, folder: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        absent = error.name if isinstance(error, ModuleNotFoundError) else None
        if absent is None or not f"{name}.".startswith(f"{absent}."):
            raise _raised(name, error, folder) from error
        near = did_you_mean(name, [path.stem for path in Path(folder).glob("*.py")])
        got = f"{shown(name)}, which is neither in {folder} nor where Python looks"
        raise DataError(sentence(got, "a module", near), key=FUNCTION) from error


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    found = getattr(module, name, None)
    if not callable(found):
        others = [one for one in vars(module) if callable(getattr(module, one)) and one[0] != "_"]
        got = f"{module.__file__ or module.__name__} without a function {shown(name)}"
        message = sentence(got, "one of that name", did_you_mean(name, others))
        raise DataError(message, key=FUNCTION)
    return found


def _raised(name: str, error: Exception, folder: str) -> DataError:
    """Show an exception of the user's code with the line of that code."""
    reason = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, SyntaxError) and error.filename:
        place = f"line {error.lineno} of {error.filename}"
        reason = error.msg
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [one for one in frames if Path(one.filename).is_relative_to(folder)] or frames
        place = f"line {own[-1].lineno} of {own[-1].filename}: {own[-1].line}"
    got = f"{type(error).__name__} from {name} ({reason}) in {place}"
    return DataError(sentence(got, "rows", "Mend the code."), key=FUNCTION)
