"""A table of what the names that code gives its modules mean: a role, a name to print, a sentence.

The first line that has a name counts. A `*` at the start or the end of a name stands for anything, a `#` at its end
for digits.
"""

from __future__ import annotations

from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.networks.learned.records import Record


class Word(Record):
    """What a module or tensor is called on a page. Tensors of one `group` are shown as one: query, key and value.

    A `bare` one is a tensor that its module holds itself; a module of the same name is something else.
    """

    role: str
    name: str
    about: str = ""
    group: str = ""
    bare: bool = False


EMBEDDING = _(
    "Each token's number is looked up in a table: its row of numbers stands for the token inside the network."
)
INPUT = _("What comes in becomes lists of numbers: one for each token, or for each piece of an image or a sound.")
POSITION = _("Attention alone does not see the order of the tokens. So each position has a row of learned numbers.")
FIXED_POSITION = _(
    "Attention alone does not see the order of the tokens. So each position has a row of numbers. They are fixed: the "
    "code sets them once, by a rule, and training does not change them."
)
FIXED = _("These numbers are fixed: the code sets them once, and training does not change them.")
BY_RULE = _("One number added to each expert's score, so that none idles. A rule sets it, not gradient descent.")
ATTENTION = _("Here the tokens exchange information: each one gathers what it can use from the others.")
ATTENTION_BEFORE = _(
    "Here the tokens exchange information: each one gathers what it can use, from itself and the tokens before it."
)
LINEAR_ATTENTION = _(
    "Linear attention: instead of looking at every earlier token, it keeps a summary of them of fixed size."
)
STATE = _(
    "A state-space layer: it reads the tokens one after the other and keeps a state of fixed size, which it updates "
    "with each token."
)
FEED_FORWARD = _("This part works on each token alone: it widens the token's numbers and brings them back.")
EXPERTS = _(
    "In place of one feed-forward network there are several, called experts. Each works on a token alone, and a router "
    "chooses those that work on it."
)
ROUTER = _(
    "The router gives each expert a score for each token: those with the best scores work on the token, and the others "
    "do not."
)
EXPERT = _("The experts are feed-forward networks of one shape, each with weights of its own.")
WITHOUT_WORK = _(
    "Some of these are no networks: they hand a token on as it is. The code makes this matrix for them, too, though "
    "nothing is multiplied by it, and published totals may leave it out. A token that is sent to one of them works "
    "with fewer experts than are counted."
)
SHARED = _("Every token passes through this part, beside the experts that are chosen for it.")
HEAD = _("Turns the last numbers of a token into a score for each token of the vocabulary.")
NORM = _("Brings the numbers back to a common size, then scales each.")
NORMS = _("norms")
SEVERAL_NORMS = _("Each of these norms brings the numbers back to a common size, then scales each.")
SHIFTING_NORM = _("Brings the numbers back to a common size, then scales and shifts each.")
SHIFTING_NORMS = _("Each of these norms brings the numbers back to a common size, then scales and shifts each.")
SCALE, SHIFT = _("scale"), _("shift")
BIAS = _("One number added to each output.")
EXPERT_NAME = noun("expert", "experts")
LAYER_NAME = noun("layer", "layers")
FINAL_NORM, LAYER_NORM = _("final norm"), _("layer norm")
LAYER = _(
    "All layers of this kind are built alike, and each has numbers of its own, so all add the same amount. We count "
    "one and multiply."
)
NORMALISED = _("A weight is kept as its lengths and its directions, which are multiplied when it is used.")
VISION = _("The part of the network that reads images.")
AUDIO = _("The part of the network that hears.")
CROSS = _("Here the decoder looks at what the encoder made: queries come from the decoder, keys and values do not.")
CONVOLUTION = _("A convolution mixes neighbours.")


def convolution(widths: tuple[int, ...]) -> str:
    """Return what a convolution does whose kernel is so wide along each axis of places."""
    if all(width == 1 for width in widths):
        return _("A convolution of width 1: it works on each place alone.")
    width = " × ".join(map(str, widths))
    return _("A convolution mixes neighbours: each result is made of {width} places that lie together.", width=width)


JOINED = _("Makes queries, keys and values of all heads in one product: their columns stand side by side.")
MIXED = _("Mixes what the heads found and brings it back to the width of the network.")
DOWN = _("Brings the wide numbers back to the width of the network.")
BACK = _("Brings what the layer made of each token back to the width of the network.")
LINEAR = _("A linear layer: each of its outputs is a weighted sum of all inputs.")
READS = _("Reads the whole input at once: every place can look at every other.")
WRITES = _("Writes the output, one token after the other.")
INDEX = _(
    "A small attention of its own: it scores the earlier tokens, and only those with the best scores are looked at."
)

SEVERAL_EMBEDDINGS = Word("embedding", _("input embedding"), INPUT)
"""A module called embeddings that holds others: tables of tokens and positions, or what cuts an image into patches."""

