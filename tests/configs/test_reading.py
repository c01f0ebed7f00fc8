"""Configs as people have them are read; what is wrong with one is said in one line, and nothing is executed."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import symbolic
from symbolic.cli import main

GPT = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12, "qkv_bias": False}
LLAMA = {"vocab_size": 32000, "emb_dim": 4096, "n_heads": 32, "n_layers": 32, "hidden_dim": 11008}
HUGGING_FACE = {
    "model_type": "gpt2",
    "vocab_size": 50257,
    "n_positions": 1024,
    "n_ctx": 1024,
    "n_embd": 768,
    "n_head": 12,
    "n_layer": 12,
    "n_inner": None,
    "activation_function": "gelu_new",
}
PYTHON = """
import torch
if small:
    GPT_CONFIG = {
        "vocab_size": 50_257,  # comment with { brace
        "context_length": 1024, "emb_dim": 768,
        "n_heads": 12, "n_layers": 12,
        "drop_rate": 0.1, "qkv_bias": False,
        "nested": {"a": [1, -2.5, None]},
        "dtype": torch.bfloat16,
    }
else:
    GPT_CONFIG = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 1600, "n_heads": 25, "n_layers": 48}
# GPT_CONFIG = {"vocab_size": 1}
OTHER = {"learning_rate": 4e-4}
"""


@pytest.mark.parametrize(
    ("name", "text", "total"),
    [
        ("gpt.json", json.dumps(GPT), 124_412_160),
        ("config.json", json.dumps(HUGGING_FACE), 124_439_808),
        ("gpt.toml", "\n".join(f"{key} = {str(value).lower()}" for key, value in GPT.items()), 124_412_160),
        ("gpt.toml", "[config]\n" + "\n".join(f"{k} = {str(v).lower()}" for k, v in GPT.items()), 124_412_160),
        ("gpt.py", f"CONFIG = {GPT}", 124_412_160),
        ("gpt.py", f"CONFIG: dict[str, object] = {GPT}", 124_412_160),
        ("notes.md", f"Some prose {{with braces}}.\n\nCONFIG = {GPT}\n\nMore prose.", 124_412_160),
        ("notes.txt", f"  LLAMA = {LLAMA}", 6_738_415_616),
        ("bare.txt", str(GPT), 124_412_160),
        ("book.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": [f"A = {GPT}\n"]}]}), 124_412_160),
        (
            "nano.py",
            "C = {'block_size': 1024, 'vocab_size': 50257, 'n_layer': 12, 'n_head': 12, 'n_embd': 768,"
            " 'dropout': 0.0, 'bias': False}",
            124_337_664,
        ),
    ],
)
def test_a_config_is_read_as_people_have_it(tmp_path: Path, name: str, text: str, total: int) -> None:
    (tmp_path / name).write_text(text)
    assert symbolic.explain(tmp_path / name).total == total


def test_a_dict_and_numpy_s_integers_are_read() -> None:
    assert symbolic.explain(GPT).total == 124_412_160
    assert symbolic.explain({**GPT, "emb_dim": np.int64(768)}).total == 124_412_160


@pytest.mark.parametrize("stdin", [json.dumps(GPT), str(GPT), f"A = {GPT}"])
def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, stdin: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    assert symbolic.explain("-").total == 124_412_160


def test_the_walkthrough_s_dicts_are_found(walkthrough: Path) -> None:
    totals = {model.name: symbolic.explain(model).total for model in symbolic.load_all(str(walkthrough))}
    assert totals == {
        "GPT_CONFIG_124M": 124_412_160,
        "GPT_CONFIG_1558M": 1_557_380_800,
        "LLAMA2_CONFIG_7B": 6_738_415_616,
    }


def test_a_name_that_is_assigned_again_gets_a_number(tmp_path: Path) -> None:
    file = tmp_path / "configs.py"
    file.write_text(PYTHON)
    assert [model.name for model in symbolic.load_all(str(file))] == ["GPT_CONFIG", "GPT_CONFIG#2"]
    assert symbolic.explain(f"{file}::GPT_CONFIG#2").total == 1_557_380_800 + 230_400
    with pytest.raises(symbolic.UnknownName, match=r"all: GPT_CONFIG, GPT_CONFIG#2, OTHER"):
        symbolic.load(f"{file}::NOTHING")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"emb_dim": None}, "gpt2 needs emb_dim (or hidden_size, n_embd, d_model); the config has vocab_size"),
        ({"emb_dim": -768}, "emb_dim must be at least 1, got -768"),
        ({"n_layers": 0}, "n_layers must be at least 1, got 0"),
        ({"emb_dim": 768.5}, "emb_dim must be a whole number, got 768.5"),
        ({"emb_dim": 768.0}, "emb_dim must be a whole number, got 768.0; write 768"),
        ({"emb_dim": float("nan")}, "emb_dim must be a whole number, got nan"),
        ({"emb_dim": float("inf")}, "emb_dim must be a whole number, got inf"),
        ({"emb_dim": True}, "emb_dim must be a whole number, got True"),
        ({"emb_dim": "768"}, "emb_dim must be a whole number, got '768'; write 768 without quotes"),
        ({"emb_dim": [768]}, "emb_dim must be a whole number, got [768]"),
        ({"emb_dim": 770}, "emb_dim 770 is not a multiple of n_heads 12; nearest: 768 or 780"),
        ({"emb_dim": 7}, "emb_dim 7 is not a multiple of n_heads 12; nearest: 12"),
        ({"head_dim": 32}, "n_heads × head_dim is 384 and emb_dim is 768"),
        ({"n_embd": 1024}, "emb_dim 768 and n_embd 1024 name the same size (emb_dim); keep one"),
        ({"qkv_bias": "no"}, "qkv_bias must be true or false, got 'no'"),
        ({"qkv_bias": 0}, "qkv_bias must be true or false, got 0"),
        ({"hidden_dim": 3072}, "fits gpt2 and llama; what would settle it: the key model_type"),
        ({"model_type": "gpt9"}, "the dict: no architecture for model_type 'gpt9'; nearest: gptj, gpt2"),
        # Keys of another program: two of them are GPT-2's, too.
        ({"inter_size": 3072, "head_num_kv": 4}, "look like those of gpt2, which has no inter_size, head_num_kv"),
        ({"attention_qkv_bias": True}, "look like those of gpt2, which has no attention_qkv_bias"),
        ({"add_cross_attention": True}, "add_cross_attention True makes another network than our gpt2"),
        ({"emb_dim": 10**1000}, "emb_dim has more than 1000 digits"),
    ],
)
def test_bad_sizes_get_one_line_that_helps(change: dict[str, object], message: str) -> None:
    config = {key: value for key, value in {**GPT, **change}.items() if value is not None}
    with pytest.raises(symbolic.SymbolicError) as problem:
        symbolic.load(config)
    assert message in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", '{"emb_dim": 1, "emb_dim": 2}', "'emb_dim' is given twice; keep one"),
        ("a.json", '{"emb_dim": 1 /* width }', "not JSON"),
        ("a.json", "version https://git-lfs.github.com/spec/v1\nsize 3", "is Git LFS's pointer to the file"),
        ("Modelfile", "FROM llama3.2\nPARAMETER num_ctx 64", "only names a model, 'llama3.2'; give its GGUF file"),
        (
            "a.txt",
            "- kv 0: general.architecture str = llama",
            "is what a program printed of a GGUF file; give the GGUF",
        ),
        ("a.json", "[1, 2]", "not a table of sizes"),
        (
            "a.json",
            json.dumps(GPT | {"emb_dim": 1}).replace(": 1,", ": " + "9" * 4000 + ","),
            "emb_dim has more than 1000",
        ),
        ("a.json", "[" * 100_000, "not readable as JSON"),
        ("a.toml", "emb_dim = ", "not TOML"),
        ("a.py", 'A = {"emb_dim": 1, "emb_dim": 2}', "line 1: 'emb_dim' is given twice; keep one"),
        ("a.py", 'A = {"emb_dim": open("x").read()}', "'emb_dim' is a call, and a config is read, never run"),
        ("a.py", 'A = {"emb_dim": 768 / 2}', "'emb_dim' is an expression"),
        ("a.py", 'A = {"emb_dim": [x for x in y]}', "'emb_dim' is a comprehension"),
        ("a.py", "A = {x: 1 for x in y}", "this is a comprehension"),
        ("a.py", "A = dict(emb_dim=768)", "no family has these keys"),
        ("a.py", 'A = {"emb_dim": WIDTH}', "'emb_dim' is another variable"),
        ("a.py", "A = {**B}", "more values come from B"),
        ("a.py", "def f(:", "not Python"),
        ("a.py", "A = 1", "has no dict of sizes"),
        ("a.py", "A = " + "{'a': " * 5000 + "1" + "}" * 5000, "not Python (too many nested parentheses)"),
        ("a.md", "A = {'emb_dim': 768", "A has no closing brace"),
        ("a.sh", "torchrun pretrain.py --num-layers 3 --hidden-size 64", "as arguments of a command (--num-layers)"),
        ("a.md", "No dict here.", "has no dict of sizes"),
        ("a.txt", "", "has no dict of sizes"),
        ("wide.json", '{"emb_dim": 4}'.encode("utf-16"), "is text in UTF-16; save it as UTF-8"),
        ("a.bin", b"\xff\xfe\x00\x01", "is not text (UTF-8)"),
        ("a.py", 'A = {"lr": 1}\nB = {"lr": 2}', "none of the dicts in"),
    ],
)
def test_a_bad_file_gets_one_line_and_exit_code_2(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = CliRunner().invoke(main, ["count", str(file)])
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert isinstance(result.exception, SystemExit)


def test_nothing_in_a_config_is_executed(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    file = tmp_path / "a.py"
    file.write_text(f"open({str(trap)!r}, 'w')\nA = {{'emb_dim': open({str(trap)!r}, 'w')}}\n")
    assert CliRunner().invoke(main, ["count", str(file)]).exit_code == 2
    assert not trap.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["count", "gpt3"], "no model 'gpt3'; nearest: gpt2"),
        (["count", "kv-cache"], "no model 'kv-cache': that is a quantity; write --quantity kv-cache"),
        (["explain", "gpt2-124m", "--quantity", "training-cost", "--device", "a100"], "nearest: a100-40gb, a100-80gb"),
        (["count", "nowhere.json"], "no file nowhere.json"),
        (["count", "templates/markdown"], "templates/markdown holds no config"),
        (["count", "gpt2-124m", "--architecture", "lama"], "no architecture 'lama'; nearest: llama"),
        (["explain", "gpt2-124m", "--format", "htm"], "no format 'htm'; nearest: html"),
        (["explain", "gpt2-124m", "--convention", "walk"], "no convention 'walk'; nearest: walkthrough"),
        (["explain", "gpt2-124m", "--quantity", "params"], "no quantity 'params'; nearest: parameters"),
        (["explain", "gpt2-124m", "--notation", "letter"], "no notation 'letter'; nearest: letters"),
        (["explain", "gpt2-124m", "--detail", "long"], "no detail 'long'"),
        (["explain", "gpt2-124m", "--output", "-", "--format", "text,json"], "--output - prints one page"),
        (
            ["explain", "gpt2-124m", "llama-3-8b", "--output", "a.pdf"],
            "--output a.pdf is a file for one page, and this",
        ),
        (
            ["scale", "gpt2-124m", "--output", "a.pdf", "--format", "text"],
            "a.pdf is a file of the format pdf, and --format",
        ),
        (["explain", "gpt2-124m", "--output", "/dev/null/x"], "can't write"),
    ],
)
def test_an_unknown_name_gets_the_nearest(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [["count"], ["explain"], ["compare", "gpt2-124m"], ["scale"], ["handout"]])
def test_a_file_of_an_unknown_type_is_answered_with_the_type(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"model_type": "grok-1", "hidden_size": 64}')
    result = CliRunner().invoke(main, [*command, str(file)])
    assert result.exit_code == 2
    assert f"{file}: no architecture for model_type 'grok-1'; nearest: " in result.stderr
    assert "no model" not in result.stderr


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("model: SIZES", ["model"]),
        ("train: {lr: 0.1}\nmodel: {name: mine, config: SIZES}", ["model"]),
        ("seed: 1\nmodel: {name: mine, config: SIZES}", ["run"]),
        ("model: {encoder: SIZES, decoder: SIZES}", ["encoder", "decoder"]),
        # A size may stand outside, too, if it says the same.
        ("vocab_size: 50257\nmodel: SIZES", ["run"]),
    ],
)
def test_a_config_is_found_in_tables_within_tables(text: str, names: list[str], tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text(text.replace("SIZES", json.dumps(GPT)))
    result = CliRunner().invoke(main, ["count", str(tmp_path / "run.yaml")])
    assert [line.split()[0] for line in result.stdout.splitlines() if line.endswith(" (GPT-2)")] == names
    assert result.stdout.count("124,412,160") > 0


def test_a_value_that_stands_elsewhere_in_a_yaml_file_is_looked_up(tmp_path: Path) -> None:
    sizes = json.dumps({**GPT, "vocab_size": "${of.vocab}", "n_layers": "${of.layers}"})
    (tmp_path / "run.yaml").write_text("of: {vocab: 50257, layers: 12}\nmodel: " + sizes)
    assert "124,412,160" in CliRunner().invoke(main, ["count", str(tmp_path / "run.yaml")]).stdout
    (tmp_path / "run.yaml").write_text('of: {vocab: "${of.vocab}", layers: ["${of.layers}"]}\nmodel: ' + sizes)
    result = CliRunner().invoke(main, ["count", str(tmp_path / "run.yaml")])
    assert (result.exit_code, "must be a whole number, got '${of." in result.stderr) == (2, True)


def test_a_value_that_stands_beside_another_in_a_yaml_file_is_looked_up(tmp_path: Path) -> None:
    text = "model:\n  sizes: {vocab_size: 40, emb_dim: 16, n_heads: 2, n_layers: '${..depth}',"
    text += " context_length: '${.vocab_size}', drop_rate: '${....x}'}\n  depth: 3\n"
    (tmp_path / "a.yaml").write_text(text)
    model = symbolic.load(tmp_path / "a.yaml")
    assert (model.sizes["n_layers"], model.sizes["context_length"]) == (3, 40)


def test_a_size_beside_the_table_that_holds_the_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("model: {vocab_size: 9, config: " + json.dumps(GPT) + "}")
    result = CliRunner().invoke(main, ["count", str(tmp_path / "run.yaml")])
    assert (result.exit_code, "vocab_size beside the table config" in result.stderr) == (2, True)


def test_a_huge_size_is_counted_exactly() -> None:
    config = {**GPT, "emb_dim": 12 * 10**30}
    d, layers = 12 * 10**30, 12
    assert symbolic.explain(config).total == (50257 + 1024) * d + layers * (12 * d * d + 10 * d) + 2 * d


def test_references_in_bibtex_are_no_dicts(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        '# Small\n\n@misc{x,\n  title={Of Small Models},\n  author = {M{\\"u}ller, A.},\n  year={2024}\n}\n\n'
        'SIZES = {\n    "vocab_size": 50, "context_length": 8, "emb_dim": 16, "n_heads": 2, "n_layers": 1\n}\n'
    )
    assert symbolic.load(tmp_path / "README.md").sizes["emb_dim"] == 16
    (tmp_path / "README.md").write_text('@misc{x,\n  author = {M{\\"u}ller, A.},\n  title={{A}}\n}\n')
    with pytest.raises(symbolic.ConfigError, match="has no dict of sizes"):
        symbolic.load(tmp_path / "README.md")


@pytest.mark.parametrize("made", ["page", "handout"])
def test_what_this_program_made_is_no_config(made: str, tmp_path: Path) -> None:
    model = symbolic.load("opt-125m")
    settings = {"model": "m", "sizes": dict(model.sizes), "quantity": "parameters"}
    text = str(symbolic.explain(model).to_json()) if made == "page" else json.dumps({"settings": settings})
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    with pytest.raises(symbolic.ConfigError, match="was made by this program"):
        symbolic.load(tmp_path / "p.json")
