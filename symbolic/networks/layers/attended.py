"""What attention computes and keeps apart from its weights: scores and mixing, keys and values, the table of scores."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.formulas.functions import Minimum
from symbolic.formulas.vocabulary import context, n_heads, tokens
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Cache, Contraction, Kept

SCORES = _(
    "Each token's query is multiplied by the key of each token in the context, number by number, and added up: one "
    "score for each pair of tokens and each head. Together the heads go once through all numbers of the query. This "
    "needs no weights."
)
MIXING = _(
    "A softmax turns the scores of each token into shares that add up to 1. Each token then adds up "
    "all the values, weighted by its shares."
)

KEPT = _(
    "While a text is written, the key and the value of each token are kept, so that they are not computed again for "
    "each new token."
)
DROPPED = _(
    "A token looks at itself and at the tokens of its window before it, one less than the window has. So that many are "
    "kept for the next token; an engine that keeps the whole window needs room for one token more."
)


def products(
    key_width: Formula,
    value_width: Formula,
    *,
    own: Formula = tokens,
    seen: Formula = context,
    causal: bool = True,
    window: Formula | None = None,
    latent: tuple[Formula, Formula] | None = None,
) -> tuple[Contraction, Contraction]:
    """Return queries times keys, (own, seen, key_width), and scores times values; the widths are those of all heads.

    `latent` are the widths for all heads where scores and mixing work on the latents themselves.

    A causal mask keeps half of the pairs of the tokens that pass through, and all with those before them; a window
    keeps at most its width for each token.
    """
    left = unmasked(own, seen, window)
    return (
        Contraction(
            "attention_scores",
            _("attention scores"),
            (own, seen, key_width),
            about=SCORES,
            masked=(own, left, key_width) if causal else (),
            absorbed=(own, seen, latent[0]) if latent else (),
            window=window,
        ),
        Contraction(
            "mixing_of_values",
            _("mixing of the values"),
            (own, seen, value_width),
            about=MIXING,
            masked=(own, left, value_width) if causal else (),
            absorbed=(own, seen, latent[1]) if latent else (),
            window=window,
        ),
    )


def unmasked(own: Formula, seen: Formula, window: Formula | None = None) -> Formula:
    """Return how many tokens one can look at on average: all before those that pass through, and half of these."""
    left = seen / 2 if own == seen else seen - own / 2
    return left if window is None else Minimum((left, window))


def keys_and_values(
    kv_width: Formula, *, all_heads: Formula, kept: Formula = context, window: Formula | None = None
) -> Cache:
    """Return the key and the value of each token, (kv_width,) each; in a sliding layer, of the last tokens only."""
    return Cache(
        "keys_values",
        _("keys and values"),
        (kv_width,),
        kept,
        about=Sentences(KEPT, "" if window is None else DROPPED),
        copies=2,
        ungrouped=(all_heads,),
        window=window,
    )


def attention_activations(
    emb_dim: Formula,
    query_width: Formula,
    key_width: Formula,
    value_width: Formula,
    heads_width: Formula,
    *,
    seen: Formula = context,
    read: Formula | None = None,
) -> tuple[Activation, ...]:
    """Return what training keeps of attention, a token: its input, queries, keys, values, the heads' results.

    A token looks at `seen` tokens; `read` are these where keys and values are made of another text.

    Korthikanti et al. 2022, arXiv:2205.05198, §4.1: 11 s b h bytes with the dropout mask, and 5 a s² b in the table.
    """
    return (
        Activation(
            "attention_input",
            _("attention input"),
            (emb_dim,),
            about=_("What queries, keys and values are made of."),
            split=False,
        ),
        Activation(
            "queries_kept", _("queries kept"), (query_width,), about=_("To find out how the keys should change.")
        ),
        Activation(
            "keys_kept",
            _("keys kept"),
            (key_width,),
            about=_("To find out how the queries should change."),
            tokens=read,
        ),
        Activation(
            "values_kept",
            _("values kept"),
            (value_width,),
            about=_("These are needed to find out how the shares of attention should change."),
            tokens=read,
        ),
        Activation(
            "results_of_heads",
            _("results of the heads"),
            (heads_width,),
            about=_("What the output projection works on."),
        ),
        Activation(
            "table_of_shares",
            _("softmax of the scores"),
            (n_heads, seen),
            about=_(
                "For each head, what share of its attention a token gives to each token. This part grows with the "
                "square of the length of the text."
            ),
            kept=Kept.UNLESS_SELECTIVE,
        ),
    )


def attention_dropout(emb_dim: Formula, *, seen: Formula = context) -> tuple[Activation, ...]:
    """Return what dropout adds: two more tables for the shares, and a mask of one byte a number for the result."""
    return (
        Activation(
            "shares_after_dropout",
            _("shares after dropout"),
            (n_heads, seen),
            about=_("Some shares are set to zero at random while training."),
            kept=Kept.UNLESS_SELECTIVE,
        ),
        Activation(
            "dropout_mask_of_shares",
            _("dropout mask of the shares"),
            (n_heads, seen),
            about=_("A mask that says which ones: one byte each."),
            width=1,
            kept=Kept.UNLESS_SELECTIVE,
        ),
        Activation(
            "dropout_mask_of_attention",
            _("dropout mask of the attention"),
            (emb_dim,),
            about=_("A mask that says which numbers of the result are set to zero: one byte each."),
            width=1,
            split=False,
        ),
    )
