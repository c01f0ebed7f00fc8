"""`symbolic verify`: a model against the real model code."""

from __future__ import annotations

import click

from symbolic.commands._models import given_architecture, loaded_models
from symbolic.commands._table import print_table
from symbolic.formulas.figures import grouped
from symbolic.terminal import echo


@click.command()
@click.argument("model", nargs=-1, required=True)
@given_architecture
def verify(model: tuple[str, ...], architecture: str | None) -> None:
    """Compare each MODEL with the real model code, tensor by tensor.

    Builds the class of transformers without memory and compares names, shapes and ties. Exits with 1 if anything
    differs. Needs torch and transformers: pip install "symbolic-explainer[verify]"

    \b
    Example:
      symbolic verify llama-2-7b
    """
    from symbolic.measuring.verify import verify as compare

    found = [compare(one) for one in loaded_models(model, architecture)]
    for one in found:
        agree = "no difference" if not one.differences else f"{len(one.differences)} differences"
        echo(f"{one.model}: {one.tensors} tensors, {grouped(one.total)} parameters in {one.code}: {agree}")
        if one.differences:
            rows = [
                (pattern, " × ".join(map(str, shape)), str(ours), str(theirs))
                for pattern, shape, ours, theirs in one.differences
            ]
            print_table("", ("tensor", "shape", "ours", "theirs"), rows, numeric={2, 3})
    if any(one.differences for one in found):
        raise SystemExit(1)


COMMAND = verify
