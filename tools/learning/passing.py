"""Real forward passes of a described type on small configs: what each module multiplies, what its cache keeps."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from symbolic.networks.learned.description import Description, Module
from symbolic.networks.learned.values import holds, raw, settled
from symbolic.networks.tracing.forward import Multiplied, recorded
from tools.learning.subject import LAYERS, Subject, nested
from tools.learning.varying import fitted, other_values, start

Given = dict[str, Any]
TIMES = (7, 18, 37)
"""How many tokens each config is run with: none is a usual size."""
MOST = 25_000_000
KEPT = re.compile(r"expert|group|top_?k|kernel|conv|period|offset|interval|step|num_.*_per|factor|ratio|section")
"""Sizes that stay: halved, a router could not choose, or no layer would be of a kind."""
EXPERTS = re.compile(r"^(num_(local_|routed_)?experts|n_routed_experts|n_experts|moe_num_experts)$")
LOOKING = re.compile(r"window|chunk|layer_types|attention_types|max_context|is_decoder")
"""Keys that may change what is computed or kept, though no weight: how far back a layer looks; so may heads."""
KERNEL = re.compile(r"kernel|d_conv|conv_size")
"""Sizes that stay below every number of tokens, since a convolution wider than the text is padded otherwise."""
WINDOWS = re.compile(r"window$|window_size$|chunk|max_context")
SIZE = re.compile(r"dim$|size$|^num_|heads$|rank$")
"""Keys that are sizes though nothing says so: true is none of their values."""
HEADS = re.compile(r"^(num_attention_heads|n_heads?|num_heads|attention_heads|(de|en)coder_attention_heads)$")
WIDTH = re.compile(r"^(hidden_size|n_embd|d_model|dim|embed_dim)$")
Place = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A tensor of a cache: the layer that keeps it, what it is called there, its shape for one sequence."""

    layer: int
    name: str
    shape: tuple[int, ...]


@dataclass
class Pass:
    """What a config computes for each number of tokens."""

    given: Given
    values: dict[str, Any]
    products: list[list[Multiplied]] = field(default_factory=list)
    kept: list[list[Kept] | None] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    numels: dict[str, int] = field(default_factory=dict)


