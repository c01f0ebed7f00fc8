"""What handouts for a class of 200 cost: `python tests/benchmarks/handouts.py`.

The aims: sheet and key of each as PDF in under 60 seconds on two cores, and in under 500 MB.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from processes import SYMBOLIC, measured

STUDENTS = 200
MODELS = ("gpt2-124m", "llama-3-8b", "deepseek-v3")


def main() -> None:
    """Print seconds and peak megabytes of one process for each model."""
    with tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "class.csv"
        roster.write_text("student\n" + "".join(f"Student {index}\n" for index in range(STUDENTS)))
        for model in sys.argv[1:] or MODELS:
            target = str(Path(folder) / model)
            command = [*SYMBOLIC, "handout", model, "--students", str(roster), "--format", "pdf", "--output", target]
            seconds, megabytes = measured(command)
            print(f"{model:<16} {seconds:6.1f} s {megabytes:6.0f} MB")  # noqa: T201 - a report


if __name__ == "__main__":
    main()
