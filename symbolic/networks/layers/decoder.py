"""The frame that most decoders share: embedding, a stack of layers, a last norm, a head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import emb_dim as width
from symbolic.formulas.vocabulary import sliding_window
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Block, Kept, Norms, Sublayer
from symbolic.networks.family import Option, Options
from symbolic.networks.layers.embedding import token_embedding
from symbolic.networks.layers.heads import decoder_head
from symbolic.networks.layers.norm import rms_norm

NO_POSITIONS = _(
    "Positions need no table here: a fixed rotation (RoPE), which has no weights, marks each query and key with its "
    "position."
)
SAME_SHAPE = _(
    "These layers are built alike, and each has numbers of its own, so all add the same amount. We count one layer and "
    "multiply."
)
TWO_NORMS = _(
    "Two norms keep the numbers at a common size: one before the attention, one before what follows it. An RMS "
    "norm divides a token's numbers by their root mean square. It has one factor for each of the `emb_dim` numbers "
    "and no shift."
)
FOUR_NORMS = _(
    "Four norms keep the numbers at a common size: one before and one after the attention, one before and one after "
    "the feed-forward network. An RMS norm divides a token's numbers by their root mean square. It has one factor for "
    "each of the `emb_dim` numbers and no shift."
)
SLIDING_LAYER = _(
    "The network mixes two kinds of layer. In this kind a token does not look at all tokens before it, but only at a "
    "window of the last ones. That saves computing and memory, not weights. The layers of this kind "
    "are built alike, and each has numbers of its own, so all add the same amount. We count one and multiply."
)
GLOBAL_LAYER = _(
    "In the other kind of layer a token looks at all tokens before it. These layers stand among the sliding ones, and "
    "their weights have the same shapes. Unless the config says otherwise, every {every} layer is of this kind."
)

WINDOWED = Option(
    "windowed",
    default=False,
    meaning=_("a token looks back only `sliding_window` tokens"),
    without=_("a token looks at all tokens before it"),
    null=sliding_window,
)
ATTENTION_BIAS = Option(
    "attention_bias",
    default=False,
    meaning=_("the attention's matrices get a bias each"),
    without=_("the attention's matrices have no biases"),
)


def tied_head(*, default: bool) -> Option:
    """Return the option that says whether the output head is the token embedding's table.

    Press and Wolf 2016, arXiv:1608.05859. `default` is what a config that says nothing means.

    >>> tied_head(default=True).keys
    ('tied_head', 'tie_word_embeddings', 'tie_weights', 'tie_embeddings', 'weight_tying')
    """
    return Option(
        "tied_head",
        default=default,
        meaning=_("the output head uses the token embedding's table"),
        without=_("the output head has a matrix of its own"),
        aliases=("tie_word_embeddings", "tie_weights", "tie_embeddings", "weight_tying"),
    )


def rms_decoder(name: str, vocab_size: Formula, emb_dim: Formula, layers: tuple[Block, ...], options: Options) -> Block:
    """Return a token embedding, the stack or stacks of layers, an RMS norm behind the last, the head of the class.

    `options` say which class it is and whether its head is tied. Touvron et al. 2023, arXiv:2302.13971, §2.2.

    >>> import symbolic
    >>> [part.key for part in symbolic.load("llama-3-8b").network.parts]
    ['token_embedding', 'transformer_layer', 'final_rms_norm', 'output_head']
    """
    return Block(
        "model",
        name,
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim),
            *layers,
            rms_norm("final_rms_norm", _("final RMS norm"), emb_dim, about=_("One more norm after the last layer.")),
            *decoder_head(options, emb_dim, vocab_size),
        ),
    )


LAYER_INPUT = Activation(
    "layer_input",
    _("layer input"),
    (width,),
    about=_("What the layer works on. With it, all else in the layer can be computed again."),
    kept=Kept.ALWAYS,
    split=False,
)


MIXING = frozenset({"attention", "linear-attention", "state-space"})
"""Roles of blocks in which tokens exchange information: each is a sublayer of its own."""


def sublayers(parts: Sequence[Block], norms: Norms) -> tuple[Sublayer, ...]:
    """Return which of a layer's parts are added to the stream together: router and experts are, as one network.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> parts = (Block(key, key, role, ()) for key, role in (("a", "attention"), ("r", "router"), ("e", "experts")))
    >>> [sublayer.parts for sublayer in sublayers((*parts, two_rms_norms(emb_dim)), Norms.BEFORE)]
    [('a',), ('r', 'e')]
    """
    together: list[tuple[str, ...]] = []
    before = ""
    for part in (part for part in parts if part.role != "norm"):
        if together and not MIXING & {before, part.role}:
            together[-1] += (part.key,)
        else:
            together.append((part.key,))
        before = part.role
    return tuple(Sublayer(keys, norms) for keys in together)


def layer(
    repeat: Formula,
    *parts: Block,
    key: str = "transformer_layer",
    name: str = noun("transformer layer", "transformer layers"),
    about: str = "",
    in_order: bool = False,
    norms: Norms | None = Norms.BEFORE,
) -> Block:
    """Return a layer of these parts, built `repeat` times; training keeps its input of (emb_dim,) numbers a token.

    `norms` is where those of its sublayers stand; None where the parts are not added one after the other.

    >>> from symbolic.formulas.vocabulary import emb_dim, n_layers
    >>> [part.key for part in layer(n_layers, two_rms_norms(emb_dim)).parts]
    ['rms_norms', 'layer_input']
    """
    return Block(
        key,
        name,
        role="layer",
        about=about or Sentences(SAME_SHAPE, NO_POSITIONS),
        repeat=repeat,
        in_order=in_order,
        parts=(*parts, LAYER_INPUT),
        sublayers=() if norms is None else sublayers(parts, norms),
    )


def two_rms_norms(emb_dim: Formula) -> Block:
    """Return the norms before attention and feed-forward network."""
    return rms_norm("rms_norms", _("RMS norms"), emb_dim, about=TWO_NORMS, copies=2)


def four_rms_norms(emb_dim: Formula) -> Block:
    """Return the norms before and after attention and feed-forward network.

    Gemma 2, arXiv:2408.00118, §2.
    """
    return rms_norm("rms_norms", _("RMS norms"), emb_dim, about=FOUR_NORMS, copies=4)


def sliding_and_global(
    n_layers: Formula,
    n_global_layers: Formula,
    attention: Callable[[Formula | None], Block],
    *parts: Block,
    every: str = "",
    about_global: str = "",
    norms: Norms = Norms.BEFORE,
) -> tuple[Block, Block]:
    """Return two stacks of one shape: layers that see a window, and layers that see all, by default `every` sixth.

    `attention` makes the attention of a window, or, without one, that which sees all.
    Beltagy et al. 2020, arXiv:2004.05150.
    """
    near, far = attention(sliding_window), attention(None)
    return (
        layer(
            n_layers - n_global_layers,
            near,
            *parts,
            key="sliding_layer",
            name=noun("sliding layer", "sliding layers"),
            about=Sentences(SLIDING_LAYER, NO_POSITIONS),
            norms=norms,
        ),
        layer(
            n_global_layers,
            far,
            *parts,
            key="global_layer",
            name=noun("global layer", "global layers"),
            about=about_global or _(GLOBAL_LAYER, every=every),
            norms=norms,
        ),
    )
