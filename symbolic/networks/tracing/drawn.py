"""What code draws at random, as one number instead: whether a layer is left out in training shows with both extremes.

A step of training on random numbers leaves out a layer, or does not, by chance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

LEAST, MOST = 0.0, 1 - 2**-20
"""The ends of what is drawn between 0 and 1."""
EVEN = (torch.rand, torch.rand_like, torch.Tensor.uniform_)
"""What draws numbers that code compares with how probable something is."""
CHOICES = (torch.bernoulli, torch.Tensor.bernoulli, torch.Tensor.bernoulli_)
PLAIN = ((random, "random"), (np.random, "rand"), (np.random, "random"), (np.random, "random_sample"))


class Drawn(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # torch may be absent where types are checked
    """While it is active, `number` is drawn each time; with None what is drawn stays as it is. `seen` says of draws."""

    def __init__(self, number: float | None) -> None:
        super().__init__()
        self.number, self.seen = number, False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, and put the number in the place of what it draws."""
        made = func(*args, **(kwargs or {}))
        if func in EVEN or func in CHOICES:
            self.seen = True
            if self.number is not None:
                # What is less probable than the number does not happen: a choice is no there, else yes.
                made.fill_(self.number if func in EVEN else float(self.number == LEAST))
        return made

    def plain(self, draw: Any, *shape: Any, **named: Any) -> Any:
        """What a function of Python or NumPy draws."""
        self.seen = True
        made = draw(*shape, **named)
        if self.number is None:
            return made
        return np.full_like(made, self.number) if isinstance(made, np.ndarray) else self.number


@contextmanager
def drawn(number: float | None = None) -> Iterator[Drawn]:
    """Let code draw this number, by torch, by Python or by NumPy; with None only see whether it draws."""
    mode = Drawn(number)
    before = [(module, name, getattr(module, name)) for module, name in PLAIN]
    for module, name, draw in before:
        setattr(module, name, lambda *shape, draw=draw, **named: mode.plain(draw, *shape, **named))
    try:
        with mode:
            yield mode
    finally:
        for module, name, draw in before:
            setattr(module, name, draw)
