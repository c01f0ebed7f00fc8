"""`symbolic architectures`: the families."""

from __future__ import annotations

import click

from symbolic.commands._table import print_table
from symbolic.networks import families


@click.command("architectures")
def list_architectures() -> None:
    """List the families of networks, with the options that a config can set.

    \b
    Example:
      symbolic architectures
    """
    rows = []
    for family in families.all_families():
        options = ", ".join(option.name for option in family.options)
        rows.append((family.name, family.title, options, family.about))
    print_table("", ("family", "title", "options", "what it is"), rows)


COMMAND = list_architectures
