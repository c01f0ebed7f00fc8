"""What the numbers of tokens of a text must be to each other, so that formulas of its pairs of tokens hold."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import context, target_tokens, tokens
from symbolic.measuring import usual
from symbolic.measuring.longest import longest_text
from symbolic.networks.blocks import Block
from symbolic.networks.family import Pairs, Source
from symbolic.networks.walks import reads_tokens, symbols


def reads_another(network: Block) -> bool:
    """Return whether a network writes one text while it looks at another: a decoder that has an encoder beside it."""
    return target_tokens in symbols(network)


def works(*sources: Source) -> tuple[Source, ...]:
    """Return works about models of texts: a page of a network that reads none does not cite them."""
    return tuple(one._replace(on=reads_tokens) for one in sources)


def of_an_answer(model: Model, prompt: int, answer: int) -> tuple[int, int]:
    """Return how many tokens a prompt and its answer have: as many as asked, else (0) usual numbers that fit.

    ConfigError where the text has more tokens than the network has learned positions.
    """
    most = longest_text(model)
    if answer == 1 or answer < 0:
        raise ConfigError(f"answer must be 2 tokens or more, got {answer}: the prompt's pass gives the first")
    if most is None:
        return prompt or usual.PROMPT, answer or usual.ANSWER
    limit, ends = most.tokens, most.ends
    room = usual.ANSWER if prompt and not ends else limit - prompt if prompt else limit // 4
    answer = answer or max(2, min(usual.ANSWER, room))
    prompt = prompt or max(1, min(usual.PROMPT, limit - answer))
    if ends and prompt + answer > limit:
        raise ConfigError(
            f"a prompt of {grouped(prompt)} tokens and an answer of {grouped(answer)} do not fit into the "
            f"{grouped(limit)} positions that {model.name} has; give shorter ones"
        )
    return prompt, answer


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
