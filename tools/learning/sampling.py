"""Configs to learn from: what may stand under each key, tried on the real class, which refuses what makes no sense."""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from symbolic.formulas.formula import Number, Symbol
from symbolic.networks.tracing.comparisons import LOG
from symbolic.networks.tracing.construction import TracedTensor
from tools.learning.subject import LAYERS, Subject
from tools.learning.towers import OWN, covers, found_in

ROTATED = {"rope_type": "default", "rope_theta": 1e4}
BOTH_ROTATED = dict.fromkeys(("full_attention", "sliding_attention"), ROTATED)
START: dict[str, dict[str, Any]] = {
    # The default config lacks what the constructor needs.
    "aya_vision": {"vision_config.num_attention_heads": 16},
    "cohere_compass": {"text_config.rope_parameters": BOTH_ROTATED},
    "cohere_compass_text": {"rope_parameters": BOTH_ROTATED},
    "chameleon": {"vocabulary_map": {"<image>": 1}},
    "dbrx": {"attn_config.rope_theta": 500000.0},
    "deepseek_ocr2": {
        "text_config.num_hidden_layers": 4,
        "text_config.mlp_layer_types": ["dense", "sparse", "dense", "sparse"],
        "text_config.num_experts_per_tok": 2,
    },
    "deepseek_ocr2_text": {
        "num_hidden_layers": 4,
        "mlp_layer_types": ["dense", "sparse", "dense", "sparse"],
        "num_experts_per_tok": 2,
    },
    "diffusion_gemma": {
        "text_config.num_experts": 8,
        "text_config.top_k_experts": 2,
        "text_config.moe_intermediate_size": 704,
    },
    "diffusion_gemma_text": {"num_experts": 8, "top_k_experts": 2, "moe_intermediate_size": 704},
    "dots1": {"n_routed_experts": 8, "n_shared_experts": 1, "num_experts_per_tok": 2},
    "emu3": {"vocabulary_map": {"<image>": 1}},
    "granite4_vision": {"deepstack_layer_map": [[3, 0], [6, 1]], "downsample_rate": "1/4"},
    "gemma3n_text": {"num_kv_shared_layers": 2},
    "hunyuan_v1_dense": {"head_dim": 128},
    "moonshine_streaming": {"num_key_value_heads": 8},
    "hunyuan_v1_moe": {"head_dim": 128},
    "hunyuan_vl": {"text_config.head_dim": 128},
    "hunyuan_vl_text": {"head_dim": 128},
    "ministral": {"head_dim": 128},
    "lfm2_moe": {"num_hidden_layers": 4, "layer_types": ["conv", "conv", "full_attention", "conv"]},
    "nemotron": {"num_key_value_heads": 8, "head_dim": 128},
    "nllb-moe": {"num_experts": 4},
    "reformer": {"is_decoder": True},
    "xmod": {"default_language": "en_XX"},
    "wav2vec2-bert": {"vocab_size": 32},
    "wav2vec2-conformer": {"vocab_size": 32},
    "gemma4_assistant": {"text_config.hidden_size_per_layer_input": 0, "text_config.vocab_size_per_layer_input": 0},
}
"""Where learning starts, for types whose default config does not build, or not with few layers."""
FEW = 5
"""With no more keys than these, few configs differ, unless sizes do more."""
MOST_SWITCHES = 14
"""Of more switches that do nothing alone, not every pair is tried."""
SOME = 8
"""A size that is given where usually there is none."""
DEPTHS = (4, 5, 6, 7, 3, 8, 2, 1)
Given = dict[str, Any]


class Entangled(Exception):
    """A tower that keys outside of its part change: it is learned with the rest."""


@dataclass(frozen=True)
class Mark:
    """What is compared of two builds: names, shapes and ties; of towers what each part's hold."""

    rest: frozenset[tuple[Any, ...]]
    inside: dict[str, int]

    def differs(self, other: Mark, path: str) -> bool:
        """Whether another build with another value of a key is another network; Entangled for one that can't be cut."""
        for part in self.inside.keys() & other.inside.keys():
            if not covers(part, path) and self.inside[part] != other.inside[part]:
                raise Entangled(part)
        return self.rest != other.rest


