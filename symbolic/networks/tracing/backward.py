"""Whether a training step multiplies three times what the forward pass does, as a page on training FLOPs counts.

It does not where weights are fixed, where code leaves products out of the gradients (a distance that only chooses, what
runs under no_grad), where it computes something again, and where it does in training what it does not do otherwise (a
second head, a layer that is left out at random). What a layer of weights gets from the inputs alone, or from
a constant, needs no gradient; that count takes it as if it had one, as it does with an image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import product
from math import prod
from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from symbolic.networks.tracing.construction import Staying, built
from symbolic.networks.tracing.drawn import LEAST, MOST, drawn
from symbolic.networks.tracing.forward import CONVOLUTIONS, PRODUCTS, aten
from symbolic.networks.tracing.inputs import PassInputs, numbers_of
from symbolic.networks.tracing.lost_sizes import with_lines
from symbolic.networks.tracing.recurrent import recurrent
from symbolic.networks.tracing.symbolic_sizes import Unformulated
from symbolic.networks.tracing.with_data import INDICES, is_small


class TrainingStep(NamedTuple):
    """What a training step showed: whether it multiplies three times what a pass does, and whether all of it works.

    `draws` says that code draws numbers in it, which may leave out a layer.
    """

    even: bool
    whole: bool = True
    draws: bool = False


def with_training(
    text: str, make: Callable[[Mapping[str, Any]], Any], sizes: Mapping[str, Any], one: PassInputs
) -> str:
    """Return the description of a pass with what a training step shows.

    It loses training-flops where that multiplies something else, and it `routes` where parts work in no pass, or in
    training alone. The step has no data, or random numbers where code of a small network asks for values. Code that
    does not run in training mode is taken to do there what it does otherwise. Of code that has no such backward pass
    nothing is known: it keeps them.
    """
    whole = {name: value for name, value in {**sizes, **one.numbers}.items() if isinstance(value, int)}
    for training, device in product((True, False), ("meta", "cpu")):
        with suppress(Exception), torch.random.fork_rng(devices=[]):  # a stranger's code may raise anything
            step = _steps(partial(make, sizes), one, whole, device, training=training)
            break
    else:
        return text
    if not step.even:
        text = with_lines(text.replace(" training-flops", "", 1), ["uneven"])
    return text if step.whole or "\nroutes" in text else with_lines(text, ["routes"])


def _steps(
    make: Callable[[], Any], one: PassInputs, values: Mapping[str, int], device: str, *, training: bool
) -> TrainingStep:
    """Run a training step, and where code draws numbers in it one with the least and one with the largest of them."""
    run = partial(_step, make, one, values, device, training=training)
    first = run(None)
    steps = [first, *map(run, (LEAST, MOST))] if first.draws else [first]
    return TrainingStep(all(step.even for step in steps), all(step.whole for step in steps))


def _step(
    make: Callable[[], Any],
    one: PassInputs,
    values: Mapping[str, int],
    device: str,
    number: float | None,
    *,
    training: bool,
) -> TrainingStep:
    """Run a training step in which code draws this number; what the first layers leave out counts as if they had it."""
    module = built(make).to("meta")
    if device == "cpu":
        if not is_small(module):
            raise Unformulated("the network is too large to be run")
        module = make()

    def made(axes: Any, kind: torch.dtype) -> Any:
        # A copy, since code may change in place what it gets.
        shape = numbers_of(axes, values)
        given = torch.randn(shape) if kind.is_floating_point else torch.randint(0, INDICES, shape)
        return given.to(kind).requires_grad_(kind.is_floating_point).clone()

    kernel = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    module.eval()
    with torch.device(device), Staying(), kernel, recurrent(module), drawn(number) as draws:
        with torch.no_grad(), Multiplications() as forward:
            one.call(module)(made)
        for part in module.modules():
            # Torch's own layers multiply the same, but a batch norm takes no single row in training.
            part.training = training and not type(part).__module__.startswith("torch.")
        with torch.enable_grad(), Multiplications() as step:
            ends = [end for end in _tensors(one.call(module)(made)) if end.requires_grad]
            there, first = step.total, step.first
            torch.autograd.backward(ends, [torch.zeros_like(end) for end in ends])
    # On random numbers an expert may get no token.
    idle = device == "meta" and any(weight.requires_grad and weight.grad is None for weight in module.parameters())
    # What Python or NumPy draws is no number of a tensor: code goes one way or another by it.
    even = step.total == 3 * forward.total - first and not draws.elsewhere
    return TrainingStep(even, not idle and there == forward.total, draws.seen)


def _tensors(out: Any) -> Iterator[Any]:
    """Yield the tensors that a network returns, those in objects of its own among them."""
    for leaf in tree_leaves(out):
        if isinstance(leaf, torch.Tensor):
            yield leaf
        elif hasattr(leaf, "__dict__") and not isinstance(leaf, torch.nn.Module):
            yield from (one for one in tree_leaves(vars(leaf)) if isinstance(one, torch.Tensor))


class Multiplications(TorchDispatchMode):  # type: ignore[misc]  # torch may be absent where types are checked
    """Counts the multiplications of products and convolutions, and of the gradients of convolutions.

    `first` are those of learned weights with data and constants that have no gradient. What was worked out of other
    learned weights and lost its gradient, as by `detach`, is not among them: real data would have none there, either.
    """

    total = first = 0

    def __init__(self) -> None:
        super().__init__()
        self.learned: dict[int, Any] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation, and count it where it is a product."""
        out = func(*args, **(kwargs or {}))
        if any(self._is_of_learned(one) for one in tree_leaves((args, kwargs)) if isinstance(one, torch.Tensor)):
            memories = (one.untyped_storage() for one in tree_leaves(out) if isinstance(one, torch.Tensor))
            self.learned |= {memory._cdata: memory for memory in memories}
        packet = func._overloadpacket
        if packet in PRODUCTS:
            left, right = (args[place] for place in PRODUCTS[packet])
            self._count(left.numel() * right.shape[-1], left, right)
        elif packet in CONVOLUTIONS:
            self._count(_of_kernel((args[0] if args[6] else out).shape, args[1]), *args[:2])
        elif packet is aten.convolution_backward:
            gradient, given, kernel = args[:3]
            self.total += sum(args[10][:2]) * _of_kernel((given if args[7] else gradient).shape, kernel)
        return out

    def _count(self, products: int, left: Any, right: Any) -> None:
        self.total += products
        self.first += products * any(
            _is_learned(one) and not other.requires_grad and not self._is_of_learned(other)
            for one, other in ((left, right), (right, left))
        )

    def _is_of_learned(self, tensor: Any) -> bool:
        return _is_learned(tensor) or tensor.untyped_storage()._cdata in self.learned


def _is_learned(tensor: Any) -> bool:
    whole = tensor if tensor._base is None else tensor._base
    return isinstance(whole, torch.nn.Parameter) and whole.requires_grad


def _of_kernel(places: Any, kernel: Any) -> int:
    """Return what a convolution multiplies: each place with the kernel."""
    return int(prod((places[0], *places[2:])) * kernel.numel())
