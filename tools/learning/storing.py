"""`python -m tools.learning.storing TYPE…`: hold bytes in a quantised format against the real quantiser.

The real class is built without memory, transformers' own quantiser for FP8 in blocks changes its linear layers, and
the bytes of all its tensors must be those that we derive, for the defaults and for configs with other sizes. Then the
description is written to say `named in files`. Only classes that write text are tried, and none with experts: files
keep each expert in tensors of its own, and the class all of them in one.
"""

from __future__ import annotations

import random
import sys
from typing import Any

import torch
from torch import nn
from transformers import FineGrainedFP8Config
from transformers.conversion_mapping import get_checkpoint_conversion_mapping
from transformers.quantizers.quantizer_finegrained_fp8 import FineGrainedFP8HfQuantizer

from symbolic.api import explain
from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description
from tools.learning import packing
from tools.learning.packing import OPEN
from tools.learning.subject import Subject, nested, types_of
from tools.learning.varying import changed, start

BLOCK = [32, 16]
"""Rows and columns that share a scale: other numbers than the usual 128, so that a wrong side shows."""
SAID = {"quant_method": "fp8", "weight_block_size": BLOCK}
MIXED = 4
"""How many configs with other sizes are held beside the defaults."""
BYTES = "weight-memory"
NAMED = "named in files"
HEADS = ("ForCausalLM", "LMHeadModel")


def main() -> None:
    """Hold each type, or all that write text, and say how it went."""
    wanted = sys.argv[1:]
    for name in types_of("causal") if wanted == ["all"] else wanted:
        for description in catalogue.described(name):
            if description.model_class.endswith(HEADS) and not description.part:
                print(name, problem(description) or write(description, NAMED), flush=True)


def problem(description: Description) -> str:
    """What keeps the bytes of a type from being known; "" where nothing does."""
    if any("expert" in key for key in description.keys) or any("." in key for key in description.keys):
        return "it has experts or parts"
    if get_checkpoint_conversion_mapping(description.model_type):
        return "its files name tensors otherwise"
    subject = Subject("causal", description.model_type)
    if subject.class_name != description.model_class:
        return "another class writes"
    named = description.but(named=True)
    tried = 0
    for given in configs(subject, description):
        network = built(subject, given)
        if network is None:
            continue
        wrong = _compared(named, network, nested({**subject.stated, **given}))
        if wrong:
            return f"{wrong}, with {given}"
        tried += 1
    return "" if tried > 1 else "no config could be built"


def configs(subject: Subject, description: Description, mixed: int = MIXED) -> list[dict[str, Any]]:
    """Return the defaults with few layers, and so many configs with other sizes and switches."""
    base, draw = start(subject, description), random.Random(2)
    changes = {path: found for path in list(subject.keys)[:60] if (found := changed(subject, base, path))}
    made = [base]
    for _time in range(mixed):
        given = dict(base)
        for path in draw.sample(sorted(changes), len(changes) // 3):
            trial = {**given, **draw.choice(changes[path])}
            if subject.build(trial, trace=False) is not None:
                given = trial
        made.append(given)
    return made


def built(subject: Subject, given: dict[str, Any]) -> nn.Module | None:
    """Return the real class, without memory; None where it refuses a config."""
    try:
        network: nn.Module = subject.network(given, trace=False)
    except Exception:  # a class may refuse a config in any way
        return None
    return network


def _compared(description: Description, network: nn.Module, config: dict[str, Any]) -> str:
    """What differs between our bytes and the quantiser's; "" where nothing does."""
    quantiser = FineGrainedFP8HfQuantizer(FineGrainedFP8Config(weight_block_size=tuple(BLOCK)), pre_quantized=True)
    try:
        quantiser._process_model_before_weight_loading(network)
    except Exception as refused:  # it may know no such network
        return f"the quantiser refuses it: {refused}"
    theirs = sum(
        one.numel() * (one.element_size() if one.dtype == torch.float8_e4m3fn or "scale" in name else 2)
        for name, one in network.named_parameters()
    )
    config = {**config, "torch_dtype": "bfloat16", "quantization_config": SAID}
    try:
        made, _accounts = read(composed(description, config), config, "it")
        ours = explain(Model("it", made.family, made.sizes, made.options, made.definitions, config=config), BYTES).total
    except SymbolicError as refused:
        return f"refused: {refused}"
    return "" if ours == theirs else f"{ours:,} bytes, and by the quantiser {theirs:,}"


def write(description: Description, line: str) -> str:
    """Write a line below the keys of a description, pack all of them, and return the line."""
    place = OPEN / f"{description.model_type}.txt"
    texts = place.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    head = f"{description.model_type} {description.model_class}"
    for at, text in enumerate(texts):
        lines = text.split("\n")
        if lines[0] == head and line not in lines:
            lines.insert(2, line)
            texts[at] = "\n".join(lines)
    place.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    packing.write()
    return line


if __name__ == "__main__":
    main()
