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

    Builds the class of transformers without memory and compares names, shapes and ties; then once more with sizes that
    carry their names, and compares the formulas of the shapes. Exits with 1 if anything differs. Needs torch and
    transformers: pip install "symbolic-explainer[verify]"

    \b
    Example:
      symbolic verify llama-2-7b
    """
    from symbolic.measuring.verify import verify as compare
    from symbolic.measuring.verify_formulas import verify_formulas

    loaded = loaded_models(model, architecture)
    found = [compare(one) for one in loaded]
    for one in found:
        agree = "no difference" if not one.differences else f"{len(one.differences)} differences"
        echo(f"{one.model}: {one.tensors} tensors, {grouped(one.total)} parameters in {one.code}: {agree}")
        if one.differences:
            rows = [
                (pattern, " × ".join(map(str, shape)), str(ours), str(theirs))
                for pattern, shape, ours, theirs in one.differences
            ]
            print_table("", ("tensor", "shape", "ours", "theirs"), rows, numeric={2, 3})
    formulas = [verify_formulas(one) for one in loaded]
    for each in formulas:
        agree = "no difference" if not each.differences else f"{len(each.differences)} differences"
        unread = f", {len(each.unread)} of them without a formula of the code's" if each.unread else ""
        echo(f"{each.model}: the formulas of {each.patterns} kinds of tensors{unread}: {agree}")
        if each.differences:
            print_table("", ("tensor", "ours", "theirs"), list(each.differences), numeric=set())
    if any(one.differences for one in found) or any(one.differences for one in formulas):
        raise SystemExit(1)


COMMAND = verify
