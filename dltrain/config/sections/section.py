"""The base of every config class, and the value types that they share.

One class for each YAML key. Numbers are strict (`"3"` is no number, `true` is none either),
unknown keys are refused, values cannot be changed after the check. Imports: pydantic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

from dltrain.config.catalogue.choices import Choice, checked, problem
from dltrain.config.catalogue.names import kinds
from dltrain.config.catalogue.rules import BOOLEAN, RATE, SHARE, Rule, whole
from dltrain.errors import Key, did_you_mean, nearest, one_of, plain_name, shown

SENTENCE = "got {got}, expected {expected}. {way_out}"


class Section(BaseModel):
    """A map of the file whose keys are the fields of the class; an empty one has its defaults.

    Attributes:
        elsewhere: Way out for keys that users look for here and that have another place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    elsewhere: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, value: Any, check: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return check({} if value is None else value)
        except ValidationError as error:
            details = [cls._worded(detail) for detail in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, details) from None

    @classmethod
    def _worded(cls, detail: Any) -> InitErrorDetails:
        """Say in the message grammar that a key of this section is unknown or missing."""
        kind, loc = detail["type"], detail["loc"]
        if len(loc) == 1 and kind in ("extra_forbidden", "invalid_key"):
            name = str(loc[0])
            way_out = cls.elsewhere.get(name) or did_you_mean(name, cls.model_fields)
            return problem(loc, "an unknown key", one_of(cls.model_fields), way_out, at_key=True)
        if len(loc) == 1 and kind == "missing":
            return problem(loc, "nothing", f"a value{_described(cls.model_fields[str(loc[0])])}")
        return _below((), detail)


def _described(field: FieldInfo) -> str:
    description = (field.description or "").rstrip(".")
    return f": {description[0].lower()}{description[1:]}" if description else ""


def wrong(value: Any, expected: str, way_out: str = "") -> PydanticCustomError:
    """Make the error for a value that is not what was expected."""
    facts = {"got": shown(value), "expected": expected, "way_out": way_out, "at_key": False}
    return PydanticCustomError("sentence", SENTENCE, facts)


@contextmanager
def collecting(found: list[InitErrorDetails], *loc: str | int) -> Iterator[None]:
    """Add the errors of one check to those of others, below a key."""
    try:
        yield
    except PydanticCustomError as error:
        found.append(InitErrorDetails(type=error, loc=loc, input=None))
    except ValidationError as error:
        found.extend(_below(loc, detail) for detail in error.errors(include_url=False))


def _below(loc: Key, detail: Any) -> InitErrorDetails:
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind == "sentence":
        kind = PydanticCustomError(kind, SENTENCE, facts)
    return InitErrorDetails(type=kind, loc=(*loc, *detail["loc"]), input=detail["input"], ctx=facts)


def each(items: Iterable[tuple[Any, Any]], check: Callable[[Any], Any]) -> dict[Any, Any]:
    """Check every part of a map or an enumerated list, telling the mistakes of all."""
    found: list[InitErrorDetails] = []
    result = {}
    for key, value in items:
        with collecting(found, key):
            result[key] = check(value)
    if found:
        raise ValidationError.from_exception_data("part", found)
    return result


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


def obeying(rule: Rule) -> BeforeValidator:
    """Check a field by a rule of `config/catalogue/arguments.py`."""

    def check(value: Any) -> Any:
        if not rule.accepts(value):
            raise wrong(value, rule.expected)
        return value

    return BeforeValidator(check)


def or_empty(kind: type[dict[Any, Any]] | type[list[Any]]) -> BeforeValidator:
    """Read a key with nothing after it as an empty map or list."""
    return BeforeValidator(lambda value: kind() if value is None else value)


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


def _text(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    expected = "text that is not empty" if value == "" else "text"
    raise wrong(value, expected, "Quote it." if isinstance(value, int | float) else "")


def _path(value: Any) -> Any:
    if "\0" in _text(value):
        raise wrong(value, "a path", "No path holds the null character.")
    return value


def _choice(kind: str) -> BeforeValidator:
    return BeforeValidator(partial(checked, kind))


# The rules speak; the bounds of the fields say the same to the JSON Schema.
Count = Annotated[int, Field(ge=1), obeying(whole(1))]
Seed = Annotated[int, Field(ge=0, lt=2**32), obeying(whole(0, 2**32 - 1))]
Flag = Annotated[bool, obeying(BOOLEAN)]
Text = Annotated[str, Field(min_length=1), BeforeValidator(_text)]
PathText = Annotated[str, Field(min_length=1), BeforeValidator(_path)]
Share = Annotated[float, Field(ge=0, le=1), obeying(SHARE)]
Rate = Annotated[float, Field(ge=0, lt=1), obeying(RATE)]

Callback = Annotated[Choice, _choice("callback")]
Optimizer = Annotated[Choice, _choice("optimizer")]
Regularizer = Annotated[Choice, _choice("regularizer")]


def metric(value: Any) -> Choice:
    """Check a metric and give it the name that history and messages use."""
    choice = checked("metric", value)
    if choice.get("name") is not None:
        return choice
    written = value if isinstance(value, str) else value["type"]
    same = plain_name(written) == plain_name(choice["type"])
    return choice | {"name": choice["type"] if same else written.lower()}
