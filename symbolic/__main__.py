"""`python -m symbolic`: the command where its script is not on the path."""

from symbolic.cli import main

if __name__ == "__main__":
    main(prog_name="symbolic")
