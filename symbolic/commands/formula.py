"""`symbolic formula`: a closed form as code."""

from __future__ import annotations

from typing import Any

import click

from symbolic import api
from symbolic.commands._models import given_architecture, loaded_model, warn_of_total
from symbolic.commands._quantity import explain_arguments, quantity_options
from symbolic.terminal import echo


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
@quantity_options
@given_architecture
def formula(model: str, language: str, quantity: str, architecture: str | None, **options: Any) -> None:
    """Print the closed form of a quantity of MODEL as code that computes it exactly.

    The spreadsheet is text with tabs: paste it into the cell A1.

    \b
    Examples:
      symbolic formula gpt2-124m --as python
      symbolic formula llama-3-8b --as c > parameters.c
    """
    loaded = warn_of_total(loaded_model(model, architecture), quantity)
    echo(api.formula(loaded, language, quantity, **explain_arguments(quantity, options)), nl=False)


COMMAND = formula
