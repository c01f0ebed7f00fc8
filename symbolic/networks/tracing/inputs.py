"""The inputs of a forward pass: given as text, "batch_size, 3, height=224, width=224", or guessed from the module."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from symbolic.errors import ConfigError, listed

TOKENS, BATCH = "tokens", "batch_size"
SEEN = 13
"""How many tokens a pass has whose formula is wanted; where a table of positions is shorter, as many as it has."""
IMAGE = ("image_size", "img_size", "image", "resolution", "input_size")
Axis = int | str


@dataclass(frozen=True)
class PassInputs:
    """The axes of each argument of a forward pass, the numbers of those that are no size of the module, their type."""

    axes: Mapping[str, tuple[Axis, ...]]
    numbers: Mapping[str, int] = field(default_factory=dict)
    whole: bool = False

    def call(self, module: Any) -> Callable[[Callable[..., Any]], Any]:
        """What runs the module on inputs that its argument makes."""
        return lambda made: module(**{name: made(axes, self.whole) for name, axes in self.axes.items()})


def tried(module: Any, sizes: Mapping[str, Any], given: Mapping[str, str] | None) -> Iterator[PassInputs]:
    """The inputs to try: those given, as tokens and as plain numbers, else what the first layer takes."""
    first = next((one for one in module.modules() if isinstance(one, (nn.Embedding, nn.Linear, *CONVOLUTIONS))), None)
    tokens_first = isinstance(first, nn.Embedding)
    if given:
        axes, numbers = {}, {TOKENS: _tokens(sizes)}
        for name, text in given.items():
            axes[name] = tuple(_axis(one.strip(), name, sizes, numbers) for one in text.split(","))
        for whole in (tokens_first, not tokens_first):
            yield PassInputs(axes, numbers, whole)
        return
    names = [
        one.name
        for one in inspect.signature(module.forward).parameters.values()
        if one.default is inspect.Parameter.empty
        and one.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    ]
    if len(names) != 1 or first is None:
        raise ConfigError(f"forward takes {listed(names) if names else 'nothing'}; say its inputs, as NAME=AXES")
    numbers = {TOKENS: _tokens(sizes)}
    if tokens_first:
        yield PassInputs({names[0]: (1, TOKENS)}, numbers, whole=True)
        return
    side = next((name for name in IMAGE if isinstance(sizes.get(name), int)), None)
    if isinstance(first, nn.Linear):
        yield PassInputs({names[0]: (1, TOKENS, int(first.in_features))}, numbers)
        if side is not None:
            # Patches of an image, cut by a layer without weights.
            yield PassInputs({names[0]: (1, sizes.get("channels", 3), side, side)}, numbers)
    else:
        if side is None:
            raise ConfigError(
                f"nothing says how large {names[0]} is; give it, such as {names[0]}=batch_size,3,height=224,width=224"
            )
        sides = (side,) * (len(first.kernel_size))
        yield PassInputs({names[0]: (1, int(first.in_channels), *sides)}, numbers)


CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


def _tokens(sizes: Mapping[str, Any]) -> int:
    shortest = [value for name, value in sizes.items() if re.search(r"context|max_.*pos|block_size|seq_len", name)]
    return min([SEEN, *(one for one in shortest if isinstance(one, int) and one > 1)])


def _axis(text: str, name: str, sizes: Mapping[str, Any], numbers: dict[str, int]) -> Axis:
    """One axis: a number, the name of a size, or a name with a number of its own."""
    word, sign, value = text.partition("=")
    if text.isdigit():
        return int(text)
    if sign and word.isidentifier() and value.strip().isdigit() and word not in sizes:
        numbers[word] = int(value)
        return word
    if not sign and text == BATCH:
        return 1
    if not sign and (text == TOKENS or text in numbers or isinstance(sizes.get(text), int)):
        return text
    raise ConfigError(
        f"input {name} has an axis {text!r}; write a number, batch_size, tokens, a size of the module, or NAME=NUMBER"
    )
