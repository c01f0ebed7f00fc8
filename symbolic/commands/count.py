"""`symbolic count`: the figures alone."""

from __future__ import annotations

import json

import click

from symbolic import api
from symbolic.commands._checkpoints import print_stored, stored, stored_data
from symbolic.commands._models import each_for_itself, given_architecture, loaded_models
from symbolic.commands._table import print_table
from symbolic.configs.model import Model
from symbolic.errors import listed
from symbolic.formulas.figures import grouped
from symbolic.terminal import echo


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print data: an object, or a list of them for several models.")
@given_architecture
def count(model: tuple[str, ...], as_json: bool, architecture: str | None) -> None:
    """Print the number of parameters of each MODEL, one figure for each convention.

    \b
    Examples:
      symbolic count gpt2-124m llama-2-7b
      symbolic count config.json --json
      symbolic count checkpoint-folder/   (its tensors are counted too)
    """
    loaded = loaded_models(model, architecture)
    counted: list[tuple[Model, dict[str, int]]] = []
    for one in loaded:
        with each_for_itself(len(loaded)):
            counted.append((one, api.count(one)))
    checkpoints = stored(model, counted)
    if as_json:
        data = [_data(one, figures) | stored_data(checkpoints.get(one.name)) for one, figures in counted]
        echo(json.dumps(data[0] if len(data) == len(model) == 1 else data, indent=2, ensure_ascii=False))
        return
    for one, figures in counted:
        rows = [(name, grouped(figure)) for name, figure in figures.items()]
        only = ", the language model only" if one.parts_left_out else ""
        print_table(f"{one.name} ({one.architecture.title}{only})", ("convention", "parameters"), rows, numeric={1})
        if one.left_out:
            parts = (f"{listed([key])} ({what})" for key, what in one.left_out.items())
            echo(f"parts that are not counted: {', '.join(parts)}")
        if one.unknown:
            echo(f"unknown keys, which may change the network: {listed(one.unknown)}")
        if one.harmless:
            echo(f"keys that change nothing: {listed(one.harmless)}")
        if one.name in checkpoints:
            print_stored(checkpoints[one.name])


def _data(model: Model, figures: dict[str, int]) -> dict[str, object]:
    return {
        "model": model.name,
        "architecture": model.architecture.name,
        "parameters": next(iter(figures.values())),
        "conventions": figures,
        "unknown": list(model.unknown),
        "harmless": dict(model.harmless),
        "left_out": dict(model.left_out),
    }


COMMAND = count
