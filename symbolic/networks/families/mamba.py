"""Mamba: no attention, no feed-forward network; a state space in each layer does the work of both."""

from __future__ import annotations

from symbolic.formulas.functions import Ceiling
from symbolic.formulas.vocabulary import (
    conv_kernel,
    emb_dim,
    expand,
    inner_dim,
    n_layers,
    state_size,
    time_step_rank,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Source
from symbolic.networks.layers.decoder import layer, rms_decoder, tied_head
from symbolic.networks.layers.heads import BARE, decoder_classes
from symbolic.networks.layers.norm import rms_norm
from symbolic.networks.layers.state_space import selective_state_space

MIXER = "backbone.layers.{}.mixer"


def network(options: Options) -> Block:
    """Gu and Dao 2023, arXiv:2312.00752, §3.4."""
    mamba_layer = layer(
        n_layers,
        selective_state_space(bias=bool(options["use_bias"]), conv_bias=bool(options["use_conv_bias"])),
        rms_norm(
            "rms_norm",
            _("RMS norm"),
            emb_dim,
            about=_(
                "One norm before the mixer keeps the numbers at a common size. It has one factor for each of the "
                "`emb_dim` numbers and no shift."
            ),
        ),
        key="mamba_layer",
        name=noun("Mamba layer", "Mamba layers"),
        about=_(
            "These layers are built alike, and each has numbers of its own, so all add the same "
            "amount. We count one layer and multiply. Positions need no table: the tokens are read in their order."
        ),
    )
    return rms_decoder("Mamba", vocab_size, emb_dim, (mamba_layer,), options)


FAMILY = Family(
    name="mamba",
    title="Mamba",
    about="the first Mamba models, with a selective state space in place of attention",
    sizes={
        vocab_size: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        emb_dim: Need.REQUIRED,
        expand: 2,
        state_size: Need.REQUIRED,
        conv_kernel: 4,
        inner_dim: expand * emb_dim,
        time_step_rank: Ceiling(emb_dim / 16),
    },
    network=network,
    options=(
        Option(
            "use_bias",
            default=False,
            meaning=_("the input and output matrices get a bias each"),
            without=_("the input and output matrices have no biases"),
        ),
        Option(
            "use_conv_bias",
            default=True,
            meaning=_("the convolution gets a bias"),
            without=_("the convolution has no bias"),
        ),
        tied_head(default=True),
        decoder_classes("MambaForCausalLM", BARE),
    ),
    marks=frozenset({"state_size"}),
    aliases={inner_dim: ("d_inner", "intermediate_size")},
    harmless={
        "context_length": _("the tokens are read one after the other: no size depends on how many there are"),
    },
    equal=((inner_dim, expand * emb_dim),),
    model_types=("mamba",),
    model_class="MambaForCausalLM",
    tensors={
        "token_table": "backbone.embeddings.weight",
        "input_matrices": f"{MIXER}.in_proj.weight",
        "input_biases": f"{MIXER}.in_proj.bias",
        "convolution_kernels": f"{MIXER}.conv1d.weight",
        "convolution_bias": f"{MIXER}.conv1d.bias",
        "time_step_down_matrix": f"{MIXER}.x_proj.weight",
        "write_read_matrices": f"{MIXER}.x_proj.weight",
        "time_step_up_matrix": f"{MIXER}.dt_proj.weight",
        "time_step_bias": f"{MIXER}.dt_proj.bias",
        "decay_rates": f"{MIXER}.A_log",
        "skip_factors": f"{MIXER}.D",
        "output_matrix": f"{MIXER}.out_proj.weight",
        "output_bias": f"{MIXER}.out_proj.bias",
        "rms_norm/scale": "backbone.layers.{}.norm.weight",
        "final_rms_norm/scale": "backbone.norm_f.weight",
        "output_head_matrix": "lm_head.weight",
    },
    sources=(
        Source(
            "Gu and Dao 2023, Mamba: Linear-Time Sequence Modeling with Selective State Spaces",
            "https://arxiv.org/abs/2312.00752",
        ),
    ),
)
