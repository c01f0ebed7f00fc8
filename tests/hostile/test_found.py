"""What the fuzzers found, each kind once and in its smallest form."""

import json
import struct
from pathlib import Path

import pytest
from click.testing import CliRunner
from described_configs import default_config
from sampling import thorough

import symbolic
from symbolic.analysis.roots import first_whole_above, positive_roots
from symbolic.analysis.sampling import closed_form_holds
from symbolic.cli import main
from symbolic.configs import models
from symbolic.configs.sizes import check_multiples
from symbolic.errors import SymbolicError
from symbolic.formulas.vocabulary import emb_dim, n_heads
from symbolic.networks.learned import catalogue
from symbolic.proofread import proofread
from symbolic.proofread.mending import mended


def config(model_type: str, **changed: object) -> dict[str, object]:
    [description, *_others] = catalogue.described(model_type)
    return {**default_config(description), **changed}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (config("cohere_compass_text", head_dim=float("nan")), "head_dim must be a whole number"),
        (config("glm4_moe", hidden_size=0), "emb_dim must be at least 1"),
        (config("rwkv", num_hidden_layers=0), "n_layers must be at least 1"),
        (config("ernie4_5_moe", num_attention_heads=0), "n_heads is 0 and divides"),
        (config("funnel", block_sizes=3), "block_sizes must be a list, got 3"),
        (config("pp_lcnet", divisor=0), "divided is 0; give at least 1"),
    ],
)
def test_a_config_of_a_described_type_that_makes_no_network_is_a_line(values: dict[str, object], says: str) -> None:
    with pytest.raises(SymbolicError, match=says):
        symbolic.load(values)


def test_a_size_that_is_rounded_down_has_a_page() -> None:
    assert "floor(" in str(symbolic.explain(config("beit", image_size=224, patch_size=15)).to("text"))


@thorough
def test_a_form_of_a_described_type_draws_the_sizes_that_its_tree_has(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config("jamba")))
    done = CliRunner().invoke(main, ["handout", str(file), "--seed", "1", "--variants", "1", "--format", "csv",
                                     "--output", str(tmp_path / "o")])  # fmt: skip
    assert done.exit_code == 0, done.output


def test_a_size_of_0_that_divides_another_is_none_to_compare_forms_at() -> None:
    closed_form_holds(symbolic.explain(config("xlstm", ffn_round_up_to_multiple_of=64)))


def test_a_root_of_a_thousand_digits_is_found_to_the_last_one() -> None:
    large = 10**990 + 1
    assert first_whole_above({2: 1, 1: -large}) == large + 1
    [small, high] = positive_roots({2: 1, 1: -large - 3, 0: 3 * large})
    assert small.low <= 3 <= small.high
    assert high.low <= large <= high.high
    assert first_whole_above({3: 8, 2: -3, 1: -3, 0: -3}) == 2


def test_sizes_beyond_64_bits_are_swept_in_a_family_with_layers_of_several_kinds() -> None:
    found = symbolic.api.sweep(
        {"model_type": "gemma2", "vocab_size": 9, "hidden_size": 8, "intermediate_size": 4, "num_hidden_layers": 10**30,
         "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4, "sliding_window": 2},
        ["hidden_dim=1,2"],
    )  # fmt: skip
    assert [int(total) > 10**30 for chunk in found.chunks() for total in chunk.totals] == [True, True]


def test_a_document_is_held_against_a_model_larger_than_a_float() -> None:
    sizes = {"vocab_size": 10**400, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3}
    report = proofread("In total 124,412,160 parameters: 2 + 2 = 4", model=symbolic.load(sizes))
    assert report.comparison is None


def test_an_error_further_down_changes_no_right_equation_further_up() -> None:
    text = (
        "2 × 400,168 = 800,337\n\n187,107,328 + 396,361,728 + 800,337 = 584,269,393\n\n"
        "100,000,000 + 87,107,320 = 187,107,328\n"
    )
    report = proofread(text)
    after = mended(report.document, report.changes).splitlines()
    assert after[0] == "2 × 400,168 = 800,336"
    assert after[2] == "187,107,328 + 396,361,728 + 800,336 = 584,269,392"
    # 187,107,328 stands further up too, so the slip may as well be in 87,107,320: that one is left alone.
    assert after[4] == "100,000,000 + 87,107,320 = 187,107,328"


@pytest.mark.parametrize(
    ("fields", "rest"),
    [
        (1, b"\1\0\0\0\0\0\0\0a" + struct.pack("<IIQ", 9, 4, 2**61)),
        (1, struct.pack("<Q", 2**61) + b"x"),
        (2**62, b""),
        (1, b"\1\0\0\0\0\0\0\0a" + struct.pack("<I", 99)),
        (0, b""),
    ],
    ids=["an endless array", "an endless name", "endless fields", "a type that is none", "nothing"],
)
def test_a_header_of_gguf_that_lies_is_a_line(fields: int, rest: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, fields) + rest)
    done = CliRunner().invoke(main, ["count", str(file)])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_table_of_one_axis_in_a_gguf_file_is_a_line(tmp_path: Path) -> None:
    def name(word: str) -> bytes:
        return struct.pack("<Q", len(word)) + word.encode()

    fields = name("general.architecture") + struct.pack("<I", 8) + name("llama")
    fields += name("llama.embedding_length") + struct.pack("<II", 4, 4)
    tensor = name("token_embd.weight") + struct.pack("<IQIQ", 1, 4, 0, 0)
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + fields + tensor + b"\0" * 128)
    assert CliRunner().invoke(main, ["count", str(file)]).exit_code == 2


def test_a_result_that_another_number_may_mend_is_not_carried_on() -> None:
    stale = "399,685,632 × 315 = 107,000,974,080"
    lines = ("768 × 442,299 = 339,685,632", stale, "107,000,974,080 + 9 = 107,000,974,089")
    text = "\n\n".join(lines)
    report = proofread(text)
    assert mended(report.document, report.changes) == text


def test_any_number_of_layers_is_no_list_of_them() -> None:
    """A format that may leave out modules of single layers once made a list of all layers: of 10^30 of them."""
    base = dict(models.find("deepseek-v3").config)
    model = symbolic.load({**base, "num_hidden_layers": 10**30})
    assert symbolic.explain(model, "kv-cache").total == 8192 * 576 * 2 * 10**30


def test_a_size_that_divides_another_is_never_0_as_an_unknown(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"model_type": "cohere", "hidden_size": 1}))
    done = CliRunner().invoke(main, ["solve", str(file), "--for", "n_heads", "--total", "1"])
    assert done.exit_code == 2
    assert "can't be reached" in done.stderr


def test_a_handout_of_very_many_heads_or_a_very_wide_network_is_made(tmp_path: Path) -> None:
    sizes = {"hidden_size": 2**70, "num_attention_heads": 2**60, "num_key_value_heads": 2**60}
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"model_type": "qwen2", "vocab_size": 99, "num_hidden_layers": 2, **sizes,
                                "intermediate_size": 10**400}))  # fmt: skip
    asked = ["--variants", "1", "--easy", "--format", "csv", "--no-check", "--output", str(tmp_path / "h")]
    done = CliRunner().invoke(main, ["handout", str(file), *asked])
    assert done.exit_code == 0, done.output


def test_no_size_is_a_multiple_of_0() -> None:
    """A worksheet draws sizes: of a RegNet with few channels no group of them may be left."""
    with pytest.raises(symbolic.ConfigError, match="n_heads is 0; the first must be a multiple"):
        check_multiples(((emb_dim, n_heads),), {"emb_dim": 8, "n_heads": 0})
