"""ViT: an encoder that reads an image as a row of patches and says what it shows."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import (
    emb_dim,
    head_dim,
    hidden_dim,
    image_size,
    n_channels,
    n_heads,
    n_labels,
    n_layers,
    n_patches,
    patch_size,
)
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Source
from symbolic.networks.layers.classifier import LABELS, classifier, count_labels
from symbolic.networks.layers.encoder import encoder_layers
from symbolic.networks.layers.norm import layer_norm
from symbolic.networks.layers.patches import class_token, patch_embedding, patch_positions

LAYER = "vit.layers.{}"
ALL_PATCHES = (
    "Here the patches exchange information: each one gathers from all the others, and so does the class token, what it "
    "can use."
)


def network(options: Options) -> Block:
    """Dosovitskiy et al. 2020, arXiv:2010.11929, §3.1."""
    return Block(
        "ViT",
        role="model",
        tokens=n_patches + 1,
        parts=(
            patch_embedding(),
            class_token(),
            patch_positions(),
            encoder_layers(
                n_layers,
                emb_dim,
                hidden_dim,
                qkv_bias=bool(options["qkv_bias"]),
                place="before",
                about=ALL_PATCHES,
                own=n_patches + 1,
            ),
            layer_norm("final layer norm", emb_dim, about="One more norm after the last layer."),
            classifier(emb_dim, n_labels),
        ),
    )


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """A config gives the number of classes, or their names."""
    return {n_labels: count_labels(values, sizes.get(n_labels.name))}


FAMILY = Family(
    name="vit",
    title="ViT",
    about="Google's Vision Transformer, with its head for image classification",
    sizes={
        image_size: Need.REQUIRED,
        patch_size: Need.REQUIRED,
        n_channels: 3,
        n_patches: (image_size / patch_size) ** 2,
        n_layers: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_labels: Need.PATTERN,
        emb_dim: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(Option("qkv_bias", default=True, meaning="query, key and value get a bias each"),),
    marks=frozenset({"image_size", "patch_size"}),
    fixed={"architectures": ["ViTForImageClassification"]},
    pattern=Pattern((LABELS,), count),
    equal=((n_heads * head_dim, emb_dim),),
    model_types=("vit",),
    model_class="ViTForImageClassification",
    tensors={
        "patch matrix": "vit.embeddings.patch_embeddings.projection.weight",
        "patch bias": "vit.embeddings.patch_embeddings.projection.bias",
        "class token vector": "vit.embeddings.cls_token",
        "position table": "vit.embeddings.position_embeddings",
        "query, key and value matrices": tuple(f"{LAYER}.attention.{name}_proj.weight" for name in "qkv"),
        "query, key and value biases": tuple(f"{LAYER}.attention.{name}_proj.bias" for name in "qkv"),
        "output projection matrix": f"{LAYER}.attention.o_proj.weight",
        "output projection bias": f"{LAYER}.attention.o_proj.bias",
        "first matrix": f"{LAYER}.mlp.fc1.weight",
        "first bias": f"{LAYER}.mlp.fc1.bias",
        "second matrix": f"{LAYER}.mlp.fc2.weight",
        "second bias": f"{LAYER}.mlp.fc2.bias",
        "layer norms/scales": (f"{LAYER}.layernorm_before.weight", f"{LAYER}.layernorm_after.weight"),
        "layer norms/shifts": (f"{LAYER}.layernorm_before.bias", f"{LAYER}.layernorm_after.bias"),
        "final layer norm/scale": "vit.layernorm.weight",
        "final layer norm/shift": "vit.layernorm.bias",
        "classifier matrix": "classifier.weight",
        "classifier bias": "classifier.bias",
    },
    sources=(
        Source("Dosovitskiy et al. 2020, An Image is Worth 16x16 Words", "https://arxiv.org/abs/2010.11929"),
        Source("Vaswani et al. 2017, Attention Is All You Need", "https://arxiv.org/abs/1706.03762"),
    ),
)
