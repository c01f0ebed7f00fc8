"""Checkpoints: the names and shapes in a file's header, counted; no number of a tensor is read.

The formats' own libraries read the headers: safetensors, and gguf of llama.cpp.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from symbolic.errors import ConfigError
from symbolic.extras import needed

INDEX, SINGLE = "model.safetensors.index.json", "model.safetensors"

POINTER = b"version https://git-lfs"


class Checkpoint(NamedTuple):
    """The tensors of a checkpoint by name, each with its shape, and the file that names them."""

    file: Path
    tensors: Mapping[str, tuple[int, ...]]

    @property
    def total(self) -> int:
        """How many numbers it stores."""
        return sum(prod(shape) for shape in self.tensors.values())


def checkpoint_of(given: str) -> Path | None:
    """Return the file that names the tensors: the path itself, or one in the folder; None where there is none."""
    path = Path(given.partition("::")[0])
    try:
        if path.is_dir():
            found = [path / INDEX, path / SINGLE, *sorted(path.glob("*.gguf"))]
            return next((file for file in found if file.is_file()), None)
        return (
            path
            if path.is_file() and path.name.endswith((".gguf", ".safetensors", ".safetensors.index.json"))
            else None
        )
    except (OSError, ValueError):
        return None


def missing_from(file: Path) -> str:
    """Return a file of a checkpoint that is not there, or only as Git LFS's pointer to it; "" for none."""
    shards = [file.parent / name for name in sorted(_shards(file))] if file.name.endswith(".index.json") else [file]
    return next((one.name for one in shards if not one.is_file() or _is_pointer(one)), "")


def _is_pointer(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(POINTER)) == POINTER
    except OSError:
        return False


def read_checkpoint(file: Path) -> Checkpoint:
    """Read the names and shapes; ConfigError where a file or its library is missing, or it is none of its kind."""
    if file.suffix == ".gguf":
        tensors = {str(tensor.name): tuple(int(axis) for axis in tensor.shape) for tensor in _gguf(file).tensors}
    elif file.suffix == ".safetensors":
        tensors = _safetensors(file)
    else:
        tensors = {}
        for shard in sorted(_shards(file)):
            tensors |= _safetensors(file.parent / shard)
    return Checkpoint(file, tensors)


def _shards(file: Path) -> set[str]:
    try:
        shards = set(json.loads(file.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(f"{file} is no index of a checkpoint; it needs a weight_map from tensors to files") from None
    strange = next((name for name in shards if not isinstance(name, str) or Path(name).name != name), None)
    if strange is not None:
        raise ConfigError(f"{file} names {strange!r}, which is no file beside it")
    return shards


def _safetensors(file: Path) -> dict[str, tuple[int, ...]]:
    safetensors = needed("safetensors", "checkpoints", f"{file}: reading its header")
    try:
        with safetensors.safe_open(str(file), framework="numpy") as opened:
            return {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise ConfigError(f"no file {file}; a checkpoint in several files needs all of them") from None
    except (safetensors.SafetensorError, OSError, ValueError) as problem:
        raise ConfigError(f"{file}: not readable as safetensors ({type(problem).__name__})") from None


def _gguf(file: Path) -> Any:
    gguf = needed("gguf", "checkpoints", f"{file}: reading its header")
    from symbolic.configs import gguf_header

    gguf_header.check(file)
    try:
        return gguf.GGUFReader(str(file))
    except (OSError, ValueError, KeyError, IndexError, ArithmeticError, MemoryError) as problem:
        raise ConfigError(f"{file}: not readable as GGUF ({type(problem).__name__})") from None


GGUF_NAMES = {
    "block_count": "num_hidden_layers",
    "embedding_length": "hidden_size",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.key_length": "head_dim",
    "attention.sliding_window": "sliding_window",
    "context_length": "max_position_embeddings",
    "expert_count": "num_experts",
    "expert_used_count": "num_experts_per_tok",
    "expert_feed_forward_length": "moe_intermediate_size",
    "vocab_size": "vocab_size",
    "ssm.conv_kernel": "conv_kernel",
    "ssm.state_size": "state_size",
    "ssm.inner_size": "inner_dim",
    "ssm.time_step_rank": "time_step_rank",
}
GGUF_TYPES = {"gemma3": "gemma3_text", "qwen2moe": "qwen2_moe", "qwen3moe": "qwen3_moe", "gptneox": "gpt_neox",
              "gpt-oss": "gpt_oss"}  # fmt: skip
# How llama.cpp says the rest: scalings, norms, how attention is computed.
GGUF_PASSED = ("rope.", "attention.layer_norm", "attention.value_length", "attention.causal", "attention.scale")


def gguf_config(file: Path) -> dict[str, object]:
    """Return what a GGUF file's metadata say of the network, in Hugging Face's keys."""
    reader = _gguf(file)
    fields = {name: _value(field) for name, field in reader.fields.items()}
    architecture = str(fields.get("general.architecture", ""))
    if not architecture:
        raise ConfigError(f"{file} has no general.architecture; its metadata don't say what network it is")
    own = {
        name.removeprefix(f"{architecture}."): value
        for name, value in fields.items()
        if name.startswith(f"{architecture}.")
    }
    tensors = {str(tensor.name): tuple(int(axis) for axis in tensor.shape) for tensor in reader.tensors}
    config: dict[str, object] = {
        GGUF_NAMES.get(key, f"gguf.{key}"): value for key, value in own.items() if not key.startswith(GGUF_PASSED)
    }
    if "token_embd.weight" in tensors:
        # The table as it is stored: of the two axes, the other is the width.
        rows = [axis for axis in tensors["token_embd.weight"] if axis != own.get("embedding_length")]
        config |= {"vocab_size": max(rows)} if rows else {}
    config["tie_word_embeddings"] = "output.weight" not in tensors
    if architecture == "llama" and "num_experts" in config:
        return {**config, "model_type": "mixtral", "sliding_window": config.get("sliding_window")}
    return {**config, "model_type": GGUF_TYPES.get(architecture, architecture)}


def _value(field: Any) -> object:
    """Return a number or a string of the metadata; None for a list, such as the vocabulary."""
    try:
        value = field.contents()
    except (AttributeError, IndexError, ValueError):
        return None
    return value if isinstance(value, str | int | float | bool) else None
