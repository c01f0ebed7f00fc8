"""What the numbers of tokens of a text must be to each other, so that formulas of its pairs of tokens hold."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import context, target_tokens, tokens
from symbolic.networks.blocks import Block, symbols
from symbolic.networks.family import Pairs


def reads_another(network: Block) -> bool:
    """Return whether a network writes one text while it looks at another: a decoder that has an encoder beside it."""
    return target_tokens in symbols(network)


def passes(network: Block, sizes: Mapping[str, Exact]) -> None:  # noqa: ARG001
    """ConfigError where the context is less than the tokens that pass through, which are part of it."""
    own, seen = sizes[tokens.name], sizes[context.name]
    if seen < own:
        raise ConfigError(
            f"context is {grouped(seen)} and tokens is {grouped(own)}; the context holds the tokens that pass through "
            "and those before them: give as many or more, or leave it out"
        )


def trains(network: Block, sizes: Mapping[str, Exact]) -> None:  # noqa: ARG001
    """ConfigError where the context is not the sequence: in a training no tokens came before it."""
    own, seen = sizes[tokens.name], sizes[context.name]
    if seen != own:
        raise ConfigError(
            f"context is {grouped(seen)} and tokens is {grouped(own)}; in a training the sequence is all the context: "
            "leave context out, and give tokens"
        )


def rules_of_passing(network: Block) -> tuple[Pairs, Pairs]:  # noqa: ARG001
    """Return the same as rules of sizes, which a sweep looks at: no multiples, and what is at most what."""
    return (), ((tokens, context),)


def rules_of_training(network: Block) -> tuple[Pairs, Pairs]:  # noqa: ARG001
    """Return the same of a training."""
    return (), ((tokens, context), (context, tokens))
