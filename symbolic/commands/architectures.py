"""`symbolic architectures`: the families."""

from __future__ import annotations

import click

from symbolic.commands._table import print_table
from symbolic.networks import families


@click.command("architectures")
@click.option("--described", is_flag=True, help="List the types of transformers that are described from their code.")
def list_architectures(described: bool) -> None:
    """List the families of networks, with the options that a config can set.

    \b
    Examples:
      symbolic architectures
      symbolic architectures --described
    """
    if described:
        print_table("", ("model_type", "classes"), _described())
        return
    rows = []
    for family in families.all_families():
        options = ", ".join(option.name for option in family.options)
        rows.append((family.name, family.title, options, family.about))
    print_table("", ("family", "title", "options", "what it is"), rows)


def _described() -> list[tuple[str, str]]:
    """Return each described type with its classes, the one that is meant where a config names none first."""
    from symbolic.networks.learned import catalogue

    return [(name, ", ".join(catalogue.classes(name))) for name in catalogue.names()]


COMMAND = list_architectures