MODULES: tuple[tuple[str, Word], ...] = (
    (
        "lm_head embed_out output_layer output_projection_head proj_out vocab_proj prediction_head",
        Word("head", _("output head"), HEAD),
    ),
    (
        "word_embedding word_embeddings embed_tokens wte tok_embeddings token_embedding shared embedding embeddings",
        Word("embedding", _("token embedding"), EMBEDDING),
    ),
    (
        "token_type_embedding token_type_embeddings",
        Word("segment-embedding", _("segment embedding"), _("Says to which of two texts a token belongs.")),
    ),
    (
        "wpe positional_embedding embed_position embed_positions *position_embedding *position_embeddings *pos_embed"
        " *pos_embeds *pos_embedding *pos_embeddings *relative_attention_bias",
        Word("position", _("position embedding"), POSITION),
    ),
    (
        "patch_embed*",
        Word(
            "patch-embedding",
            _("patch embedding"),
            _("The image is cut into patches, and each becomes a list of numbers."),
        ),
    ),
    (
        "encoder_attn encoder_attention encdecattention encdecatt encdecattn encdec_att encdec_attn enc_decatt"
        " enc_decattn enc_dec_att enc_dec_attn crossattention cross_attn multihead_attn",
        Word("attention", _("attention to the encoder"), CROSS),
    ),
    (
        "linear_attn delta_net gated_delta* kda short_conv_attn",
        Word("linear-attention", _("linear attention"), LINEAR_ATTENTION),
    ),
    (
        "mamba mamba2 ssm mamba_mixer state_space* rglru rg_lru recurrent_block temporal_block",
        Word("state-space", _("state space"), STATE),
    ),
    (
        "self_attn attn self_attention attention selfattention sa attention_block",
        Word("attention", _("attention"), ATTENTION),
    ),
    ("norm_attn_norm", Word("attention", _("attention with its norms"), ATTENTION)),
    ("indexer", Word("index", _("index"), INDEX)),
    ("shared_expert shared_experts shared_mlp share_expert shared_moe", Word("experts", _("shared experts"), SHARED)),
    ("expert experts", Word("experts", _("expert"), EXPERT)),
    ("gate router wg", Word("router", _("router"), ROUTER)),
    (
        "mlp feed_forward ffn ff densereludense ffn_block intermediate_block",
        Word("feed-forward", _("feed-forward network"), FEED_FORWARD),
    ),
    ("mlps", Word("feed-forward", _("feed-forward networks"), FEED_FORWARD)),
    ("block_sparse_moe moe sparse_moe", Word("feed-forward", _("feed-forward network of experts"), FEED_FORWARD)),
    (
        "vision_tower vision_model vision_encoder vision_embed_tokens visual image_encoder",
        Word("vision", _("vision tower"), VISION),
    ),
    ("audio_tower audio_model audio_encoder speech_encoder", Word("audio", _("audio tower"), AUDIO)),
    ("language_model", Word("text", _("language model"))),
    ("text_model", Word("text", _("text model"))),
    (
        "merger",
        Word(
            "projector",
            _("merger"),
            _("Joins neighbouring patches to one token, and turns it into numbers that the language model can read."),
        ),
    ),
    (
        "multi_modal_projector mm_projector mlp1 connector aligner *projector embed_vision embed_audio",
        Word(
            "projector", _("projector"), _("Turns what the tower sees into numbers that the language model can read.")
        ),
    ),
    ("encoder", Word("encoder", _("encoder"))),
    ("decoder", Word("decoder", _("decoder"))),
    ("layer layers h block blocks block_list resblocks layer_list", Word("layer", LAYER_NAME, LAYER)),
    ("stage stages", Word("stage", _("stage"))),
    ("pooler", Word("pooler", _("pooler"))),
    ("classifier score head", Word("classifier", _("classifier"))),
    (
        "pos_conv_embed",
        Word(
            "convolution",
            _("position convolution"),
            _("A convolution over neighbouring places: what it makes says where each of them stands."),
        ),
    ),
    ("conv_layers", Word("layer", noun("convolution layer", "convolution layers"), LAYER)),
    ("parametrizations", Word("part", _("weight normalisation"), NORMALISED)),
    ("conv1d conv# depthwise_conv pointwise_conv#", Word("convolution", _("convolution"), CONVOLUTION)),
    ("word_embeddings_layernorm", Word("norm", _("embedding norm"), NORM)),
    ("final_layernorm final_layer_norm norm_f ln_f *final_norm", Word("norm", FINAL_NORM, NORM)),
    ("*norm# ln* *_ln *layernorm* layer_norm*", Word("norm", "", NORM)),
)

