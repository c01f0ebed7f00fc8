"""A checkpoint's tensors are counted from its header, and what they have beside the derivation is explained."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import symbolic
from symbolic.cli import main

pytest.importorskip("safetensors", reason="safetensors is not installed: pip install symbolic-explainer[checkpoints]")
from safetensors.numpy import save_file

GPT2 = {"model_type": "gpt2", "vocab_size": 50, "n_positions": 16, "n_embd": 8, "n_layer": 2, "n_head": 2}
LLAMA = {
    "model_type": "llama",
    "vocab_size": 50,
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "tie_word_embeddings": True,
}
LAYER = {
    "self_attn.q_proj": (8, 8),
    "self_attn.k_proj": (4, 8),
    "self_attn.v_proj": (4, 8),
    "self_attn.o_proj": (8, 8),
    "mlp.gate_proj": (12, 8),
    "mlp.up_proj": (12, 8),
    "mlp.down_proj": (8, 12),
    "input_layernorm": (8,),
    "post_attention_layernorm": (8,),
}
TENSORS = {
    "model.embed_tokens.weight": (50, 8),
    "model.norm.weight": (8,),
    **{f"model.layers.{layer}.{name}.weight": shape for layer in (0, 1) for name, shape in LAYER.items()},
}


def zeros(shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    return {name: np.zeros(shape, np.float16) for name, shape in shapes.items()}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({}, "they are as many as the derivation has"),
        ({"lm_head.weight": (50, 8)}, "400 of them: the output head, stored though it is the token table (1 tensor)"),
        ({"model.layers.0.self_attn.rotary_emb.inv_freq": (2,)}, "2 of them: masks and tables that the code computes"),
        ({"model.layers.2.mlp.up_proj.weight": (12, 8)}, "96 of them: layers behind the last, which predict further"),
        ({"adapter.weight": (3, 5)}, "15 more than derived, and we can't say why"),
    ],
)
def test_what_is_stored_and_not_derived_is_explained(
    tmp_path: Path, extra: dict[str, tuple[int, ...]], words: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    save_file(zeros({**TENSORS, **extra}), tmp_path / "model.safetensors")
    for given in (tmp_path, tmp_path / "model.safetensors"):
        assert words in run("count", str(given))
    found = json.loads(run("count", str(tmp_path), "--json"))
    checkpoint = found["checkpoint"]
    assert checkpoint["derived"] == found["parameters"] == symbolic.explain(LLAMA).total
    assert checkpoint["stored"] - checkpoint["derived"] == sum(int(np.prod(shape)) for shape in extra.values())


def test_a_missing_tensor_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    save_file(zeros({name: shape for name, shape in TENSORS.items() if name != "model.norm.weight"}),
              tmp_path / "model.safetensors")  # fmt: skip
    assert "8 fewer than derived" in run("count", str(tmp_path))


def test_an_index_leads_to_its_files(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    names = sorted(TENSORS)
    where = {name: f"model-0000{1 + index % 2}-of-00002.safetensors" for index, name in enumerate(names)}
    for shard in set(where.values()):
        save_file(zeros({name: TENSORS[name] for name in names if where[name] == shard}), tmp_path / shard)
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": where}))
    assert "they are as many as the derivation has" in run("count", str(index))
    index.write_text(json.dumps({"weight_map": {"a": "../elsewhere.safetensors"}}))
    assert "which is no file beside it" in CliRunner().invoke(main, ["count", str(index)]).stderr


@pytest.mark.parametrize("name", ["model.safetensors", "a.gguf"])
def test_what_is_no_checkpoint_gets_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    (tmp_path / name).write_bytes(b"\xff" * 100)
    result = CliRunner().invoke(main, ["count", str(tmp_path / name)])
    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (2, 1)
    assert "not readable as" in result.stderr


@pytest.mark.parametrize("left", ["", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"])
def test_a_folder_without_its_weights_is_read_by_its_config(tmp_path: Path, left: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"wte.weight": "1.safetensors"}}))
    if left:
        (tmp_path / "1.safetensors").write_text(left)
    result = CliRunner().invoke(main, ["count", str(tmp_path)])
    assert f"{symbolic.explain(LLAMA).total:,}" in result.stdout
    assert "1.safetensors is not there" in result.stderr


def test_a_gguf_file_says_what_network_it_is(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf", reason="gguf is not installed: pip install symbolic-explainer[checkpoints]")
    writer = gguf.GGUFWriter(str(tmp_path / "tiny.gguf"), "llama")
    for key, value in {"block_count": 2, "embedding_length": 8, "feed_forward_length": 12, "context_length": 64,
                       "attention.head_count": 2, "attention.head_count_kv": 1}.items():  # fmt: skip
        writer.add_uint32(f"llama.{key}", value)
    for name, array in zeros(TENSORS).items():
        writer.add_tensor("token_embd.weight" if "embed" in name else name, array)
    writer.add_tensor("rope_freqs.weight", np.zeros(2, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    model = symbolic.load(tmp_path / "tiny.gguf", strict=True)
    assert (model.name, model.architecture.name, model.options["tied_head"]) == ("tiny", "llama", True)
    assert symbolic.explain(model).total == symbolic.explain(LLAMA).total
    assert "2 of them: masks and tables that the code computes" in run("count", str(tmp_path / "tiny.gguf"))
    assert symbolic.load(tmp_path).name == "tiny"
