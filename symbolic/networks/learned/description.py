"""A description of a type: its keys, what its config class makes of them, and the tree of its tensors, as plain text.

    falcon FalconForCausalLM
    keys hidden_size=4544 num_kv_heads=none bias=false ...
    without effect: attention_dropout ...
    let num_kv_heads = num_attention_heads if num_kv_heads is none
    transformer
     word_embeddings: embedding vocab_size, hidden_size
     h × num_hidden_layers
      mlp
       dense_h_to_4h: linear ffn_hidden_size, hidden_size; bias if bias
    lm_head: linear vocab_size, hidden_size; tied to transformer.word_embeddings if tie_word_embeddings

The parameters of a line whose owner has the word `fixed` before it, `embed_positions: fixed embedding length,width`,
are not trained: the code sets their `requires_grad` to false when it builds the network. A line above the tree such as
`fixes vision_model if freeze_vision_layers` says so of those of a module, or of one, on a condition.

A tensor that is another layer's is tied to that one: `model.layers.{layer_types[i] at 0}.mlp` is in the first of the
layers that are of the same type as this one.

A line of the tree is a module or a tensor, one space deeper than what it is in; `×` says how often it stands there,
`if` on what condition. Formulas there may ask for the number of a layer: `i`, in a stack within a stack `j`, in one
within that `k`. A stack in a stack, as in `blocks.0.1`, is called `*`, and `+` where the layers are numbered on from
one outer layer to the next, as in `blocks.7`; the layers of one whose name ends in `_` are `expert_0` and so on. `let`
may also make what is no key: a size that the code works out, which gets a line of its own on the page. A line such as
`never is_decoder and add_cross_attention` above the tree says of which configs the description does not hold; where it
asks for a key that changes no weight, a line such as `usual num_attention_heads=16` has its default. Null is refused
for a key that has another default, as config classes refuse it, unless a line such as `null sliding_window` names it,
and for one that a line such as `unset head_dim` names: without a default, but code that works out a value where there
is no such key fails on a null. A line such as `listed moe_topk` names numbers of which the class also takes a
list, one for each layer, here of equal ones. A line
such as `kind full_attention global_head_dim=head_dim if some_key` says which key has a size of a kind of layers that
a saved config may say layer by layer, in a `per_layer_config`. A
module that another description is of, such as the part that sees, has a line of its own:

    tower vision_config clip_vision_model; chosen by base; with hidden_size=1024 patch_size=14
    model
     vision_tower is vision_config

The description of that type by that auto class (or of that class, `of CLIPVisionModel`) stands there, with the keys of
that part of the config; `with` are the part's defaults in a config that does not have it. A tower that is `optional` is
not there in such a config; the condition `vision_config` holds where it is, and so does it for a part that is among the
keys, `vision_config=none`. `also` are types that the config class
takes for that one. One that `keeps the cache` reads the tokens of a text and writes, one that `reads images` works once
for each image: what a whole computes and keeps follows from what its towers do (`composing`).

A class that is another without its head takes that one's tree, and may have more of its own:

    bloom BloomModel
    inside BloomForCausalLM transformer

What stands in that module is the network, with the keys that it hangs on; `inside T5ForConditionalGeneration .; without
decoder lm_head` leaves modules out of the whole. A module of its tree that is there already has these parts, too.
`derives` is said anew. (`bodies`)

Shapes are PyTorch's: (outputs, inputs). The grammars of formulas and conditions are in `notation` and
`reading_conditions`.

What a forward pass does stands above the tree, too, each with a condition if need be:

    derives forward-flops kv-cache training-flops
    refuses kv-cache if not is_decoder
    computes transformer.h.{}.self_attention scores: tokens,context,hidden_size
    keeps transformer.h.{}.self_attention keys: context,hidden_size
    works pooler.dense.weight: 1
    within tokens <= window

A second line of `keys` there holds those that change what is computed or kept, and no weight.
`code modeling_qwen.py https://…` names the file of a class that is published with the weights, not in transformers, and
a copy of it. `named in files` says that files call the tensors so, and that what a method of quantisation packs are
linear layers of torch and no others: then bytes in such a format are known, too. Where files call some otherwise, the
line goes on with what in a name they write for what, and where a tensor is several in files, all of them; `all but` are
modules that no method packs:

    named in files; experts.down_proj as experts.{}.w2.weight; .mlp. as .block_sparse_moe.; all but indexer.weights_proj

`chooses 2` says how many experts work on a token, where the code has that number and no key does. `adapts as PEFT` says
that adapters beside all linear modules were held to PEFT's. `apart in files` says that the class gives the head the
embedding's table in any case, and that files hold a head of its own where `tie_word_embeddings` is false.
`computes` is a product of two computed tensors with the axes that it runs over, `keeps` a tensor of the cache of one
sequence, `works` for how many tokens a tensor is multiplied where that is not all of them; that of a module, or of `.`,
which is the whole, is for each matrix and norm in it of which no earlier line says it. In their formulas `tokens`,
`context`, `image_height` and `image_width` are those of a run, and `target_tokens` are those that a decoder writes.
`looks ahead` says that tokens of an image look at later ones too, so that a mask leaves out other pairs than those of a
text; `looks ahead if not is_decoder`, that all do so where the condition holds; `reads the language model only`, that
what the parts before it compute is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import Condition
from symbolic.networks.learned.records import Record

MODULES = ("linear", "embedding", "norm", "conv", "deconv", "conv1d")


NAMELESS = "*"
"""The name of a stack that stands directly in another: `blocks.0.1`."""


RUNNING = "+"
"""The name of a stack directly in another whose layers are numbered on from one outer layer to the next: `blocks.7`."""


MATRICES = ("linear", "conv", "deconv", "conv1d")
"""The owners of tensors that tokens are multiplied with."""


NOTHING: Mapping[str, Any] = {}
FIXED = "fixed"
"""The word before the owner of parameters that the code keeps from being trained (`requires_grad` is false)."""
ITSELF = "direct"
"""The word before an owner that holds a tensor of that name itself, not in a module."""


class Tensor(Record):
    """A tensor of a module: its name there, its shape, where it stands in words of its owner.

    `works` is for how many tokens it is multiplied, on which condition; nothing where that is for all of them. `paths`
    are its names in files, `{}` for the number of a layer, where that was asked for (`with_paths`). One that is `fixed`
    is a parameter without a gradient.
    """

    name: str
    owner: str
    axes: tuple[Formula, ...]
    where: Condition | None = None
    tied_to: str = ""
    buffer: bool = False
    fixed: bool = False
    works: tuple[tuple[Formula, Condition | None], ...] = ()
    paths: tuple[str, ...] = ()


class Computed(Record):
    """A product of two computed tensors: what it is for, and the axes that it runs over."""

    name: str
    axes: tuple[Formula, ...]
    where: Condition | None = None


class CacheTensor(Record):
    """A tensor that a cache keeps of one sequence: what the code calls it, and its shape."""

    name: str
    axes: tuple[Formula, ...]
    where: Condition | None = None


class Module(Record):
    """A module: what it is called, how often it stands there, on what condition, and what it holds."""

    name: str
    parts: tuple[Part, ...]
    where: Condition | None = None
    repeat: tuple[tuple[Formula, Condition | None], ...] = ()
    tower: str = ""


class Tower(Record):
    """What a part of a config makes: by an auto class, from the type that the part names, or always by one class.

    `part` is "." where it is the config itself. `model_type` is meant where the part names none, `given` are its
    defaults where the config does not have the part, `without` the modules that it lacks here. An `optional` one is not
    there where the config does not have the part. `also` are other types that the class takes for `model_type`.
    No parameter of one that is `fixed` is trained.
    """

    part: str
    model_type: str
    auto: str = ""
    model_class: str = ""
    without: tuple[str, ...] = ()
    given: Mapping[str, Any] = NOTHING
    optional: bool = False
    fixed: bool = False
    also: tuple[str, ...] = ()
    keeps: bool = False
    images: bool = False


class Files(Record):
    """How files call a description's tensors: `others` are parts of names, in turn, with what files write for each.

    The matrices of modules that end in one of `kept` are packed by no method.
    """

    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    kept: tuple[str, ...] = ()


class OfKind(Record):
    """A size that layers of a kind have under a key of their own: `name` is `key` there, on a condition."""

    kind: str
    name: str
    key: str
    where: Condition | None = None


class Within(Record):
    """Where a network stands in that of another class: in which module ("." is all of it), without which parts."""

    model_class: str
    path: str
    without: tuple[str, ...] = ()


class ListMade(Record):
    """A list that the config class makes: its length, and what stands at place i on which condition."""

    length: Formula
    items: tuple[tuple[Any, Condition | None], ...]


class Let(Record):
    """What the config class makes of a key on a condition: a formula, a plain value or a list."""

    key: str
    made: Formula | ListMade | bool | str | int | float | None
    where: Condition | None


class Description(Record):
    """A type of transformers: `keys` change its weights (with their defaults), `harmless` don't.

    `fixed` are keys that must have a value for it to hold, `never` conditions on which it does not, such as keys that
    change something only together, `usual` the defaults of keys among these that change no weight; `null` are keys that
    have another default and may be null, as in the config class, which refuses null for all others; `unset` are keys
    without a default that may be left out but not be null; `stated` are keys that a config must give where it gives
    the part that they are in, since their defaults are those of a config without that part; `listed` are numbers
    that the class also takes as a list, one for each layer; `kinds` are sizes of a kind of layers; `given` are the
    other keys that traced code was given, which may change what it builds. `derives` are the quantities, beside those
    of weights, for which it was held
    against the real forward pass, `refuses` the conditions
    on which one of them does not hold, `within` are pairs of which the first is at most the second where what it
    computes holds, `lacks` says why there is no more than the weights. Of a whole that is `partly` known, only what its
    language model computes is. The tensors of one that is `named` are called so in files, and its linear layers are
    torch's own; of one that `adapts`, adapters beside all linear modules were held to PEFT's. Files of one that is
    `apart` have a head that the class ties. `auto` are the auto classes that make it, `flat` is the part whose keys an
    older config has beside the others. `code` is the file that it was read off and the address of a copy, where the
    class is not one of transformers but published with the weights; `chooses` is how many experts work on a token where
    no key says it. In one that `routes`, parts work on some tokens only, and it is not known which of its parameters
    work on one token. Of one that is `untested`, no pass of the code was compared with what it computes; passes left
    out the arguments `spare`. Of one that is `uneven`, a training step takes something else than three forward passes.
    Files of one with `buffers` hold tensors that are not in its tree. One that is `traced` was read off code here and
    now. In one that is `causal` no token looks at later ones, unless the condition `ahead` holds.
    One that is `inside` another has only what is its own, until it is given the other's (`bodies`).
    """

    model_type: str
    model_class: str
    keys: dict[str, Any]
    harmless: frozenset[str]
    aliases: dict[str, str]
    lets: tuple[Let, ...]
    root: Module
    part: str = ""
    fixed: Mapping[str, Any] = NOTHING
    never: tuple[Condition, ...] = ()
    usual: Mapping[str, Any] = NOTHING
    null: frozenset[str] = frozenset()
    unset: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    kinds: tuple[OfKind, ...] = ()
    given: frozenset[str] = frozenset()
    derives: frozenset[str] = frozenset()
    auto: frozenset[str] = frozenset()
    flat: str = ""
    towers: tuple[Tower, ...] = ()
    refuses: tuple[tuple[str, Condition], ...] = ()
    within: tuple[tuple[Formula, Formula], ...] = ()
    lacks: str = ""
    partly: bool = False
    named: Files | None = None
    code: tuple[str, str] | None = None
    adapts: bool = False
    apart: bool = False
    routes: bool = False
    untested: bool = False
    spare: frozenset[str] = frozenset()
    uneven: bool = False
    buffers: bool = False
    chooses: Formula | None = None
    traced: bool = False
    causal: bool = False
    ahead: Condition | None = None
    inside: Within | None = None


Part: TypeAlias = Module | Tensor | Computed | CacheTensor
