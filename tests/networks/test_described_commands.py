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
