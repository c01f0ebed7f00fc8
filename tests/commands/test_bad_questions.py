"""Questions about practice that have no answer get one line that says what, what was given and what would do."""

import re

import pytest
from click.testing import CliRunner
from sampling import sample

from symbolic.cli import main

LORA, MEMORY = "explain llama-3-8b --quantity lora-parameters", "explain llama-3-8b --quantity device-memory"
CACHE, SERVE = "explain llama-3-8b --quantity kv-cache", "serve llama-3-8b --device h100"
MFU = "mfu llama-3-8b --tokens-per-second 4376"
QUESTIONS = [
    (f"{LORA} --rank 0", "lora_rank must be at least 1, got 0"),
    (f"{LORA} --rank -4", "lora_rank must be at least 1, got -4"),
    (f"{LORA} --rank 1.5", "lora_rank must be a whole number, got 1.5; give 1 or 2"),
    (f"{LORA} --set rank", "--set 'rank' has no number; write NAME=N"),
    (f"{LORA} --target nothing", "target 'nothing' matches no matrix of this network; there are query, key"),
    (f"{LORA} --target q_proj,zzz", "target 'zzz' matches no matrix"),
    (f"{LORA} --target ''", "target names no matrix"),
    (f"{LORA} --target query --modules-to-save nothing", "modules_to_save 'nothing' matches no module"),
    ("explain llama-3-8b --rank 8", "parameters has no --rank (lora_rank); quantities that have it: lora-memory"),
    ("explain llama-3-8b --quantity lora-memory --dtype nf5", "no dtype 'nf5'; nearest: nf4"),
    ("explain llama-3-8b --quantity lora-memory --set adapter_bytes=-1", "adapter_bytes must be at least 0, got -1"),
    (f"{MEMORY} --tp 0", "tensor_parallel must be at least 1, got 0"),
    (f"{MEMORY} --set tensor_parallel=-2", "tensor_parallel must be at least 1, got -2"),
    (f"{MEMORY} --tp 3", "n_kv_groups is 8 and tensor_parallel is 3"),
    (f"{MEMORY} --tp 64", "n_heads is 32 and tensor_parallel is 64"),
    (f"{MEMORY} --devices 8,16", "--devices must be a number, got '8,16'"),
    (f"{MEMORY} --devices 1.5", "n_devices must be a whole number, got 1.5; give 1 or 2"),
    (f"{MEMORY} --devices 0", "n_devices must be at least 1, got 0"),
    (f"{MEMORY} --pp 5 --set last_stage_layers=26", "26 of 32; give stage_layers, middle_stage_layers and"),
    (f"{MEMORY} --pp 33", "pipeline_parallel is 33 and there are 32 layers"),
    (f"{MEMORY} --pp 4 --set stage_layers=40", "so give at most 29"),
    (f"{MEMORY} --pp 4 --set stage_layers=30", "so give at most 29"),
    (f"{MEMORY} --set stage_layers=5", "the only stage has all 32 layers"),
    (f"{MEMORY} --set stage_layers=0", "stage_layers must be at least 1, got 0"),
    (f"{MEMORY} --ep 8", "data_parallel × context_parallel is 1 and expert_parallel is 8"),
    (f"{MEMORY} --cp 16384", "context_parallel is 16384 and tokens is 8192"),
    (f"{MEMORY} --zero 4", "no zero '4'; all: 0, 1, 2, 3"),
    (f"{MEMORY} --recompute some", "no recompute 'some'"),
    (f"{MEMORY} --sequence maybe", "no sequence 'maybe'"),
    (f"{MEMORY} --set in_flight=0", "in_flight must be at least 1, got 0"),
    (f"{MEMORY} --batch 0", "batch_size must be at least 1, got 0"),
    (f"{MEMORY} --set vocab_multiple=0", "vocab_multiple must be at least 1, got 0"),
    (f"{MEMORY} --set working_bytes=-2", "working_bytes must be at least 0, got -2"),
    (f"{MEMORY} --convention megatron", "no convention 'megatron'; nearest: megatron-report"),
    ("explain mixtral-8x7b --quantity device-memory --ep 3 --dp 3", "n_experts is 8 and expert_parallel is 3"),
    ("explain gpt2-124m --quantity device-memory --devices 0", "devices must be at least 1, got 0"),
    ("explain gemma-3-1b --quantity device-memory --pp 2", "mixes 2 kinds of layers"),
    (
        "explain llama-3-8b --quantity serving-memory --zero 1",
        "serving-memory has no --zero; quantities that have it: device",
    ),
    (
        "explain gpt2-124m --quantity training-memory --tp 8",
        "training-memory has no --tp (tensor_parallel); quantities",
    ),
    ("count gpt2-124m --quantity kv-cache", "count has no --quantity; commands that have it: compare, explain,"),
    ("explain llama-3-8b --quantity serving-memory --dtype q4_k_m --tp 2", "llama.cpp chooses types for whole tensors"),
    (f"{CACHE} --context 8 --context 16", "--context is given twice, and takes one value"),
    (f"{SERVE} --batch=2 --devices 4 --batch 2", "--batch is given twice"),
    (f"{CACHE} --context 0", "context must be at least 1, got 0"),
    (f"{CACHE} --set block_tokens=0", "block_tokens must be at least 1, got 0"),
    (f"{CACHE} --set group_layers=0", "group_layers must be at least 1, got 0"),
    (f"{CACHE} --set memory_share=0", "memory_share must be more than 0, got 0"),
    (f"{CACHE} --set memory_share=1.5", "memory_share must be at most 1, got 1.5"),
    (f"{CACHE} --set spare_share=2", "spare_share must be at most 1, got 2"),
    ("explain llama-3-8b --quantity weight-memory --reserved 90GB", "reserved_memory is 90,000,000,000 and"),
    (f"{CACHE} --set device_memory=0", "device_memory must be at least 1, got 0"),
    (f"{CACHE} --cache-dtype nf4", "no cache-dtype 'nf4'; nearest: int4"),
    (f"{CACHE} --device h1000", "no device 'h1000'; nearest: h100"),
    (f"{CACHE} --convention vllm", "no convention 'vllm'"),
    ("explain bert-base-uncased --quantity kv-cache", "bert-base-uncased has no cache"),
    (f"{SERVE} --devices 0", "--devices must be at least 1, got '0'"),
    (f"{SERVE} --prompt 0", "--prompt must be at least 1, got '0'"),
    (f"{SERVE} --accepted 2", "accepted must be between 0 and 1, got 2"),
    (f"{SERVE} --draft-cost 5", "draft-cost must be between 0 and 1, got 5"),
    (f"{SERVE} --drafted 65", "--drafted must be at least 1 and at most 64, got '65'"),
    (f"{SERVE} --memory-share 0", "memory-share must be more than 0, got 0"),
    (f"{SERVE} --memory-share nope", "--memory-share must be a number, got 'nope'"),
    (f"{SERVE} --dtype nope", "no dtype 'nope'"),
    ("serve llama-3-8b --device m3-ultra", "no operations per second are known"),
    ("serve bert-base-uncased --device h100", "bert-base-uncased has no cache"),
    ("mfu llama-3-8b --tokens-per-second 0 --device h100", "tokens-per-second must be more than 0, got 0"),
    ("mfu llama-3-8b --device h100", "the run's speed is said once"),
    (f"{MFU} --step-time 2 --device h100", "the run's speed is said once"),
    (MFU, "the peak is said once"),
    (f"{MFU} --peak 0", "peak must be more than 0, got 0"),
    (f"{MFU} --device h100 --dtype nvfp4", "H100 SXM5 80GB has no peak for nvfp4; there are those for fp32"),
    (f"{MFU} --device h100 --tokens 1.5", "tokens must be a whole number, got 1.5"),
    (
        "explain llama-3-8b --quantity arithmetic-intensity --set device_bandwidth=-1",
        "device_bandwidth must be at least",
    ),
    ("explain llama-3-8b --quantity training-cost --set utilisation=2", "utilisation must be at most 1, got 2"),
    ("explain llama-3-8b --quantity training-cost --set n_devices=0", "n_devices must be at least 1, got 0"),
    ("explain llama-3-8b --quantity tensor-elements --dtype mxfp8", "we don't know in which tensors a library keeps"),
    ("scale llama-3-8b --quantity kv-cache --vary memory_share", "memory_share does not change the bytes"),
    ("solve llama-3-8b --for lora_rank --quantity lora-parameters --total 0", "total must be above zero, got '0'"),
    ("compare llama-3-8b mamba-130m --quantity device-memory", "depends on the program that runs it"),
    ("solve gpt2-124m --for n_layers,n_layers --total 1B", "n_layers is given 2 times; name each size once"),
    ("sweep llama-3-8b lora_rank=0,8 --quantity lora-parameters", "lora_rank must be at least 1; got '0,8'"),
    ("explian gpt2-124m", "no command 'explian'; nearest: explain"),
    ("count ''", "an argument is empty"),
    ("compare gpt2-124m --quantity kv-cache ''", "an argument is empty"),
    ("handout gpt2-124m --students /", "is not a regular file"),
    ("handout llama-3-8b --quantity lora-parameters --rank 0", "lora_rank must be at least 1, got 0"),
]


@pytest.mark.parametrize(("question", "says"), sample(QUESTIONS, 11))
def test_a_question_without_an_answer_gets_one_line(question: str, says: str) -> None:
    result = CliRunner().invoke(main, [part.strip("'") for part in re.findall(r"'[^']*'|\S+", question)])
    assert result.exit_code == 2
    [line] = [line for line in result.output.splitlines() if line.startswith("Error")]
    assert says in line
    assert "Traceback" not in result.output
