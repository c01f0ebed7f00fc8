"""`python -m tools.learning.heading write|hold [TYPE…]`: what stands on a network that is described already.

A class without a head stands in one that has it, and another head is a few tensors on what an auto class makes alone.
`write` finds out which is which from the real classes, and writes a few lines for each that no description names yet.
`hold` prints a table: on configs with other values, each class of each type is equal, refused by name, or wrong.
"""

from __future__ import annotations

import fcntl
import math
import multiprocessing
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symbolic.api import explain
from symbolic.errors import SymbolicError
from symbolic.loading import load
from symbolic.networks import families
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.bodies import ALL, NAME
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description, Module
from symbolic.networks.learned.reading import parsed
from symbolic.networks.learned.writing import _lines, _plain, _tree
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing.construction import TracedTensor
from tools.learning import packing
from tools.learning.expanding import Tensors, difference, expanded
from tools.learning.packing import OPEN
from tools.learning.shipping import ORDER, excluded
from tools.learning.subject import LABELS, TOKEN, Subject, classes_of, nested, types_of
from tools.learning.varying import candidates, fitted, start

LOCK = Path(tempfile.gettempdir()) / "descriptions.lock"
KINDS = ("causal", "masked", "seq2seq")
"""The auto classes whose types are looked at."""
TRIED = ("base", "encoding", "pretraining", "causal", "masked", "seq2seq", "sequence", "token", "question", "choice",
         "following")  # fmt: skip
MANY = 4
"""Configs with other values of many keys."""
SPARE = re.compile(r"dropout|(?<!\w)is_encoder_decoder$")
"""Keys that are left as they are: what drops out has no weights, and a type reads and writes or does not."""
SECONDS = 25
"""Processor time in which one type's configs are drawn."""
MOST_OWN = 16
"""A head has no more tensors than these."""
NEVER = dict.fromkeys(("MT5EncoderModel", "UMT5EncoderModel"), "is_decoder")
"""Configs of which what is found of a class does not hold: one that says it is a decoder makes another encoder."""
Given = dict[str, Any]
Real = dict[str, tuple[tuple[int, ...], str, bool]]


def main() -> None:
    """Write or hold types, each in a process of its own."""
    act, names = sys.argv[1], sys.argv[2:] or _types()
    context = multiprocessing.get_context("fork")
    totals: Counter[str] = Counter()
    for name in names:
        results = context.Queue()
        process = context.Process(target=_alone, args=(act, name, results))
        process.start()
        process.join(500)
        if process.is_alive():
            process.kill()
        while not results.empty():
            task, state = results.get()
            totals[task, state] += 1
    for task in TRIED if act == "hold" else ():
        print(task, {state: number for (one, state), number in sorted(totals.items()) if one == task})
    sys.exit(1 if any(state == "wrong" for _task, state in totals) else 0)


def _alone(act: str, name: str, results: Any) -> None:
    signal.setitimer(signal.ITIMER_PROF, 400)
    for task, line, state in written_of(name) if act == "write" else held(name):
        print(name, task, line, flush=True)
        results.put((task, state))


def _types() -> list[str]:
    return sorted({name for kind in KINDS for name in types_of(kind)})


def subjects(name: str) -> dict[str, Subject]:
    """The classes of a type, each with the auto class that makes it; a class once."""
    found: dict[str, Subject] = {}
    for task in TRIED:
        if name in types_of(task):
            subject = Subject(task, name)
            found.setdefault(subject.class_name, subject)
    return found


# Writing


def written_of(name: str) -> Iterator[tuple[str, str, str]]:
    """Write what can be said of each class that is not described; yields how each came out."""
    known = {one.model_class for one in catalogue.described(name)} | by_hand(name)
    configs: list[Given] = []
    for model_class, subject in subjects(name).items():
        if model_class in known or not catalogue.described(name):
            continue
        try:
            configs = configs or drawn(subject, catalogue.described(name)[0], 1)
            text = text_for(subject, configs)
        except Exception as problem:  # one class must not stop the others
            yield subject.task, f"{model_class}: {type(problem).__name__}: {str(problem)[:300]}", "failed"
            continue
        place = OPEN / f"{name}.txt"
        with LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            place.write_text(place.read_text(encoding="utf-8").rstrip("\n") + "\n\n" + text, encoding="utf-8")
            packing.write()
        yield subject.task, f"{model_class}: {text.splitlines()[1:4]}", "written"


def by_hand(name: str) -> set[str]:
    """The classes of a type that a family written by hand has."""
    for family in families.all_families():
        if name in family.model_types:
            return {*family.classes, *(choice for option in family.options for choice in option.choices)}
    return set()


