"""`symbolic explain`: a page that derives a quantity."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import click

from symbolic import api, conventions, quantities
from symbolic.commands._models import given_architecture, loaded_models
from symbolic.derivation import Derivation
from symbolic.rendering import formats


@click.command()
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
@given_architecture
@click.option("--output", default="output", show_default=True, metavar="DIR", help="A folder, or - to print one page.")
@click.option("--detail", default="full", show_default=True, metavar="brief|full", help="Equations only, or all of it.")
@click.option("--proofread", is_flag=True, help="Read each page back and compute it again; it then says so.")
def explain(
    model: tuple[str, ...],
    quantity: str,
    asked: str,
    convention: str,
    notation: str,
    architecture: str | None,
    output: str,
    detail: str,
    proofread: bool,
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
    loaded = loaded_models(model, architecture)
    if output == "-" and len(loaded) * len(chosen) != 1:
        raise click.UsageError(
            f"--output - prints one page, and this makes {len(loaded) * len(chosen)}; "
            "give one model and one format, or a folder"
        )
    printed: Callable[..., str] = Derivation.to
    if proofread:
        from symbolic.proofread.own_pages import proofread_page

        printed = proofread_page
    pages: dict[Path, str] = {}
    taken: set[str] = set()
    for one in loaded:
        derivation = api.explain(one, quantity, convention=convention)
        folder = Path(output) / folder_name(one.name, taken)
        for name in chosen:
            page = printed(derivation, name, notation=notation, detail=detail)
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


COMMAND = explain
