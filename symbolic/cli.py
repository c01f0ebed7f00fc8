"""The commands: what was asked, done by the modules that know how, and printed."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from symbolic import api, architectures, conventions, models, quantities
from symbolic.errors import SymbolicError
from symbolic.figures import grouped
from symbolic.model import Model
from symbolic.rendering import formats


class _Mendable(click.ClickException):
    exit_code = 2


class _Commands(click.Group):
    """What a user can mend is one line and exit code 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SymbolicError as problem:
            raise _Mendable(" ".join(str(problem).split())) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="symbolic-explainer")
def main() -> None:
    r"""Derive how many parameters a neural network has, and why.

    MODEL is a bundled model's name (`symbolic models` lists them), a file (JSON, TOML, .py, .md, .txt, .ipynb),
    FILE::NAME for one of several dicts in it, or - for standard input.

    \b
    Examples:
      symbolic explain gpt2-124m
      symbolic count config.json --json
    """


def _given_architecture(command: Any) -> Any:
    return click.option(
        "--architecture", metavar="NAME", help="The family, where the config doesn't say (`symbolic architectures`)."
    )(command)


@main.command()
@click.argument("model", nargs=-1, required=True)
@click.option(
    "--quantity",
    default="parameters",
    show_default=True,
    metavar="NAME",
    help=f"What to derive: {', '.join(quantities.names())}.",
)
@click.option(
    "--format",
    "asked",
    default="html",
    show_default=True,
    metavar="LIST",
    help=f"One or more of {', '.join(formats())}, with commas between them.",
)
@click.option(
    "--convention", default=conventions.DEFAULT, show_default=True, metavar="NAME", help="Which weights count."
)
@click.option("--notation", default="names", show_default=True, metavar="names|letters", help="How to print symbols.")
@_given_architecture
@click.option("--output", default="output", show_default=True, metavar="DIR", help="A folder, or - to print one page.")
@click.option("--detail", default="full", show_default=True, metavar="brief|full", help="Equations only, or all of it.")
def explain(
    model: tuple[str, ...],
    quantity: str,
    asked: str,
    convention: str,
    notation: str,
    architecture: str | None,
    output: str,
    detail: str,
) -> None:
    r"""Derive a quantity of each MODEL in steps: a page to read, check and hand out.

    Writes DIR/MODEL/QUANTITY.ENDING and prints each path.

    \b
    Examples:
      symbolic explain gpt2-124m
      symbolic explain notes.md::GPT_CONFIG_124M --convention walkthrough
      symbolic explain llama-2-7b --format latex,markdown --output handouts
      symbolic explain config.json --format text --output -
    """
    from symbolic.files import folder_name, write_all
    from symbolic.rendering import format_module

    # The process ends with its pages: collecting garbage on the way costs a tenth of its time and frees nothing.
    gc.disable()

    chosen = [name.strip() for name in asked.split(",") if name.strip()]
    endings = {name: format_module(name).ENDING for name in chosen}
    loaded = _loaded(model, architecture)
    if output == "-" and len(loaded) * len(chosen) != 1:
        raise click.UsageError(
            f"--output - prints one page, and this makes {len(loaded) * len(chosen)}; "
            "give one model and one format, or a folder"
        )
    pages: dict[Path, str] = {}
    taken: set[str] = set()
    for one in loaded:
        derivation = api.explain(one, quantity, convention=convention)
        folder = Path(output) / folder_name(one.name, taken)
        for name in chosen:
            page = derivation.to(name, notation=notation, detail=detail)
            path = folder / f"{quantity}.{endings[name]}"
            if path in pages:
                raise click.UsageError(f"two of the formats {asked} would both write {path}; ask for one at a time")
            pages[path] = page
    if output == "-":
        for page in pages.values():
            click.echo(page, nl=False)
        return
    write_all(pages)
    for path in pages:
        click.echo(path)


