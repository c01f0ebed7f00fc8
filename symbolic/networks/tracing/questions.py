"""Whether code multiplies something else where a condition on the values of tensors, `if given.mean() > 0`, is false.

A pass without data takes each as true. Code that multiplies something else where one is false has no one number of
operations. Experts are an exception: no row may have been sent to one of them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import torch

from symbolic.networks.tracing.symbolic_sizes import Unformulated, expression

if TYPE_CHECKING:
    from symbolic.networks.tracing.symbolic_pass import Passed

Line: TypeAlias = tuple[str, int]
"""A file and the number of a line in it."""
OF_TORCH = (os.path.dirname(torch.__file__), os.path.dirname(__file__))
MOST = 12
"""So many lines that ask are tried, each in a pass of its own."""


class HangsOnValues(Unformulated):
    """What a network multiplies is another number for other values of its inputs."""

    def __init__(self, why: str = "how much it multiplies hangs on the values of its inputs") -> None:
        super().__init__(why)


def asking() -> Line:
    """Return the line of a stranger's code that is at work."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(OF_TORCH):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def ask_otherwise(found: Passed, plain: Callable[[Collection[Line]], Passed]) -> None:
    """HangsOnValues where `plain`, a pass with numbers and a no on these lines, multiplies what another does not.

    A line where no pass can go on with a no asks for what always holds. What is multiplied with chosen rows is left out
    of the comparison.
    """
    if not found.asked:
        return
    routed = {each.weight or each.module for each in found.products if found.is_routed(each.axes)}

    def counted(no: Collection[Line]) -> Counter[tuple[Any, ...]]:
        return Counter(
            (each.module, each.weight, tuple(int(expression(axis)) for axis in each.axes))
            for each in plain(no).products
            if (each.weight or each.module) not in routed
        )

    usual = counted(())
    for line in islice(found.asked, MOST):
        with suppress(Exception):  # a stranger's assertion may raise anything
            if counted((line,)) != usual:
                break
    else:
        return
    raise HangsOnValues
