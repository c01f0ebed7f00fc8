"""The command: its subcommands are the files in `commands/`, imported when they are asked for."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NoReturn

import click

from symbolic import commands, outside, terminal
from symbolic.commands._names import with_names
from symbolic.errors import SymbolicError, UnknownName, shown

MENDABLE = 2
DIGITS = 50_000


class _Mendable(click.ClickException):
    """What a user can mend, in one line."""

    exit_code = MENDABLE


class _Fault(click.ClickException):
    """What is wrong with this program, in one line."""

    exit_code = 3


def _refuse_lost(command: click.Command, ctx: click.Context, args: list[str]) -> None:
    """Refuse an option of one value that is given twice, of which the first would be lost, and an empty argument."""
    parser = command.make_parser(ctx)
    parser.allow_interspersed_args = True
    try:
        given, _rest, order = parser.parse_args(list(args))
    except click.UsageError:
        # The command itself will say what it can't take.
        return
    single = [one for one in order if isinstance(one, click.Option) and not one.multiple and not one.is_flag]
    if twice := next((one for one in single if single.count(one) > 1), None):
        raise _Mendable(f"{twice.opts[-1]} is given twice, and takes one value; give it once")
    values = [given.get(one.name) for one in command.params if isinstance(one, click.Argument) and one.name]
    if any("" in value if isinstance(value, tuple | list) else value == "" for value in values):
        # A path of no letters is the folder that one is in: another model than was meant.
        raise _Mendable("an argument is empty: a variable of the shell that is not set? Give a name or a file")


class _Commands(click.Group):
    """What a user can mend is one line and exit code 2, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        found = (module.name for module in iter_modules(commands.__path__))
        return sorted(name.replace("_", "-") for name in found if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}").COMMAND
        gc.enable()
        return with_names(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command and its arguments; UnknownName, or a usage error for what would be lost."""
        if args and args[0] not in (known := self.list_commands(ctx)) and not args[0].startswith("-"):
            raise UnknownName("command", args[0], known)
        name, command, rest = super().resolve_command(ctx, args)
        if rest and command is not None:
            _refuse_lost(command, ctx, rest)
        return name, command, rest

    def _lacking(self, ctx: click.Context, problem: click.NoSuchOption) -> str:
        """Return what to say of an option that a command lacks: which commands have it, unless its name is a slip."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        having = [
            name
            for name, command in found.items()
            if command and any(problem.option_name in option.opts for option in command.params)
        ]
        if problem.ctx is None or not having or problem.possibilities:
            return problem.message
        return f"{problem.ctx.info_name} has no {problem.option_name}; commands that have it: {', '.join(having)}"

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command; what can't be printed ends it with a line, and a signal to end lets it tidy up."""
        terminal.ready()
        # A total of sizes with a thousand digits has more digits than Python prints unasked.
        sys.set_int_max_str_digits(DIGITS)
        if sys.stdout is None:
            click.echo("Error: standard output is closed; send it to a file or a program", err=True)
            sys.exit(MENDABLE)
        with _ended_by_signals():
            try:
                try:
                    return super().main(*args, **extra)
                finally:
                    sys.stdout.flush()
            except OSError as problem:
                _not_printed(problem)

    def invoke(self, ctx: click.Context) -> Any:
        outside.forget()
        try:
            return super().invoke(ctx)
        except SymbolicError as problem:
            raise _Mendable(terminal.one_line(str(problem))) from None
        except click.NoSuchOption as problem:
            problem.message = terminal.one_line(self._lacking(ctx, problem))  # type: ignore[misc]
            raise
        except click.ClickException as problem:
            problem.message = terminal.one_line(problem.message)  # type: ignore[misc]
            raise
        except (click.exceptions.Exit, click.Abort, OSError):
            raise
        except KeyboardInterrupt:
            # With click's own code, 1, a check that was stopped would look like one that found something.
            click.echo("\nStopped.", err=True)
            sys.exit(128 + signal.SIGINT)
        except (RecursionError, MemoryError):
            raise _Mendable("too deep or too large to work out; give something smaller") from None
        except Exception as problem:
            if os.environ.get("SYMBOLIC_TRACEBACK"):
                import traceback

                traceback.print_exc()
            name = type(problem).__name__
            said = f"a fault of this program, please report it ({name}: {problem})"
            raise _Fault(terminal.one_line(said)) from problem


def _not_printed(problem: OSError) -> NoReturn:
    terminal.give_up(sys.stdout)
    if problem.errno == errno.EPIPE:
        # Whoever read has seen enough.
        sys.exit(1)
    if problem.filename is None:
        said = f"can't print: {problem.strerror}; make room, or send the output elsewhere"
    else:
        said = f"can't open {shown(str(problem.filename))}: {problem.strerror}; give another file or folder"
    click.echo(f"Error: {said}", err=True)
    sys.exit(MENDABLE)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a request to end unwind like Ctrl-C, so that no unfinished file stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="symbolic-explainer")
def main() -> None:
    """Derive how many parameters a neural network has, and why.

    MODEL is a bundled model's name (`symbolic models` lists them), a file (JSON, TOML, YAML, .py, .md, .txt,
    .ipynb, .gguf, .safetensors) or a checkpoint folder,
    FILE::NAME for one of several dicts in it, or - for standard input.

    \b
    Examples:
      symbolic explain gpt2-124m
      symbolic count config.json --json
    """
