"""`dltrain cache …`: what was made of data once and is kept. Light: no TensorFlow."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dltrain.cli.arguments import AsJson
from dltrain.cli.ending import exit_codes

if TYPE_CHECKING:
    from dltrain.data.cache.entries import Entry

app = typer.Typer(
    name="cache",
    help="List and clear what was made of data once: tables in columns, unpacked archives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Kind(StrEnum):
    """Kinds of entries."""

    archives = "archives"
    tables = "tables"


OfKind = Annotated[Kind | None, typer.Option(help="One kind. Default: all.")]


@app.command("list")
def list_entries(kind: OfKind = None, as_json: AsJson = False) -> None:
    """List the entries, those used last first."""
    from dltrain.data.cache.entries import entries
    from dltrain.data.cache.folder import cache_folder
    from dltrain.spelling import size_in_words

    found = entries(kind)
    if as_json:
        facts = {"folder": str(cache_folder()), "entries": [_facts(entry) for entry in found]}
        typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    for entry in found:
        made_of = ", ".join(entry.made_of) or ("unknown" if entry.finished else "unfinished")
        when = f"{_used(entry):%Y-%m-%d %H:%M}"
        typer.echo(f"{entry.kind:8}  {size_in_words(entry.size):>9}  {when}  {made_of}")
    typer.echo(_sum(found))


@app.command("clear")
def clear(
    kind: OfKind = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove the entries; the next run that needs one makes it again."""
    from dltrain.data.cache.entries import entries, remove

    found = entries(kind)
    if found and not yes:
        typer.confirm(f"Remove {_sum(found)}?", abort=True, err=True)
    with exit_codes():
        for entry in found:
            remove(entry)
    if as_json:
        facts = {"removed": len(found), "bytes": sum(entry.size for entry in found)}
        typer.echo(json.dumps(facts, indent=2))
    else:
        typer.echo(f"removed {_sum(found)}")


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "path": str(entry.path),
        "bytes": entry.size,
        "last_used": _used(entry).isoformat(timespec="seconds"),
        "made_of": list(entry.made_of),
        "finished": entry.finished,
    }


def _used(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.used)


def _sum(found: list[Entry]) -> str:
    from dltrain.data.cache.folder import cache_folder
    from dltrain.spelling import size_in_words

    count = f"{len(found)} {'entry' if len(found) == 1 else 'entries'}"
    return f"{count}, {size_in_words(sum(entry.size for entry in found))} in {cache_folder()}"
