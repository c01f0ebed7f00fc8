"""How an image becomes tokens: cut into patches, each turned into a vector.

Dosovitskiy et al. 2020, arXiv:2010.11929, §3.1.
"""

from __future__ import annotations

from symbolic.formulas.vocabulary import emb_dim, encoder_stride, n_channels, n_patches, patch_size
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.layers.embedding import embedding_dropout


def patch_embedding() -> Block:
    """A linear layer from a patch's (n_channels, patch_size, patch_size) numbers to (emb_dim,)."""
    return Block(
        "patch_embedding",
        _("patch embedding"),
        role="patch-embedding",
        tokens=n_patches,
        about=_(
            "The image is cut into `n_patches` square patches; they are the tokens. A patch has `n_channels` × "
            "`patch_size` × `patch_size` numbers, one for each colour of each pixel."
        ),
        parts=(
            Weight(
                "patch_matrix",
                _("patch matrix"),
                (emb_dim, n_channels, patch_size, patch_size),
                Kind.KERNEL,
                about=_("Turns the numbers of a patch into `emb_dim` new ones; the same matrix for all patches."),
            ),
            Weight("patch_bias", _("patch bias"), (emb_dim,), Kind.BIAS, about=_("One number added to each output.")),
        ),
    )


def class_token() -> Block:
    """One learned token of (emb_dim,)."""
    return Block(
        "class_token",
        _("class token"),
        role="class-token",
        about=_(
            "One more token is put in front of the patches. It shows no part of the image: it starts as `emb_dim` "
            "learned numbers and gathers, layer by layer, what helps to tell the class."
        ),
        parts=(Weight("class_token_vector", _("class token vector"), (emb_dim,), Kind.VECTOR),),
    )


def patch_positions() -> Block:
    """A learned row of (emb_dim,) for each patch and the class token."""
    return Block(
        "position_embedding",
        _("position embedding"),
        role="position",
        about=_(
            "Attention alone does not see where a patch lies. So a table has one row of `emb_dim` numbers for each "
            "of the `n_patches` patches and one for the class token, and the row of its place is added to each."
        ),
        parts=(
            Weight("patch_position_table", _("position table"), (n_patches + 1, emb_dim), Kind.TABLE),
            *embedding_dropout(emb_dim),
        ),
    )


def mask_token() -> Block:
    """One learned token of (emb_dim,) that stands for a hidden patch."""
    return Block(
        "mask_token",
        _("mask token"),
        role="class-token",
        about=_("The network learns by guessing patches that are hidden. This token stands in the place of each."),
        parts=(Weight("mask_token_vector", _("mask token vector"), (emb_dim,), Kind.VECTOR),),
    )


def pixel_head() -> Block:
    """A matrix from (emb_dim,) to the colours of a square of encoder_stride pixels, and a bias.

    Xie et al. 2021, SimMIM, arXiv:2111.09886, §3.4.
    """
    pixels = encoder_stride * encoder_stride * n_channels
    return Block(
        "pixel_head",
        _("pixel head"),
        role="head-transform",
        tokens=n_patches,
        about=_(
            "Guesses the pixels of each patch: `n_channels` colours for each of `encoder_stride` × `encoder_stride` "
            "pixels."
        ),
        parts=(
            Weight(
                "pixel_matrix",
                _("pixel matrix"),
                (pixels, emb_dim),
                Kind.KERNEL,
                about=_("From `emb_dim` numbers to the pixels."),
            ),
            Weight("pixel_bias", _("pixel bias"), (pixels,), Kind.BIAS, about=_("One number added to each output.")),
        ),
    )