@main.command()
@click.argument("model", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print data: an object, or a list of them for several models.")
@_given_architecture
def count(model: tuple[str, ...], as_json: bool, architecture: str | None) -> None:
    r"""Print the number of parameters of each MODEL, one figure for each convention.

    \b
    Examples:
      symbolic count gpt2-124m llama-2-7b
      symbolic count config.json --json
    """
    counted = [(one, api.count(one)) for one in _loaded(model, architecture)]
    if as_json:
        data = [_data(one, figures) for one, figures in counted]
        click.echo(json.dumps(data[0] if len(data) == 1 else data, indent=2, ensure_ascii=False))
        return
    for one, figures in counted:
        rows = [(name, grouped(figure)) for name, figure in figures.items()]
        _table(f"{one.name} ({one.architecture.title})", ("convention", "parameters"), rows, numeric={1})
        if one.ignored:
            click.echo(f"ignored keys: {', '.join(one.ignored)}")


@main.command()
@click.argument("model", nargs=-1, required=True)
@_given_architecture
def verify(model: tuple[str, ...], architecture: str | None) -> None:
    r"""Compare each MODEL with the real model code, tensor by tensor.

    Builds the class of transformers without memory and compares names, shapes and ties. Exits with 1 if anything
    differs. Needs torch and transformers: pip install "symbolic-explainer[verify]"

    \b
    Example:
      symbolic verify llama-2-7b
    """
    from symbolic.verify import verify as compare

    found = [compare(one) for one in _loaded(model, architecture)]
    for one in found:
        agree = "no difference" if not one.differences else f"{len(one.differences)} differences"
        click.echo(f"{one.model}: {one.tensors} tensors, {grouped(one.total)} parameters in {one.code}: {agree}")
        if one.differences:
            rows = [
                (pattern, " × ".join(map(str, shape)), str(ours), str(theirs))
                for pattern, shape, ours, theirs in one.differences
            ]
            _table("", ("tensor", "shape", "ours", "theirs"), rows, numeric={2, 3})
    if any(one.differences for one in found):
        raise SystemExit(1)


@main.command("models")
@click.argument("text", default="")
def list_models(text: str) -> None:
    r"""List the bundled models; with TEXT, those whose name, title or family has it.

    \b
    Example:
      symbolic models gpt2
    """
    rows = []
    for name in models.names():
        bundled = models.find(name)
        if any(text.lower() in word.lower() for word in (name, bundled.title, bundled.architecture)):
            total = api.explain(bundled.model()).total
            rows.append((name, bundled.architecture, grouped(total), bundled.title))
    _table("", ("model", "family", "parameters", "title"), rows, numeric={2})


@main.command("architectures")
def list_architectures() -> None:
    r"""List the families of networks, with the options that a config can set.

    \b
    Example:
      symbolic architectures
    """
    rows = []
    for family in architectures.all_architectures():
        options = ", ".join(option.name for option in family.options)
        rows.append((family.name, family.title, options, family.about))
    _table("", ("family", "title", "options", "what it is"), rows)


def _loaded(given: Iterable[str], architecture: str | None) -> list[Model]:
    return [model for one in given for model in api.load_all(one, architecture=architecture)]


def _data(model: Model, figures: dict[str, int]) -> dict[str, object]:
    return {
        "model": model.name,
        "architecture": model.architecture.name,
        "parameters": figures[conventions.DEFAULT],
        "conventions": figures,
        "ignored": list(model.ignored),
    }


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: set[int] | frozenset[int] = frozenset()
) -> None:
    """A table: with colour on a terminal, plain where a program reads it."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table(title=escape(title) or None, title_justify="left", box=None, header_style="bold cyan")
        for index, column in enumerate(columns):
            table.add_column(column, justify="right" if index in numeric else "left")
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        Console().print(table)
        return
    if title:
        click.echo(title)
    widths = [max(len(row[index]) for row in (columns, *rows)) for index in range(len(columns))]
    for row in (columns, *rows):
        cells = (
            cell.rjust(width) if index in numeric else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo("  ".join(cells).rstrip())
