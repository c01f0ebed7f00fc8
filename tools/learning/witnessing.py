"""`python -m tools.learning.witnessing TASK [--deep] [TYPE…]`: hold FLOPs and caches of what ships against real passes.

Each type gets two random configs that nothing was learned from, small enough to run, and one with many layers; with
`--deep` that one alone. What the page derives of a text of several lengths must be what torch's FlopCounterMode counts
and what the real cache holds. A whole of several networks reads a text without images.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from math import prod
from typing import Any

from symbolic.api import explain, load
from symbolic.errors import SymbolicError
from symbolic.networks import families
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description
from tools.learning.completing import nested
from tools.learning.passing import TIMES, WINDOWS, Given, Pass, Passing
from tools.learning.subject import LAYERS, Subject, types_of
from tools.learning.varying import fitted

CONFIGS, MOST = 2, 26
"""How many random configs, beside one with as many layers as usual, at most so many."""
SEED = 20_261
SECONDS = 200
QUANTITIES = ("forward-flops", "kv-cache")
NONE = ("has no cache", "no matrix")


def witnessed(task: str, name: str) -> dict[str, str]:
    """How each quantity of a type came out: equal, refused with a line, or what differs."""
    subject = Subject(task, name)
    described = [one for one in catalogue.described(name) if one.model_class == subject.class_name]
    description = described[0] if described else None
    if description is None:
        return dict.fromkeys(QUANTITIES, f"{subject.class_name} is not described")
    if description.towers:
        subject.towers = {}
    passing = Passing(subject, description, seed=SEED)
    try:
        given = list(drawn(passing))
    except Exception as problem:  # a class may raise anything
        return dict.fromkeys(QUANTITIES, f"no config runs: {str(problem)[:150]}")
    if len(given) <= CONFIGS and "--deep" not in sys.argv:
        return dict.fromkeys(QUANTITIES, f"{len(given)} configs run")
    return {quantity: compared(description, passing, given, quantity) for quantity in QUANTITIES}


def drawn(passing: Passing) -> Iterator[Given]:
    """Random configs that run: the smallest with about half of the keys that matter changed."""
    base = passing.base()
    yield from deeper(passing, base)
    if "--deep" in sys.argv:
        return
    changes = []
    for _path, one in passing.varied(base):
        changes.append({key: value for key, value in one.items() if key not in base or base[key] != value})
        if len(changes) > 30:
            break
    yield from list(passing.mixed(base, changes, CONFIGS))


def deeper(passing: Passing, base: Given) -> Iterator[Given]:
    """The smallest config with as many layers as the type usually has, of each kind, and windows within the text."""
    given = base
    for path in passing.subject.keys:
        usual, now = passing.subject.keys[path].default, passing.value(base, path)
        if LAYERS.search(path.rpartition(".")[2]) and type(usual) is int and type(now) is int and usual > now:
            given = next(fitted(passing.subject, given, path, min(usual, MOST)), given)
        elif WINDOWS.search(path.rpartition(".")[2]) and type(now) is int and now > TIMES[1]:
            given = next(fitted(passing.subject, given, path, TIMES[1] - 2), given)
    yield given if passing.passed(given) is not None else base


def compared(description: Description, passing: Passing, given: list[Given], quantity: str) -> str:
    """Whether we derive of each config what its passes did; the first difference otherwise."""
    refused, equal = "", 0
    for one in given:
        seen = passing.passed(one)
        if seen is None:
            continue
        for at, tokens in enumerate(TIMES):
            try:
                ours = derived(description, one, quantity, tokens)
            except SymbolicError as problem:
                refused = str(problem)[:200]
                continue
            if ours != (theirs := actual(seen, quantity, at)):
                return f"{ours:,} by us, {theirs:,} by the class for {tokens} tokens, with {one}"[:400]
            equal += 1
    return refused or ("equal" if equal else "nothing ran")


def derived(description: Description, given: Given, quantity: str, tokens: int) -> int:
    """What we derive of a config for so many tokens, at two bytes a number."""
    config: dict[str, Any] = {key: value for key, value in nested(given).items() if not key.endswith("_token_id")}
    config |= {"model_type": description.model_type, "architectures": [description.model_class]}
    inputs: dict[str, int] = {}
    if quantity == "forward-flops":
        inputs["tokens"] = tokens
    else:
        inputs |= {"context": tokens, "value_bytes": 2}
    try:
        model = load(config)
        if (
            quantity == "forward-flops"
            and description.towers
            and (model.architecture.partly or {}).get(quantity) is None
        ):
            inputs["images"] = 0
        made = explain(model, quantity, inputs=inputs)
    except SymbolicError as problem:
        if any(said in str(problem) for said in NONE):
            return 0
        raise
    if quantity in (model.architecture.partly or {}) and not description.towers:
        raise SymbolicError("only the products with weights are known")
    return made.total


def actual(seen: Pass, quantity: str, at: int) -> int:
    """What the class computed, or kept, at two bytes a number."""
    if quantity == "forward-flops":
        return seen.totals[at]
    return 2 * sum(prod(kept.shape) for kept in seen.kept[at] or ())


def main() -> None:
    """Say for each type how it came out, one JSON object a line, each in a process of its own."""
    task, names = sys.argv[1], [one for one in sys.argv[2:] if one != "--deep"]
    families.all_families()
    context = multiprocessing.get_context("fork")
    for name in names or types_of(task):

        def work(name: str = name) -> None:
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            print(json.dumps({"type": name, **witnessed(task, name)}), flush=True)

        process = context.Process(target=work)
        process.start()
        process.join()
        if process.exitcode:
            print(json.dumps({"type": name, **dict.fromkeys(QUANTITIES, "did not end in time")}), flush=True)


if __name__ == "__main__":
    main()
