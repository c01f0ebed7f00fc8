"""The command as a process: `symbolic`, or `python -m symbolic` where its script is not on the path."""

import gc


def main() -> None:
    """Run the command that the arguments name."""
    # What imports make stays: looking for garbage among it would take a fifth of a short command's time. The command
    # starts it again when it has imported what it needs.
    gc.disable()
    from symbolic.cli import main as command

    command(prog_name="symbolic")


if __name__ == "__main__":
    main()
