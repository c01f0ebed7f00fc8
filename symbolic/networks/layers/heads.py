"""What stands on a decoder: the head of the class of transformers that a config names.

The suffix of the class says which head it is: LlamaForCausalLM, LlamaModel, LlamaForSequenceClassification, …
"""

from __future__ import annotations

from dataclasses import replace

from symbolic.formulas.formula import Formula, Number
from symbolic.formulas.vocabulary import n_labels
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.family import MODEL_CLASS, Option, Options
from symbolic.networks.layers.embedding import output_head

ONE = Number(1)
BARE, SEQUENCE, TOKEN, SPAN = "Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering"
LAST = _(
    "Turns the numbers of the last token, which has gathered what the whole text says, into a score for each of the "
    "`n_labels` classes."
)
FIRST = _(
    "Turns the numbers of the first token, which has gathered what the whole input shows, into a score for each of the "
    "`n_labels` classes."
)
EACH = _(
    "Turns the numbers of each token into a score for each of the `n_labels` classes. Those of the last token, which "
    "has gathered what the whole text says, are the answer; the code computes the others too and drops them."
)
COLUMNS, ADDED = _("One column for each score."), _("One number added to each score.")


def classes(default: str, *others: str) -> Option:
    """The option that names the class: the one with the usual head, and the others in full."""
    return Option(
        MODEL_CLASS,
        default=default,
        meaning=_("which class of transformers it is: what stands on the network"),
        aliases=("architectures",),
        choices=(default, *others),
        quiet=True,
    )


def decoder_classes(default: str, *suffixes: str) -> Option:
    """The classes that share a decoder's stem: `LlamaForCausalLM` with `Model` gives `LlamaModel`."""
    stem = default.removesuffix("ForCausalLM").removesuffix("LMHeadModel")
    return classes(default, *(stem + suffix for suffix in suffixes))


def decoder_head(options: Options, width: Formula, vocab_size: Formula) -> tuple[Block, ...]:
    """The head of the class: scores for tokens, for classes, for places in a text, or none."""
    named = str(options[MODEL_CLASS])
    if named.endswith(SEQUENCE):
        # transformers' classes score every token, then keep the scores of the last.
        return (replace(sequence_classifier(width, about=EACH, bias=False), tokens=None),)
    if named.endswith(TOKEN):
        return (token_classifier(width),)
    if named.endswith(SPAN):
        return (span_head(width, Number(2)),)
    if named.endswith(BARE) and not named.endswith("LMHeadModel"):
        return ()
    return (output_head(width, vocab_size, tied=bool(options["tied_head"]), bias=bool(options.get("head_bias"))),)


def sequence_classifier(width: Formula, *, about: str = FIRST, bias: bool = True) -> Block:
    """A matrix (width, n_labels), and a bias where there is one, over one token of the text or image."""
    return Block(
        "classifier",
        _("classifier"),
        role="classifier",
        tokens=Number(1),
        about=about,
        parts=_classes(width, bias=bias),
    )


def token_classifier(width: Formula) -> Block:
    """A matrix (width, n_labels) and a bias over each token."""
    return Block(
        "token_classifier",
        _("token classifier"),
        role="classifier",
        about=_(
            "Turns the numbers of each token into a score for each of the `n_labels` classes: what kind of word it "
            "is, for example."
        ),
        parts=_classes(width, bias=True),
    )


def span_head(width: Formula, scores: Formula) -> Block:
    """A matrix (width, 2) and a bias over each token: does the answer start here, does it end here."""
    return Block(
        "span_head",
        _("span head"),
        role="classifier",
        about=_(
            "The answer to a question is a piece of the text. Each token gets two scores: whether the answer starts "
            "there, and whether it ends there."
        ),
        parts=(
            Weight("span_matrix", _("span matrix"), (width, scores), Kind.MATRIX, about=COLUMNS),
            Weight("span_bias", _("span bias"), (scores,), Kind.BIAS, about=ADDED),
        ),
    )


def choice_head(width: Formula, scores: Formula = ONE) -> Block:
    """A matrix (width, scores) and a bias over one token: how good this answer is among several."""
    return Block(
        "multiple_choice_head",
        _("multiple-choice head"),
        role="classifier",
        tokens=Number(1),
        about=_("Of several texts, each gets one score; the one with the best is chosen."),
        parts=(
            Weight("choice_matrix", _("choice matrix"), (width, scores), Kind.MATRIX, about=COLUMNS),
            Weight("choice_bias", _("choice bias"), (scores,), Kind.BIAS, about=ADDED),
        ),
    )


def pooler(emb_dim: Formula, width: Formula | None = None) -> Block:
    """A linear layer (emb_dim, width) over the first token; the width is emb_dim where it is not given."""
    wide = emb_dim if width is None else width
    return Block(
        "pooler",
        _("pooler"),
        role="pooler",
        tokens=Number(1),
        about=_(
            "The first token stands for the whole input. One linear layer makes from it the numbers that tasks about "
            "the whole input start from."
        ),
        parts=(
            Weight(
                "pooler_matrix",
                _("pooler matrix"),
                (emb_dim, wide),
                Kind.MATRIX,
                about=_("From `emb_dim` numbers to as many new ones.")
                if wide == emb_dim
                else _("To `pooler_dim` new ones."),
            ),
            Weight("pooler_bias", _("pooler bias"), (wide,), Kind.BIAS, about=_("One number added to each output.")),
        ),
    )


def _classes(width: Formula, *, bias: bool) -> tuple[Weight, ...]:
    matrix = Weight(
        "classifier_matrix",
        _("classifier matrix"),
        (width, n_labels),
        Kind.MATRIX,
        about=_("One column for each class."),
    )
    added = Weight("classifier_bias", _("classifier bias"), (n_labels,), Kind.BIAS, about=ADDED)
    return (matrix, added) if bias else (matrix,)
