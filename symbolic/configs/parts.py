"""A config of several parts, such as one that sees and one that writes: which of them is derived, which is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from symbolic.errors import ConfigError, shown
from symbolic.formulas.vocabulary import SIZE_KEYS
from symbolic.language import lazy as _

TEXT = ("text_config", "llm_config", "language_config")
OTHERS = {
    "vision_config": _("the part that sees images"),
    "audio_config": _("the part that hears"),
    "visual": _("the part that sees images"),
    "vision_tower_config": _("the part that sees images"),
    "vision_tower": _("the part that sees images"),
    "mm_vision_tower": _("the part that sees images"),
    "speech_config": _("the part that hears"),
    "talker_config": _("the part that speaks"),
    "projector_config": _("the part between images and text"),
    "qformer_config": _("the part between images and text"),
}
# Classes of the whole that write text: its language model has its usual head.
WRITES = ("ForConditionalGeneration", "ForCausalLM", "LMHeadModel", "ForVision2Seq", "ForImageTextToText")
SHARED = ("tie_word_embeddings",)


class Parts(NamedTuple):
    """The language model's own config, the keys around it, and the parts that are not derived."""

    text: Mapping[str, object]
    around: Mapping[str, object]
    left_out: Mapping[str, str]
    prefix: str = ""


def split(values: Mapping[str, object], source: str) -> Parts:
    """Return the parts of a config; ConfigError where the whole isn't a model that writes."""
    inner, text = next(((key, part) for key in TEXT if isinstance(part := values.get(key), Mapping)), ("", values))
    left_out = {key: reason for key, reason in OTHERS.items() if values.get(key) not in (None, {})}
    if not inner:
        text = {key: value for key, value in values.items() if key not in left_out}
        return Parts(text, {}, left_out)
    shared = {key: values[key] for key in SHARED if key in values and key not in text}
    around = {key: value for key, value in values.items() if key not in (inner, *left_out, *shared)}
    _check_class(around, source)
    _check_sizes(around, inner, text, source)
    return Parts({**shared, **text}, around, left_out, f"{inner}.")


def _check_sizes(around: Mapping[str, object], inner: str, text: Mapping[str, object], source: str) -> None:
    """Refuse a size that the whole gives and its language model gives otherwise: one of them would be dropped."""
    for key, value in around.items():
        if key in SIZE_KEYS and key in text and text[key] != value:
            raise ConfigError(
                f"{source}: {key} is {shown(value)}, and in {inner} it is {shown(text[key])}; keep the right one"
            )


def _check_class(around: Mapping[str, object], source: str) -> None:
    classes = around.get("architectures")
    named = classes if isinstance(classes, list | tuple) else () if classes is None else (classes,)
    for name in named:
        if not str(name).endswith(WRITES):
            raise ConfigError(
                f"{source}: architectures {shown(name)} is a model of several parts whose head we don't know; "
                "give the language model's own config, or read the whole off its code with --trace"
            )
