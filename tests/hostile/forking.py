"""Runs of the command by the hundred: a process that has imported it and forks for each.

It reads a JSON list, the words of a command, and answers with the process's number; `["wait", number]` is answered with
what ended it, as `subprocess` says it.
"""

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Runs:
    """The process that forks."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self.server = server

    def start(self, *command: object) -> int:
        """Begin a command; its process's number."""
        return self._ask([str(word) for word in command])

    def wait(self, process: int) -> int:
        """Wait for a run; its exit code, or minus the number of the signal that ended it."""
        return self._ask(["wait", process])

    def run(self, *command: object) -> int:
        """A whole run."""
        return self.wait(self.start(*command))

    def _ask(self, words: Sequence[object]) -> int:
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(f"{json.dumps(words)}\n")
        self.server.stdin.flush()
        return int(self.server.stdout.readline())


@contextmanager
def runs() -> Iterator[Runs]:
    """The process that forks, with what most commands import already there."""
    words = [sys.executable, __file__]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        made = Runs(server)
        assert made.run("count", "gpt2-124m") == 0
        yield made


WARM = (
    "explain gpt2-124m --quantity parameters,kv-cache --format text,json,markdown --output pages",
    "handout gpt2-124m --seed 7 --format csv,markdown --output handout",
    "proofread pages/gpt2-124m/parameters.md --format json",
)
"""What is run once before any other, so that no run has to import and prepare it."""


def _serve() -> None:
    from symbolic.cli import main

    place = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        for command in WARM:
            main(command.split(), standalone_mode=False)
        os.chdir(place)
    gc.freeze()
    for line in sys.stdin:
        words = json.loads(line)
        if words[0] == "wait":
            answer = os.waitstatus_to_exitcode(os.waitpid(words[1], 0)[1])
        else:
            answer = os.fork() or _child(words)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _child(words: list[str]) -> int:
    from symbolic.cli import main

    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    code = 1
    try:
        main(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
