"""The selective state space of Mamba: a memory of fixed size that each token writes to and reads from.

Gu and Dao 2023, arXiv:2312.00752, §3. The names of the paper stand in brackets.
"""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number
from symbolic.formulas.vocabulary import conv_kernel, emb_dim, inner_dim, state_size, time_step_rank, tokens
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Cache, Contraction, Kind, Weight

ABOUT = _(
    "This takes the place of attention and of the feed-forward network. The tokens are read one after the other. Each "
    "token is widened to `inner_dim` numbers, its channels, and each channel keeps a memory of `state_size` numbers "
    "that is updated at every token. So a token does not look back at the others: it reads what the memory kept of "
    "them. The memory is not learned, so it is not counted; what is learned is how to write, to forget and to read. "
    "(The capital letters in brackets are the paper's names.)"
)


def selective_state_space(*, bias: bool, conv_bias: bool) -> Block:
    """The mixer: in, a short convolution, the state space of (inner_dim, state_size), out."""
    return Block(
        "state_space_mixer",
        _("state-space mixer"),
        role="state-space",
        about=ABOUT,
        parts=(
            Weight(
                "input_matrices",
                _("input matrices"),
                (emb_dim, inner_dim),
                Kind.MATRIX,
                about=_(
                    "Two matrices widen each token from `emb_dim` to `inner_dim` numbers: one makes the channels, "
                    "the other a gate that decides at the end how much of each channel passes."
                ),
                copies=2,
                members=("input", "gate"),
            ),
            *_bias("input_biases", _("input biases"), 2, inner_dim, wanted=bias),
            Weight(
                "convolution_kernels",
                _("convolution kernels"),
                (inner_dim, conv_kernel),
                Kind.KERNEL,
                about=_(
                    "First each channel mixes its numbers of the last `conv_kernel` tokens: it has one "
                    "factor for each of them."
                ),
            ),
            *_bias("convolution_bias", _("convolution bias"), 1, inner_dim, wanted=conv_bias),
            Weight(
                "write_read_matrices",
                _("write and read matrices"),
                (inner_dim, state_size),
                Kind.MATRIX,
                about=_(
                    "Make two lists of `state_size` numbers from each token: one says where in the memory the token "
                    "writes (B), the other what is read from it (C). All channels share them."
                ),
                copies=2,
                members=("write", "read"),
            ),
            *_time_step(),
            Weight(
                "decay_rates",
                _("decay rates"),
                (inner_dim, state_size),
                Kind.VECTOR,
                about=_("One rate for each number of the memory: how fast it fades (A)."),
            ),
            Weight(
                "skip_factors",
                _("skip factors"),
                (inner_dim,),
                Kind.VECTOR,
                about=_("One factor for each channel: how much of it goes past the memory to the output (D)."),
            ),
            Contraction(
                "reading_memory",
                _("reading the memory"),
                (tokens, inner_dim, state_size),
                about=_(
                    "What each channel remembers is multiplied by what is to be read from it, and added up. "
                    "Writing and fading go number by number: that is no matrix product, and not counted."
                ),
            ),
            Weight(
                "output_matrix",
                _("output matrix"),
                (inner_dim, emb_dim),
                Kind.MATRIX,
                about=_("Brings the `inner_dim` channels back to `emb_dim` numbers."),
            ),
            *_bias("output_bias", _("output bias"), 1, emb_dim, wanted=bias),
            Cache(
                "memory",
                _("memory"),
                (inner_dim, state_size),
                Number(1),
                about=_(
                    "All that is kept of the text: `state_size` numbers for each channel, however long the text is."
                ),
            ),
            Cache(
                "last_tokens_of_convolution",
                _("last tokens of the convolution"),
                (inner_dim, conv_kernel),
                Number(1),
                about=_("The channels of the last `conv_kernel` tokens, which the convolution mixes."),
            ),
        ),
    )


def _time_step() -> tuple[Weight, ...]:
    return (
        Weight(
            "time_step_down_matrix",
            _("time step down matrix"),
            (inner_dim, time_step_rank),
            Kind.MATRIX,
            about=_(
                "Each channel has a step at each token: a large one overwrites the memory, a small one keeps it. "
                "Two matrices make the steps; this one squeezes the channels to `time_step_rank` numbers."
            ),
        ),
        Weight(
            "time_step_up_matrix",
            _("time step up matrix"),
            (time_step_rank, inner_dim),
            Kind.MATRIX,
            about=_("The second matrix makes a step for each of the `inner_dim` channels from these numbers."),
        ),
        Weight(
            "time_step_bias",
            _("time step bias"),
            (inner_dim,),
            Kind.BIAS,
            about=_("One number added to the step of each channel."),
        ),
    )


def _bias(key: str, name: str, copies: int, width: Formula, *, wanted: bool) -> tuple[Weight, ...]:
    about = _("One number added to each output.")
    return (Weight(key, name, (width,), Kind.BIAS, about=about, copies=copies),) if wanted else ()
