"""What commands about one quantity share: which one, how it counts, and what it takes beside the model."""

from __future__ import annotations

from typing import Any

import click

from symbolic.commands._inputs import for_quantity, given_choices, given_inputs, quantity_inputs, warn_of_dtype
from symbolic.measuring import quantities


def quantity_options(command: Any) -> Any:
    """Add --quantity, --convention and the inputs to a command; all but `quantity` are for `explain_arguments`."""
    options = (
        click.option(
            "--quantity", default="parameters", show_default=True, metavar="NAME",
            help=f"What to count: {', '.join(quantities.names())}.",
        ),
        click.option(
            "--convention", default="", metavar="NAME", help="What counts; each quantity has a default."
        ),
        quantity_inputs,
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def explain_arguments(quantity: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments for `api.explain`: convention, inputs, formats and device."""
    rest = dict(given)
    convention, others = rest.pop("convention"), rest.pop("others")
    named = {name: rest.pop(name) for name in ("dtype", "cache_dtype", "device")}
    warn_of_dtype((quantity,), named["dtype"], named["cache_dtype"])
    inputs = for_quantity(quantity, given_inputs(others, rest), (quantity,))
    choices = given_choices(quantity, rest, (quantity,))
    return {"convention": convention, "inputs": inputs, "choices": choices, **named}
