"""`python -m tools.learning.holding TASK TYPE…`: hold what ships against the real class, tensor by tensor.

For descriptions that a person wrote or changed: each switch on both sides, every other value of a key that matters, and
configs with many other values at once. Every tensor's name, shape and tie must be those of the class, unless the
description says that it does not cover the config; and the page's total must be the sum of them.
"""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Iterator
from typing import Any

from symbolic.api import explain
from symbolic.errors import SymbolicError
from symbolic.loading import load
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description
from tools.learning.expanding import difference, expanded
from tools.learning.sampling import Entangled, Sampler
from tools.learning.shipping import excluded
from tools.learning.subject import Subject, nested

MANY = 30
"""How many configs have many other values at once."""
SECONDS = 5
"""How long the class may take to build a config: some count every pair of places of an image."""
PAGES = 5
"""Of so many configs one gets a page."""


def main() -> None:
    """Hold each type, and say how many configs came out exactly; exit with 1 where one did not."""
    task, names = sys.argv[1], sys.argv[2:]
    signal.signal(signal.SIGPROF, _stopped)
    sys.exit(1 if [name for name in names if not held(task, name)] else 0)


def held(task: str, name: str) -> bool:
    """Whether a type's description holds; prints what came out, and the first configs where it does not."""
    subject = Subject(task, name)
    description = next((one for one in catalogue.described(name) if one.model_class == subject.class_name), None)
    if description is None:
        print(f"{name}: {subject.class_name} is not described")
        return False
    tried, refused, wrong = 0, 0, []
    for number, given in enumerate(configs(subject)):
        problem = compared(description, subject, given, page=number % PAGES == 0)
        if problem is None:
            refused += 1
            continue
        tried += 1
        if problem:
            wrong.append(f"{problem}, with {given}")
    print(f"{name}: {tried - len(wrong)} of {tried} configs exact, {refused} refused", flush=True)
    for line in wrong[:3]:
        print(f"  {line[:600]}")
    return tried >= 20 and not wrong


class TooLong(BaseException):
    """A build that takes too long; no Exception, since a build that fails is one of many that the class refuses."""


def _stopped(*_: object) -> None:
    raise TooLong


def compared(description: Description, subject: Subject, given: dict[str, Any], *, page: bool) -> str | None:
    """What is wrong with a config's tensors; "" where nothing is, None where we refuse it or the class does."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        tensors = subject.build(given, trace=False)
    except TooLong:
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    config = nested({**subject.stated, **given})
    if tensors is None or excluded(composed(description, config), config):
        return None
    try:
        problem = difference(expanded(description, config), tensors)
        if problem or not page:
            return problem
        made = load({**config, "model_type": subject.model_type, "architectures": [subject.class_name]})
        ours = explain(made).total
    except SymbolicError:
        return None
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    theirs = sum(math.prod(one.shape) for one in tensors if not one.tied_to and not one.buffer)
    return "" if ours == theirs else f"the page's total is {ours:,}, that of the class {theirs:,}"


def configs(subject: Subject) -> Iterator[dict[str, Any]]:
    """The base, each value of each key that matters, and configs with many other values at once."""
    sampler = Sampler(subject)
    # The keys of the towers matter here, too.
    sampler.whole.update(subject.config_class.sub_configs_defaults or {})
    while True:
        sampler.start()
        try:
            contexts = sampler.explore(6)
            break
        except Entangled as found:
            sampler.whole.add(str(found))
            sampler.cache.clear()
            sampler.rough.clear()
    subject.towers = {}
    seen: set[str] = set()
    yield {}
    alone = [{**sampler.base, path: value} for path, values in sampler.relevant.items() for value in values[:4]]
    many = (sampler.sample(0.5 if at % 2 else 0.85) for at in range(MANY))
    for given in (*contexts, *alone, *(one for one in many if one is not None)):
        key = repr(sorted(given.items()))
        if key not in seen:
            seen.add(key)
            yield given


if __name__ == "__main__":
    main()
