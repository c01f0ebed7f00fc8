"""`python -m tools.learning.usual TASK [TYPE…]`: hold FLOPs and caches of each type's default config, at its full size.

The real class runs on PyTorch's meta device, where tensors have shapes and no numbers: a text of 9,000 tokens, beyond
most windows, through all layers. What FlopCounterMode counts and what the cache holds must be what the page derives.
Small configs show each switch; this one shows each kind of layer, and sizes that differ. Of a whole of several networks
it is what a text without images takes. Experts run as one product for each token's choice, which has a fixed shape.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import sys
from math import prod
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from symbolic.api import explain
from symbolic.errors import SymbolicError
from symbolic.loading import load
from tools.learning.passing import kept
from tools.learning.subject import Subject, types_of

TOKENS = (9_000, 500)
"""The second where positions end before the first."""
SECONDS = 120
ANGLES = "rotary_emb"
"""A module that makes a table of angles: it is the same for all layers, and not counted."""
DIFFERS, PARTLY = " by us, ", " (the page says that it is not all)"
LEFT_OUT = ("transformers_version", "dtype", "quantization_config")


def held(task: str, name: str) -> dict[str, str]:
    """How each quantity came out: equal, refused with a line, or what differs."""
    subject = Subject(task, name)
    problem = ""
    for tokens in TOKENS:
        try:
            computed, stays = passed(subject, tokens)
        except Exception as caught:  # a class may raise anything
            problem = problem or f"{type(caught).__name__}: {str(caught)[:120]}"
            continue
        config = {key: value for key, value in subject.config_class().to_dict().items() if value is not None}
        config = {key: value for key, value in config.items() if not key.endswith("_token_id") and key not in LEFT_OUT}
        config |= {"model_type": name, "architectures": [subject.class_name]}
        return {
            "forward-flops": compared(config, "forward-flops", {"tokens": tokens}, computed),
            "kv-cache": compared(config, "kv-cache", {"context": tokens, "value_bytes": 2}, stays),
        }
    return {"does not run": problem}


def passed(subject: Subject, tokens: int) -> tuple[int, int]:
    """The operations of a pass, and the bytes of its cache at two a number."""
    config = subject.config_class()
    config = getattr(config, subject.part) if subject.part else config
    for one in (config, *(getattr(config, part) for part in getattr(config, "sub_configs", {}))):
        if one is not None:
            one._attn_implementation, one._experts_implementation = "eager", "batched_mm"
    with torch.device("meta"), torch.no_grad():
        network = subject.model_class(config).eval()
        text = torch.zeros((1, tokens), dtype=torch.long)
        with FlopCounterMode(display=False) as counter:
            out = network(input_ids=text, use_cache=True)
    counts = counter.get_flop_counts()
    angles = sum(sum(found.values()) for module, found in counts.items() if module.endswith(ANGLES))
    return int(counter.get_total_flops() - angles), 2 * sum(prod(one.shape) for one in kept(out) or ())


def compared(config: dict[str, Any], quantity: str, inputs: dict[str, int], theirs: int) -> str:
    """Whether we derive the same; what differs otherwise, or the line by which we refuse."""
    try:
        model = load(config)
        partly = quantity in (model.architecture.partly or {})
        made = explain(model, quantity, inputs=inputs)
        if any(one.name == "images" for one in made.general.formula.symbols):
            made = explain(model, quantity, inputs={**inputs, "images": 0})
    except SymbolicError as problem:
        return "equal" if "has no cache" in str(problem) and not theirs else str(problem)[:160]
    if made.total == theirs:
        return "equal"
    return f"{made.total:,}{DIFFERS}{theirs:,} by the class" + (PARTLY if partly else "")


def main() -> None:
    """Say for each type how it came out, one JSON object a line, each in a process; exit with 1 where one differs."""
    task, names = sys.argv[1], sys.argv[2:]
    context = multiprocessing.get_context("fork")
    wrong: list[str] = []
    for name in names or types_of(task):

        def work(name: str = name) -> None:
            signal.alarm(SECONDS)
            found = held(task, name)
            print(json.dumps({"type": name, **found}), flush=True)
            sys.exit(int(any(DIFFERS in said and not said.endswith(PARTLY) for said in found.values())))

        process = context.Process(target=work)
        process.start()
        process.join()
        wrong += [name] if process.exitcode == 1 else []
        if process.exitcode not in (0, 1):
            print(json.dumps({"type": name, "does not run": f"exit code {process.exitcode}"}), flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