def text_for(subject: Subject, configs: list[Given]) -> str:
    """A description of a class by what is described of its type; ValueError where nothing that is described fits."""
    # One with many other values tells more; the base is for what does not hold on that.
    text = next((made for given in reversed(configs) if (made := fitting(subject, given))), "")
    if not text:
        raise ValueError(f"nothing that is described fits; {list(subject.errors)[:1]}")
    for given in configs:
        built = subject.build(given, trace=False)
        if built is not None:
            problem = checked(parsed(text), subject, given, built)
            if problem:
                raise ValueError(f"{problem} with {given}")
    return text


def fitting(subject: Subject, given: Given) -> str:
    """What describes a class on one config with the fewest tensors of its own; "" for nothing."""
    tensors, plain = subject.build(given, trace=True), subject.build(given, trace=False)
    if tensors is None or not plain:
        return ""
    config = nested({**subject.stated, **given})
    real = {one.name: (one.shape, one.tied_to, one.fixed) for one in plain}
    found = [*ways_inside(subject, config, real), *ways_on(subject, config, real)]
    few = [one for one in found if len(one[1]) <= MOST_OWN]
    if not few:
        return ""
    lines, rest, keys = min(few, key=lambda one: (len(one[1]), len(one[0][0])))
    return put(subject, lines, [one for one in tensors if one.name in rest], keys)


def checked(description: Description, subject: Subject, given: Given, built: list[TracedTensor]) -> str:
    """What differs between a description that does not ship yet and the class."""
    if description.inside:
        from symbolic.networks.learned.bodies import body

        others = {one.model_class: one for one in catalogue.described(subject.model_type)}
        description = body(others[description.inside.model_class], description)
    config = nested({**subject.stated, **given})
    if excluded(composed(description, config), config):
        return ""
    return difference(expanded(description, config), built)


def ways_inside(subject: Subject, config: Given, real: Real) -> Iterator[tuple[list[str], set[str], set[str]]]:
    """Each way in which a class is in a described one: its line, the tensors that it has beside, the keys there."""
    for one in catalogue.described(subject.model_type):
        if one.part or one.code or one.inside or any(tower.part == ALL for tower in one.towers):
            continue
        ours = expanded_or_none(one, config)
        for path in (ALL, *places(one.root)):
            above = "" if path == ALL else f"{path}."
            mine = {
                name.removeprefix(above): _tied(found, above) for name, found in ours.items() if name.startswith(above)
            }
            without = sorted({name.split(".")[0] for name in mine.keys() - real.keys()})
            kept = {name: found for name, found in mine.items() if name.split(".")[0] not in without}
            if kept and all(real.get(name) == found for name, found in kept.items()):
                left = f"; without {' '.join(without)}" if without else ""
                keys = {*one.keys}
                if not (without and path != ALL):
                    yield [f"inside {one.model_class} {path}{left}"], real.keys() - kept.keys(), keys


def ways_on(subject: Subject, config: Given, real: Real) -> Iterator[tuple[list[str], set[str], set[str]]]:
    """Each way in which a class is a head on a described one."""
    for one in catalogue.described(subject.model_type):
        if one.part or one.code or any(tower.part == ALL for tower in one.towers):
            continue
        ours = expanded_or_none(one, config)
        for above in sorted({name.split(".")[0] for name in real}):
            mine = {
                name.removeprefix(f"{above}."): _tied(found, f"{above}.")
                for name, found in real.items()
                if name.startswith(f"{above}.")
            }
            without = sorted({name.split(".")[0] for name in ours.keys() - mine.keys()})
            kept = {name: found for name, found in ours.items() if name.split(".")[0] not in without}
            if kept and kept == mine:
                chosen = "chosen by base" if "base" in one.auto else f"of {one.model_class}"
                left = f"; without {' '.join(without)}" if without else ""
                lines = [f"tower . {subject.model_type}; {chosen}{left}", f"{above} is ."]
                yield lines, {name for name in real if not name.startswith(f"{above}.")}, {*one.keys}


def expanded_or_none(one: Description, config: Given) -> Tensors:
    """The tensors of a description; none where this config makes no sense for its class."""
    try:
        return expanded(one, config)
    except Exception:
        return {}


def _tied(found: tuple[Any, str, bool], above: str) -> tuple[Any, str, bool]:
    return found[0], found[1].removeprefix(above), found[2]


def places(module: Module, above: str = "") -> Iterator[str]:
    """The modules of a tree that stand there once, at most two deep."""
    for one in module.parts:
        if isinstance(one, Module) and not one.repeat and not one.tower and one.where is None:
            yield above + one.name
            if not above:
                yield from places(one, f"{one.name}.")


