"""What handouts of a class cost: `python tests/benchmarks/handouts.py [STUDENTS] [MODEL…]`.

The aim: sheets and keys of 1,000 students as PDF within three minutes on two processors.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from figures import Figures
from processes import SYMBOLIC, measured

STUDENTS = 200
SECONDS = 180
MODELS = ("gpt2-124m", "llama-3-8b", "deepseek-v3")


def main(students: int = STUDENTS, models: tuple[str, ...] = MODELS) -> None:
    """Print seconds and peak megabytes for each model, and what 1,000 students would take."""
    figures = Figures("handouts")
    print(f"{'a class of ' + str(students):20}{'wall s':>9}{'s':>9}{'of 1,000, wall s':>18}{'÷ aim':>7}{'MB':>7}")
    with tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "class.csv"
        roster.write_text("student\n" + "".join(f"Student {index}\n" for index in range(students)))
        for model in models:
            target = str(Path(folder) / model)
            command = [*SYMBOLIC, "handout", model, "--students", str(roster), "--format", "pdf", "--output", target]
            cost = measured(command)
            whole = cost.wall * 1000 / students
            row = f"{model:20}{cost.wall:9.1f}{cost.seconds:9.1f}{whole:18.0f}{whole / SECONDS:7.2f}"
            print(f"{row}{cost.megabytes:7.0f}", flush=True)
            figures.most(f"1,000 sheets and keys of {model}, seconds", whole, SECONDS)


if __name__ == "__main__":
    numbers, names = ([one for one in sys.argv[1:] if one.isdecimal() is is_number] for is_number in (True, False))
    main(int(numbers[0]) if numbers else STUDENTS, tuple(names) or MODELS)
