"""Holds products and caches against the real forward pass: FlopCounterMode, and the real cache's tensors."""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import signal
import sys
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.networks.learned.description import parsed
from symbolic.networks.learned.family import WINDOWS
from symbolic.networks.learned.writing import text_of
from tools.learning.completing import complete, nested
from tools.learning.sampling import START
from tools.learning.subject import LAYERS, Subject

TOKENS = 11
MOST = 40_000_000


def derives(report: dict[str, Any], text: str, subject: Subject) -> list[str]:
    """The quantities that are right on two random configs, of forward-flops and kv-cache."""
    draw = random.Random(7)
    found = {"forward-flops", "kv-cache"}
    if any(word in path and key.default for path, key in subject.keys.items() for word in WINDOWS):
        # The cache of a layer that sees a window is another; descriptions do not tell such layers apart.
        found.discard("kv-cache")
    tried = 0
    for base in small(report, subject, draw):
        theirs = run(subject, base)
        if theirs is None:
            continue
        tried += 1
        for name in sorted(found):
            if name not in theirs or ours(text, base, name) != theirs[name]:
                found.discard(name)
        if not found or tried == 2:
            break
    if tried < 2:
        return []
    if "forward-flops" in found:
        found.add("training-flops")
    return sorted(found)


def small(report: dict[str, Any], subject: Subject, draw: random.Random) -> Any:
    """Configs that run in little memory: the defaults with sizes halved as long as the class allows it."""
    for depth in (3, 9):
        given: dict[str, Any] = dict(START.get(subject.model_type, {}))
        keys = [path for path, key in subject.keys.items() if type(subject.value(given, path)) is int]
        for path in keys:
            if LAYERS.search(path.rpartition(".")[2]) and subject.value(given, path) > depth:
                given = _tried(subject, given, path, depth)
        for _round in range(3):
            for path in keys:
                last = path.rpartition(".")[2]
                if LAYERS.search(last) or KEPT.search(last):
                    continue
                while subject.value(given, path) // 2 >= _floor(subject, given, last):
                    trial = _tried(subject, given, path, subject.value(given, path) // 2)
                    if trial is given:
                        break
                    given = trial
        yield given
        for _attempt in range(8):
            trial = dict(given)
            for path in draw.sample(keys, min(len(keys), 4)):
                if path in report["relevant"] and subject.value(given, path) > 1 and not KEPT.search(path):
                    factor = draw.choice((2, 3))
                    trial[path] = 2 if LAYERS.search(path) else subject.value(given, path) * factor
            if trial != given and subject.build(trial, trace=False) is not None:
                yield trial


KEPT = re.compile(r"expert|group|top_?k|kernel|conv|period|offset|interval|step|num_.*_per")
"""Sizes that stay: halved, a router could not choose, or no layer would be of a kind."""
HEADS = re.compile(r"^(num_attention_heads|n_heads?|num_heads|attention_heads|decoder_attention_heads)$")
WIDTH = re.compile(r"^(hidden_size|n_embd|d_model|dim|embed_dim)$")


def _tried(subject: Subject, given: dict[str, Any], path: str, value: int) -> dict[str, Any]:
    trial = {**given, path: value}
    return trial if subject.build(trial, trace=False) is not None else given


def _floor(subject: Subject, given: dict[str, Any], last: str) -> int:
    if WIDTH.search(last):
        heads = [subject.value(given, path) for path in subject.keys if HEADS.search(path.rpartition(".")[2])]
        return 8 * max([4, *(one for one in heads if isinstance(one, int))])
    if "vocab" in last or "position" in last or "length" in last:
        return 32
    if "dim" in last or "rope" in last or "rank" in last:
        return 16
    return 2 if "head" in last else 8


def run(subject: Subject, given: dict[str, Any]) -> dict[str, int] | None:
    """What one forward pass computes and keeps, on real tensors."""
    try:
        from transformers.initialization import no_init_weights

        config = subject.config_class(**nested(given))
        if subject.part:
            config = getattr(config, subject.part)
        config._attn_implementation = "eager"
        config._experts_implementation = "eager"
        with no_init_weights():
            meta = sum(one.numel() for one in subject.network(given, trace=False).parameters())
            if meta > MOST:
                return None
            model = subject.model_class(config)
        for one in model.parameters():
            torch.nn.init.normal_(one.data, std=0.02)
        model.tie_weights()
        model.eval()
        tokens = torch.randint(3, 30, (1, TOKENS))
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            out = model(input_ids=tokens, use_cache=True)
        found = {"forward-flops": int(counter.get_total_flops())}
        cache = getattr(out, "past_key_values", None)
        layers = getattr(cache, "layers", None)
        if layers:
            kept = [value for layer in layers for value in vars(layer).values() if isinstance(value, torch.Tensor)]
            found["kv-cache"] = 2 * sum(one.numel() for one in kept if one.is_floating_point())
    except Exception as problem:
        line = f"run: {type(problem).__name__}: {str(problem)[:200]}"
        subject.errors[line] = subject.errors.get(line, 0) + 1
        return None
    return found


def ours(text: str, given: dict[str, Any], name: str) -> int | None:
    """What the description derives."""
    description = parsed(text)
    object.__setattr__(description, "derives", frozenset({"forward-flops", "kv-cache"}))
    try:
        made, _harmless, _unknown = read(description, nested(given), "it")
        model = Model("it", made.family, made.sizes, made.options, made.definitions, config=nested(given))
        quantity = quantities.find(name)
        inputs = {"tokens": TOKENS} if name == "forward-flops" else {"context": TOKENS}
        return derive(model, quantity, quantity.default, inputs).total
    except SymbolicError:
        return None


def main() -> None:
    """Say in each report of a causal type what was right."""
    context = multiprocessing.get_context("fork")
    for place in sorted(Path(sys.argv[1]).glob("causal-*.json")):
        report = json.loads(place.read_text())
        if "failed" in report or report["exact"] != report["tried"] or "derives" in report:
            continue

        def work(report: dict[str, Any] = report, place: Path = place) -> None:
            signal.alarm(90)
            subject = Subject("causal", report["type"])
            whole = json.loads(json.dumps(report))
            complete(whole, subject)
            report["derives"] = derives(report, text_of(whole), subject)
            errors = [line for line in subject.errors if line.startswith("run")]
            print(report["type"], report["derives"], errors[:1], flush=True)
            place.write_text(json.dumps(report))

        process = context.Process(target=work)
        process.start()
        process.join(95)
        if process.is_alive():
            process.kill()


if __name__ == "__main__":
    main()
