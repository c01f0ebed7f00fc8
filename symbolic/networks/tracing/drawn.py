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


class Drawn(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # torch may be absent where types are checked
    """While it is active, `number` is drawn each time; with None what is drawn stays as it is.

    `seen` says that torch drew, `elsewhere` that Python or NumPy did, which have more ways of it.
    """

    def __init__(self, number: float | None) -> None:
        super().__init__()
        self.number, self.seen, self.elsewhere = number, False, False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, and put the number in the place of what it draws."""
        made = func(*args, **(kwargs or {}))
        if func in EVEN or func in CHOICES:
            self.seen = True
            if self.number is not None:
                # What is less probable than the number does not happen: a choice is no there, else yes.
                made.fill_(self.number if func in EVEN else float(self.number == LEAST))
        return made


@contextmanager
def drawn(number: float | None = None) -> Iterator[Drawn]:
    """Let code draw this number by torch, with None what comes; Python's and NumPy's draws are as they were before."""
    mode = Drawn(number)
    python, numpys = random.getstate(), np.random.get_state(legacy=False)
    try:
        with mode:
            yield mode
        mode.elsewhere = random.getstate() != python or repr(np.random.get_state(legacy=False)) != repr(numpys)
    finally:
        random.setstate(python)
        np.random.set_state(numpys)