class Passing:
    """Runs configs of one type."""

    def __init__(self, subject: Subject, description: Description | None, seed: int = 7) -> None:
        self.subject, self.description, self.random = subject, description, random.Random(seed)
        self.cache: dict[str, Pass | None] = {}
        self.errors: dict[str, int] = {}
        self.small = False
        keys, part = (description.keys, description.part) if description else ({}, "")
        prefix = f"{part}." if part else ""
        self.relevant = [
            path
            for path in subject.keys
            if path.removeprefix(prefix) in keys
            or LOOKING.search(path.rpartition(".")[2])
            or HEADS.search(path.rpartition(".")[2])
        ]

    def value(self, given: Given, path: str) -> Any:
        """What a key is in a config."""
        return self.subject.value(given, path)

    def builds(self, given: Given) -> bool:
        """Whether the class takes a config."""
        return self.subject.build(given, trace=False) is not None

    def passed(self, given: Given) -> Pass | None:
        """A config's passes; None where the class or its forward pass refuses it."""
        key = repr(sorted(given.items(), key=lambda item: item[0]))
        if key not in self.cache:
            self.cache[key] = self._passed(given)
        return self.cache[key]

    def _passed(self, given: Given) -> Pass | None:
        try:
            model = self.model(given)
            if model is None:
                return None
            found = Pass(given, self.values(given))
            found.numels = {name: one.numel() for name, one in model.named_parameters()}
            for tokens in TIMES:
                inputs = inputs_of(model, tokens)
                with FlopCounterMode(display=False) as counter:
                    products, out = recorded(model, lambda inputs=inputs: model(**inputs, use_cache=True))
                found.products.append(products)
                found.totals.append(int(counter.get_total_flops()))
                found.kept.append(kept(out))
        except Exception as problem:  # a forward pass may raise anything
            line = f"{type(problem).__name__}: {str(problem)[:160]}"
            self.errors[line] = self.errors.get(line, 0) + 1
            return None
        return found

    def model(self, given: Given) -> Any:
        """The real module on the processor, small random weights in it; None where it is too large or not built."""
        from transformers.initialization import no_init_weights

        config = self.subject.config_class(**nested(given))
        if self.subject.part:
            config = getattr(config, self.subject.part)
        config._attn_implementation = "eager"
        config._experts_implementation = "eager"
        if not self.small:
            size = sum(one.numel() for one in self.subject.network(given, trace=False).parameters())
            if size > MOST:
                raise ValueError(f"{size:,} parameters are too many to run")
        with no_init_weights():
            model = self.subject.model_class(config)
        for one in model.parameters():
            torch.nn.init.normal_(one.data, std=0.02)
        for one in model.buffers():
            if one.is_floating_point() and not torch.isfinite(one).all():
                one.data.zero_()
        model.tie_weights()
        return model.eval()

    def values(self, given: Given) -> dict[str, Any]:
        """A config's values under the names of the description, what its class makes of them, the others beside it."""
        self.subject.build(given, trace=False)
        prefix = f"{self.description.part}." if self.description.part else ""
        others = {path.removeprefix(prefix): value for path, value in self.subject.after.items()}
        made, _formulas = settled(self.description, raw(self.description, nested(given)))
        return {**others, **made}

    # Configs.

    def base(self) -> Given:
        """A config that runs in little memory: the defaults, halved as far as the class lets them."""
        for depth in (4, 8):
            for factor in (1, 2, 4):
                for changes in ({}, {"padded": True}, {"experts": False}):
                    given = self._shrunk(factor, depth, **changes)
                    if self.passed(given) is not None:
                        return given
        given = self._shrunk(1, 4)
        for path in self.subject.keys:
            # What the defaults leave out may be what the forward pass needs.
            if type(self.value(given, path)) is not int:
                for other in other_values(self.subject, given, path):
                    if self.passed(other) is not None:
                        return other
        raise RuntimeError(f"no small config runs: {next(iter(self.errors), 'none builds')}")

    def _shrunk(self, factor: int, depth: int, *, padded: bool = False, experts: bool = True) -> Given:
        given = start(self.subject, self.description)
        for path in self.subject.keys:
            now = self.value(given, path)
            if type(now) is int and LAYERS.search(path.rpartition(".")[2]) and now not in (0, depth):
                given = next(fitted(self.subject, given, path, depth), given)
        for name in () if padded else ("pad_token_id", "bos_token_id", "eos_token_id"):
            part = f"{self.subject.part}." if self.subject.part else ""
            trial = {**given, part + name: None}
            if self.builds(trial):
                given = trial
        wanted = []
        for path in self.subject.keys:
            last, now = path.rpartition(".")[2], self.value(given, path)
            many = type(now) is int and experts and EXPERTS.search(last) and now > 16
            if type(now) is not int or (not many and (LAYERS.search(last) or KEPT.search(last))):
                continue
            small = now
            while small // 2 >= self._floor(given, last, factor):
                small //= 2
            if small < now:
                wanted.append((path, small))
        wanted = self._grouped(given, wanted)
        for halvings in range(10, 0, -1):
            # Sizes that must fit each other often still do when each is halved as often.
            trial = {**given, **{path: max(small, self.value(given, path) >> halvings) for path, small in wanted}}
            if self.builds(trial):
                given = trial
                break
        given = self.applied(given, wanted)
        for path, small in wanted:
            while (now := self.value(given, path)) > small:
                trial = {**given, path: now // 2}
                if not self.builds(trial):
                    break
                given = trial
        return given

    def _grouped(self, given: Given, wanted: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Heads of keys and values that divide those of queries, and as many where there were as many."""
        small = dict(wanted)
        for path in list(small):
            above, _, last = path.rpartition(".")
            heads = [
                other
                for other in self.subject.keys
                if other.rpartition(".")[0] == above and HEADS.search(other.rpartition(".")[2]) and other != path
            ]
            if not ("kv" in last or "key_value" in last) or not heads:
                continue
            before, queries = self.value(given, heads[0]), small.get(heads[0], self.value(given, heads[0]))
            if type(before) is not int or type(queries) is not int or before % self.value(given, path):
                continue
            ratio = before // self.value(given, path)
            small[path] = (
                queries if ratio == 1 else max(queries // next(r for r in (2, 3, 5, queries) if queries % r == 0), 1)
            )
        return list(small.items())

    def _floor(self, given: Given, last: str, factor: int) -> int:
        if WIDTH.search(last):
            heads = [self.value(given, path) for path in self.subject.keys if HEADS.search(path.rpartition(".")[2])]
            odd = max((one for one in heads if isinstance(one, int) and one % 4), default=4)
            return 16 * max(odd, 4) * factor
        if EXPERTS.search(last):
            return 8
        if "vocab" in last:
            return 40
        if "position" in last or "length" in last or "seq" in last:
            return 64
        if "window" in last:
            return 64
        if "dim" in last or "rope" in last or "rank" in last:
            return 16 * factor
        if "kv" in last or "key_value" in last:
            return 2
        return 4 if "head" in last else 8

    def applied(self, given: Given, wanted: list[tuple[str, Any]]) -> Given:
        """The config with these values, or with as many of them as the class takes together."""
        if not wanted:
            return given
        trial = {**given, **dict(wanted)}
        if self.builds(trial):
            return trial
        if len(wanted) == 1:
            return given
        half = len(wanted) // 2
        return self.applied(self.applied(given, wanted[:half]), wanted[half:])

    def varied(self, base: Given) -> Iterator[tuple[str, Given]]:
        """Configs that differ from the base in one key, and run."""
        for path in self.relevant:
            now = self.value(base, path)
            if type(now) is int and not isinstance(now, bool) and now > 0:
                layers = LAYERS.search(path.rpartition(".")[2])
                values = (now * 3, now * 2, now + 1, now // 2)
                if WINDOWS.search(path.rpartition(".")[2]):
                    values = (24, 12, 16, now // 4)
                if KERNEL.search(path):
                    values = (now + 1, now - 1)
                for value in (*deep(now), now + 1, now + 2, now - 1) if layers else values:
                    if value < 1:
                        continue
                    given = next(fitted(self.subject, base, path, value), None)
                    if given is not None and self.passed(given) is not None:
                        yield path, given
                        break
            else:
                runs = 0
                for given in other_values(self.subject, base, path):
                    if given[path] is True and SIZE.search(path):
                        continue
                    if self.passed(given) is not None:
                        yield path, given
                        runs += 1
                        if runs == 2:
                            break

    def mixed(self, base: Given, changes: list[Given], times: int) -> Iterator[Given]:
        """Configs that differ in many keys at once, and run."""
        for _time in range(times):
            given = dict(base)
            chosen = self.random.sample(changes, max(1, len(changes) // 2)) if changes else []
            pending = [chosen]
            while pending:
                batch = pending.pop()
                trial = {**given, **{key: value for one in batch for key, value in one.items()}}
                if batch and self.builds(trial) and self.passed(trial) is not None:
                    given = trial
                elif len(batch) > 1:
                    half = len(batch) // 2
                    pending += [batch[half:], batch[:half]]
            if given != base:
                yield given


def deep(layers: int) -> tuple[int, ...]:
    """Numbers of layers that show a pattern of kinds which comes round only after five, six or eight of them."""
    return (13, 9, 7) if layers < 7 else ()


def inputs_of(model: Any, tokens: int) -> dict[str, Any]:
    """What a class reads: a text of so many tokens; before it the sound of a whole window, where it reads no other."""
    text = torch.randint(3, 30, (1, tokens))
    config = model.config
    if model.main_input_name == "input_features" and hasattr(config, "max_source_positions"):
        frames = config.max_source_positions * STRIDE
        return {"input_features": torch.randn(1, config.num_mel_bins, frames), "decoder_input_ids": text}
    return {"input_ids": text}


STRIDE = 2
"""Whisper's convolutions make one place of two frames; another length its code refuses."""


def kept(out: Any) -> list[Kept] | None:
    """What an output's cache holds of one sequence; None where it has no cache that we can read."""
    cache = next((found for name in CACHES if (found := getattr(out, name, None)) is not None), None)
    if (both := getattr(cache, "cross_attention_cache", None)) is not None:
        across = [replace(one, name=f"cross_{one.name}") for one in _kept(both) or ()]
        return [*(_kept(cache.self_attention_cache) or ()), *across]
    return _kept(cache)


def _kept(cache: Any) -> list[Kept] | None:
    layers = getattr(cache, "layers", None)
    if layers is None:
        return None
    found = []
    for number, layer in enumerate(layers):
        for name, value in vars(layer).items():
            for tensor in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(tensor, torch.Tensor) and tensor.is_floating_point():
                    found.append(Kept(number, name, tuple(tensor.shape)[1:]))
    return found


CACHES = ("past_key_values", "cache_params", "cache")


def located(description: Description, path: str) -> Place:
    """A module's place in a description: the nearest module that holds weights, and the numbers of its layers."""
    node, pattern, index = description.root, "", []
    for part in path.split("."):
        if node.repeat and part.isdigit() and not pattern.endswith("{}"):
            pattern += ".{}"
            index.append(int(part))
            continue
        inner = next((one for one in node.parts if isinstance(one, Module) and one.name == part), None)
        if inner is None:
            break
        node = inner
        pattern += f".{part}" if pattern else part
    return pattern, tuple(index)


def names(values: Mapping[str, Any], index: tuple[int, ...]) -> dict[str, Any]:
    """A config's values with the numbers of the layers."""
    return {**values, **dict(zip("ij", index, strict=False))}


def contractions(one: Pass, description: Description) -> dict[Place, list[list[tuple[int, ...]]]]:
    """For each module and each number of tokens: the products of two computed tensors, how many alike in front."""
    found: dict[Place, list[list[tuple[int, ...]]]] = {}
    for at, products in enumerate(one.products):
        for product in products:
            if not product.weight:
                rows = found.setdefault(located(description, product.module), [[] for _ in TIMES])
                rows[at].append((1, *map(int, product.axes)))
    return {
        place: rows if len({len(row) for row in rows}) == 1 else [_together(row) for row in rows]
        for place, rows in found.items()
    }


def _together(row: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """A loop's products, each kind once, with how often it is there."""
    counts: dict[tuple[int, ...], int] = {}
    for one in row:
        counts[one[1:]] = counts.get(one[1:], 0) + one[0]
    return [(count, *axes) for axes, count in counts.items()]


def multiplied(one: Pass, description: Description) -> dict[Place, list[Fraction]]:
    """For each matrix, and each number of tokens: how often each of its numbers is multiplied; stacks on average."""
    sums: dict[Place, list[list[Fraction]]] = {}
    for name, size in one.numels.items():
        module, _, last = name.rpartition(".")
        pattern, index = located(description, module)
        whole = f"{pattern}.{last}" if pattern else last
        each = [
            Fraction(sum(prod(map(int, product.axes)) for product in products if product.weight == name), size or 1)
            for products in one.products
        ]
        sums.setdefault((whole, index[:1]), []).append(each)
    return {place: [sum(at) / len(rows) for at in zip(*rows, strict=True)] for place, rows in sums.items()}


def there(description: Description, pattern: str, values: Mapping[str, Any]) -> bool:
    """Whether a module stands in the network of a config."""
    node = description.root
    for part in pattern.split("."):
        if part == "{}":
            continue
        inner = next((one for one in node.parts if isinstance(one, Module) and one.name == part), None)
        if inner is None or not holds(inner.where, values):
            return False
        node = inner
    return True
