"""How wide a network is: the numbers of a token, a head, an expert, a state; an image and its patches."""

from symbolic.formulas.vocabulary.entering import symbol
from symbolic.language import lazy as _

emb_dim = symbol(
    "emb_dim",
    letter="d",
    meaning=_("how many numbers stand for one token inside the model: its width"),
    spoken=_("embedding width"),
    aliases=("hidden_size", "n_embd", "d_model"),
)
hidden_dim = symbol(
    "hidden_dim",
    letter="f",
    meaning=_("the width in the middle of the feed-forward network"),
    spoken=_("feed-forward width"),
    aliases=("intermediate_size", "n_inner", "ffn_dim", "d_ff"),
)
head_dim = symbol(
    "head_dim",
    letter="h",
    meaning=_("how many numbers one head works with"),
    spoken=_("head width"),
    aliases=("d_head", "d_kv"),
)
word_embed_dim = symbol(
    "word_embed_dim",
    letter="w",
    meaning=_("how many numbers a row of the token table has"),
    spoken=_("token table width"),
    aliases=("word_embed_proj_dim",),
)
expert_dim = symbol(
    "expert_dim",
    letter="m",
    meaning=_("the width in the middle of one expert"),
    spoken=_("expert width"),
    aliases=("moe_intermediate_size", "moe_hidden_dim"),
)
shared_expert_dim = symbol(
    "shared_expert_dim",
    letter="s",
    meaning=_("the width in the middle of the shared expert"),
    spoken=_("shared expert width"),
    aliases=("shared_expert_intermediate_size",),
    minimum=0,
)
q_lora_rank = symbol(
    "q_lora_rank",
    letter="r_{q}",
    meaning=_(
        "how many numbers a token is squeezed to before the queries of all heads are made from them (not the LoRA "
        "of fine-tuning)"
    ),
    spoken=_("query rank"),
)
kv_lora_rank = symbol(
    "kv_lora_rank",
    letter="r_{kv}",
    meaning=_(
        "how many numbers a token is squeezed to before the keys and values of all heads are made from them: its latent"
    ),
    spoken=_("key-value rank"),
)
qk_nope_head_dim = symbol(
    "qk_nope_head_dim",
    letter="h_{n}",
    meaning=_("how many numbers of a head's query and key say nothing of the position (NoPE: no position)"),
    spoken=_("head width without position"),
)
qk_rope_head_dim = symbol(
    "qk_rope_head_dim",
    letter="h_{r}",
    meaning=_("how many numbers of a head's query and key are rotated by the position (RoPE)"),
    spoken=_("head width with position"),
)
v_head_dim = symbol(
    "v_head_dim",
    letter="h_{v}",
    meaning=_("how many numbers of a value one head works with"),
    spoken=_("value head width"),
)
linear_key_head_dim = symbol(
    "linear_key_head_dim",
    letter="h_{lk}",
    meaning=_("how many numbers of a key one linear attention head works with"),
    spoken=_("linear key head width"),
)
linear_value_head_dim = symbol(
    "linear_value_head_dim",
    letter="h_{lv}",
    meaning=_("how many numbers of a value one linear attention head works with"),
    spoken=_("linear value head width"),
)
sliding_window = symbol(
    "sliding_window",
    letter="W",
    meaning=_("how many tokens back a sliding layer looks"),
    spoken=_("sliding window"),
)
conv_kernel = symbol(
    "conv_kernel",
    letter="c",
    meaning=_("how many neighbouring tokens the convolution mixes"),
    spoken=_("convolution width"),
    aliases=("d_conv", "linear_conv_kernel_dim"),
    scales=False,
)
state_size = symbol(
    "state_size",
    letter="n",
    meaning=_("how many numbers each channel of the state remembers"),
    spoken=_("state size"),
    aliases=("d_state",),
    scales=False,
)
expand = symbol(
    "expand",
    letter="e",
    meaning=_("by what factor the inner width exceeds the model's"),
    spoken=_("expansion factor"),
    scales=False,
)
inner_dim = symbol(
    "inner_dim",
    letter="i",
    meaning=_("the width inside a state-space layer"),
    spoken=_("inner width"),
    aliases=("d_inner",),
)
time_step_rank = symbol(
    "time_step_rank",
    letter="r",
    meaning=_("the width to which the time step is squeezed"),
    spoken=_("time step rank"),
    aliases=("dt_rank",),
)
image_size = symbol(
    "image_size",
    letter="I",
    meaning=_("the width and height of an image in pixels"),
    spoken=_("image size"),
    scales=False,
)
patch_size = symbol(
    "patch_size",
    letter="p",
    meaning=_("the width and height of a patch in pixels"),
    spoken=_("patch size"),
    scales=False,
)
n_channels = symbol(
    "n_channels",
    letter="c_{in}",
    meaning=_("how many colours a pixel has"),
    spoken=_("number of channels"),
    aliases=("num_channels",),
    scales=False,
)
n_patches = symbol(
    "n_patches",
    letter="N",
    meaning=_("how many patches an image has"),
    spoken=_("number of patches"),
    scales=False,
)
pooler_dim = symbol(
    "pooler_dim",
    letter="d_{p}",
    meaning=_("how many numbers the pooler makes"),
    spoken=_("pooler width"),
    aliases=("pooler_output_size",),
)
encoder_stride = symbol(
    "encoder_stride",
    letter="s_{e}",
    meaning=_("the width and height in pixels of what the pixel head guesses for one patch"),
    spoken=_("encoder stride"),
    scales=False,
)
