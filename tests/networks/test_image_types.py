"""Image types: what torchvision prints of its models, how code rounds channels, and what stages are called."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from symbolic import explain
from symbolic.errors import ConfigError
from symbolic.networks.learned.notation import formula

# `num_params` in torchvision 0.20's metadata of each model's weights for the 1,000 classes of ImageNet.
TORCHVISION = (
    ({"model_type": "efficientnet", "width_coefficient": 1.0, "depth_coefficient": 1.0, "hidden_dim": 1280}, 5_288_548),
    ({"model_type": "convnext"}, 28_589_128),
    ({"model_type": "mobilenet_v2"}, 3_504_872),
    ({"model_type": "resnet"}, 25_557_032),
    (
        {"model_type": "resnet", "layer_type": "basic", "hidden_sizes": [64, 128, 256, 512], "depths": [2, 2, 2, 2]},
        11_689_512,
    ),
    (
        {"model_type": "regnet", "hidden_sizes": [48, 104, 208, 440], "depths": [1, 3, 6, 6], "groups_width": 8},
        4_344_144,
    ),
    (
        {
            "model_type": "regnet",
            "layer_type": "x",
            "groups_width": 16,
            "hidden_sizes": [32, 64, 160, 400],
            "depths": [1, 2, 7, 12],
        },
        5_495_976,
    ),
)


@pytest.mark.parametrize(("config", "total"), TORCHVISION)
def test_an_image_type_has_the_total_that_torchvision_prints(config: dict[str, Any], total: int) -> None:
    assert explain({**config, "num_labels": 1000}).total == total


def test_a_first_stage_that_halves_the_image_has_a_shortcut_though_its_width_stays() -> None:
    # A kernel of one place from 8 channels to 8, and the two vectors of its norm.
    stem = {
        "model_type": "resnet",
        "layer_type": "basic",
        "embedding_size": 8,
        "hidden_sizes": [8, 16],
        "depths": [1, 1],
    }
    halved = explain({**stem, "downsample_in_first_stage": True}).total
    assert halved - explain(stem).total == 8 * 8 + 2 * 8


@pytest.mark.parametrize(
    ("model_type", "usual"),
    [
        ("beit", False),
        ("beit BeitModel", False),
        ("data2vec-vision", False),
        ("dinov2", True),
        ("dinov2 Dinov2Model", True),
    ],
)
def test_a_token_for_masked_places_is_one_vector_where_the_config_asks_for_it(model_type: str, usual: bool) -> None:
    name, *classes = model_type.split()
    small = {"model_type": name, "hidden_size": 24, "num_attention_heads": 2, "num_hidden_layers": 1}
    small |= {"architectures": classes} if classes else {}
    with_token, without = (explain({**small, "use_mask_token": used}).total for used in (True, False))
    assert with_token - without == 24
    assert explain(small).total == (with_token if usual else without)


@pytest.mark.parametrize("kind", ["plain", None])
def test_a_kind_of_layer_that_the_code_does_not_have_is_refused(kind: str | None) -> None:
    with pytest.raises(ConfigError, match="layer_type"):
        explain({"model_type": "resnet", "layer_type": kind})


def test_blocks_are_numbered_on_from_stage_to_stage() -> None:
    # One block more in the second stage: one more of its later blocks, whatever comes behind.
    plain = {"model_type": "efficientnet", "depth_coefficient": 1.0, "width_coefficient": 1.0}
    repeats = [1, 2, 2, 3, 3, 4, 1]
    longer = [explain({**plain, "num_block_repeats": [1, more, *repeats[2:]]}).total for more in (2, 3, 4)]
    assert longer[2] - longer[1] == longer[1] - longer[0] > 0


@pytest.mark.parametrize("value", [Fraction(number, 10) for number in range(1, 700, 23)])
def test_channels_are_rounded_as_code_rounds_them(value: Fraction) -> None:
    # The rule of MobileNet: the nearest multiple of 8, at least 8, and never less than nine tenths.
    wanted = max(8, math.floor(value + 4) // 8 * 8)
    wanted += 8 if wanted < Fraction(9, 10) * value else 0
    assert formula("divisible(value, 8, 8)").value({"value": value}) == wanted
    assert formula("round(value)").value({"value": value}) == round(value)


def test_stages_have_their_number_and_no_factor_of_one() -> None:
    page = explain({"model_type": "swin"}).to("text")
    assert "Stage 1" in page
    assert "Stage 4" in page
    assert "kind-" not in page
    assert "× 1)" not in page


def test_a_width_that_the_code_works_out_is_a_definition() -> None:
    model = explain({"model_type": "mobilenet_v2", "depth_multiplier": 1.4}).model
    made = {symbol.name: definition for symbol, definition in model.definitions.items()}
    # 320 * 1.4 = 448, a multiple of 8 already; 24 * 1.4 = 33.6 lies nearer to 32.
    assert {"widths_16", "widths_1"} <= made.keys()
    assert (model.sizes["widths_16"], model.sizes["widths_1"]) == (448, 32)


def test_stacks_with_other_numbers_of_a_kind_are_counted_each_on_its_own() -> None:
    # A layer more in the second stage is an attention and a feed-forward network of its width, whatever the third has.
    width, keys, heads, resolution = 256, 16, 8, 7
    attention = width * 4 * keys * heads + 2 * 4 * keys * heads + 2 * keys * heads * width + 2 * width
    network = 2 * (width * 2 * width) + 2 * 2 * width + 2 * width
    plain, longer = (explain({"model_type": "levit", "depths": [4, depth, 3]}).total for depth in (4, 5))
    assert longer - plain == attention + heads * resolution**2 + network


def test_levit_of_another_number_of_stages_is_refused() -> None:
    with pytest.raises(ConfigError, match="len\\(depths\\) != 3"):
        explain({"model_type": "levit", "depths": [2, 2]})


@pytest.mark.parametrize(
    ("language", "says", "never"),
    [
        (
            "en",
            (
                "how many channels the first convolution makes",
                "The formulas hold for this number only.",
                "54 parameters",
            ),
            ("token", "It does not change", "We count one and multiply", "Part 2 matrix"),
        ),
        ("de", ("wie viele Kanäle die erste Faltung erzeugt", "Schicht 2 (Stufe 4)"), ("layer 2", "Token")),
    ],
)
def test_a_page_of_a_convnet_speaks_of_channels_and_of_no_tokens(
    language: str, says: tuple[str, ...], never: tuple[str, ...]
) -> None:
    """A ResNet-18: its depths are in no formula, and yet they change its count."""
    page = " ".join(str(explain(TORCHVISION[4][0]).to("text", language=language)).split())
    assert [one for one in says if one not in page] == [], page[:2000]
    assert [one for one in never if one in page] == [], page[:2000]
