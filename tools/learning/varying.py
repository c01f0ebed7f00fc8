"""`python -m tools.learning.varying FOLDER [TYPE…]`: vary each key of a described type alone, and hold totals together.

Learning varies many keys at once, and a key that the class refused to change on its own stayed as it was. Here each
key gets other values, with the lists and sizes that must fit it; where our total is not that of the real class and
nothing was said, the key belongs in the description's line `only`.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symbolic.api import explain
from symbolic.errors import SymbolicError
from symbolic.loading import load
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description
from tools.learning.sampling import START, Sampler
from tools.learning.shipping import ORDER
from tools.learning.subject import LAYERS, Subject, nested, types_of

Given = dict[str, Any]
VALUES = 3
"""How many other values a key gets."""
MIXED = 12
"""How many configs have many other keys at once."""
SECONDS = 45


def subject_of(description: Description) -> Subject | None:
    """The real class of a description; None where no auto class names it."""
    for task in ORDER:
        if description.model_type in types_of(task):
            subject = Subject(task, description.model_type)
            if subject.class_name == description.model_class:
                return subject
    return None


def varied(description: Description) -> dict[str, Any]:
    """How each key of a description came out: right, refused, named as unknown, wrong, or not built by the class."""
    subject = subject_of(description)
    if subject is None:
        return {"problem": "no auto class names it"}
    until = time.process_time() + SECONDS
    base = start(subject, description)
    found: dict[str, Any] = {"keys": {}}
    state = compared(description, subject, base)
    if state != "right":
        return {"problem": f"the defaults are {state}"}
    for path in subject.keys:
        if time.process_time() > until:
            found["unfinished"] = True
            break
        tried = [(compared(description, subject, given), given) for given in other_values(subject, base, path)]
        if tried:
            found["keys"][path] = tried
        else:
            found.setdefault("never", []).append(path)
    return found


def mixed(description: Description, times: int = MIXED) -> dict[str, Any]:
    """Configs with many other keys at once, the harmless ones too; of a wrong one, the fewest that make it so."""
    subject = subject_of(description)
    if subject is None:
        return {"problem": "no auto class names it"}
    until, draw, base = time.process_time() + SECONDS, random.Random(5), start(subject, description)
    changes = {path: found for path in subject.keys if (found := changed(subject, base, path))}
    states: list[tuple[str, Given]] = []
    for _time in range(times):
        if time.process_time() > until or not changes:
            break
        given = dict(base)
        for path in draw.sample(sorted(changes), len(changes) * 2 // 5):
            trial = {**given, **draw.choice(changes[path])}
            if subject.build(trial, trace=False) is not None:
                given = trial
        state = compared(description, subject, given)
        if state.startswith("wrong"):
            given = fewest(description, subject, base, given)
        states.append((state, given))
    return {"mixed": states}


def changed(subject: Subject, base: Given, path: str) -> list[Given]:
    """What is other in each config with another value of a key."""
    return [
        {key: value for key, value in given.items() if key not in base or base[key] != value}
        for given in other_values(subject, base, path)
    ]


def fewest(description: Description, subject: Subject, base: Given, given: Given) -> Given:
    """A wrong config with as many keys as can be put back to the base while it stays wrong."""
    for path in sorted(given):
        if path in base and base[path] == given[path]:
            continue
        trial = {key: value for key, value in given.items() if key != path}
        if path in base:
            trial[path] = base[path]
        if compared(description, subject, trial).startswith("wrong"):
            given = trial
    return {path: value for path, value in given.items() if path not in base or base[path] != value}


def start(subject: Subject, description: Description | None) -> Given:
    """The defaults with few layers, where the class lets itself be made so."""
    base: Given = {
        **(
            {key: description.keys[key] for key in description.stated if key in description.keys} if description else {}
        ),
        **START.get(subject.model_type, {}),
    }
    for path in subject.keys:
        now = subject.value(base, path)
        if type(now) is int and LAYERS.search(path.rpartition(".")[2]):
            for depth in (4, 6, 3, 8, 2):
                trial = next(fitted(subject, base, path, depth), None) if depth < now else None
                if trial is not None:
                    base = trial
                    break
    return base


def other_values(subject: Subject, base: Given, path: str) -> list[Given]:
    """Configs with other values of a key that the class takes, as near to the base as it lets them be."""
    found: list[Given] = []
    for value in candidates(subject, base, path):
        given = next(fitted(subject, base, path, value), None)
        if given is not None:
            found.append(given)
        if len(found) == VALUES:
            break
    return found


def candidates(subject: Subject, base: Given, path: str) -> list[Any]:
    """What else may stand under a key."""
    now = subject.value(base, path)
    first = [2 * now, now + 1, now // 2, 3 * now] if type(now) is int else []
    sampler = Sampler(subject)
    sampler.base = base
    found: list[Any] = []
    for value in [
        *first[:2],
        *(one for one in sampler.alternatives(path) if one is None),
        *first[2:],
        *sampler.alternatives(path),
    ]:
        if isinstance(value, float) or value in found or (value == now and type(value) is type(now)):
            continue
        found.append(value)
    return found[:8]


def fitted(subject: Subject, base: Given, path: str, value: Any) -> Iterator[Given]:
    """The config with that value, if need be with lists and sizes beside it that fit; none where the class refuses."""
    now, above = subject.value(base, path), path.rpartition(".")[0]
    for trial in _trials(subject, {**base, path: value}, path, now, above):
        if subject.build(trial, trace=False) is not None:
            yield trial
            return


def _trials(subject: Subject, given: Given, path: str, now: Any, above: str) -> Iterator[Given]:
    value = given[path]
    beside = [other for other in subject.keys if other != path and other.rpartition(".")[0] == above]
    yield given
    if type(value) is not int or type(now) is not int:
        return
    lists = {}
    for other in beside:
        fit = lengthened(subject.value(given, other), now, subject.default(path), value)
        if fit is not None:
            lists[other] = fit
    if lists:
        yield {**given, **lists}
        yield {**given, **dict.fromkeys(lists)}
    for other in beside:
        size = subject.value(given, other)
        if type(size) is int and size > 1:
            yield {**given, **lists, other: size * 2 if value > now else max(size // 2, 1)}
            if size == now:
                yield {**given, **lists, other: value}


def lengthened(old: Any, now: int, default: Any, value: int) -> Any:
    """A list with an item a layer, or with kinds and how often they come, for another number of layers."""
    if not isinstance(old, list) or not old or value < 1:
        return None
    if all(isinstance(one, list) and [type(part) for part in one] == [list, int] for one in old):
        kinds = [kind for one in old for kind in one[0]]
        return [[kinds, value // len(kinds)]] if value % len(kinds) == 0 else [[kinds[:1], value]]
    if len(old) in (now, default):
        return [old[at % len(old)] for at in range(value)]
    return None


def compared(description: Description, subject: Subject, given: Given) -> str:
    """right, refused: …, unknown, or wrong: …."""
    tensors = subject.build(given, trace=False)
    if tensors is None:
        return "not built by the class"
    theirs = sum(math.prod(one.shape) for one in tensors if not one.tied_to and not one.buffer)
    config = {
        **nested({**subject.stated, **given}),
        "model_type": description.model_type,
        "architectures": [description.model_class],
    }
    try:
        model = load(config)
        ours = explain(model).total
    except SymbolicError as problem:
        return f"refused: {problem}"
    if ours == theirs:
        return "right"
    return "unknown" if model.unknown else f"wrong: {ours:,} for {theirs:,}"


def wrong(found: dict[str, Any]) -> dict[str, list[Any]]:
    """The keys that came out wrong without a word, with the configs."""
    keys = {**found.get("keys", {}), "several keys": found.get("mixed", [])}
    if "wrong" in found.get("problem", ""):
        keys["the defaults"] = [(found["problem"].removeprefix("the defaults are "), {})]
    return {path: bad for path, tried in keys.items() if (bad := [one for one in tried if one[0].startswith("wrong")])}


def main() -> None:
    """Vary each type in a process of its own; say what came of it, and exit with 1 where a key was silently wrong."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("fork")
    subject_of(catalogue.described("bloom")[0])  # what every class imports, so that no process imports it again
    bad = False
    for name in sys.argv[2:] or catalogue.names():
        for description in catalogue.described(name):
            if description.code:  # no class of transformers
                continue
            place = folder / f"{name}-{description.model_class}.json"
            if place.exists():
                continue

            def work(description: Description = description, place: Path = place) -> None:
                signal.setitimer(signal.ITIMER_PROF, 3 * SECONDS)
                try:
                    found = {**varied(description), **mixed(description)}
                except Exception as problem:  # one type must not stop the others
                    found = {"problem": f"{type(problem).__name__}: {problem}"}
                place.write_text(json.dumps(found, default=str))

            process = context.Process(target=work)
            process.start()
            process.join()
            found = json.loads(place.read_text()) if place.exists() else {"problem": "did not end in time"}
            states = [re.sub(r":.*", "", one[0]) for tried in found.get("keys", {}).values() for one in tried]
            counts = {state: states.count(state) for state in dict.fromkeys(states)}
            print(
                name, description.model_class, len(found.get("keys", {})), counts, found.get("problem", ""), flush=True
            )
            for path, tried in wrong(found).items():
                bad = True
                print(f"  {path}:", *(f"{state} with {given}" for state, given in tried), flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
