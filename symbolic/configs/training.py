"""How a published model was trained, as its makers say: tokens, sequences, devices and their hours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from symbolic.formulas.formula import Exact
from symbolic.language import lazy

WORDS = ("source", "note", "kept", "shared", "included")


class Training(NamedTuple):
    """What was published of a training.

    `inputs` are numbers by the names of a quantity's inputs, such as `training_tokens`. `device` is an accelerator's
    name in the table of them, `hours` the device-hours that the makers printed. `source` is who says so and where,
    `note` what a reader must know of these figures, `included` what is known of the hours themselves: which work they
    include, why they are more than a formula gives, and which utilisation the makers print. `predicts` says that layers
    that predict further tokens were trained, too. `products` is the format that most products were made in, where that
    is not the usual one of 16 bits. `kept` is the same as `note`, of what the training kept in memory, and
    `shared` of how its devices shared the network. `layout` says that by the names of inputs, such as
    `pipeline_parallel`, and `bidirectional` whether batches went through its stages from both ends.
    """

    source: str
    inputs: Mapping[str, Exact]
    device: str = ""
    hours: int = 0
    note: str = ""
    products: str = ""
    kept: str = ""
    shared: str = ""
    layout: Mapping[str, int] = MappingProxyType({})
    bidirectional: bool = False
    included: str = ""
    predicts: bool = False


def of_table(table: Mapping[str, Any]) -> Training:
    """Return a model's table `[training]`, its words as messages."""
    words: dict[str, str] = {key: lazy(value) for key, value in table.items() if key in WORDS}
    return Training(
        words["source"],
        table.get("inputs", {}),
        table.get("device", ""),
        table.get("hours", 0),
        words.get("note", ""),
        table.get("products", ""),
        words.get("kept", ""),
        words.get("shared", ""),
        table.get("layout", {}),
        table.get("bidirectional", False),
        words.get("included", ""),
        table.get("predicts", False),
    )
