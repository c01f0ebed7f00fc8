"""OpenCLIP's model configs: an image tower and a text tower. https://github.com/mlfoundations/open_clip, model.py."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

IMAGES = {"layers": 12, "width": 768, "head_width": 64, "mlp_ratio": 4, "patch_size": 16, "image_size": 224}
"""What the image tower's sizes are where the config says nothing."""
TEXT = {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12, "mlp_ratio": 4}
"""What the text tower's sizes are where the config says nothing."""
NO_WEIGHTS = frozenset(
    {
        *("patch_dropout", "output_tokens", "pool_type", "global_average_pool", "act_kwargs", "norm_kwargs"),
        *("hf_tokenizer_name", "tokenizer_mode", "tokenizer_kwargs", "pad_id", "no_causal_mask"),
        *("final_ln_after_pool", "hf_model_pretrained", "timm_model_pretrained", "eos_id"),
    }
)
"""Keys of a tower that add no weight and take none away."""
USUAL = {"pos_embed_type": "learnable", "proj_type": "linear"}
"""What a key of a tower has in CLIP's network, where that is not false or nothing."""


def translate(values: Values) -> dict[str, object]:
    """Return the config of Hugging Face's CLIP, whose towers have the same weights; ConfigError for other towers."""
    images, text = _tower(values, "vision_cfg", IMAGES), _tower(values, "text_cfg", TEXT)
    if values.get("multimodal_cfg"):
        raise ConfigError("multimodal_cfg makes CoCa, which has a third tower; we derive CLIP's two")
    if values.get("init_logit_bias") is not None:
        raise ConfigError("init_logit_bias makes SigLIP's loss, which learns a bias; we derive CLIP's network")
    rest = {
        key: value
        for key, value in values.items()
        if key not in ("embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text", "init_logit_scale")
        and value is not None
    }
    act = "quick_gelu" if values.get("quick_gelu") else "gelu"
    return {
        **rest,
        "model_type": "clip",
        "architectures": ["CLIPModel"],
        "projection_dim": values["embed_dim"],
        "vision_config": {
            **_common(images, "vision_cfg"),
            "num_attention_heads": _heads(images),
            "patch_size": images["patch_size"],
            "image_size": images["image_size"],
            "hidden_act": act,
        },
        "text_config": {
            **_common(text, "text_cfg"),
            "num_attention_heads": text["heads"],
            "vocab_size": text["vocab_size"],
            "max_position_embeddings": text["context_length"],
            "hidden_act": act,
        },
    }


def _tower(values: Values, name: str, usual: Mapping[str, object]) -> dict[str, object]:
    """Return the sizes of a tower; ConfigError where it is built otherwise than CLIP's."""
    given = values[name]
    if not isinstance(given, Mapping):
        raise ConfigError(f"{name} must be a table, got {shown(given)}")
    if isinstance(given.get("layers"), list | tuple):
        raise ConfigError(f"{name}: layers {shown(given['layers'])} make a ResNet; we derive CLIP's transformers")
    for key, value in given.items():
        if key not in usual and key not in NO_WEIGHTS and value not in (None, False, USUAL.get(key)):
            raise ConfigError(f"{name}: {key} {shown(value)} makes another tower than CLIP's transformer")
    return {key: usual_one if given.get(key) is None else given[key] for key, usual_one in usual.items()}


def _common(tower: Mapping[str, object], name: str) -> dict[str, object]:
    """Return what tells both towers apart: width, layers, and the width of the feed-forward network."""
    width, ratio = tower["width"], tower["mlp_ratio"]
    finite = isinstance(ratio, int | float) and not isinstance(ratio, bool) and isfinite(ratio)
    if not isinstance(width, int) or isinstance(width, bool) or not finite:
        raise ConfigError(f"{name}: width and mlp_ratio must be numbers, got {shown(width)} and {shown(ratio)}")
    # OpenCLIP rounds the width down: its 5120 / 1280 is written 4.0, its 6144 / 1408 4.3637.
    inner = width * Fraction(str(ratio))
    return {"hidden_size": width, "num_hidden_layers": tower["layers"], "intermediate_size": int(inner)}


def _heads(images: Mapping[str, object]) -> int:
    width, each = number(images, "width"), number(images, "head_width")
    if not width or not each or each < 1:
        raise ConfigError(f"vision_cfg: head_width must be a whole number above 0, got {shown(images['head_width'])}")
    return width // each


DIALECT = Dialect(
    title="OpenCLIP",
    needed=frozenset({"embed_dim", "vision_cfg", "text_cfg"}),
    any_of=frozenset({"vision_cfg"}),
    translate=translate,
)
