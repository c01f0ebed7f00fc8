"""`python -m tools.learning.storing TYPE…`: hold bytes in a quantised format against the real quantiser.

The real class is built without memory, transformers' own quantiser for FP8 in blocks changes its linear layers, and
the bytes of all its tensors must be those that we derive, for the defaults and for configs with other sizes. Then the
description is written to say `named in files`, and how. Only classes that write text are tried. Files keep each expert
in tensors of its own, and the class all of them in one: transformers' mapping from the one to the other says how, and
our names of tensors must be those that it makes of the class's.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Mapping
from math import ceil
from typing import Any

import torch
from torch import nn
from transformers import FineGrainedFP8Config
from transformers.conversion_mapping import get_checkpoint_conversion_mapping
from transformers.core_model_loading import (
    Concatenate,
    MergeModulelist,
    WeightConverter,
    WeightRenaming,
    revert_weight_conversion,
)
from transformers.quantizers.quantizer_finegrained_fp8 import FineGrainedFP8HfQuantizer

from symbolic.api import explain
from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description, Files
from symbolic.networks.learned.paths import said
from symbolic.networks.walks import weights
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
JOINING = (MergeModulelist, Concatenate)
"""What the mapping does with the tensors of experts."""
STACKED, APART = ".experts.", ".experts.{}."
NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")
HEADS = ("ForCausalLM", "LMHeadModel")


def main() -> None:
    """Hold each type, or all that write text, and say how it went."""
    wanted = sys.argv[1:]
    for name in types_of("causal") if wanted == ["all"] else wanted:
        for description in catalogue.described(name):
            if description.model_class.endswith(HEADS) and not description.part:
                files, wrong = held(description)
                print(name, wrong or write(description, said(files)), flush=True)


def problem(description: Description) -> str:
    """What keeps the bytes of a type from being known; "" where nothing does."""
    return held(description)[1]


def held(description: Description) -> tuple[Files, str]:
    """How files call the tensors of a type, and what keeps its bytes from being known; "" where nothing does."""
    subject = Subject("causal", description.model_type)
    if description.towers or subject.class_name != description.model_class:
        return Files(), "it has parts" if description.towers else "another class writes"
    files = files_of(subject, description)
    if files is None:
        return Files(), "its files name tensors otherwise"
    named, tried = description.but(named=files), 0
    for given in configs(subject, description):
        network = built(subject, given)
        if network is None:
            continue
        model = _read(named, nested({**subject.stated, **given}))
        if model is None:
            continue
        wrong = _compared(model, network)
        if wrong:
            return files, f"{wrong}, with {given}"
        tried += 1
    return files, "" if tried > 1 else "no config could be built"


def files_of(subject: Subject, description: Description) -> Files | None:
    """How files call what the class calls otherwise; None where that is more than other words, or experts apart."""
    others: list[tuple[str, tuple[str, ...]]] = []
    # Files are read with what stands first, so that names are made with what stands last.
    for one in reversed(get_checkpoint_conversion_mapping(description.model_type) or ()):
        joined = isinstance(one, WeightConverter) and all(isinstance(step, JOINING) for step in one.operations)
        targets, sources = [*map(_plain, one.target_patterns)], [*map(_plain, one.source_patterns)]
        if not (joined or type(one) is WeightRenaming) or len(targets) > 1 or None in (*targets, *sources):
            return None
        if STACKED in str(targets[0]) and not all(APART in str(source) for source in sources):
            return None  # not all methods pack experts that lie in one tensor
        others.append((str(targets[0]), tuple(map(str, sources))))
    return Files(tuple(others), tuple(sorted(subject.model_class._keep_in_fp32_modules or ())))


def _plain(pattern: str) -> str | None:
    """Return a pattern as the part of a name that it is, `{}` for an expert's number; None where it is more."""
    name = pattern.replace(r"\.", ".").replace(".*.", ".{}.")
    return None if re.search(r"[\\^$*+?()|\[]", name) else name


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


def _read(description: Description, config: dict[str, Any]) -> Model | None:
    """Return the model of a config that says FP8; None where what it says otherwise is none that we take."""
    config = {**config, "torch_dtype": "bfloat16", "quantization_config": SAID}
    try:
        made, _accounts = read(composed(description, config), config, "it")
    except SymbolicError:
        return None
    return Model("it", made.family, made.sizes, made.options, made.definitions, config=config)


def _compared(model: Model, network: nn.Module) -> str:
    """What differs between our bytes and the quantiser's; "" where nothing does."""
    own = {name: one.shape for name, one in network.named_parameters()}
    theirs = sorted({NUMBER.sub("{}", name) for name in revert_weight_conversion(network, network.state_dict())})
    quantiser = FineGrainedFP8HfQuantizer(FineGrainedFP8Config(weight_block_size=tuple(BLOCK)), pre_quantized=True)
    try:
        quantiser._process_model_before_weight_loading(network)
    except Exception as refused:  # it may know no such network
        return f"the quantiser refuses it: {refused}"
    total = 0
    for name, one in network.named_parameters():
        if name in own and own[name] != one.shape:
            return f"the quantiser makes {name} of {tuple(one.shape)}, the class of {tuple(own[name])}"
        scale = "scale" in name and name not in own
        total += _numel(name, one, own) * (one.element_size() if one.dtype == torch.float8_e4m3fn or scale else 2)
    try:
        bytes_ = explain(model, BYTES).total
    except SymbolicError as refused:
        return f"refused: {refused}"
    ours = {name for leaf in weights(model.network) for name in leaf.weight.tensors}
    if any(STACKED in name and APART not in name for name in ours):
        return "its files keep experts together"
    unknown = sorted(ours - set(theirs))
    if unknown:
        return f"no file has {', '.join(unknown[:3])}; some have {', '.join(theirs[:3])}"
    return "" if bytes_ == total else f"{bytes_:,} bytes, and by the quantiser {total:,}"


def _numel(name: str, tensor: torch.Tensor, own: Mapping[str, torch.Size]) -> int:
    """How many numbers a tensor has in files, which keep the two matrices that an expert starts with apart."""
    stacked = own.get(name.removesuffix("_scale_inv")) if name.endswith("gate_up_proj_scale_inv") else None
    if stacked is None:
        return tensor.numel()
    experts, rows, columns = stacked
    return experts * 2 * ceil(rows / 2 / BLOCK[0]) * ceil(columns / BLOCK[1])


def write(description: Description, line: str) -> str:
    """Write a line below the keys of a description, pack all of them, and return the line."""
    place = OPEN / f"{description.model_type}.txt"
    texts = place.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    head = f"{description.model_type} {description.model_class}"
    for at, text in enumerate(texts):
        lines = text.split("\n")
        if lines[0] == head:
            lines = [one for one in lines if not one.startswith(NAMED)]
            lines.insert(2, line)
            texts[at] = "\n".join(lines)
    place.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    packing.write()
    return line


if __name__ == "__main__":
    main()
