"""`python -m tools.learning.witnessing TASK [TYPE…]`: hold FLOPs and caches of what ships against real passes.

Each type, written by hand or described, gets two random configs that nothing was learned from: other sizes, other
numbers of layers, windows within the text and beyond it, switches on both sides, as far as the real class takes them.
They are small enough to run on the processor. What the page derives of texts of several lengths must be what torch's
FlopCounterMode counts, and what the real cache holds. A whole of several networks reads a text without images.

What came out is written to `witnessed.tsv`, which docs/types.md is made with. Types that stand there already are held
anew only where they are named.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import random
import re
import signal
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from symbolic.api import explain
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.loading import load
from symbolic.networks import families
from symbolic.networks.family import Family
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.values import Undefined
from tools.learning.passing import KERNEL, SIZE, WINDOWS, Given, Passing, inputs_of, kept
from tools.learning.sampling import Sampler
from tools.learning.subject import LAYERS, Subject, classes_of, nested, types_of
from tools.learning.usual import LEFT_OUT
from tools.learning.varying import lengthened

PLACE = Path(__file__).with_name("witnessed.tsv")
CONFIGS, TRIES = 2, 6
"""How many random configs must come out equal, and how many are drawn until they do."""
FIRST = 19
"""How long the first text is; that of the second is drawn."""
SHARE = 0.6
"""How many of the keys get another value."""
SEED = 20_261
SECONDS = 60
QUANTITIES = ("forward-flops", "kv-cache")
NONE = ("has no cache", "no matrix")
ANGLES = "rotary_emb"
"""A module that makes a table of angles: it is the same for all layers, and not counted."""
NUMBER = 4
"""The bytes of a number on the processor."""
EQUAL = "equal"
EVEN = re.compile(r"head_dim|rope")
"""Sizes of what is rotated in pairs."""
HOLDS = re.compile(r"vocab|position|length|n_ctx")
"""Sizes that grow only: they must hold the text."""

CHUNKS = "we count the recurrence token by token, the class computes chunks of 64 tokens, padded, in other products"
EXPLAINED = {
    **{(name, "forward-flops"): CHUNKS for name in ("qwen3_5_text", "qwen3_next")},
    ("mamba", "forward-flops"): "the class convolves `conv_kernel - 1` places of padding, too, which we leave out",
}
"""Why a type is not equal to its class, where that is no fault of the formulas."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a class did with a text: how long it was, the operations by torch's count, the bytes of the cache."""

    tokens: int
    flops: int
    cache: int

    def of(self, quantity: str) -> int:
        """What it computed, or kept."""
        return self.flops if quantity == "forward-flops" else self.cache


