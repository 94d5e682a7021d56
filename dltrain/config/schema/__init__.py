"""The language of the config file as JSON Schema, for editors and for `dltrain config`.

Generated from the sections and the catalogue, so it names what the loader accepts and nothing
else. What no single key can show, such as fractions whose sum is not 1, is left to
`dltrain validate`.
"""

from __future__ import annotations

from functools import cache

from dltrain.config.schema.choices import definitions
from dltrain.config.schema.forms import entry, outputs
from dltrain.config.schema.pieces import Schema, any_of, array, described, or_reference
from dltrain.config.schema.sections import section_schema
from dltrain.config.sections.architecture import SECTIONS, AutoOutput, Repeat, Use
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.section import Section

BASES: Schema = described(
    any_of({"type": "string"}, array({"type": "string"})),
    description="A file, or a list of files, that this one is laid over.",
)
DRAFT = "http://json-schema.org/draft-07/schema#"


@cache
def schema() -> Schema:
    """Build the schema of what a file says in the end. One for all callers: do not change it."""
    sections: list[type[Section]] = [*SECTIONS.values(), Use, Repeat]
    own = {"entry": entry(*map(section_schema, sections))}
    return section_schema(Experiment) | {
        "definitions": definitions() | own | outputs(section_schema(AutoOutput))
    }


def file_schema() -> Schema:
    """Build the JSON Schema of a file, in which values may refer to others and bases be named.

    What stands in a base is not known here, so a file that extends another has to be whole in
    each map that it changes, or the schema complains of what the loader accepts.
    """
    whole = or_reference(schema())
    needed = whole.pop("required")
    whole["properties"] = {"extends": BASES} | whole["properties"]
    unless = {"if": {"required": ["extends"]}, "else": {"required": needed}}
    return {"$schema": DRAFT, "title": "dltrain config file"} | whole | unless
