"""What a page says of llama.cpp's mixes: which tensor has which type, and how files differ that were made otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from symbolic.language import lazy as _

MATRIX = "_imatrix"


def said(
    table: Mapping[str, Any], name: str, decided: tuple[bool, bool, bool], *, latent: bool, fused: bool
) -> tuple[str, ...]:
    """Return the sentences of a page on a mix: its types, its rules as they hold for a model, and its source.

    `decided` is what the rules decide by the sizes; `latent` and `fused` are networks with latents, and with queries,
    keys and values in one tensor.
    """
    (gqa, big, eight), mix = decided, table["mixes"][name]
    base, output = mix["base"], mix.get("output", "q6_K")
    sizes, rules = table["types"], mix.get("rules", ())
    own = (*(("q5_K",) if big else ()), *(("q8_0", mix.get("eight_experts_output", base)) if eight else ()))
    types = dict.fromkeys((base, output, *(type_of_rule(rule, gqa) for rule in rules), *own))
    return (
        _(
            "In llama.cpp's {name} the matrices and the token table are quantised; routers, norms, biases and tables "
            "of positions keep 4 bytes a number.",
            name=f"`{name}`",
        ),
        _(
            "A matrix has the type {base}; the output head, or the token table where no head has a matrix of its own, "
            "has {output}.",
            base=f"`{base}`",
            output=f"`{output}`",
        ),
        *(_rule(rule, gqa) for rule in rules if type_of_rule(rule, gqa) != base),
        *(_exceptions(mix, big=big, eight=eight)),
        *((_fallback(table, types),) if set(types) & set(table["fallbacks"]) else ()),
        *(
            _("A block of {numbers} numbers takes {bytes} bytes in {type}.", type=f"`{one}`", **sizes[one])
            for one in types
        ),
        *((_APART,) if latent else ()),
        *((_before(mix),) if fused and rules else ()),
        *_of_matrix(table, name),
        _("Source: {source}.", source=table["source"]),
    )


_APART = _(
    "The key-value up matrix stands in two tensors, `attn_k_b`, with rows of `qk_nope_head_dim` numbers, and "
    "`attn_v_b`; files that were made before April 2025 have it in one, `attn_kv_b`, of the type of other matrices."
)


def _of_matrix(table: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield what an importance matrix changes, where it does: most files that are published were made with one."""
    if name.endswith(MATRIX):
        yield _(
            "So it is with an importance matrix (imatrix); without one it is {name}.", name=_code(name[: -len(MATRIX)])
        )
    elif f"{name}{MATRIX}" in table["mixes"]:
        yield _(
            "So it is without an importance matrix (imatrix); a file that was made with one, as many that are "
            "published, is {name}.",
            name=_code(f"{name}{MATRIX}"),
        )


def _before(mix: Mapping[str, Any]) -> str:
    """Say what type a fused matrix of queries, keys and values has in older files, most of those of Phi-3 and Phi-4."""
    return _(
        "`attn_qkv` is counted as today's llama.cpp stores it, as it does `attn_v`; in files that were made before "
        "March 2026 it has {type} in all layers.",
        type=_code(mix.get("fused_before", mix["base"])),
    )


def _code(name: str) -> str:
    return f"`{name}`"


def _fallback(table: Mapping[str, Any], types: Iterable[str]) -> str:
    pairs = ", ".join(f"`{table['fallbacks'][one]}` ← `{one}`" for one in types if one in table["fallbacks"])
    return _("Where a row is no whole number of blocks, another type stands in its place: {pairs}.", pairs=pairs)


def _exceptions(mix: Mapping[str, Any], *, big: bool, eight: bool) -> Iterator[str]:
    """Yield what a mix does otherwise in networks of 80 layers or of eight experts."""
    if big:
        yield _("In a network of 80 layers `attn_v` has {type} where the rule would give it less.", type="`q5_K`")
    if eight:
        output = mix.get("eight_experts_output")
        yield _("In a network of 8 experts `attn_k` and `attn_v` have {type}.", type="`q8_0`")
        if output:
            yield _("In a network of 8 experts `attn_output` has {type}.", type=f"`{output}`")


def type_of_rule(rule: Mapping[str, Any], gqa: bool) -> str:
    """Return the type that a rule gives, where four query heads or more share a key or not."""
    return str(rule.get("gqa_from_4", rule["type"]) if gqa else rule["type"])


def _rule(rule: Mapping[str, Any], gqa: bool) -> str:
    words = {
        "tensors": ", ".join(f"`{tensor}`" for tensor in rule["tensors"]),
        "type": f"`{type_of_rule(rule, gqa)}`",
    }
    match rule.get("layers"):
        case None if gqa and "gqa_from_4" in rule:
            said = _("{tensors}: {type}, as four query heads or more share a key.", **words)
        case None:
            said = _("{tensors}: {type}.", **words)
        case "more":
            said = _("{tensors}: {type} in the first and last eighth of the layers and every third between.", **words)
        case layers:
            said = _("{tensors}: {type} in the first {layers} layers.", layers=layers, **words)
    return said
