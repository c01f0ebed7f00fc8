"""Serving with experts divided among devices, each of which has sequences of its own: data-parallel attention.

What every token passes (attention, shared experts, norms, head) each device keeps whole, and the cache of its own
sequences; of the experts it keeps a part, and works for the tokens of all devices that choose one of these. DeepSeek-AI
2025, DeepSeek-V3/R1 Inference System Overview, deepseek-ai/open-infra-index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from symbolic.formulas.formula import Exact
from symbolic.formulas.scales import HOUR, MILLION
from symbolic.formulas.vocabulary import emb_dim
from symbolic.measuring import formats, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.serving import Needs
from symbolic.measuring.serving_layout import BatchStep
from symbolic.networks.blocks import Block
from symbolic.networks.walks import blocks

DEVICES = (8, 32, 128)
DISPATCHED = {True: 1 + 2, False: 2 + 2}
"""Bytes of a number on its way to an expert and back, where products work in 8 bits and where they do not."""
BATCH = 32
"""The sequences of a device in a row that shows less than the most that fit."""


class Spread(NamedTuple):
    """So many devices that divide the experts of each layer, `copies` of which are there twice.

    `needs` are those of one device that has everything; the others are as in `Layout`. `sent` are the bytes
    that a token of a step sends to its experts and gets back, 0 where the network is not counted.
    """

    needs: Needs
    devices: int
    memory: Fraction
    bandwidth: Fraction
    flops: Fraction
    price: Fraction
    attention: Fraction = Fraction(0)
    copies: int = 0
    sent: int = 0

    @property
    def held(self) -> int:
        """How many experts of a layer a device keeps, at most."""
        return ceil(Fraction(self.needs.every + self.copies, self.devices))

    @property
    def stored(self) -> Exact:
        """The bytes of the weights that a device keeps."""
        return self.needs.stored - (self.needs.every - self.held) * self.needs.expert

    @property
    def most(self) -> int:
        """How many sequences fit beside the weights, on each device."""
        return max(0, int((self.memory - self.stored) / self.needs.cache))

    def read(self, batch: int) -> Exact:
        """Return the bytes of the weights that a device reads in a step of so many sequences on each."""
        chosen = self.needs.experts(self.devices * batch)
        return self.needs.weights + ceil(Fraction(self.held * chosen, self.needs.every)) * self.needs.expert

    def step(self, batch: int) -> BatchStep:
        """Return the row of so many sequences on each device; experts are chosen equally often."""
        weights, cache = self.read(batch), batch * self.needs.cache
        by_memory = Fraction(weights + cache) / self.bandwidth
        by_arithmetic = batch * self.needs.working(self.flops, self.attention)
        by_network = Fraction(batch * self.sent, usual.NETWORK) if self.devices > usual.SERVER else Fraction(0)
        return BatchStep(batch, weights, cache, by_memory, by_arithmetic, by_network)

    def dollars(self, step: BatchStep) -> Fraction:
        """Return what a million tokens cost at that pace."""
        return MILLION * self.price * step.time / (HOUR * step.batch)


def spreads(one: Spread, among: int = 0) -> Iterator[Spread]:
    """Yield the layouts of usual numbers of devices on each of which a sequence fits; none without experts.

    Where somebody says `among` how many the experts are divided, it is that layout alone.
    """
    for devices in (among,) if among else DEVICES:
        made = one._replace(devices=devices)
        if devices <= one.needs.every and made.most:
            yield made


def bytes_sent(read: Derivation, chosen: int) -> int:
    """Return the bytes that a token of a step sends to its experts and gets back."""
    numbers = expert_layers(read.model.network, read.sizes) * chosen * int(read.sizes[emb_dim.name])
    return DISPATCHED[bool(formats.products(read.model))] * numbers


def expert_layers(network: Block, sizes: Mapping[str, Exact]) -> int:
    """Return how many layers have experts."""
    stacks = (block for block in blocks(network) if block.role == "layer" and block.repeat is not None)
    return sum(
        int(stack.repeat.value(sizes))
        for stack in stacks
        if stack.repeat is not None and any(block.active is not None for block in blocks(stack))
    )
