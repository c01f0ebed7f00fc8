"""Every symbol once: its name, letter, spoken form, meaning, and the names that others give it.

Counts stand before widths: a product is written in this order, `n_layers × emb_dim`.

The names are those of Raschka, *Build a Large Language Model (From Scratch)*, Manning 2024. The aliases are Hugging
Face's and nanoGPT's; a family whose key differs from them says so in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.language import lazy as _
from symbolic.language import unit

SYMBOLS: dict[str, Symbol] = {}
PLACES: dict[str, int] = {}
"""Where each stands among the others: the order in which a product or a sum is written."""


def symbol(
    name: str,
    *,
    letter: str,
    meaning: str,
    spoken: str,
    aliases: tuple[str, ...] = (),
    unit: str = "",
    minimum: int = 1,
    maximum: int | None = None,
    is_integer: bool = True,
    scales: bool = True,
    of_run: bool = False,
) -> Symbol:
    """Return a new symbol, entered in the vocabulary.

    `letter` is TeX. `scales` says whether the size grows when a model is made deeper and wider; numbers of heads and
    experts, and the like, need not. `is_integer` is not so for a share or for half a byte; `of_run` marks what no
    config says. A name or letter that is taken is a ValueError.
    """
    if name in SYMBOLS:
        raise ValueError(f"the symbol {name!r} is in the vocabulary already; use that one or choose another name")
    if taken := next((other.name for other in SYMBOLS.values() if other.letter == letter), None):
        raise ValueError(f"the letter {letter!r} is {taken}'s already; choose another for {name!r}")
    PLACES[name] = len(SYMBOLS)
    SYMBOLS[name] = made = Symbol(
        name, letter, meaning, spoken, aliases, unit, minimum, maximum, is_integer, scales, of_run
    )
    return made


ENTERED: set[str] = set()
"""The names that `of_key` has entered: which, hangs on the configs that were read before."""


def of_key(key: str, meaning: str = "", spoken: str = "", *, scales: bool | None = None) -> Symbol:
    """Return the symbol of a config's key that has none of its own here; it is entered once, under the key's name.

    A dot or a place in a list becomes an underscore: `vision_config.depths[2]` is `vision_config_depths_2`. The letter
    is the first letters of its words, below an s for size.
    """
    name = "_".join(key.replace("[", ".").replace("]", "").replace("-", "last").split("."))
    if name in SYMBOLS:
        return SYMBOLS[name]
    ENTERED.add(name)
    words = [word for word in name.split("_") if word and word != "config"]
    said = " ".join(words)
    return symbol(
        name,
        letter=_free_letter(words),
        meaning=meaning or f"the size that a config of this type calls {key}",
        spoken=spoken or said,
        minimum=0,
        scales=key.rpartition(".")[2].partition("_")[0] not in ("n", "num") if scales is None else scales,
    )


def _free_letter(words: list[str]) -> str:
    taken = {other.letter for other in SYMBOLS.values()}
    short = "".join(word[0] if word.isalpha() else word for word in words)
    for below in (short, "".join(word[:3] for word in words), "".join(words)):
        letter = f"s_{{{below.lower()}}}"
        if below.isalnum() and below.isascii() and letter not in taken:
            return letter
    return f"s_{{{len(SYMBOLS)}}}"


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
    meaning=_("how many attention heads share one layer"),
    spoken=_("number of heads"),
    aliases=("num_attention_heads", "n_head", "num_heads"),
    scales=False,
)
n_kv_groups = symbol(
    "n_kv_groups",
    letter="G",
    meaning=_("how many key-value heads a layer has; query heads share them"),
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
# Of a run, not of a model: the inputs of the quantities.
batch_size = symbol(
    "batch_size",
    letter="b",
    meaning=_("how many sequences are worked on together"),
    spoken=_("batch size"),
    unit=unit("sequence", "sequences"),
    scales=False,
    of_run=True,
)
tokens = symbol(
    "tokens",
    letter="t",
    meaning=_("how many tokens of a sequence pass through the network together"),
    spoken=_("number of tokens"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
target_tokens = symbol(
    "target_tokens",
    letter="t_{dec}",
    meaning=_("how many tokens the decoder writes"),
    spoken=_("number of target tokens"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
context = symbol(
    "context",
    letter="t_{ctx}",
    meaning=_("how many tokens stand in the context: those that pass through and those that came before"),
    spoken=_("number of tokens in the context"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
images = symbol(
    "images",
    letter="n_{img}",
    meaning=_("how many images stand in a sequence"),
    spoken=_("number of images"),
    unit=unit("image", "images"),
    minimum=0,
    scales=False,
    of_run=True,
)
image_height = symbol(
    "image_height",
    letter="H_{img}",
    meaning=_("the height of an image in pixels, as it enters the network"),
    spoken=_("height of an image"),
    scales=False,
    of_run=True,
)
image_width = symbol(
    "image_width",
    letter="W_{img}",
    meaning=_("the width of an image in pixels, as it enters the network"),
    spoken=_("width of an image"),
    scales=False,
    of_run=True,
)
value_bytes = symbol(
    "value_bytes",
    letter="u",
    meaning=_("how many bytes a number takes"),
    spoken=_("bytes per number"),
    unit=unit("byte", "bytes"),
    minimum=0,
    is_integer=False,
    scales=False,
    of_run=True,
)
matrix_bytes = symbol(
    "matrix_bytes",
    letter="u_{m}",
    meaning=_(
        "how many bytes a number of a matrix takes, with its part of what the format keeps for a group of numbers, if "
        "anything"
    ),
    spoken=_("bytes per number of a matrix"),
    unit=unit("byte", "bytes"),
    minimum=0,
    is_integer=False,
    scales=False,
    of_run=True,
)
cached_bytes = symbol(
    "cached_bytes",
    letter="u_{c}",
    meaning=_("how many bytes a number of the cache takes"),
    spoken=_("bytes per number of the cache"),
    unit=unit("byte", "bytes"),
    minimum=0,
    is_integer=False,
    scales=False,
    of_run=True,
)
value_bits = symbol(
    "value_bits",
    letter="q",
    meaning=_("how many bits a quantised number takes"),
    spoken=_("bits per number"),
    unit=unit("bit", "bits"),
    scales=False,
    of_run=True,
)
scale_bits = symbol(
    "scale_bits",
    letter="q_{s}",
    meaning=_("how many bits the scale of a group of numbers takes"),
    spoken=_("bits per scale"),
    unit=unit("bit", "bits"),
    minimum=0,
    scales=False,
    of_run=True,
)
zero_bits = symbol(
    "zero_bits",
    letter="q_{z}",
    meaning=_("how many bits the zero point of a group of numbers takes"),
    spoken=_("bits per zero point"),
    unit=unit("bit", "bits"),
    minimum=0,
    scales=False,
    of_run=True,
)
group_size = symbol(
    "group_size",
    letter="g",
    meaning=_("how many numbers share a scale"),
    spoken=_("group size"),
    unit=unit("number", "numbers"),
    scales=False,
    of_run=True,
)
working_bytes = symbol(
    "working_bytes",
    letter="u_{w}",
    meaning=_("how many bytes a weight takes in the form that the passes compute with"),
    spoken=_("bytes per working weight"),
    unit=unit("byte", "bytes"),
    minimum=0,
    scales=False,
    of_run=True,
)
state_bytes = symbol(
    "state_bytes",
    letter="u_{o}",
    meaning=_("how many bytes the optimizer keeps for a parameter"),
    spoken=_("optimizer bytes per parameter"),
    unit=unit("byte", "bytes"),
    minimum=0,
    scales=False,
    of_run=True,
)
gradient_bytes = symbol(
    "gradient_bytes",
    letter="u_{g}",
    meaning=_("how many bytes the gradient of a parameter takes"),
    spoken=_("gradient bytes per parameter"),
    unit=unit("byte", "bytes"),
    minimum=0,
    scales=False,
    of_run=True,
)
lora_rank = symbol(
    "lora_rank",
    letter="r_{a}",
    meaning=_("how many columns the first matrix of an adapter has, and rows the second"),
    spoken=_("rank of the adapters"),
    scales=False,
    of_run=True,
)
block_tokens = symbol(
    "block_tokens",
    letter="t_{b}",
    meaning=_("how many tokens of a sequence a block of the cache holds"),
    spoken=_("tokens per block"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
group_layers = symbol(
    "group_layers",
    letter="L_{g}",
    meaning=_("how many layers share their blocks of the cache: a group of layers of one kind"),
    spoken=_("layers per group"),
    scales=False,
    of_run=True,
)
prompt_chunk = symbol(
    "prompt_chunk",
    letter="t_{u}",
    meaning=_("how many tokens of a prompt pass through the network at once"),
    spoken=_("tokens per chunk of a prompt"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
spare_share = symbol(
    "spare_share",
    letter="w_{f}",
    meaning=_("what share of the cache's blocks an engine keeps free, so that running sequences can go on (watermark)"),
    spoken=_("share of blocks kept free"),
    minimum=0,
    maximum=1,
    is_integer=False,
    scales=False,
    of_run=True,
)
memory_share = symbol(
    "memory_share",
    letter="w_{m}",
    meaning=_("what share of a device's memory a program takes for weights, cache and intermediate results"),
    spoken=_("share of the memory that a program takes"),
    minimum=0,
    maximum=1,
    is_integer=False,
    scales=False,
    of_run=True,
)
vocab_multiple = symbol(
    "vocab_multiple",
    letter="V_{m}",
    meaning=_("of what number the vocabulary is made a multiple, by rows that no token uses"),
    spoken=_("multiple of the padded vocabulary"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
tokens_per_second = symbol(
    "tokens_per_second",
    letter="t_{s}",
    meaning=_("how many tokens a run works through in a second, all devices together"),
    spoken=_("tokens per second"),
    unit=_("tokens/s"),
    minimum=0,
    is_integer=False,
    scales=False,
    of_run=True,
)
step_seconds = symbol(
    "step_seconds",
    letter="s_{t}",
    meaning=_("how many seconds a step of the training takes"),
    spoken=_("seconds per step"),
    unit=unit("second", "seconds"),
    minimum=0,
    is_integer=False,
    scales=False,
    of_run=True,
)
adapter_bytes = symbol(
    "adapter_bytes",
    letter="u_{a}",
    meaning=_("how many bytes a number of an adapter takes"),
    spoken=_("bytes per number of an adapter"),
    unit=unit("byte", "bytes"),
    minimum=0,
    scales=False,
    of_run=True,
)
training_tokens = symbol(
    "training_tokens",
    letter="D",
    meaning=_("how many tokens the model is trained on, in all"),
    spoken=_("number of training tokens"),
    unit=unit("token", "tokens"),
    scales=False,
    of_run=True,
)
data_parallel = symbol(
    "data_parallel",
    letter="p_{d}",
    meaning=_("how many groups of devices work on different sequences"),
    spoken=_("data parallel size"),
    unit=unit("group", "groups"),
    scales=False,
    of_run=True,
)
tensor_parallel = symbol(
    "tensor_parallel",
    letter="p_{t}",
    meaning=_("among how many devices the matrices of a layer are split"),
    spoken=_("tensor parallel size"),
    unit=unit("device", "devices"),
    scales=False,
    of_run=True,
)
pipeline_parallel = symbol(
    "pipeline_parallel",
    letter="p_{p}",
    meaning=_("into how many stages, each on devices of its own, the layers are divided"),
    spoken=_("pipeline parallel size"),
    unit=unit("stage", "stages"),
    scales=False,
    of_run=True,
)
stage_layers = symbol(
    "stage_layers",
    letter="L_{p}",
    meaning=_("how many layers lie on the stage of the pipeline that the page is about"),
    spoken=_("layers on a stage"),
    scales=False,
    of_run=True,
)
expert_parallel = symbol(
    "expert_parallel",
    letter="p_{e}",
    meaning=_("among how many devices the experts of a layer are divided"),
    spoken=_("expert parallel size"),
    unit=unit("device", "devices"),
    scales=False,
    of_run=True,
)
expert_data_parallel = symbol(
    "expert_data_parallel",
    letter="p_{ed}",
    meaning=_("how many groups of devices hold the same experts and work on different sequences"),
    spoken=_("data parallel size of the experts"),
    unit=unit("group", "groups"),
    scales=False,
    of_run=True,
)
context_parallel = symbol(
    "context_parallel",
    letter="p_{c}",
    meaning=_("among how many devices the tokens of a sequence are divided"),
    spoken=_("context parallel size"),
    unit=unit("device", "devices"),
    scales=False,
    of_run=True,
)
in_flight = symbol(
    "in_flight",
    letter="n_{f}",
    meaning=_("how many batches are on their way through the pipeline behind a stage, which keeps what they need"),
    spoken=_("batches in flight"),
    scales=False,
    of_run=True,
)
device_flops = symbol(
    "device_flops",
    letter="F",
    meaning=_("how many operations a device can do in a second: what its maker prints for dense matrices"),
    spoken=_("peak operations per second"),
    unit=_("FLOP/s"),
    scales=False,
    of_run=True,
)
device_memory = symbol(
    "device_memory",
    letter="M",
    meaning=_("how many bytes a device can hold"),
    spoken=_("memory of a device"),
    unit=unit("byte", "bytes"),
    scales=False,
    of_run=True,
)
reserved_memory = symbol(
    "reserved_memory",
    letter="M_{r}",
    meaning=_("how many bytes of a device's memory a program keeps for itself: its kernels, its buffers, fragments"),
    spoken=_("reserved memory of a device"),
    unit=unit("byte", "bytes"),
    minimum=0,
    scales=False,
    of_run=True,
)
device_bandwidth = symbol(
    "device_bandwidth",
    letter="R",
    meaning=_("how many bytes a device can read from its memory in a second"),
    spoken=_("memory bandwidth"),
    unit=_("bytes/s"),
    scales=False,
    of_run=True,
)
device_power = symbol(
    "device_power",
    letter="P_{w}",
    meaning=_("how many watts a device may take"),
    spoken=_("power of a device"),
    unit=unit("watt", "watts"),
    scales=False,
    of_run=True,
)
n_devices = symbol(
    "n_devices",
    letter="n_{dev}",
    meaning=_("how many devices work side by side"),
    spoken=_("number of devices"),
    unit=unit("device", "devices"),
    scales=False,
    of_run=True,
)
utilisation = symbol(
    "utilisation",
    letter="U",
    meaning=_("what share of the devices' peak the model's operations use (MFU)"),
    spoken=_("utilisation"),
    minimum=0,
    maximum=1,
    is_integer=False,
    scales=False,
    of_run=True,
)
hour_price = symbol(
    "hour_price",
    letter="y",
    meaning=_("what an hour of one device costs"),
    spoken=_("price per device and hour"),
    unit=unit("dollar", "dollars"),
    minimum=0,
    is_integer=False,
    scales=False,
    of_run=True,
)
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
    meaning=_("how many numbers a token is squeezed to before the queries of all heads are made from them"),
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

SIZES: tuple[Symbol, ...] = tuple(one for one in SYMBOLS.values() if not one.of_run)
"""The sizes that a config may give; none that a key has entered, since what was read must not decide what is read."""
SIZE_KEYS: Mapping[str, str] = {name: one.name for one in SIZES for name in (one.name, *one.aliases)}
"""Every name under which a config gives a size that we know, and the size's own name."""
