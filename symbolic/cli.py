"""The command: its subcommands are the files in `commands/`, imported when they are asked for."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from symbolic import commands
from symbolic.errors import SymbolicError


class _Mendable(click.ClickException):
    exit_code = 2


class _Commands(click.Group):
    """What a user can mend is one line and exit code 2, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        found = (module.name for module in iter_modules(commands.__path__))
        return sorted(name.replace("_", "-") for name in found if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}").COMMAND
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SymbolicError as problem:
            raise _Mendable(" ".join(str(problem).split())) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="symbolic-explainer")
def main() -> None:
    """Derive how many parameters a neural network has, and why.

    MODEL is a bundled model's name (`symbolic models` lists them), a file (JSON, TOML, .py, .md, .txt, .ipynb),
    FILE::NAME for one of several dicts in it, or - for standard input.

    \b
    Examples:
      symbolic explain gpt2-124m
      symbolic count config.json --json
    """
