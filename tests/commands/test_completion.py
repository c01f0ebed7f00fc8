"""A shell completes what a parameter takes, the last piece of a list too."""

import os
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from symbolic.cli import COMPLETING, main


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
