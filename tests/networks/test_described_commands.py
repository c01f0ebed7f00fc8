"""A type that is described is taken by every command: each ends in a page, or in a line that says why not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from described_configs import default_config
from sampling import EVERYTHING

import symbolic
from symbolic.cli import main
from symbolic.errors import SymbolicError
from symbolic.networks.learned import catalogue

PARTS = 11
COMMANDS = (
    ("scale", "FILE", "--format", "text", "--output", "-"),
    ("solve", "FILE", "--for", "SIZE", "--total", "1e9", "--format", "text", "--output", "-"),
    ("sweep", "FILE", "--vary", "SIZE=1:4"),
    ("formula", "FILE", "--as", "python"),
    # A RegNet's formula divides by groups, of which the small sizes of this seed fill none.
    ("handout", "FILE", "--variants=1", "--seed=0", "--format=csv", "--no-check", "--force", "--output", "FOLDER"),
)


@pytest.mark.parametrize("part", range(PARTS if EVERYTHING else 1))
def test_every_command_takes_a_described_type(part: int, tmp_path: Path) -> None:
    for turn, name in enumerate([*catalogue.names()][part::PARTS] if EVERYTHING else ["bloom"]):
        description = catalogue.described(name)[0]
        file = tmp_path / "config.json"
        file.write_text(json.dumps(default_config(description)), encoding="utf-8")
        try:
            sizes = symbolic.load(str(file)).sizes
        except SymbolicError:
            continue  # its defaults alone are no network
        size = next((one for one in ("n_layers", "emb_dim", "hidden_dim", "vocab_size") if one in sizes), "emb_dim")
        words = {"FILE": str(file), "FOLDER": str(tmp_path / "handout"), "SIZE": size, "SIZE=1:4": f"{size}=1:4"}
        # All of them of every type take twenty minutes: with everything, each type has one in turn.
        for command in [COMMANDS[(turn + part) % len(COMMANDS)]] if EVERYTHING else COMMANDS[:-1]:
            done = CliRunner().invoke(main, [words.get(word, word) for word in command])
            assert done.exit_code in (0, 1, 2), f"{name}: {command[0]}: {done.stderr[-300:]}"


@pytest.mark.parametrize(
    "command",
    [
        "table {} --quantity forward-flops",
        "sweep {} --vary n_layers=1,2 --quantity forward-flops --csv",
        "formula {} --quantity forward-flops",
        "scale {} --quantity forward-flops --format json --output {folder}",
        "compare {} gpt2-124m --quantity forward-flops --format json --output {folder}",
        "solve {} --for n_layers --total 1e13 --quantity forward-flops --format json --output {folder}",
        "explain {} --quantity forward-flops --format json --output {folder}",
    ],
)
def test_that_a_total_is_not_complete_goes_with_it_wherever_it_is_given(command: str, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"model_type": "dbrx"}))
    done = CliRunner().invoke(main, command.format(config, folder=tmp_path / "out").split())
    written = " ".join(one.read_text(encoding="utf-8") for one in tmp_path.rglob("out/**/*.json"))
    assert done.exit_code == 0, done.output
    assert "scores of attention, are missing" in (written if "folder" in command else done.output + done.stderr)
