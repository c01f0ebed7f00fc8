"""A question that makes no sense gets one clear line and the exit code 2; no option is dropped without a word."""

from fractions import Fraction

import pytest
from click.testing import CliRunner

import symbolic
from symbolic import api
from symbolic.cli import main
from symbolic.errors import ConfigError

MATRICES = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336)
QUANTISED = MATRICES * (4 * 32 + 16 + 4) // (8 * 32) + 2 * (8_030_261_248 - MATRICES)
"""Llama 3 8B with groups of 32 that share 16 bits of scale and 4 of a zero point."""


def asked(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [*arguments, "--format", "json", "--output", "-"])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("model", "arguments", "says"),
    [
        # What no formula of this quantity and this network looks at
        ("llama-3-8b", "--quantity kv-cache --tokens 100", "tokens 100 changes nothing: no formula in kv-cache of"),
        ("llama-3-8b", "--quantity device-memory --context 100", "context 100 changes nothing"),
        ("llama-3-8b", "--quantity forward-flops --set target_tokens=3", "it looks at batch_size, tokens, context;"),
        ("llama-3-8b", "--quantity weight-memory --set group_size=32", "group_size 32 changes nothing"),
        ("llama-3-8b", "--quantity kv-cache --set prompt_chunk=64", "prompt_chunk 64 changes nothing"),
        ("llama-3-8b", "--quantity serving-memory --ep 2", "expert_parallel 2 changes nothing"),
        # What is said twice
        ("llama-3-8b", "--quantity kv-cache --context 5 --set context=6", "context is given twice, as 5 and as 6"),
        ("llama-3-8b", "--quantity kv-cache --set context=5 --set context=6", "context is given twice"),
        ("llama-3-8b", "--quantity weight-memory --dtype int4 --set matrix_bytes=2", "--dtype int4 says how many"),
        ("llama-3-8b", "--quantity weight-memory --dtype bf16 --set value_bytes=4", "--dtype bf16 says how many"),
        ("llama-3-8b", "--quantity kv-cache --cache-dtype fp8 --set cached_bytes=2", "--cache-dtype fp8 says how many"),
        # What is no question
        ("llama-3-8b", "--quantity ,", "--quantity names no quantity"),
        ("llama-3-8b", "--quantity lora-parameters --modules-to-save nothing", "matches no module of this network"),
        ("llama-3-8b", "--quantity lora-parameters --modules-to-save ,", "modules_to_save names no module"),
        ("llama-3-8b", "--quantity lora-parameters --target lm_head --modules-to-save lm_head", "give it once"),
        ("llama-3-8b", "--quantity parameters --modules-to-save lm_head", "parameters has no modules_to_save"),
        ("llama-3-8b", "--quantity device-memory --cp 200 --tokens 100", "context_parallel is 200 and tokens is 100"),
        ("llama-3-8b", "--quantity kv-cache --cache-dtype q4_k_m", "no cache-dtype 'q4_k_m'"),
    ],
)  # fmt: skip
def test_a_question_without_sense_gets_a_line(model: str, arguments: str, says: str) -> None:
    code, printed, error = asked("explain", model, *arguments.split())
    assert code == 2, printed[:200]
    assert says in error
    assert not printed
    assert len(error.strip().splitlines()) == 1 or error.startswith("Usage")


@pytest.mark.parametrize(
    ("model", "arguments", "total", "says"),
    [
        # What one of several quantities looks at
        ("t5-small", "--quantity forward-flops --set target_tokens=3 --tokens 5", None, ""),
        # A state does not grow with the text: an answer like any other
        ("mamba-130m", "--quantity kv-cache --context 999", 1_474_560, ""),
        # What is given as it is anyway
        ("llama-3-8b", "--quantity serving-memory --ep 1", None, ""),
        # What a format is made of may be said beside it
        ("llama-3-8b", "--quantity weight-memory --dtype int4 --set group_size=32", QUANTISED, ""),
        # What only other ways of counting look at
        ("llama-3-8b", "--quantity kv-cache --set block_tokens=32", 134_217_728, "other conventions count: paged"),
        ("llama-3-8b", "--quantity device-memory --zero 3", None, "zero 3 counts what zero 1 does"),
        # A longer text than the model was made for
        ("gpt2", "--quantity kv-cache --context 2048", 75_497_472, "context_length is 1,024"),
    ],
)  # fmt: skip
def test_an_odd_question_is_answered_and_what_is_odd_is_said(
    model: str, arguments: str, total: int | None, says: str
) -> None:
    code, printed, error = asked("explain", model, *arguments.split())
    assert code == 0, error
    assert total is None or f'"total": {total}' in printed
    assert says in error
    assert bool(says) is bool(error)


def test_an_input_needs_sense_for_one_of_the_models_that_are_compared() -> None:
    api.compare(["llama-3-8b", "t5-small"], "forward-flops", inputs={"target_tokens": 9})
    with pytest.raises(ConfigError, match="target_tokens 9 changes nothing"):
        api.compare(["llama-3-8b", "llama-2-7b"], "forward-flops", inputs={"target_tokens": 9})


def test_a_page_says_that_the_text_is_too_long() -> None:
    said = "The text is longer than the model was made for"
    pages = [symbolic.explain("gpt2", "kv-cache", inputs={"context": tokens}).to("text") for tokens in (64, 2048)]
    assert [said in str(page) for page in pages] == [False, True]
    short = {"model_type": "gpt2", "vocab_size": 9, "n_positions": 512, "n_embd": 8, "n_head": 2, "n_layer": 1}
    assert symbolic.explain(short, "kv-cache").sizes["context"] == 512


def test_llama_cpp_s_types_of_a_cache_have_their_scales() -> None:
    def bits(name: str) -> Fraction:
        return Fraction(symbolic.explain("llama-3-8b", "kv-cache", cache_dtype=name).total * 8, 2**26)

    found = {name: bits(name) for name in ("q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "int8")}
    assert list(found.values()) == [Fraction(17, 2), 6, Fraction(11, 2), 5, Fraction(9, 2), 8]
