"""`symbolic compare`: what differs between models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from symbolic import api
from symbolic.commands._models import given_architecture, loaded_models, warn_of_total
from symbolic.commands._pages import page_options, stem
from symbolic.commands._quantity import explain_arguments, quantity_options


@click.command()
@click.argument("model", nargs=-1, required=True)
@quantity_options
@page_options
@given_architecture
def compare(
    model: tuple[str, ...],
    quantity: str,
    write: Callable[..., None],
    architecture: str | None,
    **options: Any,
) -> None:
    """Compare each MODEL with the next: the design, the sizes, and the difference split into parts that sum to it.

    Writes PATH/MODEL-to-MODEL/compare.ENDING and prints each path.

    \b
    Example:
      symbolic compare gpt2-124m gpt2-1558m llama-2-7b
    """
    loaded = [warn_of_total(one, quantity) for one in loaded_models(model, architecture, together=True)]
    given = explain_arguments(quantity, options)
    folder = "-to-".join(one.name for one in loaded)
    page = (folder, stem("compare", quantity), lambda: api.compare(loaded, quantity, **given))
    write([page])


COMMAND = compare
