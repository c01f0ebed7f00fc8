"""`python -m tools.learning.relearning TYPE…`: learn types again, and hold what ships against what was learned."""

from __future__ import annotations

import math
import sys

from symbolic.api import explain
from symbolic.errors import ConfigError
from symbolic.loading import load
from symbolic.networks.learned import catalogue
from tools.learning.learning import Learner, test
from tools.learning.subject import Subject, nested


def main() -> None:
    """Say for each type whether it is as it was; exit with 1 where one is not."""
    wrong = [name for name in sys.argv[1:] if not same(name)]
    sys.exit(1 if wrong else 0)


def same(name: str) -> bool:
    """Whether a type is learned exactly, and what ships has the real class's total on the configs of that test."""
    subject = Subject("causal", name)
    learner = Learner(subject)
    good, tried, problem = test(learner, learner.learn())
    print(f"{name}: {good} of {tried} new configs exact {problem[:200]}")
    if good < tried:
        return False
    shipped = next(one.model_class for one in catalogue.described(name))
    whole = Subject("causal", name)  # the learner's has its towers cut off
    refused = 0
    for given in learner.samples:
        tensors = whole.build(given, trace=False) or []
        theirs = sum(math.prod(one.shape) for one in tensors if not one.tied_to and not one.buffer)
        config = {**nested({**whole.stated, **given}), "model_type": name, "architectures": [shipped]}
        try:
            ours = explain(load(config)).total
        except ConfigError:
            # The class takes true for a width without a default, and counts with 1; what ships refuses that.
            refused += 1
            continue
        if ours != theirs:
            print(f"{name}: {ours:,} parameters by what ships, {theirs:,} by the class, with {given}")
            return False
    if 2 * refused > len(learner.samples):
        print(f"{name}: what ships refuses {refused} of {len(learner.samples)} configs that the class takes")
        return False
    return True


if __name__ == "__main__":
    main()
