"""`symbolic models`: what is bundled."""

from __future__ import annotations

import click

from symbolic import api
from symbolic.commands._table import print_table
from symbolic.configs import models
from symbolic.formulas.figures import grouped


@click.command("models")
@click.argument("text", default="")
def list_models(text: str) -> None:
    """List the bundled models; with TEXT, those whose name, title or family has it.

    \b
    Example:
      symbolic models gpt2
    """
    rows = []
    for name in models.names():
        bundled = models.find(name)
        if any(text.lower() in word.lower() for word in (name, bundled.title, bundled.architecture)):
            total = api.explain(bundled.model()).total
            rows.append((name, bundled.architecture, grouped(total), bundled.title))
    print_table("", ("model", "family", "parameters", "title"), rows, numeric={2})


COMMAND = list_models
