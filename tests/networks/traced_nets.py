"""Networks as people write them: a GPT with the names of a book, a ResNet, a U-Net, a tagger, a ViT, a mixture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Attention(nn.Module):  # type: ignore[misc]
    """Causal attention with several heads."""

    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        width, self.heads = cfg["emb_dim"], cfg["n_heads"]
        self.head_dim = width // self.heads
        for name in ("W_query", "W_key", "W_value"):
            setattr(self, name, nn.Linear(width, width, bias=cfg["qkv_bias"]))
        self.out_proj = nn.Linear(width, width)
        later = torch.ones(cfg["context_length"], cfg["context_length"]).triu(1)
        self.register_buffer("later", later)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        batch, tokens, width = given.shape

        def split(made: torch.Tensor) -> torch.Tensor:
            return made.view(batch, tokens, self.heads, self.head_dim).transpose(1, 2)

        query, key, value = (split(layer(given)) for layer in (self.W_query, self.W_key, self.W_value))
        scores = query @ key.transpose(-2, -1) / self.head_dim**0.5
        scores = scores.masked_fill(self.later[:tokens, :tokens].bool(), float("-inf"))
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, width)
        return self.out_proj(mixed)


class Layer(nn.Module):  # type: ignore[misc]
    """Attention and a wide part, each behind a norm and with a way around it."""

    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        width = cfg["emb_dim"]
        self.att = Attention(cfg)
        self.ff = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        given = given + self.att(self.norm1(given))
        return given + self.ff(self.norm2(given))


class GPTModel(nn.Module):  # type: ignore[misc]
    """As chapter 4 of the book builds it from a dict."""

    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        self.tok_emb = nn.Embedding(cfg["vocab_size"], cfg["emb_dim"])
        self.pos_emb = nn.Embedding(cfg["context_length"], cfg["emb_dim"])
        self.trf_blocks = nn.Sequential(*(Layer(cfg) for _ in range(cfg["n_layers"])))
        self.final_norm = nn.LayerNorm(cfg["emb_dim"])
        self.out_head = nn.Linear(cfg["emb_dim"], cfg["vocab_size"], bias=False)

    def forward(self, in_idx: torch.Tensor) -> torch.Tensor:
        given = self.tok_emb(in_idx) + self.pos_emb(torch.arange(in_idx.shape[1]))
        return self.out_head(self.final_norm(self.trf_blocks(given)))


class Tagger(nn.Module):  # type: ignore[misc]
    """A label for each word."""

    def __init__(self, vocab_size: int, width: int, hidden: int, tags: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, width)
        self.lstm = nn.LSTM(width, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(2 * hidden, tags)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(self.embed(words))[0])


class Residual(nn.Module):  # type: ignore[misc]
    """Two convolutions and a way around them."""

    def __init__(self, given: int, made: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(given, made, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(made, made, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(made), nn.BatchNorm2d(made)])
        self.around = nn.Conv2d(given, made, 1, stride, bias=False) if stride > 1 else nn.Identity()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        made = functional.relu(self.norms[0](self.first(image)))
        return functional.relu(self.norms[1](self.second(made)) + self.around(image))


class ResNet(nn.Module):  # type: ignore[misc]
    """A stem, a stage of equal blocks, and one that halves the image."""

    def __init__(self, width: int, blocks: int, classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layers = nn.Sequential(*(Residual(width, width) for _ in range(blocks)))
        self.halved = Residual(width, 2 * width, 2)
        self.fc = nn.Linear(2 * width, classes)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        made = self.halved(self.layers(self.pool(self.stem(image))))
        return self.fc(made.mean((2, 3)))


class UNet(nn.Module):  # type: ignore[misc]
    """Down, and up again beside what was there before."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, width, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.middle = nn.Conv2d(width, 2 * width, 3, padding=1)
        self.up = nn.ConvTranspose2d(2 * width, width, 2, 2)
        self.join = nn.Conv2d(2 * width, width, 3, padding=1)
        self.out = nn.Conv2d(width, 1, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        before = self.down(image).relu()
        below = self.middle(self.pool(before)).relu()
        return self.out(self.join(torch.cat([before, self.up(below)], 1)).relu())


class ViT(nn.Module):  # type: ignore[misc]
    """Patches, a class token, and layers of torch's own."""

    def __init__(self, image: int, patch: int, width: int, heads: int, depth: int, classes: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, (image // patch) ** 2 + 1, width))
        self.encoder = nn.ModuleList(
            [nn.TransformerEncoderLayer(width, heads, 4 * width, batch_first=True) for _ in range(depth)]
        )
        self.head = nn.Linear(width, classes)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        made = self.patches(image).flatten(2).transpose(1, 2)
        made = torch.cat([self.token.expand(made.shape[0], -1, -1), made], 1) + self.positions
        for layer in self.encoder:
            made = layer(made)
        return self.head(made[:, 0])


class Mixture(nn.Module):  # type: ignore[misc]
    """A router that sends each token to the best experts; which, hangs on the data."""

    def __init__(self, width: int, inner: int, n_experts: int, top_k: int) -> None:
        super().__init__()
        self.top_k = top_k
        self.router = nn.Linear(width, n_experts, bias=False)
        self.experts = nn.ModuleList(
            [nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width)) for _ in range(n_experts)]
        )

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        flat = given.reshape(-1, given.shape[-1])
        weights, chosen = self.router(flat).softmax(-1).topk(self.top_k)
        made = torch.zeros_like(flat)
        for number, expert in enumerate(self.experts):
            rows, place = torch.where(chosen == number)
            if rows.numel():
                made[rows] += weights[rows, place, None] * expert(flat[rows])
        return made.reshape(given.shape)


class Gated(nn.Module):  # type: ignore[misc]
    """What a trace can't follow: how often it works hangs on a number that it computes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Linear(width, width)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        for _ in range(int(given.sum().item()) % 3):
            given = self.inner(given)
        return given


class Mixer(nn.Module):  # type: ignore[misc]
    """Layers that lie with others in one container, so that their number is in no name."""

    def __init__(self, width: int, depth: int = 3) -> None:
        super().__init__()
        self.width = width
        layers = (nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(depth))
        self.net = nn.Sequential(nn.Linear(5, width), *layers, nn.Linear(width, 2))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.net(given)
        return made


class Stack(nn.Module):  # type: ignore[misc]
    """One that keeps its arguments."""

    def __init__(self, width: int, depth: int, bias: bool = True) -> None:
        super().__init__()
        self.width, self.depth = width, depth
        self.layers = nn.ModuleList(nn.Linear(width, 2 * width, bias=bias) for _ in range(depth))


class Config:
    """As many configs are: attributes and no more."""

    def __init__(self, width: int, depth: int) -> None:
        self.width, self.depth, self.name = width, depth, "it"


class Configured(nn.Module):  # type: ignore[misc]
    """One that keeps its config."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(nn.Linear(config.width, 2) for _ in range(config.depth))


class Positions(nn.Module):  # type: ignore[misc]
    """A table whose rows numpy counts."""

    def __init__(self, rows: int, width: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(np.prod(rows), width))


class Patches(nn.Module):  # type: ignore[misc]
    """One whose code wants sizes that divide, drops layers at rates from a row, and has a size in a function's cell."""

    def __init__(self, side: int, patch: int, width: int, depth: int) -> None:
        super().__init__()
        assert side % patch == 0
        self.rates = [one.item() for one in torch.linspace(0, 0.1, depth)]
        self.first: Callable[[Any], Any] = lambda rows: rows.narrow(1, 0, rows.shape[1] // patch)
        self.embed = nn.Linear(3, patch * width)
        self.layers = nn.Sequential(*[nn.Linear(patch * width, patch * width) for _ in range(max(depth, patch))])

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.layers(self.embed(self.first(image)))
        return made


class Periods(nn.Module):  # type: ignore[misc]
    """A signal that is filled up to whole periods; strides round down, so a pad changes the work at some lengths."""

    def __init__(self, width: int, period: int) -> None:
        super().__init__()
        self.period = period
        self.first = nn.Conv2d(1, width, (5, 1), stride=(3, 1), padding=(2, 0))
        self.second = nn.Conv2d(width, width, (5, 1), stride=(3, 1), padding=(2, 0))

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        batch, channels, length = signal.shape
        if length % self.period != 0:
            signal = functional.pad(signal, (0, self.period - length % self.period))
        rows = signal.view(batch, channels, signal.shape[-1] // self.period, self.period)
        made: torch.Tensor = self.second(self.first(rows))
        return made


class Gate(nn.Module):  # type: ignore[misc]
    """Two tensors of its own, by names that say nothing, and sizes by the names of another code's config."""

    def __init__(self, dim: int, n_heads: int, multiple_of: int) -> None:
        super().__init__()
        self.W = nn.Parameter(torch.empty(n_heads * dim, dim))
        self.a = nn.Parameter(torch.empty(dim, multiple_of, 1))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        return (given @ self.W) @ self.a.squeeze(-1)