class Witness(Passing):
    """Draws configs of a type and runs them."""

    def __init__(self, task: str, name: str, seed: int = SEED) -> None:
        subject = Subject(task, name)
        by_hand = next((one for one in families.all_families() if name in one.model_types), None)
        found = [] if by_hand else catalogue.described(name)
        described = next((one for one in found if one.model_class == subject.class_name), None)
        self.whole = bool(described and (described.towers or described.partly))
        if self.whole:
            subject.towers = {}
        super().__init__(subject, described, seed=seed)
        # Each type draws its own numbers, the same whichever types are held with it.
        self.random = random.Random(seed + zlib.crc32(name.encode()))
        self.named = {"model_type": name, "architectures": [subject.class_name]}
        if described is None:
            keys = set(known(by_hand) if by_hand else ())
            self.relevant = [path for path in subject.keys if path.rpartition(".")[2] in keys]
        self.sampler = Sampler(subject)

    @property
    def derives(self) -> bool:
        """Whether we have more of the type than its weights."""
        if self.description is None:
            return bool(self.relevant)
        with contextlib.suppress(Undefined):
            whole = composed(self.description, {}) if self.whole else self.description
            return bool(whole.derives & {*QUANTITIES})
        return True

    def model_of(self, given: Given) -> Model:
        """What we read of a config; a family written by hand has no defaults, so all keys of the class stand there."""
        config = nested(given)
        if self.description is None:
            config = {key: one for key, one in self.subject.config_class(**config).to_dict().items() if one is not None}
        config = {key: one for key, one in config.items() if not key.endswith("_token_id") and key not in LEFT_OUT}
        return load({**config, **self.named})

    def _passed(self, given: Given) -> Any:
        """What a config does with one text; None where the class or its forward pass refuses it."""
        try:
            return self.ran(self.model(given), FIRST)
        except Exception as problem:  # a class may raise anything
            line = f"{type(problem).__name__}: {str(problem)[:160]}"
            self.errors[line] = self.errors.get(line, 0) + 1
            return None

    def both(self, given: Given) -> list[Ran]:
        """What a config does with two texts."""
        return [self.passed(given), self.ran(self.model(given), self.random.randint(8, 43))]

    @staticmethod
    def ran(model: Any, tokens: int) -> Ran:
        """What a pass of a text computes and keeps."""
        inputs = inputs_of(model, tokens)
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            out = model(**inputs, use_cache=True)
        counts = counter.get_flop_counts()
        angles = sum(sum(found.values()) for module, found in counts.items() if module.endswith(ANGLES))
        held = NUMBER * sum(prod(one.shape) for one in kept(out) or ())
        return Ran(tokens, int(counter.get_total_flops() - angles), held)

    def takes(self, given: Given, base: Given) -> bool:
        """Whether we read a config, know the keys that are other than in the base, and the class runs it."""
        try:
            model = self.model_of(given)
        except Exception as problem:  # we refuse it, or the class of the config does, with any error
            self.errors[f"not read: {str(problem)[:160]}"] = 1
            return False
        changed = {path.rpartition(".")[2] for path in given if path not in base or base[path] != given[path]}
        if changed & set(model.unknown) or self.refuses(model):
            return False
        return self.passed(given) is not None

    def refuses(self, model: Model) -> bool:
        """Whether a quantity that we have of the type is refused of this config: that is said, and not wrong."""
        return bool(self.description and self.description.refuses) and not (
            self.description.derives & {*QUANTITIES} <= model.architecture.only
        )

    def drawn(self) -> Iterator[Given]:
        """Random configs, of which no two are alike."""
        base = self.base()
        # What is some times as large is small enough, too.
        self.small = True
        seen = [base]
        for _try in range(TRIES):
            layers = [path for path in self.relevant if LAYERS.search(path.rpartition(".")[2])]
            others = [path for path in self.relevant if path not in layers]
            given = self.changed(base, [path for path in layers if self.value(base, path)], share=1)
            given = self.changed(given, others)
            if given not in seen:
                seen.append(given)
                yield given

    def changed(self, base: Given, paths: list[str], share: float = SHARE) -> Given:
        """A config in which some keys are others; what the class refuses is undone."""
        self.sampler.base = base
        wanted = [(path, self.other(base, path)) for path in paths if self.random.random() < share]
        self.random.shuffle(wanted)
        pending, given = [wanted], base
        while pending:
            batch = pending.pop()
            trial = given
            for path, value in batch:
                trial = self.put(trial, path, value)
            if trial == given:
                continue
            if self.takes(trial, base):
                given = trial
            elif len(batch) > 1:
                half = len(batch) // 2
                pending += [batch[half:], batch[:half]]
        return given

    def put(self, given: Given, path: str, value: Any) -> Given:
        """A config with another value of a key, lists with an item a layer made as long as there are layers then."""
        now, above, made = self.value(given, path), path.rpartition(".")[0], {**given, path: value}
        if LAYERS.search(path.rpartition(".")[2]) and type(now) is int and type(value) is int:
            for other in self.subject.keys:
                if other != path and other.rpartition(".")[0] == above:
                    fit = lengthened(self.value(given, other), now, self.subject.default(path), value)
                    made |= {} if fit is None else {other: fit}
        return made

    def other(self, given: Given, path: str) -> Any:
        """Another value of a key."""
        now, last, draw = self.value(given, path), path.rpartition(".")[2], self.random
        if type(now) is not int:
            alternatives = [one for one in self.sampler.alternatives(path) if not (one is True and SIZE.search(last))]
            # Positions are rotated in pairs: no head has one number.
            alternatives = [one for one in alternatives if not (EVEN.search(last) and type(one) is int and one % 8)]
            return draw.choice(alternatives) if alternatives else now
        if LAYERS.search(last):
            return draw.randint(2, 7)
        if HOLDS.search(last):
            return now + draw.randint(1, now)
        if WINDOWS.search(last):
            return draw.choice((6, 11, 24, 50))
        if KERNEL.search(last):
            return now + draw.choice((1, -1))
        if now < 3:
            return now + draw.randint(1, 2)
        more = now + draw.randint(1, now) if not EVEN.search(last) else now + 2 * draw.randint(1, now)
        return draw.choice((2 * now, 3 * now, now // 2, more, more))


def known(family: Family) -> Iterator[str]:
    """Every key that a family written by hand reads."""
    for symbol in family.sizes:
        yield from family.keys(symbol)
    for option in family.options:
        yield from option.keys
    yield from family.pattern.keys if family.pattern else ()


def witnessed(task: str, name: str) -> dict[str, str]:
    """How each quantity of a type came out: equal, refused with a line, or what differs."""
    witness = Witness(task, name)
    if not witness.derives:
        return dict.fromkeys(QUANTITIES, NOT_KNOWN)
    found: dict[str, list[str]] = {quantity: [] for quantity in QUANTITIES}
    try:
        for given in witness.drawn():
            runs = witness.both(given)
            for quantity, said in found.items():
                said.append(compared(witness, given, runs, quantity))
            if all(said.count(EQUAL) >= CONFIGS or NOT_KNOWN in said for said in found.values()):
                break
    except Exception as problem:  # a class may raise anything
        return dict.fromkeys(QUANTITIES, f"does not run: {' '.join(str(problem).split())[:150]}")
    return {quantity: judged(said) for quantity, said in found.items()}


def judged(said: list[str]) -> str:
    """The first difference; equal where it was so for enough configs; why not otherwise."""
    other = [one for one in said if one != EQUAL]
    if different := [one for one in other if DIFFERS in one]:
        return different[0]
    if said.count(EQUAL) >= CONFIGS:
        return EQUAL
    return other[0] if other else f"{len(said)} configs run"


NOT_KNOWN = "not derived"
DIFFERS = " by us, "


def compared(witness: Witness, given: Given, runs: list[Ran], quantity: str) -> str:
    """Whether we derive of a config what its passes did; the first difference otherwise."""
    for ran in runs:
        try:
            ours = derived(witness.model_of(given), quantity, ran.tokens, whole=witness.whole)
        except SymbolicError as problem:
            said = " ".join(str(problem).split())
            return NOT_KNOWN if " gives no " in said or said == PARTLY else f"refused: {said[:150]}"
        if ours != ran.of(quantity):
            return f"{ours:,}{DIFFERS}{ran.of(quantity):,} by the class for {ran.tokens} tokens, with {short(given)}"
    return EQUAL


def short(given: Given) -> str:
    """A config in a line."""
    return json.dumps({path: value for path, value in given.items() if value is not None}, separators=(",", ":"))


PARTLY = "only the products with weights are known"


def derived(model: Model, quantity: str, tokens: int, *, whole: bool) -> int:
    """What we derive of a model for so many tokens; of a whole of several networks, for a text without images."""
    if not whole and quantity in (model.architecture.partly or {}):
        raise SymbolicError(PARTLY)
    inputs = {"tokens": tokens} if quantity == "forward-flops" else {"context": tokens, "value_bytes": NUMBER}
    try:
        made = explain(model, quantity, inputs=inputs)
        if any(one.name == "images" for one in made.general.formula.symbols):
            made = explain(model, quantity, inputs={**inputs, "images": 0})
    except SymbolicError as problem:
        if any(said in str(problem) for said in NONE):
            return 0
        raise
    return made.total


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """What came out so far, by the task and the type."""
    found = {}
    for line in PLACE.read_text(encoding="utf-8").splitlines() if PLACE.exists() else ():
        task, name, *states = line.split("\t")
        found[task, name] = dict(zip(QUANTITIES, states, strict=True))
    return found


def write(found: dict[tuple[str, str], dict[str, str]]) -> None:
    """Write what came out, a line a type."""
    lines = ("\t".join((*key, *(states[quantity] for quantity in QUANTITIES))) for key, states in sorted(found.items()))
    PLACE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def derived_at_all(task: str, name: str, by_hand: set[str]) -> bool:
    """Whether we have more of a type than its weights, as far as that is seen without its code."""
    wanted = classes_of(task)[name]
    found = [
        one for one in catalogue.described(name) if one.model_class in ([wanted] if isinstance(wanted, str) else wanted)
    ]
    return name in by_hand or any(one.towers or one.derives & {*QUANTITIES} for one in found)


def main() -> None:
    """Hold each type in a process of its own, and say how it came out; exit with 1 where one differs."""
    task, names = sys.argv[1], sys.argv[2:]
    by_hand = {one for family in families.all_families() for one in family.model_types}
    context = multiprocessing.get_context("fork")
    before, different = rows(), False
    for name in names or [name for name in types_of(task) if (task, name) not in before]:
        if not derived_at_all(task, name, by_hand):
            before[task, name] = dict.fromkeys(QUANTITIES, NOT_KNOWN)
            continue
        receiving, sending = context.Pipe(duplex=False)

        def work(name: str = name, sending: Any = sending) -> None:
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            sending.send(witnessed(task, name))

        process = context.Process(target=work)
        process.start()
        sending.close()
        try:
            states = receiving.recv()
        except EOFError:
            states = dict.fromkeys(QUANTITIES, "does not run: it did not end in time")
        process.join()
        different |= any(DIFFERS in said for said in states.values())
        print(json.dumps({"type": name, **states}), flush=True)
        before[task, name] = states
        write(before)
    write(before)
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
