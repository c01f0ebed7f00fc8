"""A shell completes the names that a parameter takes, the last piece of a list too; capitals make no difference."""

import os
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from symbolic import explain
from symbolic.analysis.sizes import size_called
from symbolic.cli import main
from symbolic.commands._inputs import OPTIONS
from symbolic.measuring import quantities

COMPLETING = "_SYMBOLIC_COMPLETE"


@pytest.mark.parametrize(
    ("words", "incomplete", "among", "never"),
    [
        ([], "exp", {"explain"}, "count"),
        (["explain"], "gpt2-1", {"gpt2-124m", "gpt2-1558m"}, "llama-2-7b"),
        (["table"], "llama-2-7", {"llama-2-7b"}, "gpt2-124m"),
        (["explain", "gpt2-124m", "--quantity"], "parameters,kv", {"parameters,kv-cache"}, "kv-cache"),
        (["explain", "--quantity", "kv-cache", "--convention"], "ex", {"expanded"}, "trainable"),
        (["count", "--architecture"], "lla", {"llama"}, "gpt2"),
        (["explain", "--device"], "h1", {"h100"}, "a100-80gb"),
        (["explain", "--dtype"], "int", {"int4", "int8"}, "bf16"),
        (["explain", "--format"], "html,la", {"html,latex"}, "latex"),
        (["handout", "--format"], "moo", {"moodle"}, "text"),
        (["proofread", "--format"], "sa", {"sarif"}, "pdf"),
        (["formula", "--as"], "java", {"javascript"}, "python"),
        (["explain", "--language"], "d", {"de"}, "en"),
        (["explain", "--convention", "nothing", "--quantity"], "love", set(), "kv-cache"),
    ],
)
def test_the_shell_gets_what_fits(
    words: list[str], incomplete: str, among: set[str], never: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(COMPLETING, "bash_complete")
    found = {item.value for item in ShellComplete(main, {}, "symbolic", COMPLETING).get_completions(words, incomplete)}
    assert among <= found
    assert never not in found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "Llama-3-8B", "--device", "H100", "--dtype", "BF16", "--format", "Text"], "NVIDIA H100"),
        (["explain", "GPT2-124M", "--quantity", "KV-cache", "--format", "TEXT"], "How large the KV cache is"),
        (
            ["explain", "gpt2-124m", "--quantity", "training-flops", "--convention", "Kaplan", "--format", "text"],
            "aplan",
        ),
        (
            ["explain", "gpt2-124m", "--convention", "Kaplan", "--quantity", "training-flops", "--format", "text"],
            "aplan",
        ),
        (["explain", "gpt2-124m", "--quantity", "Flops", "--format", "text"], "no quantity 'Flops'; nearest"),
    ],
)
def test_a_name_is_taken_in_capitals_or_not(words: list[str], said: str) -> None:
    printed = CliRunner().invoke(main, [*words, "--output", "-"])
    assert said in printed.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'symbolic'; from symbolic.cli import main; main(prog_name='symbolic')",
    ]
    made = subprocess.run(
        command, env={**os.environ, COMPLETING: f"{shell}_source"}, capture_output=True, text=True, check=True
    )
    assert COMPLETING in made.stdout


@pytest.mark.parametrize("option", OPTIONS)
def test_a_size_may_be_named_as_its_option(option: str) -> None:
    name = OPTIONS[option][0]
    having = next(one for one in quantities.names() if name in {key.name for key in quantities.find(one).inputs})
    assert size_called(option, explain("llama-3-8b", having)) == name


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("sweep gpt2-124m --vary n_heads=5", 1, "no combination makes a valid config"),
        ("sweep gpt2-124m --vary n_heads=5,6", 0, "1 of 2 combinations left out"),
        ("sweep gpt2-124m --quantity kv-cache --vary batch=2", 0, "batch_size"),
        ("solve gpt2-124m --quantity kv-cache --for context --total 5MB --format text --output -", 0, "context = 136 "),
        ("solve gpt2-124m --quantity kv-cache --for context --total 1GB --format text --output -", 0, "is longer than"),
    ],
)
def test_sizes_that_no_config_has_are_said(words: str, code: int, says: str) -> None:
    made = CliRunner().invoke(main, words.split())
    assert (made.exit_code, says in made.output) == (code, True), made.output


@pytest.mark.parametrize(
    ("words", "label", "said"),
    [
        ("--quantity kv-cache --dtype int4", "kv-cache: batch_size=1", 1),
        ("--quantity kv-cache,weight-memory --dtype int4", "weight-memory: dtype=int4", 1),
        ("--quantity kv-cache --cache-dtype int8", "kv-cache: batch_size=1, cache_dtype=int8", 0),
        ("--quantity weight-memory --dtype int4", "weight-memory: dtype=int4", 0),
    ],
)
def test_a_cache_is_not_said_to_have_the_format_of_weights(words: str, label: str, said: int) -> None:
    made = CliRunner().invoke(main, ["table", "gpt2-124m", *words.split()])
    assert label in made.stdout.splitlines()
    assert made.stderr.count("--cache-dtype sets how the cache is stored") == said


def test_a_format_that_is_none_is_refused_where_no_weights_are_measured() -> None:
    made = CliRunner().invoke(main, ["table", "gpt2-124m", "--quantity", "kv-cache", "--dtype", "int7"])
    assert (made.exit_code, "no dtype 'int7'" in made.stderr, made.stdout) == (2, True, "")
