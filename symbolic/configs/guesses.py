"""Whether a config without a type can be of the family that its keys look like: what else it says speaks against it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from symbolic.configs.designs import denied, keys_said
from symbolic.errors import ConfigError, listed, shown
from symbolic.formulas.vocabulary import (
    context_length,
    conv_kernel,
    expand,
    n_channels,
    n_relative_buckets,
    sliding_window,
    type_vocab_size,
)
from symbolic.networks.blocks import Block
from symbolic.networks.families import all_families
from symbolic.networks.family import Family

OF_LAYERS = re.compile(
    r"^(?!.*(?:window|cache))(?:.*_)?(inter|intermediate|ffn?|feedforward|mlp(?!_ratio)|hidden|heads?|kv|experts?|rank|layers?|emb|class(es)?)(_|$)"
)
"""Words in the names of sizes that make weights."""
OF_NETWORKS = re.compile(
    r"(^|_)((pre|post|rms|layer)?norms?|ln|affine|moe|experts?|mla|latent|alibi|rope|rotary|pos|positions?|positional|"
    r"sinusoidal|bias(es)?|attention|attn|mixer|conv|kernel|ssm|mamba|rwkv|gat(es?|ed|ing)|(swi|ge)?glu|loops?|"
    r"recurren(t|ces?)|repeats|diffusion|timesteps?|noise|registers|sinks?|retrieval|hyper|streams|adapters?|lora|"
    r"causal|bidirectional|(en|de)coder|emb|embed|embeddings?|vocab|layers?|blocks?|heads?|hybrid|pattern|dim|d|kv|qk|"
    r"bottleneck|widening|rezero|ffn|mlp|headdim|n?(groups|heads|layers)|chunk)(_|$)"
)
"""Words in the names of switches and sizes of networks."""
OF_SHARING = re.compile(r"(^|_)((un)?tied?|tying|shared?|sharing)(_|$)")
"""Words of switches that say something in either position: heads are tied in one family, and not in another."""
OF_RUNS = re.compile(
    r"(^|_)(drop|dropout|pdrop|lr|rate|decay|wd|init|std|eps|epsilon|grad|gradient|clip|checkpoint(ing)?|log|logging|"
    r"eval|save|loss|coef|aux|freeze|frozen|dtype|precision|fused|flash|impl|backend|cache|path|dir|file|seed|data|"
    r"train|training|test|val|optimizer|scale|softcap|cap|theta|base|temperature|max|window|visualize)(_|$)"
)
"""Words in the names of what is no network's though it has such a word, such as a dropout of attention."""
LAYER_SCALE = re.compile(r"(^|_)layer_?scale(_|$)")
"""The scale that CaiT and ConvNeXt learn for each layer."""
USUALLY_ON = re.compile(
    r"^(use_|is_)?(final_norm|.*affine|causal|.*glu|pre_?(norm|ln)|norm_first|\w*pos(ition)?_?emb\w*|(learned|abs)_pos)$"
)
"""Switches that are on where nothing is said: off, they make another network."""
USUAL = frozenset({"", "no", "off", "none", "default", "standard", "auto", "pre", "causal", "transformer", "learned"})
"""Words that say what is so anyway."""
ALIKE = frozenset(
    {context_length, conv_kernel, expand, n_channels, n_relative_buckets, sliding_window, type_vocab_size}
)
"""Sizes whose number is nearly always the same where nothing is said, or makes no weights."""
NAME_NETWORKS = frozenset({"architecture", "arch", "type", "network", "backbone", "model", "model_class", "block"})
"""Keys that say of what kind a network is, where a config has no model_type."""
OTHER_KINDS = re.compile(
    r"mamba|rwkv|ssm|hyena|retnet|moe|mixer|diffusion|encoder|bert|(^|\W|_)t5|lstm|gru|rnn|xl$|mla|hybrid|loop|recurrent"
)
"""Words in the names of networks that are no plain decoder."""


