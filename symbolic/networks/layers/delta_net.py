"""The gated delta net: a linear attention that keeps a memory of fixed size instead of all keys and values.

Yang, Kautz and Hatamizadeh 2024, Gated Delta Networks, arXiv:2412.06464.
"""

from __future__ import annotations

from symbolic.formulas.formula import Number
from symbolic.formulas.vocabulary import (
    conv_kernel,
    emb_dim,
    linear_key_head_dim,
    linear_n_key_heads,
    linear_n_value_heads,
    linear_value_head_dim,
    tokens,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Cache, Contraction, Kind, Weight

ABOUT = _(
    "This kind of attention does not compare each token with all tokens before it. Each of its "
    "`linear_n_value_heads` heads keeps a memory, a table of `linear_key_head_dim` × `linear_value_head_dim` numbers, "
    "however long the text is. A token looks up what the memory holds under its key, changes that towards its value, "
    "and then reads from the memory with its query. The memory is not learned, so it is not counted; what is learned "
    "is how to write and to read."
)


def gated_delta_net() -> Block:
    """Queries and keys of linear_n_key_heads heads, values, gates and memories of linear_n_value_heads."""
    key_width = linear_n_key_heads * linear_key_head_dim
    value_width = linear_n_value_heads * linear_value_head_dim
    return Block(
        "gated_delta_net",
        _("gated delta net"),
        role="linear-attention",
        about=ABOUT,
        parts=(
            Weight(
                "query_key_matrices",
                _("query and key matrices"),
                (emb_dim, key_width),
                Kind.MATRIX,
                about=_(
                    "Make from each token a query (what it looks for in the memory) and a key (under which it "
                    "writes), for `linear_n_key_heads` heads of `linear_key_head_dim` numbers."
                ),
                copies=2,
                members=("query", "key"),
            ),
            Weight(
                "value_matrix",
                _("value matrix"),
                (emb_dim, value_width),
                Kind.MATRIX,
                about=_(
                    "Makes the value that is written, for `linear_n_value_heads` heads of `linear_value_head_dim` "
                    "numbers. Where these are more heads, several share a query and a key."
                ),
            ),
            Weight(
                "gate_matrix",
                _("gate matrix"),
                (emb_dim, value_width),
                Kind.MATRIX,
                about=_("Makes for each number that is read a gate: how much of it passes."),
            ),
            Weight(
                "write_strength_matrix",
                _("write strength matrix"),
                (emb_dim, linear_n_value_heads),
                Kind.MATRIX,
                about=_("Makes one number for each head: how strongly the token corrects the memory."),
            ),
            Weight(
                "decay_matrix",
                _("decay matrix"),
                (emb_dim, linear_n_value_heads),
                Kind.MATRIX,
                about=_("Makes one number for each head: how much of the old memory fades at this token."),
            ),
            Weight(
                "decay_bias",
                _("decay bias"),
                (linear_n_value_heads,),
                Kind.BIAS,
                about=_("One number added to each output of the decay matrix."),
            ),
            Weight(
                "decay_rates",
                _("decay rates"),
                (linear_n_value_heads,),
                Kind.VECTOR,
                about=_("One learned rate for each head: some heads forget fast, some slowly."),
            ),
            Weight(
                "convolution_kernels",
                _("convolution kernels"),
                (2 * key_width + value_width, conv_kernel),
                Kind.KERNEL,
                about=_(
                    "First each number of query, key and value is mixed with those of the last `conv_kernel` "
                    "tokens: it has one factor for each of them."
                ),
            ),
            Contraction(
                "looking_up_writing_reading",
                _("looking up, writing and reading"),
                (tokens, linear_n_value_heads, linear_key_head_dim, linear_value_head_dim),
                about=_(
                    "Three products with the memory of each head: what it holds under the key is "
                    "looked up, the correction is written, and the query reads. Programs that work on "
                    "many tokens together compute these products in another order."
                ),
                copies=3,
            ),
            Weight(
                "norm_scale",
                _("norm scale"),
                (linear_value_head_dim,),
                Kind.SCALE,
                about=_("What is read is normalised, head by head. All heads share these factors."),
            ),
            Weight(
                "output_projection_matrix",
                _("output projection matrix"),
                (value_width, emb_dim),
                Kind.MATRIX,
                about=_(
                    "The heads' results stand side by side. One more matrix mixes them and brings them back to "
                    "`emb_dim` numbers."
                ),
            ),
            Cache(
                "memory",
                _("memory"),
                (linear_n_value_heads, linear_key_head_dim, linear_value_head_dim),
                Number(1),
                about=_("This is all that is kept of the text, however long it is."),
            ),
            Cache(
                "last_tokens_of_convolution",
                _("last tokens of the convolution"),
                (2 * key_width + value_width, conv_kernel),
                Number(1),
                about=_("The numbers of the last `conv_kernel` tokens, which the convolution mixes."),
            ),
        ),
    )