def signature(tensors: list[TracedTensor], inside: dict[str, int]) -> Mark:
    """What is compared of a build."""
    return Mark(frozenset((one.name, one.shape, one.tied_to) for one in tensors), inside)


def patterns(tensors: list[TracedTensor]) -> frozenset[Any]:
    """What is compared of two builds where sizes may differ: names, formulas, ties."""
    return frozenset((one.pattern, one.index, one.axes, one.tied_to) for one in tensors)


@dataclass
class Made:
    """What came of a config: tensors, and what the config class made of each key, with formulas."""

    tensors: list[TracedTensor]
    after: dict[str, Any]
    formulas: dict[str, Any]
    inside: dict[str, int]


class Sampler:
    """Finds which keys matter, and makes configs that differ in them."""

    def __init__(self, subject: Subject, seed: int = 1) -> None:
        self.subject, self.random = subject, random.Random(seed)
        self.pools: dict[str, list[Any]] = {}
        self.free: dict[str, bool] = {}
        self.relevant: dict[str, list[Any]] = {}
        self.switches: set[str] = set()
        self.base: Given = {}
        self.cache: dict[str, Made | None] = {}
        self.rough: dict[str, Mark | None] = {}
        self.mined: dict[str, set[Any]] = {}
        self.whole: set[str] = set()
        self.until = time.process_time() + 25

    def made(self, given: Given) -> Made | None:
        """What the real class makes of a config, traced once."""
        key = repr(sorted(given.items(), key=lambda item: item[0]))
        if key not in self.cache:
            tensors = self.subject.build(given)
            self.mine()
            self.cache[key] = (
                None
                if tensors is None
                else Made(tensors, dict(self.subject.after), dict(self.subject.formulas), dict(self.subject.inside))
            )
        return self.cache[key]

    def build(self, given: Given) -> list[TracedTensor] | None:
        """The tensors of a config."""
        made = self.made(given)
        return made.tensors if made else None

    def mark(self, given: Given) -> Mark | None:
        """The signature of a config, had without a trace: half the time."""
        key = repr(sorted(given.items(), key=lambda item: item[0]))
        if key in self.cache:
            made = self.cache[key]
            return signature(made.tensors, made.inside) if made else None
        if key not in self.rough:
            tensors = self.subject.build(given, trace=False)
            self.rough[key] = None if tensors is None else signature(tensors, dict(self.subject.inside))
        return self.rough[key]

    def mine(self) -> None:
        """Remember the numbers that keys were compared with: there the structure may change."""
        for left, sign, right in LOG.compared:
            for one, other in ((left, right), (right, left)):
                if (
                    isinstance(one, Symbol)
                    and one.name in self.subject.keys
                    and sign in ("==", "!=", ">", ">=", "<", "<=")
                ):
                    if isinstance(other, Number) and isinstance(other.number, int) and -1 <= other.number <= 4096:
                        self.mined.setdefault(one.name, set()).add(other.number)
                    elif isinstance(other, Symbol) and other.name in self.subject.keys:
                        self.mined.setdefault(one.name, set()).add(other.name)

    def start(self) -> None:
        """A base config: the defaults, with few layers."""
        subject = self.subject
        given: Given = dict(START.get(subject.model_type, {}))
        for path, key in subject.keys.items():
            if (
                isinstance(key.default, int)
                and not isinstance(key.default, bool)
                and LAYERS.search(path.split(".")[-1])
            ):
                for depth in DEPTHS:
                    if depth < key.default:
                        trial = {**given, path: depth, **self._cut(path, depth)}
                        if self.mark(trial) is not None:
                            given = trial
                            break
        if self.build(given) is None:
            raise RuntimeError(f"the default config does not build: {next(iter(subject.errors), '')}")
        self.base = given
        self._find_towers()

    def _find_towers(self) -> None:
        """Cut the towers of the base off what is learned."""
        found = found_in(self.subject, self.base)
        self.subject.towers = {part: one for part, one in found.items() if part not in self.whole}
        if self.subject.towers:
            self.cache.clear()
            self.rough.clear()

    def _cut(self, path: str, depth: int) -> Given:
        """Lists as long as there are layers, cut to as many."""
        long = self.subject.default(path)
        above = path.rpartition(".")[0]
        found = {}
        for other, key in self.subject.keys.items():
            if isinstance(key.default, list) and len(key.default) == long and other.rpartition(".")[0] == above:
                found[other] = key.default[:depth]
        return found

    def alternatives(self, path: str) -> list[Any]:
        """What else may stand under a key."""
        mined: list[Any] = []
        now = self.value(path)
        for other in self.mined.get(path, ()):
            if isinstance(other, str):
                mined.append(self.value(other))
            elif isinstance(now, int) or int in self.subject.keys[path].types:
                mined += [other, other - 1, other + 1]
        if path not in self.pools:
            self.pools[path] = self._pool(path)
        numbers = [one for one in mined if isinstance(one, int) and not isinstance(one, bool) and one >= 0]
        return _distinct([*self.pools[path][:3], *numbers[:9], *self.pools[path][3:]], now)

    def _pool(self, path: str) -> list[Any]:
        key = self.subject.keys[path]
        now = self.value(path)
        found: list[Any] = []
        kinds = key.types
        if bool in kinds or isinstance(now, bool):
            found += [True, False]
        if key.choices:
            found += list(key.choices)
        if type(now) is int and list in kinds:
            found += self._lists(path, now)
        if isinstance(now, int) and not isinstance(now, bool):
            found += _numbers(now, LAYERS.search(path.rsplit(".", maxsplit=1)[-1]) is not None)
        elif (now is None and not kinds) or int in kinds:
            found += [8, 2, 64, 1, 3, 4, 16, 12, 96, 128]
        if isinstance(now, float):
            found += [now * 2, now / 2, 1.0, 0.25, 0.5, 0.0, 3.0]
        elif now is None and float in kinds:
            found += [0.5, 2.0]
        if isinstance(now, str) or (now is None and str in kinds):
            found += self._words(path)
        if (list in kinds and type(now) is not int) or isinstance(now, list) or tuple in kinds:
            found += self._lists(path, now)
        if key.optional:
            found.append(None)
        return found

    def value(self, path: str) -> Any:
        """What stands under a key in the base."""
        return self.subject.value(self.base, path)

    def _words(self, path: str) -> list[str]:
        name = path.rsplit(".", maxsplit=1)[-1]
        found: list[str] = []
        for source in self.sources():
            for match in re.finditer(rf"\b{re.escape(name)}\b\s*(?:==|!=|in|not in)\s*([\[(]?[^:\n]*)", source):
                found += re.findall(r"[\"']([\w-]+)[\"']", match[1])
        return list(dict.fromkeys(found))

    def sources(self) -> list[str]:
        """The text of the code."""
        if not hasattr(self, "_sources"):
            import inspect

            self._sources = [inspect.getsource(module) for module in self.subject.modules]
        return self._sources

    def _lists(self, path: str, now: Any) -> list[Any]:
        found: list[Any] = []
        depth = next(
            (self.value(other) for other in self.subject.keys if re.search(r"num_hidden_layers$|^n_layers?$", other)), 0
        )
        if isinstance(now, list) and now and all(isinstance(one, str) for one in now):
            kinds = list(dict.fromkeys((*now, *self._layer_words(path))))
            for kind in kinds:
                found.append([kind] * len(now))
            for _ in range(6):
                found.append([self.random.choice(kinds) for _ in now])
        elif isinstance(now, list) and now and all(isinstance(one, int) and not isinstance(one, bool) for one in now):
            if set(now) <= {0, 1}:
                for _ in range(5):
                    found.append([self.random.choice((0, 1)) for _ in now])
            for at in range(len(now)):
                for change in (lambda one: one * 2, lambda one: one + 1):
                    found.append([change(one) if place == at else one for place, one in enumerate(now)])
            found += [[one * 2 for one in now], [one + 1 for one in now]]
            found += [now[:-1], [*now, now[-1]]]
        elif isinstance(now, list) and now and all(isinstance(one, list) for one in now):
            found += [now[:-1], [*now, now[-1]], [*now, *now]]
        elif isinstance(now, list) and now and all(isinstance(one, bool) for one in now):
            for _ in range(5):
                found.append([self.random.choice((True, False)) for _ in now])
        elif type(now) is int and list in self.subject.keys[path].types:
            # A size of an image has a height and a width; other lists have any length.
            pair = re.search(r"size|stride|kernel|shape", path.rpartition(".")[2])
            found += [[now, now], [2 * now, now]] if pair else [[now], [now, now], [now, now, now]]
        elif depth and (now is None or now == []):
            words = self._layer_words(path)
            if words and "type" in path:
                for word in words:
                    found.append([word] * depth)
                for _ in range(6):
                    found.append([self.random.choice(words) for _ in range(depth)])
            else:
                found += [[1], [0], [0, 1], [1, 2], [2], list(range(depth)), []]
                for _ in range(4):
                    found.append([self.random.choice((0, 1)) for _ in range(depth)])
                found += [[3] * depth, [0] * depth, [1] * depth]
        return found

    def _layer_words(self, path: str) -> list[str]:
        """The kinds of layer that the code names: strings of the kind "full_attention"."""
        found: list[str] = []
        name = path.rsplit(".", maxsplit=1)[-1]
        for source in self.sources():
            found += re.findall(
                r"[\"']((?:full|sliding|linear|chunked|compressed|hybrid)_?\w*attention|mamba2?|attention|conv|moe|dense|sparse|recurrent|mlp|gated_deltanet)[\"']",
                source,
            )
            found += re.findall(r"layer_types?\[\w+\]\s*==\s*[\"'](\w+)[\"']", source)
        words = list(dict.fromkeys(found))
        if "indexer" in name:
            return ["full", "shared"]
        if "mlp" in name or "ffn" in name:
            words = [word for word in words if word in ("dense", "sparse", "moe")]
        return words

    def one_at_a_time(self, context: Given, paths: Iterable[str], most: int = 12) -> dict[str, list[Any]]:
        """Which keys matter in a context, and which values of them can be had."""
        mark = self.mark(context)
        if mark is None:
            return {}
        shape: frozenset[Any] | None = None
        found: dict[str, list[Any]] = {}
        for path in paths:
            good: list[Any] = []
            alike: list[Any] = []
            refused = 0
            layers = LAYERS.search(path.split(".")[-1]) is not None
            for value in self.alternatives(path):
                if repr(value) == repr(self.subject.value(context, path)):
                    continue
                given = {**context, path: value}
                if layers and isinstance(value, int):
                    given |= self._recut(given, path, value)
                made = self.mark(given)
                if made is None:
                    refused += 1
                    if refused > 14 and not good and not alike:
                        break
                    continue
                if not mark.differs(made, path):
                    alike.append(value)
                    enough = 1 if any(covers(part, path) for part in self.subject.towers) else 4
                    if (
                        len(alike) >= (enough if path not in self.mined else 8)
                        and not good
                        and not isinstance(value, (list, str))
                    ):
                        break
                    continue
                good.append(value)
                if path not in self.switches and not layers and len(good) < 8:
                    shape = shape or patterns(self.build(context) or [])
                    if patterns(self.build(given) or []) != shape:
                        self.switches.add(path)
                if len(good) >= most:
                    break
            if good:
                # What makes no difference here may make one elsewhere.
                found[path] = [*good, *alike[:4]]
        return found

    def _recut(self, given: Given, path: str, depth: int) -> Given:
        """Lists that are as long as there are layers, made as long as there are now."""
        before, found = self.value(path), {}
        for other in self.subject.keys:
            now = self.subject.value(given, other)
            if (
                isinstance(now, list)
                and now
                and len(now) == before
                and other.rpartition(".")[0] == path.rpartition(".")[0]
            ):
                found[other] = [now[place % len(now)] for place in range(depth)]
        return found

    def sample(self, share: float, *, frozen: Iterable[str] = (), start: Given | None = None) -> Given | None:
        """A config in which each key that matters is another with a chance; what the code refuses is undone."""
        frozen = set(frozen)
        wanted: list[tuple[str, Any]] = []
        start = dict(start or self.base)
        stages = self._stages(start) if not frozen and self.random.random() < share / 2 else {}
        start |= stages
        for path, good in self.relevant.items():
            if path in frozen or path in stages or self.random.random() > share:
                continue
            value = self.random.choice(good)
            now = self.value(path)
            if (
                isinstance(value, int)
                and not isinstance(value, bool)
                and isinstance(now, int)
                and path not in self.switches
                and now > 0
            ):
                value = self._size(path, now)
            elif isinstance(value, list) and value and all(isinstance(one, (str, bool)) for one in value):
                kinds = list({one for other in good if isinstance(other, list) for one in other})
                value = [self.random.choice(kinds) for _ in value]
            wanted.append((path, value))
        self.random.shuffle(wanted)
        wanted.sort(key=lambda item: LAYERS.search(item[0].split(".")[-1]) is None)
        return self._apply(start, wanted)

    def _stages(self, given: Given) -> Given:
        """All lists of one length, one number a stage, with a stage more or less; nothing where the code refuses."""
        lists = {path: self.subject.value(given, path) for path in self.relevant}
        lists = {path: now for path, now in lists.items() if isinstance(now, list) and len(now) > 1}
        lengths = [len(now) for now in lists.values()]
        if not lengths:
            return {}
        usual = max(lengths, key=lengths.count)
        more = self.random.random() < 0.5
        found = {path: [*now, now[-1]] if more else now[:-1] for path, now in lists.items() if len(now) == usual}
        return found if self.mark({**given, **found}) is not None else {}

    def _size(self, path: str, now: int) -> int:
        if LAYERS.search(path.rsplit(".", maxsplit=1)[-1]):
            return self.random.randint(1, 9)
        if self.free.get(path):
            return max(1, now + self.random.randint(-now // 2, now))
        return now * self.random.randint(1, 5 if len(self.relevant) > FEW else 30)

    def _apply(self, given: Given, wanted: list[tuple[str, Any]]) -> Given:
        """All wanted changes, or, where the code refuses them together, half of them and then the other half."""
        if not wanted:
            return given
        trial = dict(given)
        for path, value in wanted:
            trial[path] = value
            if LAYERS.search(path.split(".")[-1]) and isinstance(value, int):
                before = self.subject.value(given, path)
                for other in self.subject.keys:
                    now = self.subject.value(trial, other)
                    if (
                        isinstance(now, list)
                        and now
                        and len(now) == before
                        and other.rpartition(".")[0] == path.rpartition(".")[0]
                    ):
                        trial[other] = [now[place % len(now)] for place in range(value)]
            elif isinstance(value, list):
                now = self.subject.value(given, path)
                layers = next(
                    (
                        self.subject.value(trial, other)
                        for other in self.subject.keys
                        if re.search(r"num_hidden_layers$|^n_layers?$", other)
                        and other.rpartition(".")[0] == path.rpartition(".")[0]
                    ),
                    None,
                )
                if layers and value and len(value) == self.depth and layers != len(value):
                    trial[path] = [value[place % len(value)] for place in range(layers)]
        if self.mark(trial) is not None:
            return trial
        if len(wanted) == 1:
            return given
        half = len(wanted) // 2
        return self._apply(self._apply(given, wanted[:half]), wanted[half:])

    @property
    def depth(self) -> int:
        """How many layers the base has."""
        return (
            next(
                (
                    self.value(other)
                    for other in self.subject.keys
                    if re.search(r"num_hidden_layers$|^n_layers?$", other)
                ),
                0,
            )
            or 0
        )

    def _foreign(self, path: str) -> bool:
        """Whether a key is of a tower with code of its own, and the code of the whole never names it."""
        return any(
            covers(part, path) and part != OWN and not self.subject.names(path.rpartition(".")[2], tower.place)
            for part, tower in self.subject.towers.items()
        )

    def _pairs(self, paths: Iterable[str]) -> list[Given]:
        """Contexts in which two switches work that do nothing alone, such as is_decoder and add_cross_attention."""
        mark = self.mark(self.base)
        towers = self.subject.towers
        quiet = [
            path
            for path in paths
            if path not in self.relevant
            and isinstance(self.value(path), bool)
            and not any(covers(part, path) for part in towers)
        ]
        found: list[Given] = []
        if mark is None or len(quiet) > MOST_SWITCHES:
            quiet = [path for path in quiet if path.rpartition(".")[2] in ("is_decoder", "add_cross_attention")]
        # A size that code asks for only behind a switch, such as the adapters of wav2vec 2.0.
        hidden = [
            path
            for path in paths
            if path not in self.relevant
            and self.value(path) is None
            and self.subject.keys[path].types in ((int,), (int, bool))
            and not any(covers(part, path) for part in towers)
        ][:8]
        both = [*itertools.combinations(quiet, 2), *itertools.product(quiet, hidden)]
        for one, other in both:
            values = {path: SOME if path in hidden else not self.value(path) for path in (one, other)}
            given = {**self.base, **values}
            made = self.mark(given)
            if mark is None or made is None or not (mark.differs(made, one) and mark.differs(made, other)):
                continue
            found.append(given)
            for path, value in values.items():
                self.relevant.setdefault(path, [value, 2 * value, None] if path in hidden else [value, not value])
                self.switches.add(path)
        return found[:3]

    def explore(self, contexts: int = 24) -> list[Given]:
        """Find the keys that matter: around the base, then around each config with one switch thrown."""
        everything = [path for path in self.subject.keys if not self._foreign(path)]
        self.relevant = self.one_at_a_time(self.base, everything)
        for path in self.relevant:
            now = self.value(path)
            if isinstance(now, int) and not isinstance(now, bool):
                self.free[path] = all(self.mark({**self.base, path: now + by}) is not None for by in (1, 5))
        seen_contexts = [self.base, *self._pairs(everything)]
        done: set[tuple[str, str]] = set()
        while len(seen_contexts) < contexts and time.process_time() < self.until:
            fresh = [
                (path, value)
                for path in sorted(self.switches)
                for value in self.relevant.get(path, [])[:4]
                if (path, repr(value)) not in done
            ]
            if not fresh:
                break
            for path, value in fresh[: contexts - len(seen_contexts)]:
                done.add((path, repr(value)))
                if time.process_time() > self.until:
                    break
                context = {**self.base, path: value}
                if self.mark(context) is None:
                    continue
                seen_contexts.append(context)
                unknown = [one for one in everything if one != path and one not in self.relevant]
                self.relevant |= self.one_at_a_time(context, unknown, most=6)
        return seen_contexts


def _distinct(values: list[Any], now: Any) -> list[Any]:
    unique: dict[str, Any] = {}
    for one in values:
        unique.setdefault(repr(one), one)
    unique.pop(repr(now), None)
    return list(unique.values())


def _numbers(now: int, layers: bool) -> list[int]:
    if layers:
        return [now + 1, now - 1, now + 2, 1, 0]
    return [now * 2, now + 1, now * 3, now // 2, now + 2, now * 4, now // 4, 1, 2, 0, 5, 7]
