"""Experts: many feed-forward networks side by side, of which each token uses a few, and the router that chooses them.

Shazeer et al. 2017, arXiv:1701.06538.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Formula
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.family import AsIs
from symbolic.networks.layers.feed_forward import gated, swiglu
from symbolic.networks.layers.tensors import FEED_FORWARD

CORRECTED = _(
    "For this choice each expert also has a number that corrects its score, so that all experts are kept busy. "
    "A rule sets it, not gradient descent; so it is a buffer, and not counted here."
)
ROUTED = _(
    "In place of one feed-forward network there are `n_experts` of them, called experts, and only `n_active_experts` "
    "work on one token. The router chooses these: it gives each expert a score, and those with the best scores work."
)
DENSE = _(
    "This part works on each token alone. In these layers there is one gated feed-forward network and no experts."
)


def router(emb_dim: Formula, n_experts: Formula, *, bias: bool = False, correction: bool = False) -> Block:
    """A matrix (emb_dim, n_experts) that scores the experts; a bias or a correction of (n_experts,)."""
    parts = [
        Weight(
            "router_matrix",
            _("router matrix"),
            (emb_dim, n_experts),
            Kind.MATRIX,
            about=_("The matrix has one column for each expert: the token times that column is the expert's score."),
        )
    ]
    if bias:
        parts.append(
            Weight(
                "router_bias",
                _("router bias"),
                (n_experts,),
                Kind.BIAS,
                about=_("One number added to the score of each expert."),
            )
        )
    if correction:
        parts.append(
            Weight(
                "router_correction_bias",
                _("router correction bias"),
                (n_experts,),
                Kind.BUFFER,
                about=_(
                    "One number added to the score of each expert, so that every expert gets work. It is not trained "
                    "with the weights: after each step of training it is moved by a fixed amount."
                ),
            )
        )
    return Block(
        "router",
        _("router"),
        role="router",
        about=Sentences(ROUTED, CORRECTED if correction else ""),
        parts=tuple(parts),
    )


def experts(
    emb_dim: Formula, width: Formula, n_experts: Formula, n_active_experts: Formula, *, bias: bool = False
) -> Block:
    """n_experts gated feed-forward networks of their own, n_active_experts of them at work on one token."""
    return Block(
        "expert",
        noun("expert", "experts"),
        role="experts",
        about=_(
            "The experts are feed-forward networks of one shape, each with weights of its own. All `n_experts` are "
            "stored. A token passes through `n_active_experts` of them, and their results are added up, weighted by "
            "the router's scores."
        ),
        repeat=n_experts,
        active=n_active_experts,
        parts=gated(emb_dim, width, bias=bias),
    )


def shared_experts(emb_dim: Formula, expert_dim: Formula, n_shared_experts: Formula, *, bias: bool = False) -> Block:
    """Experts for every token, side by side: one network of width n_shared_experts × expert_dim.

    DeepSeekMoE, arXiv:2401.06066, §3.2.
    """
    return Block(
        "shared_experts",
        _("shared experts"),
        role="experts",
        about=_(
            "Beside the experts that are chosen stand `n_shared_experts` that are not: every token passes through "
            "them. They are stored as one network that is `n_shared_experts` × `expert_dim` wide in the middle."
        ),
        parts=gated(emb_dim, n_shared_experts * expert_dim, bias=bias),
    )


def gated_shared_expert(emb_dim: Formula, width: Formula) -> Block:
    """One expert for every token, and a matrix (emb_dim, 1) that says how much of its result to take."""
    gate = Weight(
        "shared_expert_gate",
        _("shared expert gate"),
        (emb_dim,),
        Kind.VECTOR,
        about=_("Multiplied with the token, these numbers say how much of the shared expert's result is added."),
    )
    return Block(
        "shared_expert",
        noun("shared expert", "shared experts"),
        role="experts",
        about=_("Beside the experts that are chosen stands one that is not: every token passes through it."),
        parts=(*gated(emb_dim, width), gate),
    )


def dense_feed_forward(emb_dim: Formula, hidden_dim: Formula, *, bias: bool = False) -> Block:
    """Return the plain network of the layers without experts."""
    return swiglu(emb_dim, hidden_dim, bias=bias, about=DENSE)


EXPERT_TENSORS: Mapping[str, str | tuple[str, ...]] = {
    "router_matrix": f"{FEED_FORWARD}.gate.weight",
    "expert/gate_up_matrices": f"{FEED_FORWARD}.experts.gate_up_proj",
    "expert/down_matrix": f"{FEED_FORWARD}.experts.down_proj",
}
"""Where transformers keeps them: the experts of a layer stacked in one tensor, gate and up side by side."""

BIASED_EXPERT_TENSORS: Mapping[str, str | tuple[str, ...]] = {
    "router_matrix": f"{FEED_FORWARD}.router.weight",
    "router_bias": f"{FEED_FORWARD}.router.bias",
    "expert/gate_up_matrices": (AsIs(f"{FEED_FORWARD}.experts.gate_up_proj"),) * 2,
    "expert/gate_up_biases": f"{FEED_FORWARD}.experts.gate_up_proj_bias",
    "expert/down_matrix": AsIs(f"{FEED_FORWARD}.experts.down_proj"),
    "expert/down_bias": f"{FEED_FORWARD}.experts.down_proj_bias",
}
"""The same where experts have biases."""


def shared_tensors(key: str) -> dict[str, str | tuple[str, ...]]:
    """Return where transformers keeps the shared experts: `shared_expert` in `mlp.shared_expert`."""
    place = f"{FEED_FORWARD}.{key}"
    return {
        f"{key}/gate_up_matrices": (f"{place}.gate_proj.weight", f"{place}.up_proj.weight"),
        f"{key}/gate_up_biases": (f"{place}.gate_proj.bias", f"{place}.up_proj.bias"),
        f"{key}/down_matrix": f"{place}.down_proj.weight",
        f"{key}/down_bias": f"{place}.down_proj.bias",
        f"{key}/shared_expert_gate": f"{place}_gate.weight",
    }
