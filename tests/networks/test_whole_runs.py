"""What wholes of several networks compute and keep: PyTorch's own count of operations, the bytes of a real cache."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sampling import sample

from symbolic.api import explain

torch = pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
transformers = pytest.importorskip(
    "transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]"
)
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

Config = dict[str, Any]
IMAGE = 5
"""The token that stands for a piece of an image in each of these vocabularies."""


def text(random: Random, heads: int = 4, **others: Any) -> Config:
    head = 8 * random.randint(1, 3)
    return {
        "vocab_size": random.randint(40, 90), "hidden_size": heads * head, "intermediate_size": random.randint(20, 60),
        "num_hidden_layers": random.randint(2, 3), "num_attention_heads": heads, "pad_token_id": 0, **others,
    }  # fmt: skip


def seeing(random: Random, patch: int, size: int) -> Config:
    heads = random.randint(1, 3)
    return {
        "hidden_size": heads * 8, "num_attention_heads": heads, "intermediate_size": random.randint(10, 40),
        "num_hidden_layers": random.randint(2, 3), "patch_size": patch, "image_size": size,
    }  # fmt: skip


def llava(random: Random) -> tuple[Config, Config]:
    patch, side = random.choice([(6, 4), (5, 3)])
    sees = seeing(random, patch, patch * side + random.randint(0, patch - 1))
    full = random.random() < 0.5
    config = {
        "model_type": "llava", "image_token_index": IMAGE, "image_token_id": IMAGE,
        "vision_feature_select_strategy": "full" if full else "default",
        "vision_config": {"model_type": "clip_vision_model", **sees},
        "text_config": {"model_type": random.choice(["llama", "mistral", "qwen2"]), "num_key_value_heads": 2,
                        **text(random)},
    }  # fmt: skip
    return config, {"size": sees["image_size"], "image_tokens": side**2 + full, "images": 2}


def paligemma(random: Random) -> tuple[Config, Config]:
    patch, side = random.choice([(6, 4), (5, 3)])
    sees = seeing(random, patch, patch * side)
    words = text(random, head_dim=16, num_key_value_heads=1)
    config = {
        "model_type": "paligemma", "image_token_index": IMAGE, "image_token_id": IMAGE,
        "projection_dim": words["hidden_size"], "hidden_size": words["hidden_size"],
        "vision_config": {"model_type": "siglip_vision_model", "vision_use_head": random.random() < 0.5, **sees},
        "text_config": {"model_type": "gemma", **words},
    }  # fmt: skip
    return config, {"size": sees["image_size"], "image_tokens": side**2, "images": 1}


def qwen(random: Random, model_type: str, sees: Config) -> tuple[Config, Config]:
    words = text(random, num_key_value_heads=2, model_type=f"{model_type}_text")
    head = words["hidden_size"] // 4
    words["rope_parameters"] = {"rope_type": "default", "mrope_section": [head // 4, head // 8, head // 8],
                                "rope_theta": 1e4}  # fmt: skip
    config: Config = {
        "model_type": model_type, "text_config": words, "vision_config": {"patch_size": 14, **sees},
        "image_token_id": IMAGE, "vision_start_token_id": 6, "vision_end_token_id": 7, "video_token_id": 8,
    }  # fmt: skip
    rows, columns = 2 * random.randint(2, 6), 2 * random.randint(2, 6)
    out = "hidden_size" if model_type == "qwen2_vl" else "out_hidden_size"
    config["vision_config"] |= {out: words["hidden_size"], "depth": random.randint(2, 3), "num_heads": 2}
    return config, {"grid": (rows, columns), "image_tokens": rows * columns // 4, "images": random.randint(1, 2)}


def qwen2_vl(random: Random) -> tuple[Config, Config]:
    return qwen(random, "qwen2_vl", {"embed_dim": 16 * random.randint(1, 2), "mlp_ratio": 3})


def qwen2_5_vl(random: Random) -> tuple[Config, Config]:
    sees = {
        "hidden_size": 16 * random.randint(1, 2), "intermediate_size": random.randint(20, 50),
        "window_size": random.choice([56, 112]), "fullatt_block_indexes": [1],
    }  # fmt: skip
    return qwen(random, "qwen2_5_vl", sees)


def qwen3_vl(random: Random) -> tuple[Config, Config]:
    sees = {
        "hidden_size": 16 * random.randint(1, 2), "intermediate_size": random.randint(20, 50),
        "deepstack_visual_indexes": [0, 1][: random.randint(1, 2)], "num_position_embeddings": 16, "patch_size": 16,
    }  # fmt: skip
    config, of = qwen(random, "qwen3_vl", sees)
    words = config["text_config"] | {"head_dim": 16}
    words["rope_parameters"] = words["rope_parameters"] | {"mrope_section": [4, 2, 2]}
    return config | {"text_config": words}, of | {"patch": 16}


def internvl(random: Random) -> tuple[Config, Config]:
    sees = seeing(random, 6, 6 * random.choice([4, 6]))
    side = sees["image_size"] // 6
    sees |= {"image_size": [sees["image_size"]] * 2, "patch_size": [6, 6]}
    config = {
        "model_type": "internvl", "image_token_id": IMAGE, "vision_config": {"model_type": "internvl_vision", **sees},
        "text_config": {"model_type": "qwen2", "num_key_value_heads": 2, **text(random)},
    }  # fmt: skip
    return config, {"size": sees["image_size"][0], "image_tokens": side**2 // 4, "images": random.randint(1, 2)}


def gemma3(random: Random) -> tuple[Config, Config]:
    side = random.choice([4, 6])
    sees = seeing(random, 5, 5 * side) | {"model_type": "siglip_vision_model", "vision_use_head": False}
    words = text(random, head_dim=16, num_key_value_heads=1, model_type="gemma3_text")
    config = {
        "model_type": "gemma3", "image_token_index": IMAGE, "image_token_id": IMAGE, "vision_config": sees,
        "text_config": words | {"num_hidden_layers": 7}, "mm_tokens_per_image": side**2 // 4,
    }  # fmt: skip
    return config, {"size": sees["image_size"], "image_tokens": side**2 // 4, "images": 1}


def idefics3(random: Random) -> tuple[Config, Config]:
    side = random.choice([4, 6])
    sees = seeing(random, 5, 5 * side) | {"model_type": "idefics3_vision"}
    config = {
        "model_type": "idefics3", "image_token_id": IMAGE, "scale_factor": 2, "vision_config": sees,
        "text_config": {"model_type": "llama", "num_key_value_heads": 2, **text(random)},
    }  # fmt: skip
    return config, {"size": sees["image_size"], "image_tokens": side**2 // 4, "images": random.randint(1, 2), "of": 1}


def mistral3(random: Random) -> tuple[Config, Config]:
    sees = seeing(random, 7, 70) | {"model_type": "pixtral", "head_dim": 8}
    rows, columns = 2 * random.randint(1, 4), 2 * random.randint(1, 4)
    config = {
        "model_type": "mistral3", "image_token_index": IMAGE, "image_token_id": IMAGE, "vision_config": sees,
        "spatial_merge_size": 2,
        "text_config": {"model_type": "mistral", "num_key_value_heads": 2, "head_dim": 8, **text(random)},
    }  # fmt: skip
    return config, {"sides": (7 * rows, 7 * columns), "image_tokens": rows * columns // 4, "images": 1}


def whisper(random: Random) -> tuple[Config, Config]:
    config = {
        "model_type": "whisper", "vocab_size": random.randint(40, 90), "d_model": 16 * random.randint(1, 2),
        "encoder_layers": random.randint(1, 3), "decoder_layers": random.randint(1, 3), "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "encoder_ffn_dim": 24, "decoder_ffn_dim": 36, "num_mel_bins": 12,
        "max_source_positions": random.randint(20, 40), "max_target_positions": 50, "pad_token_id": 0,
        "decoder_start_token_id": 1, "bos_token_id": 1, "eos_token_id": 1,
    }  # fmt: skip
    return config, {}


def run(config: Config, of: Config, tokens: int) -> tuple[int, int]:
    """The operations of one pass of the real class, and the bytes of its cache at four a number."""
    made = transformers.AutoConfig.for_model(**config)
    made._attn_implementation = "eager"
    auto = transformers.AutoModelForSpeechSeq2Seq if not of else transformers.AutoModelForImageTextToText
    network = auto.from_config(made, attn_implementation="eager").eval()
    ids = torch.full((1, tokens), 9)
    inputs: Config = {"input_ids": ids}
    if not of:
        inputs = {
            "input_features": torch.randn(1, config["num_mel_bins"], 2 * config["max_source_positions"]),
            "decoder_input_ids": ids,
        }
    elif of["images"]:
        for number in range(of["images"]):
            # A token of the text between two images.
            start = number * (of["image_tokens"] + 1)
            ids[0, start : start + of["image_tokens"]] = IMAGE
        if "grid" in of:
            rows, columns = of["grid"]
            inputs["pixel_values"] = torch.randn(of["images"] * rows * columns, 3 * 2 * of.get("patch", 14) ** 2)
            inputs["image_grid_thw"] = torch.tensor([[1, rows, columns]] * of["images"])
            inputs["mm_token_type_ids"] = (ids == IMAGE).int()
        else:
            pixels = torch.randn(of["images"], 3, *of.get("sides", (of.get("size"),) * 2))
            inputs["pixel_values"] = pixels[None] if "of" in of else pixels
        if "sides" in of:
            inputs["image_sizes"] = torch.tensor([of["sides"]] * of["images"])
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        out = network(**inputs, use_cache=True)
    counts = counter.get_flop_counts()
    # The angles of rotation are a table, the same for all layers.
    angles = sum(sum(found.values()) for name, found in counts.items() if name.endswith("rotary_emb"))
    return int(counter.get_total_flops() - angles), size(out.past_key_values)


def size(cache: Any) -> int:
    if hasattr(cache, "cross_attention_cache"):
        return size(cache.self_attention_cache) + size(cache.cross_attention_cache)
    return sum(one.numel() * one.element_size() for layer in cache.layers for one in (layer.keys, layer.values))


@pytest.mark.parametrize("seed", sample([1, 2], 2))
@pytest.mark.parametrize(
    "make",
    [qwen2_5_vl, *sample([llava, whisper, qwen2_vl, paligemma, qwen3_vl, internvl, gemma3, idefics3, mistral3], 9)],
)
def test_a_whole_computes_and_keeps_what_its_class_does(make: Any, seed: int) -> None:
    random = Random(seed)
    config, of = make(random)
    tokens = of.get("images", 0) * of.get("image_tokens", 0) + random.randint(5, 9)
    inputs: Config = {"tokens": tokens}
    if of:
        inputs["images"] = of["images"]
    if "grid" in of:
        patch = of.get("patch", 14)
        inputs |= {"image_height": patch * of["grid"][0], "image_width": patch * of["grid"][1]}
    if "sides" in of:
        inputs |= {"image_height": of["sides"][0], "image_width": of["sides"][1]}
    computed, kept = run(config, of, tokens)
    assert explain(config, "forward-flops", inputs=inputs).total == computed, config
    assert explain(config, "kv-cache", inputs={"context": tokens, "value_bytes": 4}).total == kept, config
    if of:
        alone, _kept = run(config, {**of, "images": 0}, tokens)
        assert explain(config, "forward-flops", inputs={**inputs, "images": 0}).total == alone, config
