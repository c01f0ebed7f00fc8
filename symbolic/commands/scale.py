"""`symbolic scale`: how a quantity grows with the sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from symbolic import api
from symbolic.commands._models import given_architecture, loaded_models, warn_of_total
from symbolic.commands._output import split_names
from symbolic.commands._pages import page_options, stem
from symbolic.commands._quantity import explain_arguments, quantity_options


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option("--vary", default="", metavar="SIZES", help="The sizes to look at, with commas (default: all).")
@click.option("--compute", default=None, metavar="FLOPS", help="A training budget, such as 5.76e23.")
@quantity_options
@page_options
@given_architecture
def scale(
    model: tuple[str, ...],
    vary: str,
    compute: str | None,
    quantity: str,
    write: Callable[..., None],
    architecture: str | None,
    **options: Any,
) -> None:
    """Derive how a quantity of each MODEL scales: leading terms, doubling, crossovers, growth, the best budget.

    Writes PATH/MODEL/scale.ENDING and prints each path.

    \b
    Examples:
      symbolic scale gpt2-124m
      symbolic scale llama-3-8b --vary emb_dim,n_layers --format latex,markdown
    """
    given = explain_arguments(quantity, options)
    pages = [
        (
            one.name,
            stem("scale", quantity),
            lambda one=one: api.scale(
                warn_of_total(one, quantity), quantity, vary=split_names(vary), compute=compute, **given
            ),
        )
        for one in loaded_models(model, architecture)
    ]
    write(pages)


COMMAND = scale
