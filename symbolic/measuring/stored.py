"""A checkpoint's numbers beside the derivation's: equal, or what makes the difference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

from symbolic.configs.checkpoints import Checkpoint
from symbolic.configs.model import Model

PARTS = re.compile(r"^(model\.)?(vision_tower|visual|vision_model|multi_modal_projector|audio_tower|v\.|mm\.)")
LAYER = re.compile(r"(?:^|\.)(?:layers|h|blk|block)\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class Extra:
    """Tensors that are stored and not derived: why, how many there are, and of how many numbers."""

    why: str
    tensors: int
    numbers: int


@dataclass(frozen=True, slots=True)
class StoredTotal:
    """The stored total, the derived one, and what is known to make the difference."""

    stored: int
    tensors: int
    derived: int
    extras: tuple[Extra, ...]

    @property
    def unexplained(self) -> int:
        """What is stored and neither derived nor explained; less than 0 where something is missing."""
        return self.stored - sum(extra.numbers for extra in self.extras) - self.derived


def compare(checkpoint: Checkpoint, model: Model, derived: int) -> StoredTotal:
    """Return how a checkpoint's tensors compare with the total of its model's derivation."""
    numbers: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for name, shape in checkpoint.tensors.items():
        for why, known in _reasons(model):
            if known(name, shape):
                numbers[why] += prod(shape)
                count[why] += 1
                break
    extras = tuple(Extra(why, count[why], numbers[why]) for why in count)
    return StoredTotal(checkpoint.total, len(checkpoint.tensors), derived, extras)


def _reasons(model: Model) -> Iterator[tuple[str, Callable[[str, tuple[int, ...]], bool]]]:
    """Yield each reason why a tensor is stored that is not derived, with the test that recognises it."""
    if model.parts_left_out:
        yield "parts that are not derived", lambda name, _: bool(PARTS.search(name))
    yield (
        "masks and tables that the code computes (buffers)",
        lambda name, shape: (
            name.endswith(("inv_freq", "position_ids", ".masked_bias", "rope_freqs.weight"))
            or (name.endswith(".attn.bias") and len(shape) > 1)
        ),
    )
    yield "corrections of the router's scores (buffers)", lambda name, _: "e_score_correction_bias" in name
    if model.options.get("tied_head"):
        yield "the output head, stored though it is the token table", lambda name, _: name in HEADS
    layers = model.sizes.get("n_layers", 0) + model.sizes.get("n_decoder_layers", 0)
    yield (
        "layers behind the last, which predict further tokens",
        lambda name, _: any(int(number) >= layers for number in LAYER.findall(name)),
    )
    yield (
        "scales and zero points of quantised tensors",
        lambda name, _: name.endswith(("_scale", "_scale_inv", ".scales", ".qzeros", ".g_idx", ".absmax", "_scales")),
    )


HEADS = ("lm_head.weight", "output.weight", "cls.predictions.decoder.weight", "embed_out.weight")
