"""Words and types that are chosen by name, without regard to case and underscores.

Imports: pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from dltrain.config.catalogue.choices import problem
from dltrain.config.catalogue.names import kinds
from dltrain.config.sections.section import Section, wrong
from dltrain.errors import Key, did_you_mean, nearest, one_of, plain_name, shown


def words(annotation: Any) -> tuple[str, ...]:
    """List the words of a Literal, also of one inside a union.

    Example:
        >>> words(Literal["auto", "graph"] | None)
        ('auto', 'graph')
    """
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(word for part in get_args(annotation) for word in words(part))


def type_words(section: type[BaseModel]) -> tuple[str, ...]:
    """List what `type` can be in a section, nothing where it has no such key."""
    field = section.model_fields.get("type")
    return words(field.annotation) if field else ()


def spelled(value: Any, names: Mapping[str, Any] | tuple[str, ...]) -> Any:
    """Bring a name to its canonical spelling; what is none of the names stays as it is.

    Example:
        >>> spelled("MinMax", ("none", "min_max")), spelled("mean", ("none", "min_max"))
        ('min_max', 'mean')
    """
    spellings = {plain_name(name): name for name in names}
    return spellings.get(plain_name(value), value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Word:
    """Marks a Literal whose words match without regard to case and underscores.

    Args:
        hints: Other words that users look for, each with its way out.
    """

    hints: tuple[tuple[str, str], ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Put the check before pydantic's own."""
        optional = type(None) in get_args(source)
        check = partial(_word, words(source), optional, dict(self.hints))
        return no_info_before_validator_function(check, handler(source))


def _word(names: tuple[str, ...], optional: bool, hints: Mapping[str, str], value: Any) -> Any:
    if value is None and optional:
        return None
    name = spelled(value, names)
    if not isinstance(name, str) or name not in names:
        hint = hints.get(nearest(value, hints), "")
        raise wrong(value, one_of(names), did_you_mean(value, names) or hint)
    return name


@dataclass(frozen=True)
class Typed:
    """Marks a union of sections of which `type` chooses one; a bare `NAME` is `{type: NAME}`.

    Args:
        default: The type where the file names none. Without it, a section that has no `type`
            is chosen, or there has to be one.
    """

    default: str | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Put the choice before pydantic's own."""
        sections = get_args(source)
        named = {name: section for section in sections for name in type_words(section)}
        unnamed = next(
            (one for one in sections if not type_words(one)), named.get(self.default or "")
        )
        return no_info_before_validator_function(partial(_chosen, named, unnamed), handler(source))


def _chosen(named: dict[str, type[Section]], unnamed: type[Section] | None, value: Any) -> Section:
    has_plain_form = unnamed is not None and not type_words(unnamed)
    if value is None and unnamed is not None and not has_plain_form:
        value = {}
    if isinstance(value, str):
        name = _type_name(named, value, (), has_plain_form)
        return named[name].model_validate({"type": name})
    if not isinstance(value, dict):
        raise wrong(value, "a map" if has_plain_form else f"a map with `type`: {one_of(named)}")
    if "type" in value:
        name = _type_name(named, value["type"], ("type",), has_plain_form)
        return named[name].model_validate(value | {"type": name})
    if unnamed is None:
        raise _no_type(named, value)
    return unnamed.model_validate(value)


def _type_name(named: dict[str, type[Section]], given: Any, loc: Key, has_plain_form: bool) -> str:
    name = spelled(given, named)
    if isinstance(name, str) and name in named:
        return name
    expected = one_of(named) + ", or no `type`" * has_plain_form
    detail = problem(loc, shown(given), expected, did_you_mean(given, named))
    raise ValidationError.from_exception_data("type", [detail])


def _no_type(named: dict[str, type[Section]], value: dict[Any, Any]) -> ValidationError:
    near = [key for key in value if plain_name(str(key)) == "type"]
    way_out = f"Did you mean 'type' for {shown(near[0])}?" if near else ""
    detail = problem((), "no `type`", one_of(named), way_out)
    return ValidationError.from_exception_data("type", [detail])


def is_by_target(kind: str, value: Any) -> bool:
    """Tell a map from target to choice apart from one choice whose `type` was forgotten.

    Example:
        >>> is_by_target("loss", {"price": "mse", "sold": "auto"})
        True
        >>> is_by_target("loss", {"label_smoothing": 0.1})
        False
    """
    if not isinstance(value, dict) or "type" in value or not value:
        return False
    known = {name for entry in kinds()[kind].values() for name in entry["arguments"]}
    return not all(name in known or plain_name(str(name)) == "type" for name in value)
