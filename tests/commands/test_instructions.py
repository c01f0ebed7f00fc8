"""CONTRIBUTING.md names files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_each_file_that_the_instructions_name_exists() -> None:
    files = [f"/{path}" for folder in ("symbolic", "tests", "tools") for path in (ROOT / folder).rglob("*.*")]
    named = {one for one in re.findall(r"`([\w/.-]+\.(?:py|lark|tsv))`", CONTRIBUTING) if "NAME" not in one}
    assert len(named) > 50
    assert not [name for name in sorted(named) if not any(file.endswith(f"/{name}") for file in files)]
