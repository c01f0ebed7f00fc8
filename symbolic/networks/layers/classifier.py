"""Heads that sort a whole text or image into one of several classes."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Formula, Number
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight

LABELS = "id2label"


def classifier(width: Formula, n_labels: Formula) -> Block:
    """A matrix (width, n_labels) and a bias."""
    return Block(
        "classifier",
        _("classifier"),
        role="classifier",
        tokens=Number(1),
        about=_(
            "Turns the numbers of the first token, which has gathered what the whole input shows, into a score for "
            "each of the `n_labels` classes."
        ),
        parts=(
            Weight(
                "classifier_matrix",
                _("classifier matrix"),
                (width, n_labels),
                Kind.MATRIX,
                about=_("One column for each class."),
            ),
            Weight(
                "classifier_bias",
                _("classifier bias"),
                (n_labels,),
                Kind.BIAS,
                about=_("One number added to each score."),
            ),
        ),
    )


def pooler(emb_dim: Formula) -> Block:
    """A linear layer (emb_dim, emb_dim) over the first token."""
    return Block(
        "pooler",
        _("pooler"),
        role="pooler",
        tokens=Number(1),
        about=_(
            "The first token stands for the whole text. One linear layer makes from it the numbers that tasks about "
            "the whole text start from."
        ),
        parts=(
            Weight(
                "pooler_matrix",
                _("pooler matrix"),
                (emb_dim, emb_dim),
                Kind.MATRIX,
                about=_("From `emb_dim` numbers to as many new ones."),
            ),
            Weight("pooler_bias", _("pooler bias"), (emb_dim,), Kind.BIAS, about=_("One number added to each output.")),
        ),
    )


def count_labels(values: Mapping[str, object], given: int | None) -> int:
    """Return the number of classes: given, or that of the names in the config, or two, Hugging Face's default."""
    names = values.get(LABELS)
    if names is None:
        return 2 if given is None else given
    if not isinstance(names, Mapping) or not names:
        raise ConfigError(f"{LABELS} must name each class, got {shown(names)}; give a dict of names")
    if given is not None and given != len(names):
        raise ConfigError(f"n_labels is {shown(given)} and {LABELS} names {len(names)} classes; keep one")
    return len(names)
