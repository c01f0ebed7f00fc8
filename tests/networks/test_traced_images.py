"""Images whose numbers are put in another order, odd windows, and attention that torch has a kernel of its own for."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402


class Larger(nn.Module):  # type: ignore[misc]
    """Makes pixels of channels, and channels of pixels again."""

    def __init__(self, maps: int, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.up = nn.Conv2d(3, maps * scale**2, 3, padding=1, bias=False)
        self.shuffle = nn.PixelShuffle(scale)
        self.large = nn.Conv2d(maps, maps, 1, bias=False)
        self.small = nn.Conv2d(maps * scale**2, 3, 1, bias=False)

    def forward(self, images: Any) -> Any:
        large = self.large(self.shuffle(self.up(images)))
        return self.small(functional.pixel_unshuffle(large, self.scale))


def larger(maps: int, scale: int, height: int, width: int) -> tuple[int, int]:
    """Its parameters, and how often they are multiplied together."""
    up, large, small = 27 * maps * scale**2, maps**2, 3 * maps * scale**2
    return up + large + small, height * width * (up + scale**2 * large + small)


class Windows(nn.Module):  # type: ignore[misc]
    """A linear layer on each window of an image, and a convolution of that window for each channel."""

    def __init__(self, channels: int, maps: int, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.rows = nn.Linear(channels * kernel * kernel, maps, bias=False)
        self.each = nn.Conv2d(maps, maps, kernel, padding=kernel // 2, groups=maps, bias=False)

    def forward(self, images: Any) -> Any:
        columns = functional.unfold(images, self.kernel, padding=self.kernel // 2)
        made = functional.fold(self.rows(columns.transpose(1, 2)).transpose(1, 2), images.shape[-2:], 1)
        return made + self.each(made)


def windows(channels: int, maps: int, kernel: int, height: int, width: int) -> tuple[int, int]:
    """Its parameters, and how often they are multiplied together."""
    weights = (channels + 1) * maps * kernel**2
    return weights, height * width * weights


@pytest.mark.parametrize(
    ("build", "expected", "sizes", "changed"),
    [
        (Larger, larger, {"maps": 4, "scale": 2}, {"scale": 3}),
        (Larger, larger, {"maps": 4, "scale": 2}, {"maps": 5, "scale": 4, "height": 7}),
        (Windows, windows, {"channels": 2, "maps": 4, "kernel": 3}, {"kernel": 5}),
        (Windows, windows, {"channels": 2, "maps": 4, "kernel": 5}, {"channels": 3, "maps": 6, "kernel": 3}),
    ],
)
def test_windows_and_pixels_keep_their_sizes(build: Any, expected: Any, sizes: Any, changed: Any) -> None:
    channels = 3 if build is Larger else "channels"
    model = symbolic.trace(build, sizes, inputs={"images": f"batch_size, {channels}, height=10, width_px=12"})
    parameters, multiplied = expected(**{**sizes, "height": 10, "width": 12, **changed})
    assert counted(model, changed, "parameters") == [parameters]
    assert counted(model, changed, "forward-flops") == [2 * multiplied]


def test_a_window_with_an_even_side_fits_no_image_and_is_refused() -> None:
    sizes = {"channels": 2, "maps": 4, "kernel": 3}
    model = symbolic.trace(Windows, sizes, inputs={"images": "batch_size, channels, height=10, width_px=12"})
    assert counted(model, {"kernel": 4}, "forward-flops") == []


class Attending(nn.Module):  # type: ignore[misc]
    """Attention in pieces of a square, for whose even number of heads torch has a kernel of its own."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)

    def forward(self, given: Any, share: Any) -> Any:
        side = int(given.shape[1] ** 0.5)
        assert side * side == given.shape[1]
        return self.attention(given, given, given, need_weights=False)[0] * share[:, None, None]


def test_products_of_attention_count_where_torch_has_a_kernel_for_them() -> None:
    model = symbolic.trace(
        Attending, {"width": 12, "heads": 4}, inputs={"given": "batch_size, 16, width", "share": "batch_size"}
    )
    for width, heads in ((12, 4), (20, 2)):
        multiplied = 16 * 4 * width**2 + 2 * 16 * 16 * width
        assert counted(model, {"width": width, "heads": heads}, "forward-flops") == [2 * multiplied]


def counted(model: Any, found: dict[str, int], quantity: str, **how: Any) -> Any:
    grid = {name: [value] for name, value in found.items()}
    return [total for chunk in api.sweep(model, grid, quantity, **how).chunks() for total in chunk.totals]


class Along(nn.Module):  # type: ignore[misc]
    """A convolution over tokens that leaves a text as long as it is, where its window is odd."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.each = nn.Conv1d(width, width, kernel, padding=(kernel - 1) // 2, groups=width, bias=False)

    def forward(self, given: Any) -> Any:
        return given + self.each(given.transpose(1, 2)).transpose(1, 2)


@pytest.mark.parametrize(("kernel", "factor"), [(3, 3), (7, 7), (9, 9), (4, None), (6, None), (8, None)])
def test_a_window_over_tokens_has_a_middle(kernel: int, factor: int | None) -> None:
    model = symbolic.trace(Along, {"width": 4, "kernel": 5}, inputs={"given": "batch_size, tokens, width"})
    expected = [] if factor is None else [2 * 11 * 4 * factor]
    assert counted(model, {"kernel": kernel}, "forward-flops", inputs={"tokens": 11}) == expected
