"""pydantic's sections as JSON Schema: their fields with types, bounds, words and defaults.

What a field's annotation cannot say, because a function checks it, stands in `forms.py`.
Imports: pydantic, section, choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as bounds
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from dltrain.config.catalogue.choices import checked
from dltrain.config.schema.forms import FORMS
from dltrain.config.schema.pieces import (
    NULL,
    Schema,
    any_of,
    array,
    by_type,
    described,
    ref,
    word,
)
from dltrain.config.sections.choosing import Typed, type_words

PLAIN: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    float: {"type": "number"},
    int: {"type": "integer"},
    str: {"type": "string"},
    NoneType: NULL,
}
BOUNDS: dict[type, str] = {
    bounds.Ge: "minimum",
    bounds.Gt: "exclusiveMinimum",
    bounds.Le: "maximum",
    bounds.Lt: "exclusiveMaximum",
}
LEAST = {"array": "minItems", "object": "minProperties", "string": "minLength"}


def section_schema(section: type[BaseModel]) -> Schema:
    """Describe a section: its fields, and which it needs."""
    fields = section.model_fields
    schema: Schema = {"type": "object", "description": _first_line(section)}
    if words := type_words(section):
        schema["title"] = words[0]
    schema["properties"] = {name: _field(section, name) for name in fields}
    if needed := [name for name, field in fields.items() if field.is_required()]:
        schema["required"] = needed
    return schema | {"additionalProperties": False}


def _first_line(section: type[BaseModel]) -> str:
    """Give the first line of a section's docstring, without the key that opens it."""
    line = (section.__doc__ or "").partition("\n")[0]
    text = line.rpartition("` ")[2] if line.startswith("`") else line
    return text[:1].upper() + text[1:]


def _field(section: type[BaseModel], name: str) -> Schema:
    field = section.model_fields[name]
    form = FORMS.get(f"{section.__name__}.{name}")
    schema = form if form is not None else _value(field.annotation, field.metadata)
    if _takes_null(section, name):
        schema = any_of(schema, NULL)
    return described(schema, description=field.description, default=_default(field))


def _default(field: FieldInfo) -> Any:
    told = field.default is not PydanticUndefined and not isinstance(field.default, BaseModel)
    return field.default if told else None


def _takes_null(section: type[BaseModel], name: str) -> bool:
    """Ask the section itself whether a key with nothing after it is fine."""
    try:
        section.model_validate({name: None})
    except ValidationError as error:
        return all(detail["loc"][:1] != (name,) for detail in error.errors(include_url=False))
    return True


def _value(annotation: Any, metadata: Iterable[Any] = ()) -> Schema:
    """Describe what an annotation and the marks beside it accept."""
    marks = list(_marks(metadata))
    for mark in marks:
        if isinstance(mark, Typed):
            return _union_by_type(annotation, mark)
        if isinstance(mark, BeforeValidator) and (kind := _kind(mark)):
            return ref(kind)
    return _bounded(_of(annotation), marks)


def _marks(metadata: Iterable[Any]) -> Iterator[Any]:
    for mark in metadata:
        yield from mark.metadata if isinstance(mark, FieldInfo) else [mark]


def _kind(mark: BeforeValidator) -> str:
    """Name the catalogue's kind that a value is checked against, if it is."""
    check = mark.func
    return check.args[0] if isinstance(check, partial) and check.func is checked else ""


def _of(annotation: Any) -> Schema:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(parts[0], parts[1:])
    if origin is Literal:
        return word(part for part in parts) if isinstance(parts[0], str) else {"enum": list(parts)}
    if origin in (Union, UnionType):
        return any_of(*map(_value, parts))
    if origin is list:
        return array(_value(parts[0]))
    if origin is dict:
        return _map(*parts)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return section_schema(annotation)
    return dict(PLAIN.get(annotation, {}))


def _map(keys: Any, values: Any) -> Schema:
    names = _of(keys).get("enum")
    if names is None:
        return {"type": "object", "additionalProperties": _value(values)}
    properties = dict.fromkeys(names, _value(values))
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _bounded(schema: Schema, marks: Iterable[Any]) -> Schema:
    for mark in marks:
        for bound, keyword in BOUNDS.items():
            if isinstance(mark, bound):
                schema = schema | {keyword: getattr(mark, type(mark).__name__.lower())}
        if isinstance(mark, bounds.MinLen):
            schema = schema | {LEAST[schema["type"]]: mark.min_length}
    return schema


def _union_by_type(annotation: Any, mark: Typed) -> Schema:
    sections = get_args(annotation)
    named = {name: section for section in sections for name in type_words(section)}
    schemas = {name: section_schema(one) for name, one in named.items()}
    unnamed = next((one for one in sections if not type_words(one)), None)
    otherwise = section_schema(unnamed) if unnamed else schemas.get(mark.default or "")
    maps = by_type(schemas, otherwise=otherwise)
    bare = [name for name, one in named.items() if not _needs_more(one)]
    return any_of(word(bare), maps) if bare else maps


def _needs_more(section: type[BaseModel]) -> bool:
    fields = section.model_fields
    return any(field.is_required() for name, field in fields.items() if name != "type")