def put(subject: Subject, lines: list[str], own: list[TracedTensor], known: set[str]) -> str:
    """The lines of a description: its place, the keys that only its own tensors have, and these."""
    names = {name for one in own for axis in one.axes or () for name in NAME.findall(written(axis))}
    unknown = names - known - subject.keys.keys()
    if unknown or any(one.axes is None for one in own):
        raise ValueError(f"sizes without a key: {sorted(unknown)}")
    keys = {name: subject.keys[name].default for name in sorted(names - known)}
    entries = [
        [one.name, one.owned, [written(axis) for axis in one.axes or ()], one.tied_to, one.buffer, "True"]
        for one in own
    ]
    root = _tree({"entries": entries, "stacks": {}})
    tree = [line for child in root.children.values() for line in _lines(child, 0)]
    head, *body = lines
    auto = [task for task in ORDER if subject.class_name in _all(task, subject.model_type)]
    return (
        "\n".join(
            [
                f"{subject.model_type} {subject.class_name}",
                *(["keys " + " ".join(f"{name}={_plain(value)}" for name, value in keys.items())] if keys else []),
                head,
                *([f"never {never}"] if (never := NEVER.get(subject.class_name)) else []),
                *([f"auto {' '.join(auto)}"] if auto else []),
                *body,
                *tree,
            ]
        )
        + "\n"
    )


def _all(task: str, model_type: str) -> tuple[str, ...]:
    found = classes_of(task).get(model_type, ())
    return (found,) if isinstance(found, str) else tuple(found)


# Configs


def drawn(subject: Subject, description: Description, many: int, seconds: float = SECONDS) -> list[Given]:
    """Configs with few layers and other values of many keys that the class takes: all keys, those of the head too."""
    draw = random.Random(subject.model_type)
    base = start(subject, description)
    found = [base]
    until = time.process_time() + seconds
    for _one in range(many):
        given = dict(base)
        paths = sorted(path for path in subject.keys if not SPARE.search(path))
        draw.shuffle(paths)
        for path in paths:
            if time.process_time() > until:
                break
            others = candidates(subject, given, path)
            if others and draw.random() < 0.7:
                given = next(fitted(subject, given, path, draw.choice(others)), given)
        given[LABELS] = draw.choice((1, 3, 5, 9))
        found.append(given)
    return found


# Holding


def held(name: str) -> Iterator[tuple[str, str, str]]:
    """How each class of a type came out."""
    found = subjects(name)
    described = catalogue.described(name)
    if not found:
        return
    widest = next(iter(found.values()))
    configs = drawn(widest, described[0] if described else parsed("x X"), MANY)
    for model_class, subject in found.items():
        states = [state for given in configs if (state := compared(subject, given)) is not None]
        wrong = [state for state in states if state.startswith("wrong")]
        equal = states.count("equal")
        kind = "wrong" if wrong else "equal" if equal else "refused" if states else "not built"
        said = wrong[0] if wrong else next((state for state in states if state != "equal"), "")
        yield subject.task, f"{model_class}: {kind}, {equal} of {len(states)} equal; {said[:250]}", kind


def compared(subject: Subject, given: Given) -> str | None:
    """equal, refused: … or wrong: …; None where the class does not take the config."""
    given = {key: value for key, value in given.items() if key in subject.keys}
    tensors = subject.build(given, trace=False)
    if tensors is None:
        return None
    theirs = sum(math.prod(one.shape) for one in tensors if not one.tied_to and not one.buffer)
    config = nested({**subject.stated, **given})
    if subject.model_type in BY_HAND:  # such a family has no defaults
        said = subject.config_class(**config).to_dict()
        config = {key: one for key, one in said.items() if one is not None and not TOKEN.search(key)}
    config |= {"model_type": subject.model_type, "architectures": [subject.class_name]}
    try:
        model = load(config)
        ours = explain(model).total
    except SymbolicError as problem:
        return f"refused: {problem}"
    if ours != theirs and subject.class_name in NOT_AS_THE_CLASS:
        return None
    if ours != theirs:
        return (
            f"wrong: {ours:,} for {theirs:,} with {given}" if not model.unknown else f"refused: unknown {model.unknown}"
        )
    one = next((one for one in catalogue.described(subject.model_type) if one.model_class == subject.class_name), None)
    if one and subject.model_type not in BY_HAND:
        try:
            problem = difference(expanded(one, config), tensors)
        except ValueError:  # a list of tensors has no names: its total was compared
            return "equal"
        return f"wrong: {problem} with {given}" if problem else "equal"
    return "equal"


NOT_AS_THE_CLASS = frozenset(f"{name}ForConditionalGeneration" for name in ("T5", "MT5", "UMT5", "LongT5"))
"""Their published files have a head of its own where the config says so, and a class that loads them does not tie it;
one that is made anew ties it whatever the config says."""
BY_HAND = frozenset(name for family in families.all_families() for name in family.model_types)


if __name__ == "__main__":
    main()
