"""Modules as a reader would group them: wrappers that say nothing are opened, and two halves of a part are joined."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.networks.learned.description import Module, Part

OPENED = frozenset((
    "model", "transformer", "backbone", "base_model", "decoder", "encoder", "embeddings", "bert", "roberta", "gpt_neox",
    "language_model", "rwkv", "text_model", "electra", "mpnet", "deberta", "albert", "esm", "vit", "deit", "beit",
    "swin", "resnet", "convnext", "convnextv2", "dinov2", "efficientnet", "focalnet", "hiera", "levit", "mobilenet_v1",
    "mobilenet_v2", "mobilevit", "mobilevitv2", "pvt", "pvt_v2", "regnet", "swiftformer", "textnet",
))  # fmt: skip
INSIDE = frozenset(("self", "selfattention", "attention_output"))


LINEAR = ("fc1", "fc2")
"""The two linear layers of a feed-forward network that some code keeps beside the attention, not in a module."""
ATTENTION = frozenset(("self_attn", "attn", "self_attention", "attention"))


def arranged(module: Module, *, top: bool = False) -> tuple[Part, ...]:
    """Return the parts of a module; in the place of a wrapper stand its parts."""
    return tuple(_with_network(_joined(_opened(module, top=top))))


def _with_network(parts: list[Part]) -> list[Part]:
    """Return the parts of a layer with the two linear layers of its feed-forward network in a module of their own."""
    by_name = {one.name: one for one in parts if isinstance(one, Module) and not one.repeat}
    pair = [by_name[name] for name in LINEAR if name in by_name]
    if len(pair) < len(LINEAR) or ATTENTION.isdisjoint(by_name):
        return parts
    made: list[Part] = []
    for one in parts:
        if one is pair[0]:
            made.append(Module("mlp", tuple(pair)))
        elif isinstance(one, Module) and one.name == "final_layer_norm":
            # It is the final norm of a layer, not of the network.
            made.append(one.but(name="feed_forward_layer_norm"))
        elif one is not pair[1]:
            made.append(one)
    return made


def _opened(module: Module, *, top: bool) -> Iterator[Part]:
    for part in module.parts:
        if isinstance(part, Module) and not part.repeat and part.where is None and _holds_modules(part):
            if top and part.name in OPENED and not _other_stacks(module, part):
                yield from _opened(part, top=True)
                continue
            inner = _is_inside(part, module) or (part.name == "output" and _in_attention(module)) or _lists(part)
            if inner and not top:
                yield from _opened(part, top=False)
                continue
        yield part


def _is_inside(part: Module, module: Module) -> bool:
    """Return whether a part is what attention works with in a module that is attention, too; T5's has no such one."""
    return part.name.lower() in INSIDE and not module.name.isdecimal()


def _lists(part: Module) -> bool:
    """Return whether a part of a layer is a list of its parts, as in T5's code."""
    return part.name == "layer" and all(isinstance(one, Module) and one.name.isdecimal() for one in part.parts)


def _holds_modules(module: Module) -> bool:
    return any(isinstance(one, Module) for one in module.parts)


def _in_attention(module: Module) -> bool:
    return any(isinstance(one, Module) and one.name.lower() in INSIDE for one in module.parts)


def _other_stacks(module: Module, part: Module) -> bool:
    """Return whether another part has layers, too: then their names must tell them apart."""
    if not _has_stack(part):
        return False
    others = (one for one in module.parts if isinstance(one, Module) and one is not part and one.name != part.name)
    return any(_has_stack(one) for one in others)


def _has_stack(module: Module) -> bool:
    return bool(module.repeat) or any(isinstance(one, Module) and _has_stack(one) for one in module.parts)


def _joined(parts: Iterator[Part]) -> list[Part]:
    """Return the parts with BERT's `intermediate` and `output`, the halves of its feed-forward network, joined."""
    found = list(parts)
    by_name = {one.name: one for one in found if isinstance(one, Module) and not one.repeat and one.where is None}
    wide, narrow = by_name.get("intermediate"), by_name.get("output")
    if wide is None or narrow is None:
        return found
    first, second = _named(wide, "dense"), _named(narrow, "dense")
    if first is None or second is None:
        return found
    before = tuple(one for one in wide.parts if one is not first)
    rest = tuple(one for one in narrow.parts if one is not second)
    network = Module("mlp", (*before, first.but(name="fc1"), second.but(name="fc2"), *rest))
    return [network if one is narrow else one for one in found if one is not wide]


def _named(module: Module, name: str) -> Module | None:
    same = [one for one in module.parts if isinstance(one, Module) and one.name == name]
    return same[0] if len(same) == 1 else None
