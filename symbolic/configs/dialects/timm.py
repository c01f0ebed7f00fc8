"""timm's config.json: the name of a vision transformer says its sizes. https://github.com/huggingface/pytorch-image-models.

Names and sizes: timm/models/vision_transformer.py and timm/models/deit.py, at and below `vit_tiny_patch16_224`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

NAME = re.compile(r"^(vit|deit)_(tiny|small|base|large|huge)_patch(\d+)_(\d+)(\.\w+)?$")
SIZES = {
    "tiny": (192, 12, 3),
    "small": (384, 12, 6),
    "base": (768, 12, 12),
    "large": (1024, 24, 16),
    "huge": (1280, 32, 16),
}
"""Width, layers and heads."""
ABOUT = frozenset({"num_features", "global_pool", "pretrained_cfg", "architecture", "num_classes", "model_args"})


def translate(values: Values) -> dict[str, object]:
    """Return ViT with a classifier; ConfigError for a network whose sizes its name does not say."""
    found = NAME.match(str(values["architecture"]))
    if found is None:
        raise ConfigError(
            f"architecture {shown(values['architecture'])} is a name whose sizes stand in timm's code; we know those "
            "of its plain vision transformers, such as vit_base_patch16_224 and deit_small_patch16_224"
        )
    about = values["pretrained_cfg"] if isinstance(values["pretrained_cfg"], Mapping) else {}
    classes = number(values, "num_classes", number(about, "num_classes", 1000))
    if not classes:
        raise ConfigError("num_classes 0 leaves out the classifier, which we don't derive; say how many there are")
    (width, layers, heads), image = SIZES[found[2]], int(found[4])
    changed = values.get("model_args")
    if isinstance(changed, Mapping) and changed.keys() - {"img_size"}:
        raise ConfigError(
            f"model_args changes {', '.join(map(shown, changed))}, and we know no other size than img_size"
        )
    if isinstance(changed, Mapping) and "img_size" in changed:
        image = number(changed, "img_size", 0) or 0
    return {
        **{key: value for key, value in values.items() if key not in ABOUT},
        "model_type": "vit",
        "architectures": ["ViTForImageClassification"],
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": 4 * width,
        "patch_size": int(found[3]),
        "image_size": image,
        "num_labels": classes,
    }


DIALECT = Dialect(
    title="timm",
    any_of=frozenset({"pretrained_cfg"}),
    needed=frozenset({"architecture", "pretrained_cfg"}),
    translate=translate,
)
