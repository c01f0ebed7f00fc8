"""Attention: each token gathers what it needs from the tokens before it."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import context, tokens
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.layers.attended import attention_activations, attention_dropout, keys_and_values, products

ABOUT = _(
    "Here the tokens exchange information: each one gathers what it can use, from itself and the tokens before it."
)


def multi_head_attention(
    emb_dim: Formula,
    *,
    qkv_bias: bool,
    output_bias: bool,
    about: str = ABOUT,
    own: Formula = tokens,
    seen: Formula = context,
    writes: bool = True,
    window: Formula | None = None,
) -> Block:
    """Query, key, value and output matrices of (emb_dim, emb_dim) each.

    Vaswani et al. 2017, arXiv:1706.03762, §3.2.2, with n_heads × head_dim = emb_dim. A network that `writes` looks back
    only, and keeps keys and values.
    """
    parts: list[Part] = [
        Weight(
            "query_key_value_matrices",
            _("query, key and value matrices"),
            (emb_dim, emb_dim),
            Kind.MATRIX,
            about=_(
                "Three matrices make three new lists from each token's numbers: a query (what it looks for), a key "
                "(what it offers) and a value (what it passes on). The `n_heads` heads share the columns of each "
                "matrix, `head_dim` for each head: `n_heads` × `head_dim` = `emb_dim`. "
                "So the number of heads does not change the count."
            ),
            copies=3,
            members=("query", "key", "value"),
        ),
        *products(emb_dim, emb_dim, own=own, seen=seen, causal=writes, window=window),
        Weight(
            "output_projection_matrix",
            _("output projection matrix"),
            (emb_dim, emb_dim),
            Kind.MATRIX,
            about=_(
                "The heads' results stand side by side, `emb_dim` numbers for each token. One more matrix mixes them."
            ),
        ),
    ]
    if qkv_bias:
        parts.insert(
            1,
            Weight(
                "query_key_value_biases",
                _("query, key and value biases"),
                (emb_dim,),
                Kind.BIAS,
                about=_("One number added to each output of the three matrices."),
                copies=3,
                members=("query", "key", "value"),
            ),
        )
    if output_bias:
        parts.append(
            Weight(
                "output_projection_bias",
                _("output projection bias"),
                (emb_dim,),
                Kind.BIAS,
                about=_("One number added to each output of the projection."),
            )
        )
    if writes:
        parts.append(keys_and_values(emb_dim, all_heads=emb_dim, window=window))
    parts += attention_activations(emb_dim, emb_dim, emb_dim, emb_dim, emb_dim, seen=seen)
    parts += attention_dropout(emb_dim, seen=seen)
    return Block("attention", _("attention"), role="attention", about=about, parts=tuple(parts))


def grouped_query_attention(
    emb_dim: Formula,
    n_heads: Formula,
    n_kv_groups: Formula,
    head_dim: Formula,
    *,
    qkv_bias: bool = False,
    output_bias: bool = False,
    norms: tuple[Weight, ...] = (),
    extra: tuple[Weight, ...] = (),
    window: Formula | None = None,
    dropout: bool = False,
    about: str = ABOUT,
) -> Block:
    """Query and output over n_heads, key and value over n_kv_groups heads of head_dim each.

    Ainslie et al. 2023, arXiv:2305.13245. With n_kv_groups = n_heads it is multi-head attention. `norms` are those of
    queries and keys; `extra` is what a family adds; `window` is how far back a token looks.
    """
    heads_width, kv_width = n_heads * head_dim, n_kv_groups * head_dim
    query = Weight(
        "query_matrix",
        _("query matrix"),
        (emb_dim, n_heads * head_dim),
        Kind.MATRIX,
        about=_(
            "Makes a query from each token: what it looks for. Each of the `n_heads` heads gets `head_dim` numbers."
        ),
    )
    query_bias = Weight(
        "query_bias", _("query bias"), (n_heads * head_dim,), Kind.BIAS, about=_("One number added to each output.")
    )
    key_value = Weight(
        "key_value_matrices",
        _("key and value matrices"),
        (emb_dim, n_kv_groups * head_dim),
        Kind.MATRIX,
        about=_(
            "Make a key (what the token offers) and a value (what it passes on). There are `n_kv_groups` key-value "
            "heads; where these are fewer than `n_heads`, several query heads share one (grouped-query attention)."
        ),
        copies=2,
        members=("key", "value"),
    )
    key_value_bias = Weight(
        "key_value_biases",
        _("key and value biases"),
        (n_kv_groups * head_dim,),
        Kind.BIAS,
        about=_("One number added to each output of the two matrices."),
        copies=2,
        members=("key", "value"),
    )
    output = Weight(
        "output_projection_matrix",
        _("output projection matrix"),
        (n_heads * head_dim, emb_dim),
        Kind.MATRIX,
        about=_(
            "The heads' results stand side by side. One more matrix mixes them and brings them back to `emb_dim` "
            "numbers."
        ),
    )
    output_projection_bias = Weight(
        "output_projection_bias",
        _("output projection bias"),
        (emb_dim,),
        Kind.BIAS,
        about=_("One number added to each output of the projection."),
    )
    computed = products(heads_width, heads_width, window=window)
    kept: tuple[Part, ...] = (
        keys_and_values(kv_width, all_heads=heads_width, window=window),
        *attention_activations(emb_dim, heads_width, kv_width, kv_width, heads_width),
        *(attention_dropout(emb_dim) if dropout else ()),
    )
    projections: tuple[Weight, ...] = (query, query_bias, key_value, key_value_bias) if qkv_bias else (query, key_value)
    outputs: tuple[Weight, ...] = (output, output_projection_bias) if output_bias else (output,)
    parts: tuple[Part, ...] = (*projections, *norms, *extra, *computed, *outputs, *kept)
    return Block("attention", _("attention"), role="attention", about=about, parts=parts)


def head_norms(head_dim: Formula) -> tuple[Weight, ...]:
    """RMS norms of each head's query and key, (head_dim,) each, shared by the heads.

    Qwen3 technical report, arXiv:2505.09388, §2.
    """
    return (
        Weight(
            "query_key_norm_scales",
            _("query and key norm scales"),
            (head_dim,),
            Kind.SCALE,
            about=_(
                "Queries and keys are normalised before they are compared. All heads share one scale of `head_dim` "
                "numbers for queries and one for keys."
            ),
            copies=2,
            members=("query", "key"),
        ),
    )


def projection_norms(n_heads: Formula, n_kv_groups: Formula, head_dim: Formula) -> tuple[Weight, ...]:
    """RMS norms of all queries together, (n_heads × head_dim,), and of all keys together.

    OLMo 2, arXiv:2501.00656.
    """
    return (
        Weight(
            "query_norm_scale",
            _("query norm scale"),
            (n_heads * head_dim,),
            Kind.SCALE,
            about=_(
                "Queries and keys are normalised before they are compared. All heads of a token are normalised "
                "together, so the scale has one factor for each number of the whole query."
            ),
        ),
        Weight(
            "key_norm_scale",
            _("key norm scale"),
            (n_kv_groups * head_dim,),
            Kind.SCALE,
            about=_("The same for the key."),
        ),
    )
