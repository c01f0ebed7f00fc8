"""`symbolic solve`: which size makes a total."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from symbolic import api
from symbolic.commands._inputs import Count
from symbolic.commands._models import given_architecture, loaded_models, warn_of_total
from symbolic.commands._output import split_names
from symbolic.commands._pages import page_options, stem
from symbolic.commands._quantity import explain_arguments, quantity_options


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option("--for", "unknowns", required=True, metavar="SIZES", help="The size to solve for; several give a list.")
@click.option("--total", default=None, metavar="N", help="The total to reach, such as 7e9 or 7B.")
@click.option(
    "--budget-memory", default=None, metavar="BYTES", help="Instead: a memory to fill with weights, such as 24GiB."
)
@click.option("--keep", default="", metavar="RATIOS", help="Ratios to keep, with commas: aspect, head_dim, …")
@click.option(
    "--multiple-of",
    type=Count(),
    default=1,
    show_default=True,
    metavar="N",
    help="What the size must be a multiple of.",
)
@quantity_options
@page_options
@given_architecture
def solve(
    model: tuple[str, ...],
    unknowns: str,
    total: str | None,
    budget_memory: str | None,
    keep: str,
    multiple_of: int,
    quantity: str,
    write: Callable[..., None],
    architecture: str | None,
    **options: Any,
) -> None:
    """Solve for a size of each MODEL: the equation, its exact solution, and the nearest configs that can be built.

    Writes DIR/MODEL/solve.ENDING and prints each path.

    \b
    Examples:
      symbolic solve gpt2-124m --for emb_dim --total 7e9 --keep aspect,head_dim --multiple-of 128
      symbolic solve llama-3-8b --for emb_dim,n_layers --total 3B --keep head_dim,hidden_ratio,kv_ratio
      symbolic solve llama-2-7b --for n_layers --budget-memory 24GiB --dtype int4
    """
    names, kept = split_names(unknowns), split_names(keep)
    goal = {"total": total, "memory": budget_memory}
    measured = "weight-memory" if budget_memory and quantity == "parameters" else quantity
    given = explain_arguments(measured, options)
    pages = [
        (
            one.name,
            stem("solve", quantity),
            lambda one=one: api.solve(
                warn_of_total(one, measured), names, measured, keep=kept, multiple_of=multiple_of, **goal, **given
            ),
        )
        for one in loaded_models(model, architecture)
    ]
    write(pages)


COMMAND = solve
