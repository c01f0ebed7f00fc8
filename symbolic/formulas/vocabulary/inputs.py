"""What a run says and no config: batches and tokens, the bytes and bits of a number, shares and times of a program."""

from symbolic.formulas.vocabulary.entering import run_symbol
from symbolic.language import lazy as _
from symbolic.language import unit

batch_size = run_symbol(
    "batch_size",
    letter="b",
    meaning=_("how many sequences are worked on together"),
    spoken=_("batch size"),
    unit=unit("sequence", "sequences"),
)
tokens = run_symbol(
    "tokens",
    letter="t",
    meaning=_("how many tokens of a sequence pass through the network together"),
    spoken=_("number of tokens"),
    unit=unit("token", "tokens"),
)
target_tokens = run_symbol(
    "target_tokens",
    letter="t_{dec}",
    meaning=_("how many tokens the decoder writes"),
    spoken=_("number of target tokens"),
    unit=unit("token", "tokens"),
)
context = run_symbol(
    "context",
    letter="t_{ctx}",
    meaning=_("how many tokens stand in the context: those that pass through and those that came before"),
    spoken=_("number of tokens in the context"),
    unit=unit("token", "tokens"),
)
images = run_symbol(
    "images",
    letter="n_{img}",
    meaning=_("how many images stand in a sequence"),
    spoken=_("number of images"),
    unit=unit("image", "images"),
    minimum=0,
)
image_height = run_symbol(
    "image_height",
    letter="H_{img}",
    meaning=_("the height of an image in pixels, as it enters the network"),
    spoken=_("height of an image"),
)
image_width = run_symbol(
    "image_width",
    letter="W_{img}",
    meaning=_("the width of an image in pixels, as it enters the network"),
    spoken=_("width of an image"),
)
value_bytes = run_symbol(
    "value_bytes",
    letter="u",
    meaning=_("how many bytes a number takes"),
    spoken=_("bytes per number"),
    unit=unit("byte", "bytes"),
    minimum=0,
    is_integer=False,
)
matrix_bytes = run_symbol(
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
)
cached_bytes = run_symbol(
    "cached_bytes",
    letter="u_{c}",
    meaning=_("how many bytes a number of the cache takes"),
    spoken=_("bytes per number of the cache"),
    unit=unit("byte", "bytes"),
    minimum=0,
    is_integer=False,
)
value_bits = run_symbol(
    "value_bits",
    letter="q",
    meaning=_("how many bits a quantised number takes"),
    spoken=_("bits per number"),
    unit=unit("bit", "bits"),
)
scale_bits = run_symbol(
    "scale_bits",
    letter="q_{s}",
    meaning=_("how many bits the scale of a group of numbers takes"),
    spoken=_("bits per scale"),
    unit=unit("bit", "bits"),
    minimum=0,
)
zero_bits = run_symbol(
    "zero_bits",
    letter="q_{z}",
    meaning=_("how many bits the zero point of a group of numbers takes"),
    spoken=_("bits per zero point"),
    unit=unit("bit", "bits"),
    minimum=0,
)
group_size = run_symbol(
    "group_size",
    letter="g",
    meaning=_("how many numbers share a scale"),
    spoken=_("group size"),
    unit=unit("number", "numbers"),
)
working_bytes = run_symbol(
    "working_bytes",
    letter="u_{w}",
    meaning=_("how many bytes a weight takes in the form that the passes compute with"),
    spoken=_("bytes per working weight"),
    unit=unit("byte", "bytes"),
    minimum=0,
)
state_bytes = run_symbol(
    "state_bytes",
    letter="u_{o}",
    meaning=_("how many bytes the optimizer keeps for a parameter"),
    spoken=_("optimizer bytes per parameter"),
    unit=unit("byte", "bytes"),
    minimum=0,
)
gradient_bytes = run_symbol(
    "gradient_bytes",
    letter="u_{g}",
    meaning=_("how many bytes the gradient of a parameter takes"),
    spoken=_("gradient bytes per parameter"),
    unit=unit("byte", "bytes"),
    minimum=0,
)
lora_rank = run_symbol(
    "lora_rank",
    letter="r_{a}",
    meaning=_("how many columns the first matrix of an adapter has, and rows the second"),
    spoken=_("rank of the adapters"),
)
block_tokens = run_symbol(
    "block_tokens",
    letter="t_{b}",
    meaning=_("how many tokens of a sequence a block of the cache holds"),
    spoken=_("tokens per block"),
    unit=unit("token", "tokens"),
)
group_layers = run_symbol(
    "group_layers",
    letter="L_{g}",
    meaning=_("how many layers share their blocks of the cache: a group of layers of one kind"),
    spoken=_("layers per group"),
)
prompt_chunk = run_symbol(
    "prompt_chunk",
    letter="t_{u}",
    meaning=_("how many tokens of a prompt pass through the network at once"),
    spoken=_("tokens per chunk of a prompt"),
    unit=unit("token", "tokens"),
)
spare_share = run_symbol(
    "spare_share",
    letter="w_{f}",
    meaning=_(
        "what share of the room for the cache an engine keeps free, so that running sequences can go on (watermark; "
        "engines divide this room into blocks)"
    ),
    spoken=_("share of blocks kept free"),
    minimum=0,
    maximum=1,
    is_integer=False,
)
memory_share = run_symbol(
    "memory_share",
    letter="w_{m}",
    meaning=_("what share of a device's memory a program may take"),
    spoken=_("share of the memory that a program takes"),
    minimum=0,
    maximum=1,
    is_integer=False,
)
vocab_multiple = run_symbol(
    "vocab_multiple",
    letter="V_{m}",
    meaning=_("of what number the vocabulary is made a multiple, by rows that no token uses"),
    spoken=_("multiple of the padded vocabulary"),
    unit=unit("token", "tokens"),
)
tokens_per_second = run_symbol(
    "tokens_per_second",
    letter="t_{s}",
    meaning=_("how many tokens a run works through in a second, all devices together"),
    spoken=_("tokens per second"),
    unit=_("tokens/s"),
    minimum=0,
    is_integer=False,
)
step_seconds = run_symbol(
    "step_seconds",
    letter="s_{t}",
    meaning=_("how many seconds a step of the training takes"),
    spoken=_("seconds per step"),
    unit=unit("second", "seconds"),
    minimum=0,
    is_integer=False,
)
adapter_bytes = run_symbol(
    "adapter_bytes",
    letter="u_{a}",
    meaning=_("how many bytes a number of an adapter takes"),
    spoken=_("bytes per number of an adapter"),
    unit=unit("byte", "bytes"),
    minimum=0,
)
training_tokens = run_symbol(
    "training_tokens",
    letter="D",
    meaning=_("how many tokens the model is trained on, in all"),
    spoken=_("number of training tokens"),
    unit=unit("token", "tokens"),
)
