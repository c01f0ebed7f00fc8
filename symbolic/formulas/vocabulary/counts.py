"""How many of something a network has: tokens it knows, layers, heads, experts."""

from symbolic.formulas.vocabulary.entering import symbol
from symbolic.language import lazy as _
from symbolic.language import unit

vocab_size = symbol(
    "vocab_size",
    letter="V",
    meaning=_("how many different tokens the model knows"),
    spoken=_("vocabulary size"),
    unit=unit("token", "tokens"),
)
context_length = symbol(
    "context_length",
    letter="T",
    meaning=_("how many tokens the model can look at together"),
    spoken=_("context length"),
    aliases=("max_position_embeddings", "n_positions", "n_ctx", "block_size", "max_seq_len"),
    unit=unit("token", "tokens"),
)
n_layers = symbol(
    "n_layers",
    letter="L",
    meaning=_("how many layers are stacked"),
    spoken=_("number of layers"),
    aliases=("num_hidden_layers", "n_layer", "num_layers"),
)
n_heads = symbol(
    "n_heads",
    letter="H",
    meaning=_("how many heads a layer has"),
    spoken=_("number of heads"),
    aliases=("num_attention_heads", "n_head", "num_heads"),
    scales=False,
)
n_kv_groups = symbol(
    "n_kv_groups",
    letter="G",
    meaning=_("how many key-value heads a layer has; several query heads may share one"),
    spoken=_("number of key-value heads"),
    aliases=("num_key_value_heads", "n_kv_heads", "n_kv_head", "num_kv_heads"),
    scales=False,
)
type_vocab_size = symbol(
    "type_vocab_size",
    letter="Y",
    meaning=_("how many kinds of segment the model tells apart"),
    spoken=_("number of segment types"),
    scales=False,
)
n_labels = symbol(
    "n_labels",
    letter="C",
    meaning=_("how many classes the model chooses from"),
    spoken=_("number of classes"),
    aliases=("num_labels",),
    scales=False,
)
n_relative_buckets = symbol(
    "n_relative_buckets",
    letter="B",
    meaning=_("how many groups of distances between tokens have a learned number"),
    spoken=_("number of relative position buckets"),
    aliases=("relative_attention_num_buckets",),
    scales=False,
)
n_decoder_layers = symbol(
    "n_decoder_layers",
    letter="L_{dec}",
    meaning=_("how many decoder layers are stacked"),
    spoken=_("number of decoder layers"),
    aliases=("num_decoder_layers",),
)
n_dense_layers = symbol(
    "n_dense_layers",
    letter="L_{dense}",
    meaning=_("how many layers have one plain feed-forward network instead of experts"),
    spoken=_("number of dense layers"),
    minimum=0,
)
n_predict_layers = symbol(
    "n_predict_layers",
    letter="L_{next}",
    meaning=_(
        "how many layers stand behind the last in the model's files, each to predict one token more "
        "(multi-token prediction, MTP)"
    ),
    spoken=_("number of predicting layers"),
    minimum=0,
)
n_word_projections = symbol(
    "n_word_projections",
    letter="P",
    meaning=_(
        "how many pairs of matrices lead from the token table's width to the model's and back; none where the two "
        "are equal"
    ),
    spoken=_("number of projection pairs"),
    minimum=0,
    scales=False,
)
n_global_layers = symbol(
    "n_global_layers",
    letter="L_{glob}",
    meaning=_("how many layers let a token look at all tokens before it"),
    spoken=_("number of global layers"),
    minimum=0,
)
n_full_layers = symbol(
    "n_full_layers",
    letter="L_{full}",
    meaning=_("how many layers have full attention"),
    spoken=_("number of full attention layers"),
    minimum=0,
)
n_full_dense_layers = symbol(
    "n_full_dense_layers",
    letter="L_{fd}",
    meaning=_("how many layers have full attention and no experts"),
    spoken=_("number of dense full attention layers"),
    minimum=0,
)
n_linear_dense_layers = symbol(
    "n_linear_dense_layers",
    letter="L_{ld}",
    meaning=_("how many layers have linear attention and no experts"),
    spoken=_("number of dense linear attention layers"),
    minimum=0,
)
n_experts = symbol(
    "n_experts",
    letter="E",
    meaning=_("how many experts a layer has for the router to choose from"),
    spoken=_("number of experts"),
    aliases=("num_experts", "num_local_experts", "n_routed_experts"),
    scales=False,
)
n_active_experts = symbol(
    "n_active_experts",
    letter="k",
    meaning=_("how many of them the router chooses for one token"),
    spoken=_("number of active experts"),
    aliases=("num_experts_per_tok", "num_experts_per_token", "experts_per_token"),
    scales=False,
)
n_shared_experts = symbol(
    "n_shared_experts",
    letter="S",
    meaning=_("how many experts work on every token"),
    spoken=_("number of shared experts"),
    minimum=0,
    scales=False,
)
linear_n_key_heads = symbol(
    "linear_n_key_heads",
    letter="H_{k}",
    meaning=_("how many key heads a linear attention layer has"),
    spoken=_("number of linear key heads"),
    aliases=("linear_num_key_heads",),
    scales=False,
)
linear_n_value_heads = symbol(
    "linear_n_value_heads",
    letter="H_{v}",
    meaning=_("how many value heads a linear attention layer has"),
    spoken=_("number of linear value heads"),
    aliases=("linear_num_value_heads",),
    scales=False,
)
