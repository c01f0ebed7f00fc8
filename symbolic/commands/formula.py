"""`symbolic formula`: a closed form as code."""

from __future__ import annotations

import click

from symbolic import api, quantities
from symbolic.commands._models import given_architecture


@click.command()
@click.argument("model")
@click.option(
    "--as",
    "language",
    default="python",
    show_default=True,
    metavar="LANGUAGE",
    help="python, numpy, latex, javascript, c or spreadsheet.",
)
@click.option(
    "--quantity", default="parameters", show_default=True, metavar="NAME", help=f"One of {', '.join(quantities.names())}."
)
@click.option("--convention", default="", metavar="NAME", help="What counts; each quantity has a default.")
@given_architecture
def formula(model: str, language: str, quantity: str, convention: str, architecture: str | None) -> None:
    r"""Print the closed form of a quantity of MODEL as code that computes it exactly.

    The spreadsheet is text with tabs: paste it into the cell A1.

    \b
    Examples:
      symbolic formula gpt2-124m --as python
      symbolic formula llama-3-8b --as c > parameters.c
    """
    loaded = api.load(model, architecture=architecture)
    click.echo(api.formula(loaded, language, quantity, convention=convention), nl=False)


COMMAND = formula