TENSORS: tuple[tuple[str, Word], ...] = (
    (
        "q_a_proj wq_a q_down_proj",
        Word("", _("query compression"), _("Squeezes each token to a short list, from which the queries are made.")),
    ),
    (
        "q_b_proj wq_b q_up_proj",
        Word("", _("query expansion"), _("Makes the queries of all heads from the short list.")),
    ),
    (
        "kv_a_proj* wkv_a kv_down_proj",
        Word(
            "",
            _("key and value compression"),
            _(
                "Squeezes each token to a short list, from which keys and values are made; only what this "
                "matrix makes is kept while a text is written."
            ),
        ),
    ),
    (
        "kv_b_proj wkv_b kv_up_proj",
        Word("", _("key and value expansion"), _("Makes keys and values of all heads from the short list.")),
    ),
    (
        "q_proj query q_lin wq q to_q linear_q query_proj",
        Word("", _("query"), _("Makes a query from each token: what it looks for."), "qkv"),
    ),
    (
        "k_proj key k_lin wk k to_k linear_k key_proj",
        Word("", _("key"), _("Makes a key from each token: what it offers."), "qkv"),
    ),
    (
        "v_proj value v_lin wv v to_v linear_v value_proj",
        Word("", _("value"), _("Makes a value from each token: what it passes on."), "qkv"),
    ),
    (
        "query_key_value qkv_proj c_attn qkv w_pack in_proj_qkv wqkv",
        Word(
            "",
            _("query, key and value"),
            JOINED,
        ),
    ),
    (
        "o_proj out_proj out_lin wo o dense c_proj attention_output output_proj",
        Word("", _("output"), MIXED),
    ),
    (
        "gate_up_proj gate_up gate_and_up_proj wi_fused",
        Word("", _("gate and up"), _("Widens each token twice, side by side; one result is a gate for the other.")),
    ),
    (
        "gate_proj w1 wi_0 gate_linear linear_gate",
        Word(
            "", _("gate"), _("Widens each token; the other wide result is multiplied by it, number by number."), "gate"
        ),
    ),
    ("up_proj w3 wi_1 up_linear", Word("", _("up"), _("Widens each token."), "gate")),
    (
        "down_proj w2 wo_ff down_linear",
        Word("", _("down"), DOWN),
    ),
    (
        "fc1 dense_h_to_4h c_fc fc_in lin1 wi linear_1 linear1 intermediate_dense up",
        Word("", _("first"), _("Widens each token.")),
    ),
    (
        "fc2 dense_4h_to_h fc_out lin2 linear_2 linear2 output_dense down",
        Word("", _("second"), DOWN),
    ),
    ("original0", Word("", _("lengths"), _("The lengths of the weight's parts."))),
    ("original1", Word("", _("directions"), _("The directions of the weight's parts."))),
    (
        "visual_projection",
        Word("", _("image projection"), _("Turns what stands for an image into a list to compare with a text's.")),
    ),
    (
        "text_projection",
        Word("", _("text projection"), _("Turns what stands for a text into a list to compare with an image's.")),
    ),
    (
        "logit_scale",
        Word("", _("similarity scale"), _("One number, by which each similarity of a text and an image is scaled.")),
    ),
    (
        "class_embedding cls_token",
        Word("", _("class token"), _("A row of learned numbers that stands beside the patches, as one token more.")),
    ),
    (
        "masked_spec_embed",
        Word("", _("mask token"), _("In training, pieces of the sound are hidden: this row stands in their place.")),
    ),
    ("conv1", Word("", _("first convolution"), CONVOLUTION)),
    ("conv2", Word("", _("second convolution"), CONVOLUTION)),
    ("conv1d conv", Word("", _("convolution"), CONVOLUTION)),
    ("in_proj*", Word("", _("input"), _("Makes from each token what the layer works on."))),
    (
        "x_proj",
        Word(
            "",
            _("input-dependent"),
            _("Makes the step, and what to write to the state and read from it, from each token."),
        ),
    ),
    ("dt_proj", Word("", _("time step"), _("Widens the step to one for each channel."))),
    ("a_log", Word("state-space", _("decay"), _("How fast the state forgets."))),
    ("dt_bias", Word("", _("time step bias"), _("One number added to each step."))),
    ("d", Word("", _("skip"), _("How much of the input passes by the state."), bare=True)),
    (
        "e_score_correction_bias expert_bias",
        Word(
            "",
            _("router correction bias"),
            BY_RULE,
        ),
    ),
    (
        "sink sinks",
        Word(
            "",
            _("attention sinks"),
            _(
                "One number for each head: it takes a part of the attention where no token has what the "
                "head looks for, and passes nothing on."
            ),
        ),
    ),
)


TOGETHER: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset(("q_proj", "k_proj", "v_proj")),
        _(
            "They make a query from each token (what it looks for), a key (what it offers) and a value (what it passes "
            "on)."
        ),
    ),
    (
        frozenset(("q_proj", "k_proj")),
        _("They make a query from each token (what it looks for) and a key (what it offers)."),
    ),
    (
        frozenset(("q_proj", "v_proj")),
        _("They make a query from each token (what it looks for) and a value (what it passes on)."),
    ),
    (
        frozenset(("k_proj", "v_proj")),
        _("They make a key from each token (what it offers) and a value (what it passes on)."),
    ),
    (
        frozenset(("gate_proj", "up_proj")),
        _("Both widen each token; one of the results, the gate, scales the other, number by number."),
    ),
)
"""What several matrices do that are shown as one: by a name of each."""

OUTPUTS = {"attention": MIXED, "linear-attention": MIXED, "feed-forward": DOWN, "experts": DOWN, "state-space": BACK}
"""What the matrix called output does: that hangs on the part that it stands in."""