def check_guess(
    family: Family,
    network: Block,
    values: Mapping[str, object],
    sizes: Mapping[str, int],
    assumed: Collection[str],
    unknown: Iterable[str],
    source: str,
) -> None:
    """Raise ConfigError where a family was recognised by its keys, and another key says that it is none of that family.

    A key that the family does not know may be another size of layers, of a program that calls its sizes otherwise, or
    switch on what the family has not: biases (ExecuTorch's `attention_qkv_bias` of Qwen 2.5), norms behind the layers,
    layers that are repeated; any key may say that positions, norms or feed-forward networks are of another kind. A
    number that the family's published models have, such as heads 256 wide, is `assumed` for no other network.
    """
    like = f"{source}: its keys look like those of {family.name}"
    what_helps = "add the key model_type, or pass --architecture NAME"
    unknown = [key for key in unknown if key in values]
    if others := [*sizes_of_layers(values, unknown), *_biases_on(values, unknown)]:
        raise ConfigError(f"{like}, which has no {', '.join(others)}; {what_helps}")
    if (said := denied(network, values, sizes)) is not None:
        raise ConfigError(
            f"{like}, but {said.key} {shown(values[said.key])} says {said.what}, which {family.name} does not have; "
            f"{what_helps}"
        )
    if lacking := [name for name in _of_this_type(family) if name in assumed]:
        numbers = listed([f"{name} {sizes[name]}" for name in lacking])
        raise ConfigError(
            f"{like}, of which published models have {numbers} where nothing is said, and another network need not; "
            f"say {listed(lacking)}, {what_helps}"
        )
    fitting = keys_said(values)
    if more := [key for key in unknown if key not in fitting and _says_more(key, values[key], family)]:
        named = listed([f"{key} ({shown(values[key], 30)})" for key in more])
        raise ConfigError(
            f"{like}, which does not know {named}, and that may make another network; leave it out if it changes no "
            f"weight, {what_helps}"
        )


def is_named_by(family: Family, values: Mapping[str, object]) -> bool:
    """Return whether a config has several keys by which the family is told from others, as the book's dicts have."""
    return len(family.marks & values.keys()) > 1


def sizes_of_layers(values: Mapping[str, object], keys: Iterable[str]) -> list[str]:
    """Return those of the keys that name a size which makes weights."""
    return [key for key in keys if OF_LAYERS.search(key) and type(values.get(key)) is int and values[key] != 0]


def _biases_on(values: Mapping[str, object], keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key.endswith("bias") and values[key] is True]


def _of_this_type(family: Family) -> list[str]:
    """Return the sizes for which a family has a number of its own where nothing is said."""
    return [symbol.name for symbol, need in family.sizes.items() if type(need) is int and need and symbol not in ALIKE]


def _says_more(key: str, value: object, family: Family) -> bool:
    """Return whether a key that nobody knows says something of the network that the family may not have."""
    key = key.lower()
    if key in NAME_NETWORKS and isinstance(value, str):
        return _is_other(value.lower(), family)
    if LAYER_SCALE.search(key):
        return bool(value)
    if OF_RUNS.search(key):
        return False
    if value is False:
        return USUALLY_ON.match(key) is not None or OF_SHARING.search(key) is not None
    return (OF_NETWORKS.search(key) or OF_SHARING.search(key)) is not None and _says_something(value)


def _is_other(name: str, family: Family) -> bool:
    """Return whether a word names a family that is not this one, or one that is no plain decoder."""
    own = {family.name, *family.model_types}
    if any(one == name or one.startswith(f"{name}_") for one in own):
        return False
    known = {one for each in all_families() for one in (each.name, *each.model_types)}
    return name in known or OTHER_KINDS.search(name) is not None


def _says_something(value: object) -> bool:
    if isinstance(value, str):
        return value.lower() not in USUAL
    if isinstance(value, Mapping):
        return bool(value) and False not in (value.get("enabled"), value.get("use"), value.get("enable"))
    # A number with a fraction scales what is there; it makes no weights.
    return bool(value) and not isinstance(value, float)
