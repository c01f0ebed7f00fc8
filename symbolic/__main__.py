"""The command as a process: `symbolic`, or `python -m symbolic` where its script is not on the path."""

import atexit
import contextlib
import gc
import os
import sys
import threading

STOPPED = 130
"""The exit code of what Ctrl-C ends, as shells have it."""


def main() -> None:
    """Run the command that the arguments name."""
    # What imports make stays: looking for garbage among it would take a fifth of a short command's time. The command
    # starts it again when it has imported what it needs.
    gc.disable()
    try:
        from symbolic.cli import main as command

        command(prog_name="symbolic")
    except SystemExit as end:
        leave(end.code)
        raise
    except KeyboardInterrupt:
        # Before the command has begun, and can say itself that it was stopped.
        sys.stderr.write("\nStopped.\n")
        sys.exit(STOPPED)


def leave(code: object) -> None:
    """End the process without freeing what it holds, object by object, which takes up to a quarter of a page's time.

    Where somebody watches the process (a debugger, a profiler, a tracer, `python -i`), or a thread still works, or
    output can't be written, it returns: Python's own end is the right one there.
    """
    watched = sys.gettrace() or sys.getprofile() or sys.flags.inspect or sys.flags.interactive
    closed = sys.stdout is None or sys.stderr is None
    if watched or closed or threading.active_count() > 1 or not isinstance(code, int | None):
        return
    # The only way to run what others have left to be done at the end.
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


if __name__ == "__main__":
    main()
