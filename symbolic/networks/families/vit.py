"""ViT: an encoder that reads an image as a row of patches and says what it shows."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.vocabulary import (
    emb_dim,
    encoder_stride,
    head_dim,
    hidden_dim,
    image_size,
    n_channels,
    n_heads,
    n_labels,
    n_layers,
    n_patches,
    patch_size,
    pooler_dim,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import MODEL_CLASS, Family, Need, Option, Options, Source
from symbolic.networks.layers.encoder import encoder_layers
from symbolic.networks.layers.heads import classes, pooler, sequence_classifier
from symbolic.networks.layers.norm import layer_norm
from symbolic.networks.layers.patches import class_token, mask_token, patch_embedding, patch_positions, pixel_head

CLASSIFYING, BARE, GUESSING = "ViTForImageClassification", "ViTModel", "ViTForMaskedImageModeling"
LAYER = "vit.layers.{}"
ALL_PATCHES = _(
    "Here the patches exchange information: each one gathers what it can use from all the others, and "
    "so does the class token."
)


def network(options: Options) -> Block:
    """Dosovitskiy et al. 2020, arXiv:2010.11929, §3.1."""
    named = str(options[MODEL_CLASS])
    heads: Mapping[str, Block] = {
        CLASSIFYING: sequence_classifier(emb_dim),
        BARE: pooler(emb_dim, pooler_dim),
        GUESSING: pixel_head(),
    }
    return Block(
        "model",
        "ViT",
        role="model",
        tokens=n_patches + 1,
        parts=(
            patch_embedding(),
            class_token(),
            *((mask_token(),) if named == GUESSING else ()),
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
            layer_norm(
                "final_layer_norm", _("final layer norm"), emb_dim, about=_("One more norm after the last layer.")
            ),
            heads[named],
        ),
    )


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
        n_labels: Need.LABELS,
        emb_dim: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        head_dim: emb_dim / n_heads,
        pooler_dim: emb_dim,
        encoder_stride: 16,
    },
    network=network,
    options=(
        Option(
            "qkv_bias",
            default=True,
            meaning=_("query, key and value get a bias each"),
            without=_("query, key and value have no biases"),
        ),
        classes(CLASSIFYING, BARE, GUESSING),
    ),
    marks=frozenset({"image_size", "patch_size"}),
    fixed={"n_kv_groups": n_heads},
    harmless={"pooler_act": _("an activation function has no weights")},
    head_sizes=frozenset({pooler_dim, encoder_stride}),
    if_null={head_dim: Need.REQUIRED},
    equal=((n_heads * head_dim, emb_dim),),
    model_types=("vit",),
    model_class="ViTForImageClassification",
    tensors={
        "patch_matrix": "vit.embeddings.patch_embeddings.projection.weight",
        "patch_bias": "vit.embeddings.patch_embeddings.projection.bias",
        "class_token_vector": "vit.embeddings.cls_token",
        "patch_position_table": "vit.embeddings.position_embeddings",
        "query_key_value_matrices": tuple(f"{LAYER}.attention.{name}_proj.weight" for name in "qkv"),
        "query_key_value_biases": tuple(f"{LAYER}.attention.{name}_proj.bias" for name in "qkv"),
        "output_projection_matrix": f"{LAYER}.attention.o_proj.weight",
        "output_projection_bias": f"{LAYER}.attention.o_proj.bias",
        "first_matrix": f"{LAYER}.mlp.fc1.weight",
        "first_bias": f"{LAYER}.mlp.fc1.bias",
        "second_matrix": f"{LAYER}.mlp.fc2.weight",
        "second_bias": f"{LAYER}.mlp.fc2.bias",
        "layer_norms/scale": (f"{LAYER}.layernorm_before.weight", f"{LAYER}.layernorm_after.weight"),
        "layer_norms/shift": (f"{LAYER}.layernorm_before.bias", f"{LAYER}.layernorm_after.bias"),
        "final_layer_norm/scale": "vit.layernorm.weight",
        "final_layer_norm/shift": "vit.layernorm.bias",
        "classifier_matrix": "classifier.weight",
        "classifier_bias": "classifier.bias",
        "pooler_matrix": "vit.pooler.dense.weight",
        "pooler_bias": "vit.pooler.dense.bias",
        "mask_token_vector": "vit.embeddings.mask_token",
        "pixel_matrix": "decoder.0.weight",
        "pixel_bias": "decoder.0.bias",
    },
    sources=(
        Source("Dosovitskiy et al. 2020, An Image is Worth 16x16 Words", "https://arxiv.org/abs/2010.11929"),
        Source("Vaswani et al. 2017, Attention Is All You Need", "https://arxiv.org/abs/1706.03762"),
    ),
)
