"""Images whose numbers are put in another order, without data: windows as columns, channels as pixels.

Torch's own functions of that want plain numbers for the sizes of windows, and for how many pixels become one.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import torch
from torch.nn import functional


def _unfolded(given: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """Return the windows of images as columns."""
    *batch, channels, height, width = given.shape
    columns = _columns((height, width), kernel_size, dilation, padding, stride)
    return given.new_empty((*batch, channels * prod(_pair(kernel_size)), columns))


def _folded(
    given: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """Return images of columns: windows that lie on one another are added up."""
    *batch, rows, columns = given.shape
    _fits(columns == _columns(_pair(output_size), kernel_size, dilation, padding, stride))
    return given.new_empty((*batch, _parted(rows, prod(_pair(kernel_size))), *_pair(output_size)))


def _columns(sides: tuple[Any, Any], kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """Return how many windows there are in an image."""
    how = zip(sides, *map(_pair, (kernel_size, dilation, padding, stride)), strict=True)
    return prod((side + 2 * room - apart * (kernel - 1) - 1) // step + 1 for side, kernel, apart, room, step in how)


def _shuffled(given: Any, upscale_factor: Any) -> Any:
    """Return images with more pixels, made of channels."""
    *batch, channels, height, width = given.shape
    fewer = _parted(channels, upscale_factor * upscale_factor)
    return given.new_empty((*batch, fewer, height * upscale_factor, width * upscale_factor))


def _unshuffled(given: Any, downscale_factor: Any) -> Any:
    """Return images with more channels, made of pixels."""
    *batch, channels, height, width = given.shape
    sides = [_parted(side, downscale_factor) for side in (height, width)]
    return given.new_empty((*batch, channels * downscale_factor * downscale_factor, *sides))


def _parted(size: Any, parts: Any) -> Any:
    """Return a size in so many parts; ValueError where that leaves a rest, as torch's own functions say."""
    _fits(size % parts == 0)
    return size // parts


def _fits(true: Any) -> None:
    if not true:
        raise ValueError("an image does not fit what its numbers are put in")


def _pair(size: Any) -> tuple[Any, Any]:
    return tuple(size) if isinstance(size, (list, tuple)) else (size, size)


REARRANGED: dict[Any, Callable[..., Any]] = {
    functional.unfold: _unfolded,
    functional.fold: _folded,
    torch.pixel_shuffle: _shuffled,
    torch.pixel_unshuffle: _unshuffled,
}
"""What each of these functions makes, by the function."""
